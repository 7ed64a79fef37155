"""What the command reads, and how it remembers where it stopped."""

from __future__ import annotations

import gzip
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copytrail.cli.bookmark import Bookmark
from copytrail.cli.reading import find_files, read_items, size_of

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


def test_a_folder_is_read_with_the_folders_in_it_but_for_hidden_ones(tmp_path: Path) -> None:
    for name in ("a.jsonl", "deep/er/b.json", ".hidden/c.json", "deep/.d.json"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text('{"text": "x"}')
    assert find_files([tmp_path]) == [tmp_path / "a.jsonl", tmp_path / "deep" / "er" / "b.json"]


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.json", "a.txt"])
def test_the_sizes_of_the_articles_add_up_to_the_file(tmp_path: Path, name: str) -> None:
    """So that a bar of bytes ends full."""
    content = b"".join(b'{"id": "%d", "text": "x"}\n' % n for n in range(20))
    if name == "a.json":
        content = b"[" + content.strip().replace(b"\n", b",") + b"]"
    file = tmp_path / name
    file.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    total = size_of(file)
    assert total == len(content)
    assert total - 20 <= sum(item.size for item in read_items(file)) <= total
