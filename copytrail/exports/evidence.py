"""The evidence page: one HTML file that needs no network and no script, made to be printed and handed over.

Its wording keeps apart what was measured (which passages two texts share), what was inferred (who was first, who took
from whom, how sure that is and why) and what is not known (licences, agreements, intent).
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

import copytrail
from copytrail.exports.case import Case, Json, credits_of, name_of, parent_of, safe_url
from copytrail.exports.marking import Beside, beside, plain
from copytrail.exports.pages import ENVIRONMENT, style
from copytrail.exports.picture import draw
from copytrail.report import Grade, Passage
from copytrail.sketch import INDEX_VERSION
from copytrail.wording import SAID, moment

MOST_PAIRS: Final = 60
"""Pairs laid side by side, earliest first: about two sheets of paper each. The table names every article."""
_STYLE: Final = style("marks.css") + style("evidence.css")
POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{b64encode(sha256(_STYLE.encode()).digest()).decode()}'; "
    "base-uri 'none'; form-action 'none'"
)
"""The page's Content-Security-Policy: its one style sheet, and nothing else whatever an article brings along."""
_SURE, _LIKELY, _OPEN = 0.9, 0.7, 0.5


@dataclass(frozen=True)
class Exhibit:
    """A member beside what it was taken from or is closest to; `rows` is empty for identical texts."""

    number: int
    article: Json
    other: Json
    rows: Sequence[Beside]
    paired: int
    sentences: int

    @property
    def directed(self) -> bool:
        """Whether the other is its likely source, not only the text it is most like."""
        return parent_of(self.article) is not None


def render(case: Case) -> str:
    """The page."""
    exhibits = list(_exhibits(case))[:MOST_PAIRS]
    shown = {exhibit.article["id"] for exhibit in exhibits if exhibit.rows}
    articles = case.articles
    return ENVIRONMENT.get_template("evidence.html").render(
        cluster=case.cluster,
        articles=articles,
        first=articles.get((case.cluster["original"] or {}).get("article", "")),
        exhibits=exhibits,
        left_out=sum(article["derived_from"] is not None for article in articles.values()) - len(exhibits),
        texts=[
            (articles[name], plain(case.documents[name], credits_of(articles[name])))
            for name in articles
            if _wanted(case, name, exhibits, shown)
        ],
        picture=draw(
            case.cluster, {exhibit.article["id"]: f"#pair-{exhibit.number}" for exhibit in exhibits}
        ),
        doubts=list(_doubts(case)),
        digests={name: case.digest(name) for name in articles},
        documents=case.documents,
        made_at=case.made_at,
        program=copytrail.__version__,
        index_version=INDEX_VERSION,
        css=_STYLE,
        policy=POLICY,
        name=name_of,
        sure=how_sure,
        safe_url=safe_url,
        said=SAID,
    )


def how_sure(confidence: float) -> str:
    """A confidence (0 to 1) in words."""
    if confidence >= _SURE:
        return "very likely"
    if confidence >= _LIKELY:
        return "likely"
    return "more likely than not" if confidence >= _OPEN else "possible, not established"


def _exhibits(case: Case) -> Iterator[Exhibit]:
    """A pair for each member with a counterpart whose texts both still exist."""
    number = 0
    for article in case.cluster["articles"]:
        other = case.articles.get((article["derived_from"] or {}).get("closest") or "")
        if other and article["id"] in case.documents and other["id"] in case.documents:
            number += 1
            yield _exhibit(case, number, article, other)


def _exhibit(case: Case, number: int, article: Json, other: Json) -> Exhibit:
    derived = article["derived_from"]
    rows = []
    if derived["relation"] != "identical":
        passages = [_passage(each) for each in derived["passages"]]
        member, source = case.documents[article["id"]], case.documents[other["id"]]
        rows = beside(member, source, passages, credits_of(article))
    lines = [(row, line) for row in rows for line in row.member if not line.runs[0].ignored]
    paired = sum(bool(row.source) for row, _ in lines)
    return Exhibit(number, article, other, rows, paired, len(lines))


def _passage(fields: Json) -> Passage:
    return Passage(tuple(fields["a"]), tuple(fields["b"]), Grade(fields["grade"]), fields["score"])


def _wanted(case: Case, name: str, exhibits: Sequence[Exhibit], shown: set[str]) -> bool:
    """Whether the text is printed in full: it is a source of a pair and stands whole in none."""
    return name in case.documents and name not in shown and any(e.other["id"] == name for e in exhibits)


def _doubts(case: Case) -> Iterator[str]:
    """What is uncertain about this cluster, in sentences."""
    cluster = case.cluster
    if cluster["original"] is None:
        yield "Who published first is undetermined. " + " ".join(cluster["undetermined"])
    elif cluster["original"]["confidence"] < _SURE:
        first = name_of(case.articles[cluster["original"]["article"]])
        yield f"That {first} was first is {how_sure(cluster['original']['confidence'])}, not certain."
    yield from _disbelieved(cluster)
    for source in cluster["unseen_sources"]:
        names = ", ".join(
            name_of(case.articles[each]) for each in source["cited_by"] if each in case.articles
        )
        yield (
            f"{source['name']} is credited by {names} and was never received here. The text may come from there, "
            "and several articles may have used it independently of each other."
        )
    for article in cluster["articles"]:
        yield from _doubts_about(article)
    yield from _disputes(case)
    yield (
        "Published times are those the articles give. First seen is when this installation received an article, "
        "which may be long after it came out."
    )


def _disbelieved(cluster: Json) -> Iterator[str]:
    """The claim to have been first that is not believed, when there is one."""
    claimed = cluster["first_published_claimed"]
    if claimed and datetime.fromisoformat(claimed) < datetime.fromisoformat(cluster["first_published_at"]):
        claims = ", ".join(name_of(each) for each in cluster["articles"] if each["published_at"] == claimed)
        yield f"The earliest published time claimed, {moment(claimed)} by {claims}, is not believed."


def _disputes(case: Case) -> Iterator[str]:
    """What people said against or for a pair, in their words."""
    for said in case.cluster.get("verdicts", ()):
        if said["verdict"] and said["a"] in case.articles and said["b"] in case.articles:
            pair = f"{name_of(case.articles[said['a']])} and {name_of(case.articles[said['b']])}"
            reason = f": “{said['reason']}”" if said["reason"] else "."
            verb = "disputed" if said["verdict"] == "dispute" else "confirmed"
            yield f"Somebody {verb} that the texts of {pair} belong together{reason}"


def _doubts_about(article: Json) -> Iterator[str]:
    derived: Json | None = article["derived_from"]
    if derived and parent_of(article) is None:
        yield f"From which article {name_of(article)} took its text is undetermined."
    elif derived and derived["confidence"] < _OPEN:
        yield f"The source named for {name_of(article)} is possible and not established."
    if article["published_at"] is None:
        yield f"{name_of(article)} gives no published time."
