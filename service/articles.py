"""/v1/articles: post, read, delete, retry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from flask import Response, jsonify, request
from flask_openapi.blueprint import APIBlueprint

from copytrail.article import Article, Limits, parse_article, rfc3339
from copytrail.errors import InvalidArticle
from copytrail.formats import kind
from copytrail.store.protocol import Record, Status
from service.bodies import JSON, NDJSON, Undecodable, article_items
from service.context import context, store
from service.documented import failures, reference
from service.matches import reading, stored_matches
from service.parameters import ArticleBody, ArticlePath, ArticlesQuery, PostQuery
from service.problems import MEDIA_TYPE, Problem, problem_body
from service.requests import concerns
from service.schemas import ArticleState, FailedArticles, Receipt, Retried, StoredText
from service.visitor import visitor

Json = dict[str, Any]
bp = APIBlueprint("articles", __name__, url_prefix="/v1/articles", abp_tags=[{"name": "articles"}])

_MOST_ITEMS = 1_000_000
"""Items of one post that are answered one by one: the answer for a million takes seconds and 100 MB."""
_TOO_MANY = (
    f"The post holds more than {_MOST_ITEMS} articles; nothing was taken. Send at most {{most}} at once."
)

_ARTICLE = reference(bp, ArticleBody)
_POST_BODY: Json = {
    "required": True,
    "content": {
        JSON: {"schema": {"anyOf": [_ARTICLE, {"type": "array", "items": _ARTICLE}]}},
        NDJSON: {"schema": {"type": "string", "description": "One article a line."}},
    },
}


@bp.post("", request_body=_POST_BODY, responses={202: Receipt, **failures(400, 413, 415)})
def post_articles(query: PostQuery) -> tuple[Json, int, dict[str, str]]:
    """Post one article, an array of articles, or one a line as NDJSON.

    Each is accepted or refused by itself; the accepted ones are durable when the answer comes. The same id or
    the same canonical URL again is an update; of several in one post the last counts.
    """
    articles, rejected = _parsed(article_items(request))
    if not visitor().trusted:
        context().rates.count("articles", visitor().name, len(articles))
    accepted = _accepted(articles, query.wait)
    receipt: Json = {"accepted": accepted, "rejected": rejected}
    if accepted:
        return receipt, HTTPStatus.ACCEPTED, {}
    return problem_body(422, _none_accepted(rejected), receipt), 422, {"Content-Type": MEDIA_TYPE}


@bp.get("", responses={200: FailedArticles, **failures()})
def list_articles(query: ArticlesQuery) -> Json:
    """List the articles that were set aside, those with the newest post first."""
    try:
        found, cursor = store().failed(query.limit, query.cursor)
    except ValueError as fault:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, f"cursor: {fault}") from None
    return {"articles": [_failure(record) for record in found], "next_cursor": cursor}


@bp.get("/<id>", responses={200: ArticleState, **failures(404)})
def get_article(path: ArticlePath) -> Json:
    """Read an article: what is known about it, its status, its cluster, and its matches, best first.

    `ignored` are the stretches of its text that are no evidence: site furniture by its usual phrases, or blocks that
    its site repeats. Among the `flags`, `insufficient_text` says that too little is left to be compared.
    """
    return read_article(path.id)


def read_article(article_id: str) -> Json:
    """An article as answers show it. Raises Problem 404 when there is none."""
    record = _known(article_id)
    standing = {
        "id": record.article_id,
        "status": record.status,
        "failure": record.failure,
        "cluster": record.cluster,
    }
    history = {
        "first_seen_at": rfc3339(record.first_seen_at),
        "updated_at": rfc3339(record.updated_at),
        "version": record.version,
        "characters": record.characters,
    }
    matches = {"matches": stored_matches(store(), record.number)}
    return standing | _described(record) | history | _reading(record) | matches


@bp.get("/<id>/text", responses={200: StoredText, **failures(404)})
def get_text(path: ArticlePath) -> Response:
    """Read an article's text exactly as it was given: in JSON, or plain for who asks for `text/plain`."""
    text = store().text(path.id)
    if text is None:
        raise _unknown(path.id)
    if request.accept_mimetypes.best_match([JSON, "text/plain"]) == "text/plain":
        return Response(text, mimetype="text/plain")
    return jsonify(id=path.id, text=text)


