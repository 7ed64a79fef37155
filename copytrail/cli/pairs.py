"""A stream of pairs, compared on many cores and answered in order.

A thread reads whatever lines are there (so that somebody who waits for the answer to one line gets it),
processes compare them chunk by chunk, and a bounded queue of promised answers keeps order and memory.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from io import RawIOBase
from queue import Queue
from threading import Thread
from typing import Any

Answer = tuple[str, bool]
"""One line of JSON with its newline, and whether it tells of a fault."""

_CHUNK = 16
"""Lines that go to a process at once: tens of milliseconds of work, beside which moving them is nothing."""

_READ = 1 << 20
_AHEAD = 4
"""Chunks in flight for each process: enough that none waits, and a bound on memory."""


def compare_lines(stream: RawIOBase, jobs: int) -> Iterator[Answer]:
    """The answers to all lines of `stream`, in order; blank lines have none; `jobs` processes work."""
    promises: Queue[Future[list[Answer]] | None] = Queue(jobs * _AHEAD)
    with ProcessPoolExecutor(jobs) as pool:
        Thread(target=_submit_all, args=(stream, pool, promises), daemon=True).start()
        while (promise := promises.get()) is not None:
            yield from promise.result()


def _submit_all(
    stream: RawIOBase, pool: ProcessPoolExecutor, promises: Queue[Future[list[Answer]] | None]
) -> None:
    try:
        for chunk in _chunks(stream):
            promises.put(pool.submit(answer_lines, chunk))
    except Exception as error:  # whatever ends the reading is raised where answers are awaited
        failed: Future[list[Answer]] = Future()
        failed.set_exception(error)
        promises.put(failed)
    promises.put(None)


def _chunks(stream: RawIOBase) -> Iterator[list[tuple[int, bytes]]]:
    """Numbered lines in lists, each list as soon as its lines can be read."""
    number, rest = 0, b""
    while piece := stream.read(_READ):
        *lines, rest = (rest + piece).split(b"\n")
        for start in range(0, len(lines), _CHUNK):
            yield list(enumerate(lines[start : start + _CHUNK], start=number + start + 1))
        number += len(lines)
    if rest:
        yield [(number + 1, rest)]


def answer_lines(lines: Sequence[tuple[int, bytes]]) -> list[Answer]:
    """The answers to numbered lines; blank ones are left out."""
    return [_answer(number, line) for number, line in lines if line.strip()]


def _answer(number: int, line: bytes) -> Answer:
    from copytrail.compare import compare_texts  # compiled code: loaded only in the processes that compare

    named: dict[str, Any] = {}
    try:
        pair = json.loads(line)
        named = {"id": pair["id"]} if isinstance(pair, dict) and "id" in pair else {}
        report = compare_texts(*_texts(pair)).to_json()
    except Exception as error:  # whatever one pair does, the others are still to be answered
        return _dumps(named | {"line": number, "error": _explain(error)}), True
    return _dumps(named | report), False


def _texts(pair: object) -> tuple[str, str]:
    if not isinstance(pair, dict):
        raise ValueError(f'is a JSON {type(pair).__name__}; expected an object {{"a": text, "b": text}}')
    for side in ("a", "b"):
        if not isinstance(pair.get(side), str):
            given = f"a JSON {type(pair[side]).__name__}" if side in pair else "missing"
            raise ValueError(f'"{side}" is {given}; expected a text')
    return pair["a"], pair["b"]


def _explain(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"is not JSON ({error})"
    return str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"


def _dumps(answer: dict[str, Any]) -> str:
    return json.dumps(answer) + "\n"
