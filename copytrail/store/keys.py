"""Every key in the store: its name, type, meaning and lifetime.

Articles, their names and the index are spread over `SHARDS` shards; all keys of one shard carry the same hash
tag and so live in one slot of a Redis Cluster. Nothing ever touches two shards in one call.

| key | type | meaning | lives |
|---|---|---|---|
| `ct:{t}:ids`, `ct:{t}:urls` | hash | id or canonical URL to number, by the name's hash | as the article |
| `ct:{t}:a:<n>` | hash | the article: names, metadata, text (zstd), version, status, buckets … | until deleted |
| `ct:{t}:e:<n>` | hash | its verified pairs: other number to packed report | as both articles |
| `ct:{t}:queued` | zset | numbers that wait for a worker, by the time (ms) they began to | until handled |
| `ct:{t}:arrived` | zset | numbers of articles by when they were first seen (ms) | until deleted |
| `ct:{t}:arrived:<source>` | zset | the same for one source, by the hash of its name | until deleted |
| `ct:{t}:failed` | zset | numbers set aside, by the time (ms) they were | until retried or deleted |
| `ct:{t}:pages` | hash | the index: page (4 bytes) to entries of 8 bytes (bucket's tag 4, article 4) | until replaced |
| `ct:{t}:shard` | hash | `articles`, `expired`; of an index `pages` …; of a reindex `live` … (reindex.lua) | always |
| `ct:{t}:reindex` | zset | numbers of articles that are not in the next index as they are now | until they are |
| `ct:{t}:fenced` | set | workers that were taken for dead: their late writes are refused | a day after the last |
| `ct:{t}:outbox` | stream | events of articles on their way to the feed | until passed on |
| `ct:{t}:synced` | string | written last on a server to learn that all before it is on its disk | always |
| `ct:{t}:work` | stream | the work queue, one per partition: packed article numbers | until handled |
| `ct:{t}:o:<name>` | string | a post under an Idempotency-Key: at work, or its answer | a day |
| `ct:{t}:once` | zset | names of those posts by the time (ms) they came | a day |
| `ct:{c}:clusters` | hash | cluster id to its record (JSON) | until merged or dissolved |
| `ct:{c}:member` | hash | article number to cluster id | as the membership |
| `ct:{c}:order` | zset | cluster ids by newest activity (ms) | as the cluster |
| `ct:{c}:merged` | hash | id of a cluster that is no more to the one it became part of | always |
| `ct:{c}:lease` | string | token of the worker that may change clusters | seconds |
| `ct:{c}:events` | stream | the event feed: event number to event (JSON) | the newest `COPYTRAIL_EVENTS_KEPT` |
| `ct:{c}:passed` | hash | shard to the last entry of its `outbox` that is in the feed | always |
| `ct:{c}:verdicts` | hash | verdict id to all that was said of two articles (JSON) | as both articles |
| `ct:{c}:judged` | hash | article number to the numbers of those it has a verdict with | as the verdict |
| `ct:{c}:judged_at` | zset | ids of verdicts that count, by when they were given (ms) | until taken back |
| `ct:{c}:webhooks` | hash | webhook id to its address, filter and secret (JSON) | until deleted |
| `ct:{c}:deliveries` | hash | webhook id to how far it got and what went wrong (JSON) | as the webhook |
| `ct:{c}:tests` | set | ids of webhooks that are to be sent a test | until sent |
| `ct:{c}:courier:<id>` | string | token of the worker that delivers to a webhook | a minute |
| `ct:{c}:synced` | string | as in the shards | always |
| `ct:{c}:next` | string | the last cluster number given out | always |
| `ct:{m}:next` | string | the last article number given out | always |
| `ct:{m}:version` | string | the versions of index and layout everything was written with | always |
| `ct:{m}:generation` | string | the number of the live index, 0 when there is none | always |
| `ct:{m}:reindex` | hash | the reindex under way: `generation`, `version`, `replaces`, `workers` | until it is done |
| `ct:{m}:retention` | string | token of the worker that looks what was kept long enough | seconds |
| `ct:{m}:partitions` | string | how many partitions the work queue has | always |
| `ct:{m}:secret` | string | what sessions of browsers are signed with | always |
| `ct:{m}:workers` | zset | workers by when they were last heard of, in ms of the server's clock | a minute after |

Of an index all names carry its number: what is `pages` of the first is `pages:3` of the fourth, and so are the fields
`pages`, `entries`, `overflow` and `stamp` of `shard`, and `buckets` and `repeated` of an article (see `of`).
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import xxhash

LAYOUT: Final = "layout-2"  # raised when keys or values are written in another way
ALIVE_MS: Final = 60_000  # a worker not heard of for longer is taken for dead
SHARDS: Final = 16  # a power of two: at most so many primaries of a cluster share the load
# The smallest numbers whose slots fall one into each sixteenth of the slots: every primary gets its share.
_TAGS: Final = (10, 3, 61, 43, 11, 2, 60, 42, 12, 1, 63, 41, 13, 0, 62, 40)

CLUSTERS: Final = "ct:{c}:clusters"
MEMBER: Final = "ct:{c}:member"
ORDER: Final = "ct:{c}:order"
MERGED: Final = "ct:{c}:merged"
LEASE: Final = "ct:{c}:lease"
EVENTS: Final = "ct:{c}:events"
PASSED: Final = "ct:{c}:passed"
VERDICTS: Final = "ct:{c}:verdicts"
JUDGED: Final = "ct:{c}:judged"
JUDGED_AT: Final = "ct:{c}:judged_at"
WEBHOOKS: Final = "ct:{c}:webhooks"
DELIVERIES: Final = "ct:{c}:deliveries"
TESTS: Final = "ct:{c}:tests"
CLUSTERS_SYNCED: Final = "ct:{c}:synced"
NEXT_CLUSTER: Final = "ct:{c}:next"
NEXT_NUMBER: Final = "ct:{m}:next"
VERSION: Final = "ct:{m}:version"
GENERATION: Final = "ct:{m}:generation"
REINDEX: Final = "ct:{m}:reindex"
PARTITIONS: Final = "ct:{m}:partitions"
RETENTION: Final = "ct:{m}:retention"
WORKERS: Final = "ct:{m}:workers"
SECRET: Final = "ct:{m}:secret"
RESTORING: Final = "being restored"  # what stands in `version` until a restore is done
EVERY_SHARD: Final = "ct:{[0-9]*}:"  # pattern of the prefixes of all shards


def key(shard: int, name: str) -> str:
    """The key in a shard (0 to SHARDS - 1) of a name from the table: `ids`, `queued`, `pages` …"""
    return f"ct:{{{_TAGS[shard]}}}:{name}"


def of(name: str, generation: int) -> str:
    """What a key or field is called in an index of this number: there are two while one replaces the other."""
    return f"{name}:{generation}" if generation else name


def article(number: int) -> str:
    """The hash of an article."""
    return f"{prefix(shard_of(number))}a:{number}"


def edges(number: int) -> str:
    """The hash of an article's verified pairs."""
    return f"{prefix(shard_of(number))}e:{number}"


def courier(webhook_id: str) -> str:
    """The lease on the deliveries to a webhook."""
    return f"ct:{{c}}:courier:{webhook_id}"


def prefix(shard: int) -> str:
    """What all keys of a shard begin with."""
    return f"ct:{{{_TAGS[shard]}}}:"


def work(partition: int) -> str:
    """The stream of a partition of the work queue."""
    return key(partition % SHARDS, "work" if partition < SHARDS else f"work{partition // SHARDS}")


def source(name: str) -> str:
    """What stands for a source in keys: however its name is capitalised."""
    return xxhash.xxh3_64_hexdigest(name.casefold().encode("utf-8", "replace"))


def shard_of(number: int) -> int:
    """The shard of an article."""
    return number % SHARDS


def shard_of_name(name: str) -> int:
    """The shard that knows which article goes by this id or URL."""
    return xxhash.xxh3_64_intdigest(name.encode()) % SHARDS


def shards_of_buckets(buckets: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
    """The shard of each bucket of the index: its lowest bits, which are no part of its tag."""
    return (buckets % np.uint64(SHARDS)).astype(np.int64)
