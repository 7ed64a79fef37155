"""An archive: records one after the other, compressed, with a checksum at the end.

A record is a kind and any number of values. Before compression it is written as the number of its parts, the length of
each (4 bytes each, little-endian) and the parts, the kind first. The first record is `copytrail`, which names the
format; the last is `end`, with the number of records before it and the XXH3-128 of all their bytes. So an archive that
was cut or changed is told from a whole one, and which server it came from does not matter.
"""

from __future__ import annotations

import io
import struct
from collections import Counter
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

import xxhash
import zstandard

from copytrail.errors import InvalidArchive

FORMAT: Final = b"1"  # raised when what the records say is written in another way
_FIRST, _LAST = "copytrail", "end"
_LEVEL: Final = 3  # texts are compressed already: more effort gains nothing
_LARGEST: Final = 1 << 30  # bytes of a record; an article has a fraction of it
_BUFFER: Final = 1 << 20

Record = tuple[str, tuple[bytes, ...]]


class ArchiveWriter:
    """Writes an archive into an open file, which stays open. `counts` says how many records of each kind it has."""

    def __init__(self, file: BinaryIO) -> None:
        compressor = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True)
        self._out = compressor.stream_writer(file, closefd=False)
        self._digest = xxhash.xxh3_128()
        self.counts: Counter[str] = Counter()
        self.write(_FIRST, FORMAT)

    def write(self, kind: str, *values: bytes | str | int) -> None:
        """Add a record."""
        packed = _pack([kind.encode(), *map(_bytes, values)])
        self._digest.update(packed)
        self._out.write(packed)
        self.counts[kind] += 1

    def end(self) -> None:
        """Make it whole: what comes before is an archive from now on."""
        self._out.write(_pack([_LAST.encode(), _bytes(self.counts.total()), self._digest.digest()]))
        self._out.flush(zstandard.FLUSH_FRAME)


def read_archive(file: BinaryIO) -> Iterator[Record]:
    """The records of an archive. Raises InvalidArchive, at the latest at the end when a part is missing or changed."""
    stream: Any = zstandard.ZstdDecompressor().stream_reader(file, closefd=False)
    source = io.BufferedReader(stream, _BUFFER)
    digest, count = xxhash.xxh3_128(), 0
    try:
        while True:
            packed, (kind, values) = _read(source)
            if kind == _LAST:
                break
            if (count == 0) != (kind == _FIRST) or (kind == _FIRST and values != (FORMAT,)):
                raise InvalidArchive(
                    "This is no archive of this program's format: restore it with the program that wrote it."
                )
            digest.update(packed)
            count += 1
            if kind != _FIRST:
                yield kind, values
        if values != (_bytes(count), digest.digest()) or source.read(1):
            raise InvalidArchive("The archive was changed after it was written: take another one.")
    except zstandard.ZstdError as error:
        raise InvalidArchive(f"This is no archive, or a damaged one: {error}") from error


def check_archive(file: BinaryIO) -> None:
    """Read an archive to its end and go back to its beginning. Raises InvalidArchive when it is not whole."""
    for _ in read_archive(file):
        pass
    file.seek(0)


def _bytes(value: bytes | str | int) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def _pack(parts: list[bytes]) -> bytes:
    return struct.pack(f"<I{len(parts)}I", len(parts), *map(len, parts)) + b"".join(parts)


def _read(source: io.BufferedReader) -> tuple[bytes, Record]:
    """The next record, as it is packed and unpacked."""
    counted = _exactly(source, 4)
    sized = _exactly(source, 4 * int.from_bytes(counted, "little"))
    lengths = struct.unpack(f"<{len(sized) // 4}I", sized)
    joined = _exactly(source, sum(lengths))
    parts, at = [], 0
    for length in lengths:
        parts.append(joined[at : at + length])
        at += length
    if not parts:
        raise InvalidArchive("This is no archive, or a damaged one: a record without a kind.")
    return counted + sized + joined, (parts[0].decode("ascii", "replace"), tuple(parts[1:]))


def _exactly(source: io.BufferedReader, size: int) -> bytes:
    if size > _LARGEST:
        raise InvalidArchive(f"This is no archive, or a damaged one: a record of {size} bytes.")
    found = source.read(size)
    if len(found) < size:
        raise InvalidArchive("The archive is cut short: the end is missing. Take another one.")
    return found
