"""The whole of it, as a person uses it: real processes, the command, the labelled stories."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from copytrail.cli import main
from copytrail.client import Client
from seeds import truth
from seeds.demo import running

STORIES = truth.load_stories()
FILES = [truth.FOLDER / f"{story.slug}.jsonl" for story in STORIES]


@dataclass(frozen=True)
class Running:
    """A running Copytrail: its interface, the process of `copytrail up`, the folder of its data."""

    api: Client
    up: subprocess.Popen[bytes]
    data: Path

    def run(self, *arguments: str | Path) -> Result:
        """Call the command on this service."""
        return CliRunner().invoke(main, [*map(str, arguments), "--api", self.api.url])

    def children(self) -> dict[int, str]:
        """The processes that `up` started, with their command lines."""
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
                if parent == self.up.pid:
                    found[int(entry.name)] = (entry / "cmdline").read_text().replace("\0", " ")
            except OSError:  # it ended while we looked
                continue
        return found


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("journey")
    with running(folder) as (api, up):
        service = Running(api, up, folder / "data")
        result = service.run("ingest", *FILES, "--wait", "--json")
        assert result.exit_code == 0, result.output
        yield service


def test_the_clusters_are_those_of_the_labels(service: Running) -> None:
    result = CliRunner().invoke(truth.main, [service.api.url])
    assert result.exit_code == 0, result.output


def test_posting_everything_again_changes_nothing(service: Running) -> None:
    before = service.run("clusters", "--limit", "100", "--json").stdout
    summary = json.loads(service.run("ingest", *FILES, "--wait", "--json").stdout)
    assert (summary["queued"], summary["rejected"]) == (0, [])
    assert service.run("clusters", "--limit", "100", "--json").stdout == before


def test_a_cluster_is_shown_with_who_was_first_and_what_shows_it(service: Running) -> None:
    story = next(story for story in STORIES if story.first)
    cluster = service.api.article(story.cluster[0])["cluster"] or ""
    shown = service.run("show", cluster)
    assert shown.exit_code == 0, shown.output
    assert "First: " in shown.output
    assert f"{len(story.cluster)} articles of one text" in shown.output
    as_json = json.loads(service.run("show", cluster, "--json").stdout)
    assert {article["id"] for article in as_json["articles"]} == set(story.cluster)


def test_an_article_is_shown_with_its_matches(service: Running) -> None:
    article = STORIES[0].cluster[0]
    shown = service.run("show", article)
    assert shown.exit_code == 0, shown.output
    assert "indexed" in shown.output
    assert json.loads(service.run("show", article, "--json").stdout)["matches"]


def test_what_does_not_exist_is_said(service: Running) -> None:
    result = service.run("show", "c_nothing")
    assert result.exit_code == 1
    assert "neither an article nor a cluster 'c_nothing'" in result.output


def test_a_check_finds_the_copy_and_keeps_nothing(service: Running, tmp_path: Path) -> None:
    article = STORIES[0].articles()[0]
    file = tmp_path / "copy.txt"
    file.write_text(article["text"])
    before = service.api.stats()["articles"]
    best = json.loads(service.run("check", file, "--json").stdout)["matches"][0]
    assert best["article"] == article["id"]
    assert best["relation"] == "identical"
    assert best["score"] == 1.0
    assert "identical" in service.run("check", file).output
    assert service.api.stats()["articles"] == before


def test_a_bad_line_is_named_and_the_others_are_taken(service: Running, tmp_path: Path) -> None:
    file = tmp_path / "mixed.jsonl"
    file.write_text(
        '{"id": "mixed-1", "text": "Good."}\n{"id": "mixed-2"}\nnonsense\n{"id": "mixed-3", "text": "Too."}\n'
    )
    result = service.run("ingest", file, "--wait", "--json")
    summary = json.loads(result.stdout)
    assert result.exit_code == 1
    assert summary["accepted"] == 2
    assert {rejected["place"] for rejected in summary["rejected"]} == {f"{file}:2", f"{file}:3"}
    assert service.api.article("mixed-3")["status"] == "indexed"


def test_an_interrupted_ingest_goes_on_where_it_stopped(
    service: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    file = tmp_path / "many.jsonl"
    file.write_text(
        "".join(json.dumps({"id": f"many-{n}", "text": f"Number {n}."}) + "\n" for n in range(5000))
    )
    command = [sys.executable, "-P", "-m", "copytrail", "ingest", str(file), "--api", service.api.url]
    with subprocess.Popen(command) as ingest:
        while not list(tmp_path.glob("state/**/*.json")):
            time.sleep(0.01)
        ingest.kill()
    result = service.run("ingest", file, "--json")
    assert "Going on after the first" in result.stderr
    assert json.loads(result.stdout)["accepted"] < 5000
    assert service.run("ingest", file, "--json", "--wait").exit_code == 0
    assert service.api.article("many-0")["status"] == "indexed"


def test_the_doctor_looks_into_a_running_store(service: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPYTRAIL_DATA", str(service.data))
    result = CliRunner().invoke(main, ["doctor", "--json"])
    findings = {finding["check"]: finding for finding in json.loads(result.stdout)["findings"]}
    assert result.exit_code == 0, result.output
    assert findings["audit"]["said"] == "no strays"
    assert "workers running: 1" in findings["queue"]["said"]


def test_the_doctor_makes_no_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPYTRAIL_DATA", str(tmp_path / "none"))
    result = CliRunner().invoke(main, ["doctor"])
    assert "there is none yet" in result.output
    assert not (tmp_path / "none").exists()


def test_a_second_instance_on_the_same_data_is_refused(service: Running) -> None:
    command = [sys.executable, "-P", "-m", "copytrail", "up", "--port", "0", "--data", str(service.data)]
    second = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert second.returncode == 1
    assert str(service.data) in second.stderr


@pytest.mark.parametrize("role", ["-m worker", "-m service", "valkey-server"])
def test_what_is_killed_is_started_again(service: Running, role: str) -> None:
    before = [pid for pid, command in service.children().items() if role in command]
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    article = {"id": f"after {role}", "text": "Still here."}
    assert before
    service.api.post([article], wait=30)
    assert service.api.article(f"after {role}")["status"] == "indexed"
    assert set(before).isdisjoint(service.children())


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_all_of_it(tmp_path: Path, sent: signal.Signals) -> None:
    with running(tmp_path) as (api, up):
        children = Running(api, up, tmp_path).children()
        up.send_signal(sent)
        assert up.wait(30) == 0
    assert len(children) == 3
    assert [pid for pid in children if Path(f"/proc/{pid}").exists()] == []


def test_nothing_outlives_a_killed_launcher(tmp_path: Path) -> None:
    with running(tmp_path) as (api, up):
        children = Running(api, up, tmp_path).children()
        up.kill()
    deadline = time.monotonic() + 20
    while any(Path(f"/proc/{pid}").exists() for pid in children) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert [pid for pid in children if Path(f"/proc/{pid}").exists()] == []
