"""Train both models on the corpora of a folder and write model.json."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Final

import numpy as np

from bench.corpus import read_corpora
from bench.train.event import event_model
from bench.train.reuse import ReuseModel
from bench.train.samples import measure
from copytrail.features import SIGNALS
from copytrail.model import FORMAT

OUTPUT: Final = Path(__file__).parents[2] / "copytrail" / "data" / "model.json"


def main(folder: Path) -> None:
    """Train on the corpora of `folder` and write the model file."""
    corpora = read_corpora(folder)
    samples = measure(corpora.pairs, corpora.documents())
    reuse = ReuseModel.fit(samples)
    print(f"thresholds {reuse.bars}, recall on unseen corpora {reuse.recall}", file=sys.stderr)
    fields = {
        "format": FORMAT,
        "sources": {str(c): int((samples.corpus == c).sum()) for c in np.unique(samples.corpus)},
        "signals": list(SIGNALS),
        "reuse": reuse.to_json(),
        "event": event_model(samples),
    }
    OUTPUT.write_text(json.dumps(fields, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
