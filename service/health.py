"""/livez and /readyz: is the process up, and may it take articles."""

from __future__ import annotations

from http import HTTPStatus

from flask_openapi.blueprint import APIBlueprint

from copytrail.store.protocol import Problem as StoreProblem
from service.context import context, store
from service.documented import failures
from service.problems import Problem
from service.schemas import Alive, Ready

bp = APIBlueprint("health", __name__, abp_tags=[{"name": "operation"}])


@bp.get("/livez", responses={200: Alive, **failures()})
def livez() -> dict[str, str]:
    """Answer while the process does."""
    return {"status": "alive"}


@bp.get("/readyz", responses={200: Ready, **failures()})
def readyz() -> dict[str, object]:
    """Answer 200 while the store is reachable and configured so that nothing accepted gets lost."""
    keys = context().keys
    found = store().health() + (keys.problems() if keys else [])
    problems = [_named(problem) for problem in found]
    if any(problem.fatal for problem in found):
        detail = " ".join(problem.message for problem in found if problem.fatal)
        raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, problems=problems)
    return {"status": "ready", "problems": problems}


def _named(problem: StoreProblem) -> dict[str, object]:
    return {"code": problem.code, "message": problem.message, "fatal": problem.fatal}
