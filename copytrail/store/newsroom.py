"""What passes between a store and the people it works for: the event feed, webhooks, and verdicts on pairs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from copytrail.events import Event
from copytrail.verdicts import Opinion, Verdict
from copytrail.webhooks import Webhook


class Newsroom(Protocol):
    """The part of a store that tells and listens."""

    def events(self, after: int | None, limit: int) -> list[Event]:
        """The events after that one, oldest first; from the oldest kept when None.

        Raises FeedCut when some of what follows is no longer kept, or when there never was such an event.
        """
        ...

    def newest_event(self) -> int:
        """The id of the newest event, 0 when nothing was told yet."""
        ...

    def judge(self, a: int, b: int, opinion: Opinion) -> Verdict:
        """Keep what a person says of two articles (numbers) and queue these, so that their clusters heed it.

        Raises KeyError with the number of an article that does not exist.
        """
        ...

    def verdict(self, verdict_id: str) -> Verdict | None:
        """All that was said of a pair, also when it was taken back; None when nothing was."""
        ...

    def verdicts(self, cursor: str | None, limit: int) -> tuple[list[Verdict], str | None]:
        """The verdicts that count, newest first, and the cursor of the next page, None at the end.

        Raises ValueError when the cursor is not one this method gave out.
        """
        ...

    def verdicts_on(self, numbers: Sequence[int]) -> list[Verdict]:
        """The verdicts that count on pairs with one of these articles, in the order of their ids."""
        ...

    def add_webhook(self, webhook: Webhook) -> None:
        """Keep a webhook; it is told what happens from now on."""
        ...

    def webhook(self, webhook_id: str) -> Webhook | None:
        """A webhook and how it fares."""
        ...

    def webhooks(self) -> list[Webhook]:
        """All webhooks, oldest first."""
        ...

    def delete_webhook(self, webhook_id: str) -> bool:
        """Forget a webhook; False when there is none."""
        ...

    def test_webhook(self, webhook_id: str) -> None:
        """Have a test sent to a webhook as soon as a worker comes to it."""
        ...
