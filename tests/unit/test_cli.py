"""The command: what it reads, what it says, how it exits."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from copytrail import __version__
from copytrail.cli import COMMANDS, main
from copytrail.cli.api import Api, NotFound
from copytrail.cli.bookmark import Bookmark
from copytrail.cli.ingest import Tally, post
from copytrail.cli.printing import percent, plain
from copytrail.cli.reading import Item, find_files, read_items
from copytrail.cli.supervisor import Child, stop_all, supervise
from seeds.truth import Story, judge


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(each) for each in arguments])


def test_says_its_version() -> None:
    assert run("--version").output == f"copytrail {__version__}\n"


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_every_command_explains_itself(name: str, flag: str) -> None:
    result = run(name, flag)
    assert result.exit_code == 0
    assert result.output.startswith("Usage: ")


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["compare", "only-one"], ["compare"], ["ingest"], ["serve", "--port", "x"]]
)
def test_wrong_usage_is_status_2(arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2


def test_every_fault_of_the_settings_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPYTRAIL_PORT", "many")
    monkeypatch.setenv("COPYTRAIL_WORKERS", "0")
    result = run("worker")
    assert result.exit_code == 2
    assert "COPYTRAIL_PORT" in result.output
    assert "COPYTRAIL_WORKERS" in result.output


def test_a_role_alone_asks_for_a_store_to_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COPYTRAIL_REDIS_URL", raising=False)
    result = run("worker")
    assert result.exit_code == 2
    assert "COPYTRAIL_REDIS_URL is not set" in result.output


# compare

STORY = "The harbour bridge will close on Monday for nine weeks while engineers replace its bearings. " * 3


def test_a_file_is_identical_to_itself(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(STORY)
    report = json.loads(run("compare", file, file, "--json").output)
    assert report["relation"] == "identical"
    assert report["score"] == 1.0


def test_the_printed_verdict_names_the_relation_and_shows_the_passage(tmp_path: Path) -> None:
    first, second = tmp_path / "a.txt", tmp_path / "b.txt"
    first.write_text(STORY)
    second.write_text("By our own reporter. " + STORY)
    result = run("compare", first, second)
    assert result.exit_code == 0
    assert "copy" in result.output
    assert "harbour bridge" in result.output


def test_offsets_count_line_ends_as_they_are_in_the_file(tmp_path: Path) -> None:
    text = STORY.replace(". ", ".\r\n")
    file = tmp_path / "a.txt"
    file.write_bytes(text.encode())
    (passage,) = json.loads(run("compare", file, file, "--json").output)["passages"]
    assert passage["a"][1] >= len(text.rstrip()) - 1


def test_a_file_that_is_no_text_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "a.bin"
    file.write_bytes(b"\xff\xfe\x00")
    result = run("compare", file, file)
    assert result.exit_code == 1
    assert "a.bin is not UTF-8 text (byte 0)" in result.output


def test_pairs_are_answered_in_order_and_a_bad_line_does_not_stop_the_rest(tmp_path: Path) -> None:
    good = [json.dumps({"id": number, "a": STORY, "b": STORY}) for number in range(150)]
    bad = ["{", "[]", '{"id": "half", "a": "x"}', '{"a": "x", "b": 7}']
    file = tmp_path / "pairs.jsonl"
    file.write_text("\n".join([*good, "", *bad, good[0]]))
    result = run("compare", "--pairs", file, "--jobs", "2")
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 1
    assert [answer["id"] for answer in answers[:150]] == list(range(150))
    assert [answer["line"] for answer in answers[150:154]] == [152, 153, 154, 155]
    assert answers[152]["id"] == "half"
    assert all(answer["error"] for answer in answers[150:154])
    assert answers[154]["relation"] == "identical"


def test_pairs_are_answered_while_the_stream_is_still_open() -> None:
    command = [sys.executable, "-m", "copytrail", "compare", "--pairs", "-", "--jobs", "1"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin and process.stdout
        process.stdin.write(json.dumps({"id": "first", "a": "x", "b": "y"}).encode() + b"\n")
        process.stdin.flush()
        answer = json.loads(process.stdout.readline())
        process.stdin.close()
    assert answer["id"] == "first"
    assert process.returncode == 0


# cluster


def test_clusters_a_file_without_a_server(tmp_path: Path) -> None:
    twins = [{"id": name, "text": STORY} for name in ("a", "b")]
    other = {"id": "c", "text": "Nobody expected rain. " * 20}
    file = tmp_path / "articles.jsonl"
    file.write_text("\n".join(json.dumps(each) for each in [*twins, other, {"id": "empty"}]))
    result = run("cluster", file)
    (cluster,) = [json.loads(line) for line in result.stdout.splitlines()]
    assert {article["id"] for article in cluster["articles"]} == {"a", "b"}
    assert result.exit_code == 1
    assert f"{file}:4: text: is missing" in result.stderr


# reading

FIELDS = st.dictionaries(st.text(max_size=5), st.text(max_size=20) | st.integers() | st.none(), max_size=4)


@given(articles=st.lists(FIELDS, min_size=1, max_size=6), indent=st.sampled_from([None, 2]))
def test_an_array_and_json_lines_hold_the_same_articles(
    articles: list[dict[str, Any]], indent: int | None
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        array, lines = Path(folder, "array.json"), Path(folder, "lines.jsonl")
        array.write_text(json.dumps(articles, indent=indent))
        lines.write_text("\n\n".join(json.dumps(each) for each in articles))
        found = [item.fields for item in read_items(array)]
        assert found == articles
        assert found == [item.fields for item in read_items(lines)]


def test_one_printed_object_is_one_article(tmp_path: Path) -> None:
    file = tmp_path / "one.json"
    file.write_text(json.dumps({"text": "x", "title": "y"}, indent=2))
    assert [item.fields for item in read_items(file)] == [{"text": "x", "title": "y"}]


def test_a_faulty_line_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    file = tmp_path / "lines.jsonl"
    file.write_bytes(b'\n{"text": "x"}\nnonsense\n7\n{"text": "y"}\n')
    items = list(read_items(file))
    assert [item.place for item in items] == [f"{file}:{number}" for number in (2, 3, 4, 5)]
    assert [item.fault is None for item in items] == [True, False, False, True]


def test_two_files_of_the_same_text_are_two_articles_and_a_changed_file_is_the_same(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "story.txt").write_text("The same.")
    before = [
        item.fields["id"] for file in find_files([tmp_path]) for item in read_items(file) if item.fields
    ]
    (tmp_path / "one" / "story.txt").write_text("Changed.")
    after = [item.fields["id"] for file in find_files([tmp_path]) for item in read_items(file) if item.fields]
    assert len(set(before)) == 2
    assert before == after


def test_a_folder_gives_its_articles_in_order_and_leaves_other_files_alone(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "b.jsonl.gz").write_bytes(gzip.compress(b'{"text": "packed"}'))
    (tmp_path / "a.HTML").write_text("<p>page</p>")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    files = find_files([tmp_path])
    assert [file.name for file in files] == ["a.HTML", "b.jsonl.gz"]
    fields = [item.fields or {} for file in files for item in read_items(file)]
    assert fields[0]["html"] == "<p>page</p>"
    assert fields[1] == {"text": "packed"}


@pytest.mark.parametrize("name", ["missing.json", "picture.png"])
def test_a_path_that_cannot_be_read_is_wrong_usage(tmp_path: Path, name: str) -> None:
    (tmp_path / "picture.png").write_bytes(b"")
    result = run("ingest", tmp_path / name, "--api", "http://127.0.0.1:9")
    assert result.exit_code == 2
    assert name in result.output


# the bookmark of an ingest


def test_an_interrupted_ingest_is_found_again_until_the_files_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    file = tmp_path / "a.jsonl"
    file.write_text("{}")
    Bookmark.of([file], "http://one").write(300)
    assert Bookmark.of([file], "http://one").read() == 300
    assert Bookmark.of([file], "http://two").read() == 0
    file.write_text("{}\n{}")
    assert Bookmark.of([file], "http://one").read() == 0


def test_a_finished_ingest_leaves_no_bookmark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    bookmark = Bookmark.of([], "http://one")
    bookmark.write(1)
    bookmark.remove()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


# the HTTP client, against a real server with prepared answers


Answer = tuple[int, dict[str, str], object]


@contextmanager
def answering(*answers: Answer) -> Iterator[tuple[str, list[bytes]]]:
    """A server that gives these answers (status, headers, JSON) in turn; its URL and what it was sent."""
    bodies: list[bytes] = []
    left = list(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # noqa: N802 - the name is http.server's
            bodies.append(self.rfile.read(int(self.headers.get("content-length", 0))))
            status, headers, value = left.pop(0)
            body = json.dumps(value).encode()
            self.send_response(status)
            for name, text in ({"content-length": str(len(body))} | headers).items():
                self.send_header(name, text)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST  # noqa: N815 - the name is http.server's

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", bodies
        server.shutdown()


def test_a_busy_service_is_asked_again_when_it_says() -> None:
    with answering((503, {"retry-after": "1"}, {"detail": "busy"}), (200, {}, {"fine": True})) as (url, _):
        began = time.monotonic()
        assert Api(url).get("v1", "stats") == {"fine": True}
        assert time.monotonic() - began >= 1.0


def test_a_service_that_stays_busy_is_given_up_with_its_reason() -> None:
    with (
        answering((503, {"retry-after": "60"}, {"detail": "the queue is full"})) as (url, _),
        pytest.raises(click.ClickException, match="the queue is full"),
    ):
        Api(url, patience=1).get("v1", "stats")


def test_what_is_not_known_is_told_apart() -> None:
    with answering((404, {}, {"detail": "no such article"})) as (url, _), pytest.raises(NotFound):
        Api(url).get("v1", "articles", "a/b")


def test_an_address_where_nobody_answers_is_said_at_once() -> None:
    result = run("clusters", "--api", "http://127.0.0.1:9")
    assert result.exit_code == 1
    assert "No Copytrail answers at http://127.0.0.1:9" in result.output
    assert "copytrail up" in result.output


def accepted(*statuses: str) -> dict[str, object]:
    return {"accepted": [{"status": status} for status in statuses], "rejected": []}


def test_a_batch_that_is_too_large_is_posted_in_halves() -> None:
    items = [Item(f"f:{number}", {"text": str(number)}) for number in range(3)]
    halves: list[Answer] = [(202, {}, accepted("queued")), (202, {}, accepted("queued", "unchanged"))]
    tally = Tally()
    with answering((413, {}, {}), *halves) as (url, bodies):
        post(Api(url), items, tally)
    assert (tally.queued, tally.unchanged, tally.rejected) == (2, 1, [])
    assert bodies[1] + b"\n" + bodies[2] == bodies[0]


def test_what_the_service_rejects_is_named_by_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    items = [Item("f:1", {"text": "x"}), Item("f:2", fault="is not JSON."), Item("f:3", {"text": ""})]
    answer = {"accepted": [{"status": "queued"}], "rejected": [{"index": 1, "error": "text: is empty"}]}
    tally = Tally()
    with answering((202, {}, answer)) as (url, _):
        post(Api(url), items, tally)
    assert [each["place"] for each in tally.rejected] == ["f:2", "f:3"]
    assert "f:3: text: is empty" in capsys.readouterr().err


# printing


@given(st.text())
def test_no_text_steers_the_terminal(text: str) -> None:
    assert not set(plain(f"\x1b[2J{text}\x9b\u202e")) & {"\x1b", "\x07", "\x08", "\r", "\x9b", "\u202e"}


@given(st.floats(0, 1))
def test_only_the_whole_is_called_100_percent(share: float) -> None:
    assert (percent(share) == "100%") == (share == 1)


# children that are kept running


def sleeper(*code: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", "; ".join(["import signal, time", *code])])


def test_a_child_that_died_is_started_again_and_said(capsys: pytest.CaptureFixture[str]) -> None:
    child = Child("helper", lambda: sleeper("time.sleep(60)"))
    stop = threading.Event()
    thread = threading.Thread(target=supervise, args=([child], stop))
    thread.start()
    first = _running(child)
    first.kill()
    deadline = time.monotonic() + 10
    while _running(child) is first and time.monotonic() < deadline:
        time.sleep(0.05)
    stop.set()
    thread.join()
    assert child.process is not first
    stop_all([child])
    assert "The helper ended (signal 9)" in capsys.readouterr().err


def _running(child: Child) -> Any:  # noqa: ANN401
    while child.process is None:
        time.sleep(0.02)
    return child.process


def test_a_child_that_does_not_end_is_killed(capfd: pytest.CaptureFixture[str]) -> None:
    deaf = sleeper(
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)", "print('deaf', flush=True)", "time.sleep(60)"
    )
    while "deaf" not in capfd.readouterr().out:
        time.sleep(0.02)
    stop_all([Child("deaf helper", lambda: deaf, process=deaf)], grace=0.2)
    assert deaf.returncode == -9


# the labels


STORY_LABEL = Story("story", False, ("a", "b", "c"), ("x",), first="a", sources={"b": "a", "c": "b"})


def cluster(*ids: str, original: str | None = None, **sources: str) -> dict[str, Any]:
    articles = [
        {"id": each, "derived_from": {"article": sources[each]} if each in sources else None} for each in ids
    ]
    return {"articles": articles, "original": {"article": original} if original else None}


@pytest.mark.parametrize(
    ("clusters", "missing", "merged"),
    [
        ([cluster("a", "b", "c")], (), ()),
        ([cluster("a", "b")], ("c",), ()),
        ([cluster("a", "b", "c", "x")], (), ("x",)),
        ([cluster("a", "b"), cluster("c", "x")], ("c",), ("x",)),
        ([], ("a", "b", "c"), ()),
    ],
)
def test_a_verdict_names_what_is_left_out_and_what_is_wrongly_in(
    clusters: Sequence[dict[str, Any]], missing: tuple[str, ...], merged: tuple[str, ...]
) -> None:
    verdict = judge(STORY_LABEL, clusters)
    assert (verdict.missing, verdict.merged) == (missing, merged)
    assert verdict.agrees == (not missing and not merged)


def test_a_verdict_says_whether_the_first_and_the_derivations_are_right() -> None:
    verdict = judge(STORY_LABEL, [cluster("a", "b", "c", original="a", b="a", c="a")])
    assert verdict.first is True
    assert verdict.traced == 1
    assert judge(STORY_LABEL, [cluster("a", "b", "c")]).first is None
