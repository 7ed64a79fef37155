"""A running service is backed up and started again elsewhere: it answers the same."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from copytrail.cli import main
from copytrail.client import Client
from seeds import truth
from seeds.demo import running

STORIES = truth.load_stories()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Client, Path]]:
    folder = tmp_path_factory.mktemp("journey")
    with running(folder) as (client, _):
        for story in STORIES:
            client.ingest(story.articles())
        client.wait()
        yield client, folder


def run(monkeypatch: pytest.MonkeyPatch, data: Path, *arguments: str | Path) -> Result:
    """Call the command on the store in this folder."""
    monkeypatch.setenv("COPYTRAIL_DATA", str(data))
    return CliRunner().invoke(main, [*map(str, arguments)])


def answers(client: Client) -> dict[str, Any]:
    """What the service says of every article and every cluster."""
    ids = [article["id"] for story in STORIES for article in story.articles()]
    clusters = list(client.clusters())
    return {
        "articles": {name: (client.article(name), client.text(name)) for name in ids},
        "clusters": clusters,
        "each": {cluster["id"]: client.cluster(cluster["id"]) for cluster in clusters},
        "checks": [client.check({"text": story.articles()[0]["text"]}) for story in STORIES],
    }


def test_the_restored_service_answers_the_same(
    service: tuple[Client, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, folder = service
    archive = tmp_path / "archive"
    kept = run(monkeypatch, folder / "data", "backup", archive, "--json")
    assert kept.exit_code == 0, kept.output
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    articles = sum(len(story.articles()) for story in STORIES)
    assert json.loads(kept.stdout)["articles"] == articles
    restored = run(monkeypatch, tmp_path / "data", "restore", archive, "--json")
    assert restored.exit_code == 0, restored.output
    assert json.loads(restored.stdout)["articles"] == articles
    assert json.loads(restored.stdout)["queued"] == 0
    before = answers(client)
    with running(tmp_path) as (again, _):
        assert answers(again) == before
        article = STORIES[0].articles()[0] | {"id": "posted after the restore"}
        again.post([article], wait=30)
        assert again.article("posted after the restore")["cluster"] == client.article(article_id())["cluster"]
    refused = run(monkeypatch, tmp_path / "data", "restore", archive)
    assert refused.exit_code == 1
    assert "needs an empty store" in refused.output


def article_id() -> str:
    """The article that the one posted after the restore is a copy of."""
    found: str = STORIES[0].articles()[0]["id"]
    return found


def test_a_damaged_archive_touches_no_store(
    service: tuple[Client, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = tmp_path / "archive"
    assert run(monkeypatch, service[1] / "data", "backup", archive).exit_code == 0
    archive.write_bytes(archive.read_bytes()[:-100])
    refused = run(monkeypatch, tmp_path / "data", "restore", archive)
    assert refused.exit_code == 1
    assert "cut short" in refused.output
    assert not (tmp_path / "data").exists()


def test_a_backup_that_fails_leaves_the_one_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = tmp_path / "archive"
    archive.write_text("yesterday's")
    failed = run(monkeypatch, tmp_path / "none", "backup", archive)
    assert failed.exit_code == 1
    assert "There is no store" in failed.output
    assert archive.read_text() == "yesterday's"
    assert list(tmp_path.iterdir()) == [archive]


def test_an_archive_passes_through_a_pipe(
    service: tuple[Client, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = run(monkeypatch, service[1] / "data", "backup", "-")
    assert sent.exit_code == 0, sent.stderr
    monkeypatch.setenv("COPYTRAIL_DATA", str(tmp_path / "data"))
    taken = CliRunner().invoke(main, ["restore", "-", "--json"], input=sent.stdout_bytes)
    assert taken.exit_code == 0, taken.output
    assert json.loads(taken.stdout)["articles"] == service[0].stats()["articles"]
