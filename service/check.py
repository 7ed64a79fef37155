"""/v1/check: an article in, its matches out, nothing stored."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_openapi.blueprint import APIBlueprint

from copytrail.article import Article, parse_article
from copytrail.document import Document, analyse
from copytrail.matching import find_matches
from copytrail.repeats import NOT_STORED, page_of, rule
from copytrail.store.protocol import Record
from copytrail.urls import site_of
from service.bodies import JSON
from service.context import context, store
from service.documented import failures, reference
from service.matches import reading, to_json, with_records
from service.parameters import CheckBody, CheckOptions
from service.schemas import Matches

Json = dict[str, Any]
bp = APIBlueprint("check", __name__, url_prefix="/v1", abp_tags=[{"name": "comparison"}])

_BODY: Json = {"required": True, "content": {JSON: {"schema": reference(bp, CheckBody)}}}
_CANDIDATES = 100
"""Articles compared with the checked one at most; what is left out of the answer is among them."""


@bp.post("/check", request_body=_BODY, responses={200: Matches, **failures(400, 413, 415)})
def check(query: CheckOptions) -> Json:
    """Check an article against everything stored, and store nothing."""
    fields = request.get_json()
    options = _options(query, fields)
    article = parse_article(fields, context().settings.limits)
    document = _analysed(article)
    (found,) = find_matches(store(), [document], [None], _CANDIDATES, context().library)
    matches = [
        to_json(record, report)
        for record, report in with_records(store(), found.reports)
        if report.score >= options.threshold and _source(record) not in options.exclude_sources
    ]
    return {
        "matches": matches[: options.limit],
        "truncated": found.truncated,
        **reading(document),
    }


def _analysed(article: Article) -> Document:
    """The article without its furniture, what its site is known to repeat included."""
    document = analyse(article.text, article.language)
    page = page_of(document, site_of(article.source, article.url))
    return document.without_repeats(page.stretches(rule(store(), {NOT_STORED: page}).furniture))


def _options(query: CheckOptions, fields: Json) -> CheckOptions:
    """The options of the address, with those taken out of the body put over them."""
    in_body = {name: fields.pop(name) for name in CheckOptions.model_fields if name in fields}
    options = CheckOptions.model_validate(query.model_dump() | in_body)
    return options.model_copy(
        update={"exclude_sources": {name.casefold() for name in options.exclude_sources}}
    )


def _source(record: Record) -> str:
    return str(record.metadata.get("source", "")).casefold()
