"""/v1/check: an article in, its matches out, nothing stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from flask_openapi.blueprint import APIBlueprint

from copytrail.article import Article, parse_article
from copytrail.document import Document, analyse
from copytrail.repeats import NOT_STORED, page_of, rule
from copytrail.report import Relation, Report
from copytrail.urls import site_of
from service.bodies import JSON
from service.context import context, store
from service.documented import failures, reference
from service.matches import reading, to_json, with_records
from service.parameters import CheckBody, CheckOptions
from service.schemas import Matches
from service.search import found
from service.selection import Selector

Json = dict[str, Any]
bp = APIBlueprint("check", __name__, url_prefix="/v1", abp_tags=[{"name": "comparison"}])

_BODY: Json = {"required": True, "content": {JSON: {"schema": reference(bp, CheckBody)}}}


@bp.post("/check", request_body=_BODY, responses={200: Matches, **failures(400, 413, 415)})
def check(query: CheckOptions) -> Json:
    """Check an article against everything stored, or a part of it, and store nothing.

    `verdict` is the strongest match that is left; `excluded` are those that the request left out.
    """
    fields = request.get_json()
    options = _options(query, fields)
    article = parse_article(fields, context().settings.limits)
    document = _analysed(article)
    if options.ignore_quotes:
        document = document.without_quotes()
    selector = Selector(options, context().roster)
    reports, truncated = found(document, selector, options.ignore_quotes)
    matches, excluded = _parted(reports, selector)
    return {
        "matches": matches[: options.limit],
        "verdict": _verdict(matches),
        "excluded": excluded,
        "truncated": truncated,
        **reading(document),
    }


def _parted(reports: Mapping[int, Report], selector: Selector) -> tuple[list[Json], list[Json]]:
    """The matches that the request wants, and what is told of the others."""
    matches, excluded = [], []
    for record, report in with_records(store(), reports):
        match, reason = to_json(record, report), selector.excludes(record) or selector.excludes_pair(report)
        if reason is None:
            matches.append(match)
        else:
            told = {name: match[name] for name in ("article", "cluster", "relation", "score")}
            excluded.append(told | {"reason": reason})
    return matches, excluded


def _verdict(matches: Sequence[Json]) -> Json:
    best = matches[0] if matches else {"relation": Relation.UNRELATED, "score": 0.0}
    return {name: best[name] for name in ("relation", "score")}


def _analysed(article: Article) -> Document:
    """The article without its furniture, what its site is known to repeat included."""
    document = analyse(article.text, article.language)
    page = page_of(document, site_of(article.source, article.url))
    return document.without_repeats(page.stretches(rule(store(), {NOT_STORED: page}).furniture))


def _options(query: CheckOptions, fields: Json) -> CheckOptions:
    """The options of the address, with those taken out of the body put over them."""
    in_body = {name: fields.pop(name) for name in CheckOptions.model_fields if name in fields}
    return CheckOptions.model_validate(query.model_dump() | in_body)
