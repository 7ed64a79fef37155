"""/v1/verdicts: what people say of pairs of articles, and labels for training made of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final

import xxhash
from flask import Response
from flask_openapi.blueprint import APIBlueprint

from copytrail.compare import compare_texts
from copytrail.report import Relation
from copytrail.store.protocol import Record
from copytrail.verdicts import Opinion, Says, Verdict
from service.bodies import NDJSON
from service.context import store
from service.documented import failures
from service.problems import Problem
from service.verdict_shapes import VerdictBody, VerdictPath, Verdicts, VerdictShape, VerdictsQuery

Json = dict[str, Any]
bp = APIBlueprint("verdicts", __name__, url_prefix="/v1/verdicts", abp_tags=[{"name": "verdicts"}])

_PAGE: Final = 100
_LINES = {
    "description": "One labelled pair a line.",
    "content": {NDJSON: {"schema": {"type": "string", "description": "One object a line."}}},
}


@bp.post("", responses={201: VerdictShape, **failures(400, 404, 413, 415)})
def give_verdict(body: VerdictBody) -> tuple[Json, int]:
    """Confirm or dispute that two articles are one text, or replace what was said of them before.

    A confirmed pair is always in one cluster. A disputed pair is no evidence any more: the two are in one cluster only
    when other pairs join them. Their clusters follow at once, and a verdict is kept until one of the two is deleted.
    """
    if body.a == body.b:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "b: is the same article as a")
    a, b = _known(body.a), _known(body.b)
    if a.number == b.number:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, f"b: is the same article as a, {a.article_id!r}")
    opinion = Opinion(_now(), body.verdict, body.reason, body.by)
    try:
        verdict = store().judge(a.number, b.number, opinion)
    except KeyError:
        raise Problem(HTTPStatus.NOT_FOUND, "One of the articles was deleted just now.") from None
    return shown([verdict])[0], HTTPStatus.CREATED


@bp.get("", responses={200: Verdicts, **failures(404)})
def list_verdicts(query: VerdictsQuery) -> Json:
    """List the verdicts that count, newest first."""
    if query.article is not None:
        found = store().verdicts_on([_known(query.article).number])
        found.sort(key=lambda verdict: verdict.last.at, reverse=True)
        return {"verdicts": shown(found), "next_cursor": None}
    try:
        found, cursor = store().verdicts(query.cursor, query.limit)
    except ValueError as fault:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, f"cursor: {fault}") from None
    return {"verdicts": shown(found), "next_cursor": cursor}


@bp.get("/labels", responses={200: _LINES, **failures()})
def list_labels() -> Response:
    """Read the verdicts as labelled pairs with their texts, one a line, for training.

    Saved as `verdicts.jsonl` beside the other corpora they are used by `make train`. Pairs of which a text has changed
    since are left out.
    """
    labels = list(_labels())
    return Response(
        "".join(json.dumps(label, ensure_ascii=False) + "\n" for label in labels), mimetype=NDJSON
    )


@bp.get("/<id>", responses={200: VerdictShape, **failures(404)})
def get_verdict(path: VerdictPath) -> Json:
    """Read all that was said of a pair, also when it was taken back."""
    return _shown_or_404(path.id)


@bp.delete("/<id>", responses={204: None, **failures(404)})
def withdraw_verdict(path: VerdictPath) -> tuple[str, int]:
    """Take a verdict back: the clusters follow from the texts alone again. What was said stays in its history."""
    found = store().verdict(path.id)
    if found is None or found.last.says is None:
        raise _unknown(path.id)
    try:
        store().judge(found.a, found.b, Opinion(_now(), None))
    except KeyError:
        raise _unknown(path.id) from None
    return "", HTTPStatus.NO_CONTENT


def shown(verdicts: Iterable[Verdict]) -> list[Json]:
    """Verdicts as answers show them, without those on articles that are gone."""
    known = list(verdicts)
    numbers = sorted({number for verdict in known for number in (verdict.a, verdict.b)})
    records = store().records(numbers)
    ids = {record.number: record.article_id for record in records if record}
    return [_shown(v, ids) for v in known if v.a in ids and v.b in ids]


def _shown(verdict: Verdict, ids: Mapping[int, str]) -> Json:
    return {
        "id": verdict.id,
        "a": ids[verdict.a],
        "b": ids[verdict.b],
        **verdict.last.to_json(),
        "history": [opinion.to_json() for opinion in verdict.history],
    }


def _shown_or_404(verdict_id: str) -> Json:
    found = store().verdict(verdict_id)
    answers = shown([found]) if found else []
    if not answers:
        raise _unknown(verdict_id)
    return answers[0]


def _labels() -> Iterator[Json]:
    cursor = None
    while True:
        page, cursor = store().verdicts(cursor, _PAGE)
        for verdict in page:
            yield from _label(verdict)
        if cursor is None:
            return


def _label(verdict: Verdict) -> Iterator[Json]:
    """The labelled pair, if both texts are still those that were judged."""
    records = store().records([verdict.a, verdict.b])
    texts = store().texts([verdict.a, verdict.b])
    if None in records or None in texts:
        return
    a, b = (stored.text for stored in texts if stored)
    if tuple(xxhash.xxh3_128_hexdigest(text.encode()) for text in (a, b)) != verdict.texts:
        return
    ids = [record.article_id for record in records if record]
    label = _what_it_is(verdict, compare_texts(a, b).relation)
    yield {
        "a": ids[0],
        "b": ids[1],
        "label": label,
        "grade": "",
        "corpus": "verdicts",
        "a_text": a,
        "b_text": b,
    }


def _what_it_is(verdict: Verdict, found: Relation) -> str:
    """The label: of a confirmed pair how it was copied, of a disputed one whether both report one event."""
    if verdict.last.says is Says.CONFIRM:
        return found if found.is_reuse else Relation.REWRITE
    return "unrelated" if found is Relation.UNRELATED else "independent"


def _known(article_id: str) -> Record:
    record = store().record(article_id)
    if record is None:
        raise Problem(HTTPStatus.NOT_FOUND, f"There is no article {article_id!r}.")
    return record


def _unknown(verdict_id: str) -> Problem:
    return Problem(HTTPStatus.NOT_FOUND, f"There is no verdict {verdict_id!r}.")


def _now() -> datetime:
    return datetime.now(UTC)
