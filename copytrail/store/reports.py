"""Reports as the store keeps them: a head of fixed size, which deriving clusters reads, then passages and
evidence.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from typing import Final

import zstandard

from copytrail.report import Grade, Passage, Relation, Report

# Versions of the two texts; relation, joins; score, jaccard, a_in_b, b_in_a, support. The functions of `edges.lua`
# read it too.
_HEAD: Final = struct.Struct("<IIBB5d")
HEAD_BYTES: Final = _HEAD.size
_RELATIONS: Final = tuple(Relation)


@dataclass(frozen=True, slots=True)
class Packed:
    """A stored report and the versions of the two texts it was made from, the article's own first."""

    own_version: int
    other_version: int
    report: Report


def pack(own_version: int, other_version: int, report: Report, compressor: zstandard.ZstdCompressor) -> bytes:
    """The report as seen from the article it is kept with."""
    head = _HEAD.pack(
        own_version,
        other_version,
        _RELATIONS.index(report.relation),
        report.joins,
        report.score,
        report.jaccard,
        report.a_in_b,
        report.b_in_a,
        report.support,
    )
    passages = [(*p.a, *p.b, p.grade, p.score) for p in report.passages]
    rest = json.dumps([passages, dict(report.evidence), report.flags], separators=(",", ":"))
    return head + compressor.compress(rest.encode())


def unpack(packed: bytes) -> Packed:
    """What `pack` packed; passages, evidence and flags are empty when only the head is given."""
    own, other, relation, joins, score, jaccard, a_in_b, b_in_a, support = _HEAD.unpack_from(packed)
    rest = json.loads(zstandard.decompress(packed[HEAD_BYTES:])) if len(packed) > HEAD_BYTES else [[], {}, []]
    report = Report(
        relation=_RELATIONS[relation],
        score=score,
        jaccard=jaccard,
        a_in_b=a_in_b,
        b_in_a=b_in_a,
        passages=tuple(Passage((a, b), (c, d), Grade(grade), sure) for a, b, c, d, grade, sure in rest[0]),
        evidence=rest[1],
        flags=tuple(rest[2]),
        joins=bool(joins),
        support=support,
    )
    return Packed(own, other, report)
