"""Articles out of JSON, JSON lines, text and HTML files, gzipped or not, of folders and standard input."""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, cast

import click
import xxhash

_TEXT = {".txt": "text", ".text": "text", ".md": "text", ".html": "html", ".htm": "html"}
_JSON = {".json", ".jsonl", ".ndjson"}
STDIN = Path("-")


@dataclass(frozen=True, slots=True)
class Item:
    """One article as found, or why what stands there is none: exactly one of `fields` and `fault` is set.

    `place` is "file:line", for messages; `size` the bytes of the file it took, for progress.
    """

    place: str
    fields: dict[str, Any] | None = None
    fault: str | None = None
    size: int = 0


def size_of(file: Path) -> int | None:
    """The bytes to read in a file, unpacked (to 4 GB); None for standard input."""
    if file == STDIN:
        return None
    if file.suffix.lower() != ".gz":
        return file.stat().st_size
    with file.open("rb") as packed:
        packed.seek(max(0, file.stat().st_size - 4))  # where gzip keeps it
        return int.from_bytes(packed.read(4), "little")


def size_of_all(files: Sequence[Path]) -> int | None:
    """The bytes to read in all files; None when that is not known."""
    sizes = [size_of(file) for file in files]
    return None if None in sizes else sum(filter(None, sizes))


def find_files(paths: Sequence[Path]) -> list[Path]:
    """Every article file named or lying in a named folder or one inside it, in a stable order.

    Raises click.BadParameter for a path that does not exist or a file of a kind that is not read.
    """
    return [file for path in paths for file in _files_of(path)]


def _files_of(path: Path) -> list[Path]:
    if path == STDIN:
        return [path]
    if path.is_dir():
        return sorted(
            file for file in path.rglob("*") if file.is_file() and _kind(file) and not _hidden(file, path)
        )
    if not path.is_file():
        raise click.BadParameter(f"{path} does not exist; expected a file, a folder or - for standard input.")
    if not _kind(path):
        known = " ".join(sorted(_JSON | _TEXT.keys()))
        raise click.BadParameter(
            f"{path} is of a kind that is not read; expected one of {known}, also with .gz."
        )
    return [path]


def _hidden(file: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(folder).parts)


def _kind(file: Path) -> str | None:
    suffixes = [suffix.lower() for suffix in file.suffixes if suffix.lower() != ".gz"]
    last = suffixes[-1] if suffixes else ""
    return "json" if last in _JSON else _TEXT.get(last)


def read_items(file: Path) -> Iterator[Item]:
    """The articles of one file, in order; a faulty line is an item with a fault and does not end the file."""
    if file == STDIN:
        yield from _json_items("standard input", sys.stdin.buffer)
        return
    with _open(file) as stream:
        if (kind := _kind(file)) == "json":
            yield from _json_items(str(file), stream)
        else:
            content = stream.read()
            yield replace(_text_item(file, kind or "text", content), size=len(content))


def _open(file: Path) -> BinaryIO:
    return cast(BinaryIO, gzip.open(file)) if file.suffix.lower() == ".gz" else file.open("rb")


def _text_item(file: Path, field: str, content: bytes) -> Item:
    """Named after its path: two files of one text are two articles, and a changed file is an update."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Item(str(file), fault=f"is not UTF-8 text (byte {error.start}); convert it first.")
    name = f"{file.name[:150]}-{xxhash.xxh32_hexdigest(str(file.resolve()).encode())}"
    fields = {"id": name, field: text}
    return Item(str(file), fields | {"title": file.name} if field == "text" else fields)


def _json_items(name: str, stream: BinaryIO) -> Iterator[Item]:
    """An array, or an object whose brace stands alone on its line, is one document; all else is lines."""
    number, first = 1, stream.readline().removeprefix(b"\xef\xbb\xbf")
    while first and not first.strip():
        number, first = number + 1, stream.readline()
    if first.lstrip().startswith(b"[") or first.strip() == b"{":
        yield from _document(name, first + stream.read())
        return
    for at, line in enumerate(chain([first], stream), start=number):
        if line.strip():
            yield _item(f"{name}:{at}", *_loads(line), len(line))


def _document(name: str, content: bytes) -> Iterator[Item]:
    value, fault = _loads(content)
    values = value if isinstance(value, list) else [value]
    for number, each in enumerate(values, start=1):
        place = f"{name}, item {number}" if len(values) > 1 else name
        yield _item(place, each, fault, len(content) // len(values))


def _loads(content: bytes) -> tuple[object, str | None]:
    try:
        return json.loads(content), None
    except (ValueError, RecursionError) as error:
        return None, f"is not JSON ({error})."


def _item(place: str, value: object, fault: str | None, size: int) -> Item:
    if fault is None and not isinstance(value, dict):
        fault = f"is a JSON {type(value).__name__}; expected an object with at least a text."
    return Item(place, None if fault else cast(dict[str, Any], value), fault, size)
