"""What the routes of verdicts take and answer, with examples."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field

from copytrail.formats import sound
from copytrail.verdicts import Says
from service.examples import example
from service.parameters import Query

_GIVEN: dict[str, Any] = {
    "a": "a_4mano632c45444szm3jtjj4z2y",
    "b": "a_6qis3ykaa3uqmjii4ijlydqhum",
    "verdict": "dispute",
    "reason": "Both quote the same statement of the port authority at length.",
    "by": "desk@herald.example",
}
_SAID = {name: _GIVEN[name] for name in ("verdict", "reason", "by")} | {"at": "2026-05-04T11:02:10Z"}
VERDICT: dict[str, Any] = {"id": "v_17_23", **_GIVEN, "at": "2026-05-04T11:02:10Z", "history": [_SAID]}

Text = Annotated[str, AfterValidator(sound)]


class VerdictPath(BaseModel):
    """Which verdict."""

    id: str = Field(description="The verdict's id.")


class VerdictsQuery(Query):
    """Which verdicts to list."""

    article: str | None = Field(None, max_length=200, description="Only those on pairs with this article.")
    cursor: str | None = Field(None, max_length=500, description="`next_cursor` of the page before.")
    limit: int = Field(50, ge=1, le=200)


class VerdictBody(BaseModel):
    """What a person says of two articles."""

    model_config = example(_GIVEN, extra="forbid")

    a: str = Field(min_length=1, max_length=200, description="An article's id.")
    b: str = Field(min_length=1, max_length=200, description="Another article's id.")
    verdict: Says = Field(description="`confirm`: one text; `dispute`: not for what these two share.")
    reason: Text = Field(min_length=1, max_length=2000, description="Why; it is shown.")
    by: Text | None = Field(None, max_length=200, description="Who says so.")


class OpinionShape(BaseModel):
    """What was said at one time; `verdict` null takes back what was said before."""

    verdict: Says | None
    reason: str | None
    by: str | None
    at: AwareDatetime


class VerdictShape(OpinionShape):
    """A verdict, and all that was said of the pair, oldest first."""

    model_config = example(VERDICT)

    id: str
    a: str
    b: str
    history: list[OpinionShape]


class Verdicts(BaseModel):
    """One page of verdicts that count, newest first; `next_cursor` is null on the last."""

    model_config = example({"verdicts": [VERDICT], "next_cursor": None})

    verdicts: list[VerdictShape]
    next_cursor: str | None
