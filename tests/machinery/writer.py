"""Clients that write into their ledger what they ask for and what they are told."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from threading import Event
from typing import Final

import httpx
from ledger import Ledger, Outcome
from samples import TEXTS

BATCH: Final = (1, 3)  # articles in a post
KEYS: Final = 100  # of one writer
PAUSE: Final = (0.2, 0.6)  # seconds between two operations
UPDATES, DELETIONS = 0.25, 0.08  # shares of the operations
_TIMEOUT: Final = httpx.Timeout(15.0, connect=2.0)


class Writer:
    """One thread's client: posts articles under keys of its own, changes some and deletes some, as chance has it.

    The articles are those of the seed stories, whole, shortened or edited, so that clusters form among the keys of
    all writers.
    """

    def __init__(self, name: str, ledger: Ledger, seed: int) -> None:
        self._name = name
        self._ledger = ledger
        self._chance = random.Random(f"{seed} {name}")
        self._texts = list(TEXTS.values())
        self._next = 0
        self.surprises: list[str] = []

    def run(self, url: str, stop: Event) -> None:
        """Write to the service until told to stop."""
        with httpx.Client(base_url=url, timeout=_TIMEOUT, trust_env=False) as http:
            while not stop.is_set():
                self._step(http)
                stop.wait(self._chance.uniform(*PAUSE))

    def _step(self, http: httpx.Client) -> None:
        mine = [key for key in self._ledger.settled() if key.startswith(self._name)]
        what = self._chance.random()
        if mine and what < DELETIONS:
            self._delete(http, self._chance.choice(mine))
        elif mine and (what < DELETIONS + UPDATES or self._next >= KEYS):
            self._post(http, [self._chance.choice(mine)])
        elif self._next < KEYS:
            count = self._chance.randint(*BATCH)
            self._post(http, [f"{self._name}-{self._next + n}" for n in range(count)])
            self._next += count

    def _post(self, http: httpx.Client, keys: Sequence[str]) -> None:
        texts = {key: self._text() for key in keys}
        lines = "\n".join(json.dumps({"id": key, "text": text}) for key, text in texts.items())
        try:
            answer = http.post(
                "/v1/articles",
                content=lines.encode(),
                headers={"content-type": "application/x-ndjson"},
            )
        except httpx.TransportError:
            accepted, otherwise = set(), Outcome.UNKNOWN
        else:
            accepted = (
                {each["id"] for each in answer.json()["accepted"]} if answer.status_code == 202 else set()
            )
            otherwise = self._outcome(answer)
        for key, text in texts.items():
            self._ledger.note(key, text, Outcome.OK if key in accepted else otherwise)

    def _delete(self, http: httpx.Client, key: str) -> None:
        try:
            outcome = self._outcome(http.delete(f"/v1/articles/{key}"))
        except httpx.TransportError:
            outcome = Outcome.UNKNOWN
        self._ledger.note(key, None, outcome)

    def _outcome(self, answer: httpx.Response) -> Outcome:
        if answer.is_success:
            return Outcome.OK
        if answer.status_code >= 500:
            if answer.status_code != 503:
                self.surprises.append(
                    f"{answer.request.method} {answer.url}: {answer.status_code} {answer.text}"
                )
            return Outcome.UNKNOWN
        return Outcome.FAILED

    def _text(self) -> str:
        """An article of a story: as it is, its first half, or with some words changed."""
        words = self._chance.choice(self._texts).split(" ")
        kind = self._chance.randrange(3)
        if kind == 1:
            words = words[: len(words) // 2]
        if kind == 2:
            for place in self._chance.sample(range(len(words)), len(words) // 12):
                words[place] = f"w{self._chance.randrange(10**6)}"
        return " ".join(words)
