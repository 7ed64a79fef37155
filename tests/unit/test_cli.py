"""The command: what it reads, what it says, how it exits."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from copytrail import __version__
from copytrail.cli import COMMANDS, main
from copytrail.cli.doctor import _examine_strays
from copytrail.cli.printing import plain
from copytrail.wording import percent


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


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_its_completion(shell: str) -> None:
    script = run("completion", shell).stdout
    assert "_COPYTRAIL_COMPLETE" in script
    assert shell in script


def test_commands_and_options_are_completed(monkeypatch: pytest.MonkeyPatch) -> None:
    def completed(*words: str) -> str:
        monkeypatch.setenv("COMP_WORDS", " ".join(["copytrail", *words]))
        monkeypatch.setenv("COMP_CWORD", str(len(words)))
        monkeypatch.setenv("_COPYTRAIL_COMPLETE", "bash_complete")
        return CliRunner().invoke(main, [], prog_name="copytrail", complete_var="_COPYTRAIL_COMPLETE").output

    assert "plain,ingest" in completed("ing")
    assert "plain,--restart" in completed("ingest", "--re")


# compare

STORY = "The harbour bridge will close on Monday for nine weeks while engineers replace its bearings. " * 3


def test_a_file_is_identical_to_itself(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(STORY)
    report = json.loads(run("compare", file, file, "--json").stdout)
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
    (passage,) = json.loads(run("compare", file, file, "--json").stdout)["passages"]
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


@pytest.mark.parametrize("name", ["missing.json", "picture.png"])
def test_a_path_that_cannot_be_read_is_wrong_usage(tmp_path: Path, name: str) -> None:
    (tmp_path / "picture.png").write_bytes(b"")
    result = run("ingest", tmp_path / name, "--api", "http://127.0.0.1:9")
    assert result.exit_code == 2
    assert name in result.output


def test_an_address_where_nobody_answers_is_said_at_once() -> None:
    result = run("clusters", "--api", "http://127.0.0.1:9")
    assert result.exit_code == 1
    assert "No Copytrail answers at http://127.0.0.1:9" in result.output
    assert "copytrail up" in result.output


@given(st.text())
def test_no_text_steers_the_terminal(text: str) -> None:
    assert not set(plain(f"\x1b[2J{text}\x9b\u202e")) & {"\x1b", "\x07", "\x08", "\r", "\x9b", "\u202e"}


@given(st.floats(0, 1))
def test_only_the_whole_is_called_100_percent(share: float) -> None:
    assert (percent(share) == "100%") == (share == 1)


def test_a_name_kept_for_a_post_that_broke_off_is_no_stray() -> None:
    kept = {"index_entries": 0, "names": 2}
    assert _examine_strays(kept).verdict == "ok"
    assert "2 names are kept" in _examine_strays(kept).said
    assert _examine_strays(kept | {"index_entries": 1}).verdict == "failed"
