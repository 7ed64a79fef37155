"""datatrove's MinHash deduplication of a folder of JSON lines, its four steps one after the other.

Run as a command with the folder, where to write, and how many processes: `python -m bench.speed.datatrove_minhash`.
Words are split at spaces, the fastest way there is: its own tokenisers for English are spaCy's and NLTK's.
"""

from __future__ import annotations

import sys
from pathlib import Path

import xxhash
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.base import PipelineStep
from datatrove.pipeline.dedup import (
    MinhashDedupBuckets,
    MinhashDedupCluster,
    MinhashDedupFilter,
    MinhashDedupSignature,
)
from datatrove.pipeline.dedup.minhash import MinhashConfig
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers.jsonl import JsonlWriter
from datatrove.utils.word_tokenizers import WordTokenizer


class Spaces(WordTokenizer):  # type: ignore[misc] # its types are not there
    """Words between spaces."""

    def word_tokenize(self, text: str) -> list[str]:
        """The words of a text."""
        return text.split()

    def sent_tokenize(self, text: str) -> list[str]:
        """The text as one sentence; MinHash asks for words alone."""
        return [text]

    def span_tokenize(self, text: str) -> list[tuple[int, int]]:
        """The text as one span."""
        return [(0, len(text))]


def hashed(words: str) -> int:
    """The hash that datatrove means by its own call, which only xxhash before 4.0 understands."""
    return int(xxhash.xxh64_intdigest(words.encode()))


def deduplicate(articles: Path, out: Path, jobs: int) -> None:
    """Keep one article of each cluster; what clusters there are is in `out/clusters`."""
    config, files = MinhashConfig(), len(list(articles.iterdir()))
    signatures, buckets, clusters = (str(out / name) for name in ("signatures", "buckets", "clusters"))
    sign = MinhashDedupSignature(signatures, config, Spaces())
    sign._hash_func = hashed
    read = JsonlReader(str(articles))
    steps: list[tuple[int, list[PipelineStep]]] = [
        (files, [read, sign]),
        (config.num_buckets, [MinhashDedupBuckets(signatures, buckets, config=config)]),
        (1, [MinhashDedupCluster(buckets, clusters, config, save_cluster_id=True)]),
        (files, [read, MinhashDedupFilter(clusters), JsonlWriter(str(out / "kept"))]),
    ]
    for number, (tasks, pipeline) in enumerate(steps):
        logs = str(out / f"logs{number}")
        LocalPipelineExecutor(pipeline, tasks, jobs, logs, start_method="fork").run()  # starts fastest


if __name__ == "__main__":
    deduplicate(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
