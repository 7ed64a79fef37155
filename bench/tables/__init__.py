"""The tables that the detector ships with: `python -m bench.tables` rewrites them in copytrail/data.

Run it after an upgrade of Unicode or of the word lists; all of them are part of the index version.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

DATA: Final = Path(__file__).parents[2] / "copytrail" / "data"
