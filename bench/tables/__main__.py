"""Write characters.npz and terms.npz."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from bench.tables.characters import write_characters
from bench.tables.terms import write_terms

DATA: Final = Path(__file__).parents[2] / "copytrail" / "data"

if __name__ == "__main__":
    write_characters(DATA / "characters.npz")
    write_terms(DATA / "terms.npz")
