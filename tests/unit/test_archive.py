"""An archive that is not whole is refused."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copytrail.errors import InvalidArchive
from copytrail.store.archive import ArchiveWriter, check_archive, read_archive

kinds = st.text("abcdefgh", min_size=1)
records = st.lists(st.tuples(kinds, st.lists(st.binary(max_size=200), max_size=5).map(tuple)), max_size=20)


def archive_of(written: list[tuple[str, tuple[bytes, ...]]]) -> bytes:
    file = io.BytesIO()
    archive = ArchiveWriter(file)
    for kind, values in written:
        archive.write(kind, *values)
    archive.end()
    return file.getvalue()


@settings(deadline=None)
@given(records)
def test_what_was_written_is_read(written: list[tuple[str, tuple[bytes, ...]]]) -> None:
    assert list(read_archive(io.BytesIO(archive_of(written)))) == written


@settings(deadline=None)
@given(records, st.data())
def test_a_part_of_an_archive_is_refused(  # the last 4 bytes only say once more that the others are right
    written: list[tuple[str, tuple[bytes, ...]]], data: st.DataObject
) -> None:
    whole = archive_of(written)
    with pytest.raises(InvalidArchive):
        check_archive(io.BytesIO(whole[: data.draw(st.integers(0, len(whole) - 5))]))


@settings(deadline=None)
@given(records, st.data())
def test_a_changed_archive_is_refused(
    written: list[tuple[str, tuple[bytes, ...]]], data: st.DataObject
) -> None:
    changed = bytearray(archive_of(written))
    changed[data.draw(st.integers(0, len(changed) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        found = list(read_archive(io.BytesIO(bytes(changed))))
    except InvalidArchive:
        return
    assert found == written  # a bit of the header of the frame that says nothing


@settings(deadline=None)
@given(st.binary(max_size=500))
def test_other_files_are_refused(other: bytes) -> None:
    with pytest.raises(InvalidArchive):
        check_archive(io.BytesIO(other))


def test_another_format_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("copytrail.store.archive.FORMAT", b"0")
    old = archive_of([])
    monkeypatch.undo()
    with pytest.raises(InvalidArchive, match="the program that wrote it"):
        check_archive(io.BytesIO(old))
