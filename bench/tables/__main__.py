"""Write characters.npz, bonds.npz and terms.npz, each in a process of its own: the next one splits words by it."""

from __future__ import annotations

import subprocess
import sys

if __name__ == "__main__":
    for table in ("characters", "bonds", "terms"):
        subprocess.run([sys.executable, "-m", f"bench.tables.{table}"], check=True)
