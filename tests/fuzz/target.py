"""One target of the fuzzer: `python -m tests.fuzz.target NAME`, with options of libFuzzer."""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

from tests.fuzz.__main__ import TARGETS

ROOT = Path(__file__).parents[2]


def compiled_modules() -> list[str]:
    """The modules with machine code: a compiler cannot take what coverage is counted in."""
    return [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in (ROOT / "copytrail").rglob("*.py")
        if "@compiled" in path.read_text("utf-8")
    ]


def main() -> None:
    """Try inputs until the time is over or one breaks the target."""
    name = sys.argv.pop(1)
    with atheris.instrument_imports(include=["copytrail", "service"], exclude=compiled_modules()):
        if name in ("text", "pair"):
            from copytrail.warmup import warm_up

            warm_up()  # compiling an input's first time would count as slow
        TARGETS[name](b'{"text": "The bridge is closed.", "html": "<p>The bridge is closed.</p>"}')
    atheris.Setup(sys.argv, TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
