"""Compiled loops: functions over NumPy arrays that run as machine code."""

from __future__ import annotations

from collections.abc import Callable
from os import environ
from pathlib import Path
from typing import Any, Final, ParamSpec, TypeVar, cast

import numpy as np
import numpy.typing as npt
import xxhash
from numba import config, njit, types

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
    return Path(environ.get("NUMBA_CACHE_DIR") or Path.home() / ".cache" / "copytrail") / state


_KEPT: Final = _kept_in()
FIRST_USE: Final = not _KEPT.exists()  # nothing of these sources was compiled on this machine before
vars(config)["CACHE_DIR"] = str(_KEPT)
_OPTIONS: Final[dict[str, Any]] = {"cache": True, "no_cfunc_wrapper": True}  # nothing calls them by pointer


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function when it is first called and keep the machine code on disk for the next process.

    Loops that call it hand whole numbers over as `int64`: else it would be compiled for `int32` too, and for constants.
    """
    loop = njit(**_OPTIONS)(function)
    specialised = loop.get_call_template
    loop.get_call_template = lambda given, named: specialised(
        tuple(map(_plain, given)), {name: _plain(kind) for name, kind in named.items()}
    )
    return cast(Callable[P, R], loop)


def _plain(kind: types.Type) -> types.Type:
    plain: types.Type = vars(types)["unliteral"](kind)
    return types.int64 if plain == types.int32 else plain


@compiled
def put(out: npt.NDArray[Any], at: int, part: npt.NDArray[Any]) -> int:
    """Write `part` into `out` from index `at` on; returns where it ends. To compile, a slice assigned takes seconds."""
    for i in range(len(part)):
        out[at + i] = part[i]
    return at + len(part)
