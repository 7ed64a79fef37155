"""`copytrail cluster` beside datatrove's MinHash deduplication: the same articles and cores, from file to file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, Final, NamedTuple

import numpy as np

from bench.printing import Cell, Table
from bench.speed.plants import EDITED, EXCERPT, KEPT, KINDS, SHARE, Plant, planted
from copytrail.cli.compare import cores
from copytrail.warmup import warm_up

SIZE: Final = 20_000
LARGE_SIZE: Final = 100_000
Clusters = list[list[int]]


class Seconds(NamedTuple):
    """How long a command ran, and how long its processes computed in all."""

    wall: float
    busy: float


def offline(size: int = SIZE) -> Iterator[Table]:
    """One table: how long both take for so many articles, and what they find of what is planted."""
    jobs = cores()
    warm_up()
    with TemporaryDirectory(prefix="copytrail-bench-") as name:
        folder = Path(name)
        plants = _write(folder / "articles", size, jobs)
        ours, our_clusters = _copytrail(folder, jobs)
        peers, peer_clusters = _datatrove(folder, jobs)
    yield Table(
        f"offline{'_large' if size == LARGE_SIZE else ''}",
        f"{size:,} articles clustered without a server, {jobs} cores",
        [
            *("way", "seconds", "articles/s", "Copytrail is faster by", "processor s"),
            *(f"{kind} found" for kind in KINDS),
            "precision",
        ],
        [
            [
                "copytrail cluster",
                ours.wall,
                size / ours.wall,
                None,
                ours.busy,
                *_quality(our_clusters, plants),
            ],
            [
                "datatrove MinHash",
                peers.wall,
                size / peers.wall,
                peers.wall / ours.wall,
                peers.busy,
                *_quality(peer_clusters, plants),
            ],
        ],
        f"Wall time of the whole commands. Of the articles {SHARE:.2%} each are another one's copy; its copy with"
        f" {EDITED:.0%} of the words replaced; a text around {EXCERPT} words of it; its sentences with {KEPT:.0%} of"
        " their words, the rarest, in another order among other words. Found: both in one cluster. Precision: of the"
        " pairs in clusters those planted. Copytrail compares texts and traces who took what; datatrove estimates.",
    )


def _write(folder: Path, size: int, files: int) -> list[Plant]:
    """Write the articles into so many files, in turn, and say what is planted."""
    folder.mkdir()
    plants: list[Plant] = []
    streams = [(folder / f"{part}.jsonl").open("w", encoding="utf-8") for part in range(files)]
    number = 0
    for texts, some in planted(size):
        plants += some
        for text in texts:
            streams[number % files].write(json.dumps({"id": f"{number}", "text": text}) + "\n")
            number += 1
    for stream in streams:
        stream.close()
    return plants


def _copytrail(folder: Path, jobs: int) -> tuple[Seconds, Clusters]:
    """How long it takes, and the clusters by article number."""
    out = folder / "clusters.jsonl"
    with out.open("wb") as stream:
        command = [
            sys.executable,
            "-m",
            "copytrail",
            "cluster",
            str(folder / "articles"),
            "--jobs",
            f"{jobs}",
        ]
        seconds = _seconds(command, stream)
    lines = map(json.loads, out.read_text("utf-8").splitlines())
    return seconds, [[int(article["id"]) for article in line["articles"]] for line in lines]


def _datatrove(folder: Path, jobs: int) -> tuple[Seconds, Clusters]:
    """The same."""
    out = folder / "datatrove"
    arguments = [str(folder / "articles"), str(out), f"{jobs}"]
    seconds = _seconds([sys.executable, "-m", "bench.speed.datatrove_minhash", *arguments])
    found: dict[int, list[int]] = {}
    for part in range(jobs):
        rows = np.fromfile(out / "clusters" / f"{part:06d}.clusters", np.uint32).reshape(-1, 2)
        for place, cluster in rows.tolist():
            found.setdefault(cluster, []).append(place * jobs + part)
    return seconds, list(found.values())


def _seconds(command: Sequence[str], out: int | BinaryIO = subprocess.DEVNULL) -> Seconds:
    start, before = time.perf_counter(), os.times()
    subprocess.run(command, stdout=out, stderr=subprocess.DEVNULL, check=True)
    busy = sum(os.times()[2:4]) - sum(before[2:4])
    return Seconds(time.perf_counter() - start, busy)


def _quality(clusters: Clusters, plants: Sequence[Plant]) -> list[Cell]:
    """The share of plants found, by kind, and the share of pairs in clusters that are planted."""
    pairs = {pair for cluster in clusters for pair in combinations(sorted(cluster), 2)}
    known = {(min(plant[1:]), max(plant[1:])): plant.kind for plant in plants}
    found = [known[pair] for pair in pairs if pair in known]
    wanted = [plant.kind for plant in plants]
    return [*(found.count(kind) / wanted.count(kind) for kind in KINDS), len(found) / max(1, len(pairs))]
