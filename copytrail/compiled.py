"""Compiled loops: functions over NumPy arrays that run as machine code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar, cast

import numpy as np
import numpy.typing as npt
import xxhash
from numba import config, njit

P = ParamSpec("P")
R = TypeVar("R")

Bools = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]
Codes = npt.NDArray[np.uint32]
Hashes = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Grid = npt.NDArray[np.float32]  # two dimensions: sentences of one text by sentences of another


def _kept_in() -> Path:
    """Where machine code is kept: in a folder for each state of the sources.

    Numba notices when the file of a loop has changed, but not when a constant that the loop took from another file has.
    """
    sources = sorted(Path(__file__).parent.glob("*.py"))
    state = xxhash.xxh3_64_hexdigest(b"".join(source.read_bytes() for source in sources))
    return Path(vars(config)["CACHE_DIR"] or Path.home() / ".cache" / "copytrail") / state


vars(config)["CACHE_DIR"] = str(_kept_in())


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function when it is first called and keep the machine code on disk for the next process."""
    return cast(Callable[P, R], njit(cache=True)(function))
