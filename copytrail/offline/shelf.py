"""Articles put aside on disk by many processes, analysed as they are, to be looked at again by any of them.

Each process appends to a part of its own and reads all of them as they lie, mapped into memory: an article that is
compared a dozen times is analysed once, and the system decides how much of it all stays in memory.
"""

from __future__ import annotations

import pickle
from itertools import count
from mmap import ACCESS_WRITE, mmap
from pathlib import Path
from struct import Struct
from typing import Any, BinaryIO, Final

import numpy as np

from copytrail.article import Article
from copytrail.document import Document
from copytrail.traits import Packed

_PART: Final = 1 << 44  # bytes that a part may have: a place is its number times this, and an offset
_ALIGNED: Final = 8  # compiled loops read numbers where their size divides the address
_ARRAYS: Final = (np.uint64, np.int32, np.uint32, np.float32, np.uint8)  # types of the arrays of an article
_HEAD: Final = Struct("<8q")  # the bytes of each part of a record, 0 for parts that it does not have


class Shelf:
    """What one process put into `folder`, and what the others did."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._part, self._file = _own_part(folder)
        self._end = 0
        self._read: dict[int, memoryview] = {}

    def put(self, value: object) -> int:
        """Put a value aside; the answer is its place."""
        return self._append(_packed(value))

    def get(self, place: int) -> Any:  # noqa: ANN401 - whatever was put there
        """The value at a place."""
        return pickle.loads(self._open(place)[0])

    def put_article(self, article: Article, document: Document) -> int:
        """Put an article aside, with its text as it was analysed; the answer is its place."""
        words, traits = len(document), document.traits
        whole = document.whole if len(document.whole) > words else document.whole[:0]
        counts = (words, len(document.sentence), len(whole), document.sufficient)
        told = (document.language, document.disguises, document.extent, document.ignored)
        return self._append(
            _packed(article),
            np.concatenate((traits.hashes, whole)).tobytes(),
            np.concatenate((document.start, document.stop, document.sentence, traits.numbers)).tobytes(),
            document.stem.tobytes(),
            np.concatenate((document.weight, traits.floats)).tobytes(),
            document.flags.tobytes(),
            document.text.encode("utf-8", "surrogatepass"),
            _packed((counts, told)),
        )

    def article(self, place: int) -> Article:
        """The article at a place."""
        article: Article = self.get(place)
        return article

    def document(self, place: int) -> Document:
        """The analysed text at a place: its arrays are where they lie on disk, and not to be changed."""
        _, *arrays, text, packed = self._open(place)
        hashes, numbers, stem, floats, flags = map(np.frombuffer, arrays, _ARRAYS)
        counts, (language, disguises, extent, ignored) = pickle.loads(packed)
        words, sentences, left_out, sufficient = counts
        own = hashes[: len(hashes) - left_out]
        document = Document(
            text=str(text, "utf-8", "surrogatepass"),
            language=language,
            start=numbers[:words],
            stop=numbers[words : 2 * words],
            hash=own[:words],
            flags=flags,
            stem=stem,
            weight=floats[:words],
            sentence=numbers[2 * words : 2 * words + sentences],
            disguises=disguises,
            whole=hashes[len(own) :] if left_out else own[:words],
            extent=extent,
            ignored=ignored,
        )
        traits = Packed(own, numbers[2 * words + sentences :], floats[words:])
        vars(document).update(
            traits=traits, sufficient=sufficient
        )  # which would be made anew for each comparison
        return document

    def flush(self) -> None:
        """Let the other processes see what was put aside."""
        self._file.flush()

    def close(self) -> None:
        """Close the own part. What was read may still be in use, and ends with it."""
        self._file.close()
        self._read.clear()

    def _append(self, *parts: bytes) -> int:
        """Write a record; each of its parts begins at an aligned place."""
        sizes = [len(part) for part in parts] + [0] * (_HEAD.size // 8 - len(parts))
        padding = (bytes(-len(part) % _ALIGNED) for part in parts)
        padded = (piece for pair in zip(parts, padding, strict=True) for piece in pair)
        place = self._part * _PART + self._end
        self._end += self._file.write(b"".join((_HEAD.pack(*sizes), *padded)))
        return place

    def _open(self, place: int) -> list[memoryview]:
        """The parts of a record, where they lie."""
        part, at = divmod(place, _PART)
        held = self._held(part, at)
        sizes = _HEAD.unpack_from(held, at)
        at += _HEAD.size
        parts = []
        for size in sizes:
            parts.append(held[at : at + size])
            at += size + -size % _ALIGNED
        return parts

    def _held(self, part: int, at: int) -> memoryview:
        """A part as far as it is written, at least beyond `at`."""
        held = self._read.get(part)
        if held is None or at >= len(held):
            with _path(self._folder, part).open("r+b") as file:  # writable, as compiled loops take arrays
                held = self._read[part] = memoryview(mmap(file.fileno(), 0, access=ACCESS_WRITE))
        return held


def _packed(value: object) -> bytes:
    return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)


def _path(folder: Path, part: int) -> Path:
    return folder / f"part-{part}"


def _own_part(folder: Path) -> tuple[int, BinaryIO]:
    """The first part that nobody has, and its file."""
    for part in count():
        try:
            return part, _path(folder, part).open("xb", buffering=1 << 20)
        except FileExistsError:
            continue
    raise AssertionError("there is always one more")
