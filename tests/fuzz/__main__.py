"""`make fuzz`: hostile bytes into whatever reads what strangers send, guided by coverage, for some seconds each.

A target may raise what it documents and nothing else. What breaks one is left in `build/fuzz/` and named.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import click

FOLDER: Final = Path("build/fuzz")
SLOWEST_SECONDS: Final = 20
"""An input of at most 20 KB that takes longer is a fault, too."""
MOST_BYTES: Final = 20_000
MOST_MEGABYTES: Final = 3000
BETWEEN: Final = "\x1f"
"""Between the two texts of a pair."""


def fuzz_body(data: bytes) -> None:
    """The reader of JSON bodies."""
    from service.bodies import Undecodable, decode

    try:
        json.dumps(decode(data))
    except Undecodable:
        return


def fuzz_article(data: bytes) -> None:
    """An article in whatever shape, as JSON."""
    from copytrail.article import Limits, parse_article
    from copytrail.errors import InvalidArticle
    from service.bodies import Undecodable, decode

    try:
        fields = decode(data)
        if isinstance(fields, dict):
            json.dumps(parse_article(fields, Limits()).metadata(), allow_nan=False).encode()
    except (InvalidArticle, Undecodable):
        return


def fuzz_page(data: bytes) -> None:
    """The text of a page."""
    from copytrail.article import Limits, parse_article
    from copytrail.errors import InvalidArticle

    try:
        parse_article({"html": data.decode("utf-8", "replace")}, Limits())
    except InvalidArticle:
        return


def fuzz_text(data: bytes) -> None:
    """The normaliser, the words and the buckets of a text."""
    from copytrail.document import analyse
    from copytrail.sketch import sketch

    text = data.decode("utf-8", "replace")
    document = analyse(text)
    assert len(set(sketch(document).tolist())) == len(sketch(document))


def fuzz_pair(data: bytes) -> None:
    """The comparison of two texts: the same from both sides, and inside the texts."""
    from copytrail.compare import compare_texts

    a, _, b = data.decode("utf-8", "replace").partition(BETWEEN)
    report = compare_texts(a, b)
    assert 0 <= report.score <= 1
    assert compare_texts(b, a) == report.swapped()
    for passage in report.passages:
        assert 0 <= passage.a[0] <= passage.a[1] <= len(a)
        assert 0 <= passage.b[0] <= passage.b[1] <= len(b)


TARGETS: Final[dict[str, Callable[[bytes], None]]] = {
    "body": fuzz_body,
    "article": fuzz_article,
    "page": fuzz_page,
    "text": fuzz_text,
    "pair": fuzz_pair,
}


@click.command()
@click.option("--seconds", default=60, show_default=True, help="How long each target is tried.")
@click.option("--target", "names", multiple=True, type=click.Choice(list(TARGETS)), help="Only this one.")
def main(seconds: int, names: tuple[str, ...]) -> None:
    """Fuzz each target for some seconds; exit status 1 when one broke."""
    from copytrail.warmup import warm_up

    warm_up()  # so that each target finds it compiled
    broken = [name for name in names or TARGETS if _run(name, seconds)]
    for name in broken:
        click.echo(f"{name} broke; what did it is in {FOLDER / name}", err=True)
    sys.exit(1 if broken else 0)


def _run(name: str, seconds: int) -> int:
    """The exit status of one target, in a process of its own."""
    corpus = FOLDER / name / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    _plant(name, corpus)
    click.echo(f"{name}: {seconds} s")
    options = [
        f"-max_total_time={seconds}",
        f"-timeout={SLOWEST_SECONDS}",
        f"-rss_limit_mb={MOST_MEGABYTES}",
        f"-max_len={MOST_BYTES}",
        f"-artifact_prefix={FOLDER / name}/",
        "-print_final_stats=1",
        "-verbosity=0",
    ]
    command = [sys.executable, "-m", "tests.fuzz.target", name, *options, str(corpus)]
    return subprocess.run(command).returncode


def _plant(name: str, corpus: Path) -> None:
    """What the fuzzer goes on from: the sample stories, as the target takes them."""
    for file in sorted(Path("seeds").glob("*.jsonl"))[:4]:
        lines = file.read_text("utf-8").splitlines()[:2]
        texts = [json.loads(line)["text"][: MOST_BYTES // 8] for line in lines]
        planted = {"text": texts, "pair": [BETWEEN.join(texts)]}.get(name, lines)
        for number, each in enumerate(planted):
            (corpus / f"{file.stem}-{number}").write_bytes(each.encode()[:MOST_BYTES])


if __name__ == "__main__":
    main()
