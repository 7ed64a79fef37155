"""Print the tables of detection quality over the corpora of a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import click

from bench.corpus import Corpora, read_corpora, read_texts
from bench.eval.calibration import calibration
from bench.eval.candidates import candidates
from bench.eval.clusters import clusters
from bench.eval.direction import direction
from bench.eval.judged import Judged, judge
from bench.eval.labels import Labels
from bench.eval.passages import passages
from bench.eval.relations import relations
from bench.eval.separation import separation
from bench.eval.speed import speed
from bench.printing import Table, print_tables, progress
from copytrail.document import Document, analyse

BACKGROUND: Final = "background.jsonl.gz"
PAN_PAIRS: Final = 100  # of each kind


@dataclass(frozen=True)
class Evaluation:
    """What the tables are made from, each read or computed when the first table asks for it."""

    folder: Path
    pan_pairs: int

    @cached_property
    def corpora(self) -> Corpora:
        """The labelled pairs and their texts."""
        return read_corpora(self.folder)

    @cached_property
    def documents(self) -> dict[str, Document]:
        """The texts of the labelled pairs, analysed."""
        return self.corpora.documents()

    @cached_property
    def labels(self) -> Labels:
        """What the pairs are."""
        return Labels.of(self.corpora.pairs)

    @cached_property
    def judged(self) -> Judged:
        """The verdicts on the labelled pairs."""
        return judge(self.labels, self.documents)

    @cached_property
    def background(self) -> list[Document]:
        """Unlabelled articles, none when the folder has none."""
        path = self.folder / BACKGROUND
        texts = list(read_texts(path).values()) if path.exists() else []
        return [analyse(text) for text in progress(texts, "analysing the background")]


TABLES: Final[Mapping[str, Callable[[Evaluation], Iterator[Table]]]] = {
    "separation": lambda given: separation(given.judged, given.corpora.texts),
    "relations": lambda given: relations(given.judged, given.background),
    "calibration": lambda given: calibration(given.judged),
    "passages": lambda given: passages(given.folder, given.pan_pairs),
    "candidates": lambda given: candidates(given.labels, given.documents, given.background),
    "clusters": lambda given: clusters(given.labels, given.corpora.texts, given.background),
    "direction": lambda given: direction(given.corpora.pairs, given.documents),
    "speed": lambda given: speed(given.labels.pairs, given.documents),
}


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--table", "tables", multiple=True, type=click.Choice(list(TABLES)), help="Only this; may be repeated."
)
@click.option("--pan-pairs", default=PAN_PAIRS, show_default=True, help="PAN pairs of each kind; 0 for all.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of tables.")
def main(folder: Path, tables: tuple[str, ...], pan_pairs: int, as_json: bool) -> None:
    """Print how well Copytrail detects, over the labelled corpora of FOLDER."""
    given = Evaluation(folder, pan_pairs)
    chosen = [name for name in TABLES if not tables or name in tables]
    print_tables((table for name in chosen for table in TABLES[name](given)), as_json=as_json)


if __name__ == "__main__":
    main()
