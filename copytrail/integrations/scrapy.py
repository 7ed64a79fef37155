"""An item pipeline for Scrapy: every item that a spider yields is posted.

    ITEM_PIPELINES = {"copytrail.integrations.scrapy.CopytrailPipeline": 800}
    COPYTRAIL_URL = "http://127.0.0.1:8080"

`COPYTRAIL_API_KEY` is the key where the service wants one, `COPYTRAIL_BATCH` the articles in a post (100). Items may
have any shape that POST /v1/articles takes: `{"url": …, "html": response.text}` is enough.
"""

from __future__ import annotations

import logging
from typing import Any, Self

from itemadapter import ItemAdapter
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.statscollectors import StatsCollector
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.defer import Deferred, DeferredLock
from twisted.internet.threads import deferToThread

from copytrail.client import BATCH, Client, ClientError, Fields

_log = logging.getLogger(__name__)

_PATIENCE = 900.0  # seconds: a crawl should survive a full queue and a restart


class CopytrailPipeline:
    """Posts items in batches, in a thread, and passes them on unchanged.

    While a batch is being posted further items wait, and Scrapy fetches no faster than articles are taken.
    What became of them is counted in the crawl's stats, under `copytrail/`.
    """

    def __init__(self, client: Client, batch: int, stats: StatsCollector) -> None:
        self._client = client
        self._size = batch
        self._stats = stats
        self._batch: list[Fields] = []
        self._lock = DeferredLock()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The pipeline that the crawler's settings describe. Raises NotConfigured without COPYTRAIL_URL."""
        settings = crawler.settings
        url, key = settings.get("COPYTRAIL_URL"), settings.get("COPYTRAIL_API_KEY")
        if not url:
            raise NotConfigured("COPYTRAIL_URL is not set; expected the address of a running Copytrail")
        size = settings.getint("COPYTRAIL_BATCH", BATCH)
        if crawler.stats is None or size < 1:
            raise NotConfigured(f"COPYTRAIL_BATCH is {size}; expected at least 1")
        return cls(Client(url, key, _PATIENCE), size, crawler.stats)

    async def process_item(self, item: Any) -> Any:  # noqa: ANN401 - whatever a spider yields
        """Add the item to the batch, and post that when it is full."""
        await maybe_deferred_to_future(self._lock.run(self._add, ItemAdapter(item).asdict()))
        return item

    async def close_spider(self) -> None:
        """Post the rest."""
        await maybe_deferred_to_future(self._lock.run(self._send))
        self._client.close()

    def _add(self, article: Fields) -> Deferred[None] | None:
        self._batch.append(article)
        return self._send() if len(self._batch) >= self._size else None

    def _send(self) -> Deferred[None] | None:
        """Post the batch in a thread, so that the crawl goes on meanwhile."""
        batch, self._batch = self._batch, []
        return deferToThread(self._post, batch) if batch else None

    def _post(self, batch: list[Fields]) -> None:
        try:
            receipt = self._client.post(batch)
        except ClientError as error:
            _log.error("%d articles are lost: %s", len(batch), error)
            self._stats.inc_value("copytrail/lost", len(batch))
            return
        self._stats.inc_value("copytrail/accepted", len(receipt["accepted"]))
        for rejected in receipt["rejected"]:
            _log.warning("%s: %s", batch[rejected["index"]].get("url"), rejected["error"])
            self._stats.inc_value("copytrail/rejected")