@bp.delete("/<id>", responses={204: None, **failures(404)})
def delete_article(path: ArticlePath) -> tuple[str, int]:
    """Delete an article: its text at once, then its place in the index and in its cluster."""
    if not store().delete(path.id):
        raise _unknown(path.id)
    return "", HTTPStatus.NO_CONTENT


@bp.post("/<id>/retry", responses={202: Retried, **failures(404, 409)})
def retry_article(path: ArticlePath) -> tuple[Json, int]:
    """Queue an article again that was set aside."""
    record = _known(path.id)
    if not store().retry(path.id):
        raise Problem(
            HTTPStatus.CONFLICT, f"Article {path.id!r} is {record.status}; only failed ones can be retried."
        )
    return {"id": record.article_id, "status": "queued"}, HTTPStatus.ACCEPTED


def _parsed(items: Iterable[object]) -> tuple[dict[int, Article], list[Json]]:
    """The good articles by their place in the post, and what is wrong with the others."""
    settings, limits = context().settings, context().settings.limits
    articles: dict[int, Article] = {}
    rejected: list[Json] = []
    beyond = f"is beyond the {settings.max_batch} articles taken from one post; send it again in another"
    for index, item in enumerate(items):
        if index >= _MOST_ITEMS:
            raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _TOO_MANY.format(most=settings.max_batch))
        if len(articles) + len(rejected) >= settings.max_batch:
            rejected.append({"index": index, "error": beyond})
            continue
        try:
            articles[index] = _article(item, limits)
        except (InvalidArticle, Undecodable) as fault:
            rejected.append({"index": index, "error": str(fault)})
    return articles, rejected


def _article(item: object, limits: Limits) -> Article:
    if isinstance(item, Undecodable):
        raise Undecodable(f"the line is not JSON: {item}")
    if not isinstance(item, dict):
        raise InvalidArticle("article", f"must be an object, not {kind(item)}")
    return parse_article(item, limits)


def _accepted(articles: dict[int, Article], wait: float | None) -> list[Json]:
    """Store the articles, of those with one id the last, and say what became of each."""
    last = {article.id: article for article in articles.values()}
    answers = (
        dict(zip(last, store().accept(list(last.values()), datetime.now(UTC)), strict=True)) if last else {}
    )
    statuses = {answer.id: answer.status for answer in answers.values()}
    if wait and statuses:
        statuses |= _statuses_after(list(statuses), wait)
    concerns(statuses)
    return [_receipt(index, article, answers[article.id].id, statuses) for index, article in articles.items()]


def _none_accepted(rejected: Sequence[Json]) -> str:
    if not rejected:
        return "There is no article in the body."
    return f"None of {len(rejected)} articles can be accepted; the first: {rejected[0]['error']}"


def _receipt(index: int, article: Article, article_id: str, statuses: dict[str, str]) -> Json:
    dropped = {"dropped": list(article.dropped)} if article.dropped else {}
    return {"index": index, "id": article_id, "status": statuses[article_id], **dropped}


def _statuses_after(ids: Sequence[str], seconds: float) -> dict[str, str]:
    """The statuses once all are indexed or the time is over; at once when too many others wait already."""
    seats = context().waiting
    if seats.acquire(blocking=False):
        try:
            store().wait_indexed(ids, seconds)
        finally:
            seats.release()
    return {article_id: record.status for article_id in ids if (record := store().record(article_id))}


def _described(record: Record) -> Json:
    fields = ("title", "url", "source", "published_at", "fetched_at", "language")
    values = {name: record.metadata.get(name) for name in fields}
    return {
        **values,
        "authors": record.metadata.get("authors", []),
        "tags": record.metadata.get("tags", []),
        "extra": record.metadata.get("extra", {}),
    }


def _reading(record: Record) -> Json:
    """How the text is read as it stands; nothing is known of one that was deleted just now."""
    found = context().library.documents([record.number])
    return reading(found[record.number][1]) if found else {"flags": [], "ignored": []}


def _failure(record: Record) -> Json:
    return {
        "id": record.article_id,
        "status": Status.FAILED,
        "failure": record.failure,
        "traceback": record.traceback,
        "url": record.metadata.get("url"),
        "title": record.metadata.get("title"),
        "updated_at": rfc3339(record.updated_at),
    }


def _known(article_id: str) -> Record:
    concerns([article_id])
    record = store().record(article_id)
    if record is None:
        raise _unknown(article_id)
    return record


def _unknown(article_id: str) -> Problem:
    return Problem(HTTPStatus.NOT_FOUND, f"There is no article {article_id!r}.")
