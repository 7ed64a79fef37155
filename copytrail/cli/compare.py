"""`copytrail compare`: two texts, or a stream of pairs."""

from __future__ import annotations

import json
import os
import sys

import click

from copytrail.cli.detector import compile_detector
from copytrail.cli.pairs import compare_lines
from copytrail.cli.printing import terminal

_FILE = click.Path(exists=True, dir_okay=False, allow_dash=True)


@click.command("compare")
@click.argument("files", nargs=-1, metavar="A B", type=_FILE)
@click.option("--pairs", type=_FILE, metavar="FILE|-", help='JSON lines {"id"?, "a": text, "b": text}.')
@click.option("--jobs", type=click.IntRange(1, 1024), help="Processes for --pairs; all cores unless given.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON; with --pairs it always is.")
def command(files: tuple[str, ...], pairs: str | None, jobs: int | None, as_json: bool) -> None:
    """Compare two text files A and B, or every pair of a stream.

    Both texts are printed side by side, coloured by how each sentence was taken over.

    With --pairs each line is answered by one line, in order: the report and the pair's id. A line that is
    not a pair is answered with an error, the rest goes on, and the exit status is 1.
    """
    if pairs is not None and not files:
        sys.exit(1 if _compare_pairs(pairs, jobs or cores()) else 0)
    if pairs is not None or len(files) != 2:
        raise click.UsageError(f"Expected either two text files or --pairs; {len(files)} files were given.")
    _compare_files(files[0], files[1], as_json)


def _compare_pairs(file: str, jobs: int) -> int:
    """The number of lines that were no pairs. Unbuffered, so that lines are answered as they come."""
    compile_detector()
    faults = 0
    with open(0 if file == "-" else file, "rb", buffering=0) as lines:  # noqa: PTH123 - 0 is no path
        for answer, fault in compare_lines(lines, jobs):
            faults += fault
            click.echo(answer, nl=False)
    return faults


def cores() -> int:
    """Those this process may use, where the system can say so."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _compare_files(first: str, second: str, as_json: bool) -> None:
    from copytrail.compare import compare  # compiled code: loaded only where it is used
    from copytrail.document import analyse

    texts = _read(first), _read(second)
    compile_detector()
    a, b = map(analyse, texts)
    report = compare(a, b)
    if as_json:
        click.echo(json.dumps(report.to_json()))
        return
    from copytrail.cli.texts import print_texts

    print_texts(terminal(), report, (first, a), (second, b))


def _read(file: str) -> str:
    with click.open_file(file, "rb") as stream:
        content: bytes = stream.read()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        said = f"{file} is not UTF-8 text (byte {error.start}); convert it first."
        raise click.ClickException(said) from error
