"""The Python client of a running Copytrail.

A busy service is asked again; answers are plain dictionaries, whose types are in `copytrail.client.answers`.

    from copytrail.client import Client

    with Client("http://127.0.0.1:8080") as copytrail:
        copytrail.ingest(articles)
        copytrail.wait()
        for cluster in copytrail.clusters(min_size=3):
            print(cluster["size"], cluster["title"])
"""

from copytrail.client.client import BATCH, Client, Fields
from copytrail.client.errors import (
    Busy,
    ClientError,
    Forbidden,
    Gone,
    NotFound,
    NoWorker,
    Refused,
    TooLarge,
    Unreachable,
)

__all__ = [
    "BATCH",
    "Busy",
    "Client",
    "ClientError",
    "Fields",
    "Forbidden",
    "Gone",
    "NoWorker",
    "NotFound",
    "Refused",
    "TooLarge",
    "Unreachable",
]
