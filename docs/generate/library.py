"""The Python reference, made of the source: signatures as they are written, and docstrings."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import copytrail

_PACKAGE: Final = Path(copytrail.__file__).parent
_HEAD: Final = """\
# Python reference

*Made of the code by `make docs`.*

A program beside a running service uses [`copytrail.client`](#copytrailclient). A program without one compares texts
with [`copytrail.compare`](#copytrailcompare) and clusters a data set with [`copytrail.offline`](#copytrailoffline).
"""
_SECTIONS: Final[Sequence[tuple[str, Sequence[str], Sequence[str]]]] = (
    ("copytrail.client", ("client/__init__.py", "client/client.py"), ()),
    ("copytrail.client.errors", ("client/errors.py",), ()),
    ("copytrail.client.answers", ("client/answers.py",), ()),
    ("copytrail.integrations.scrapy", ("integrations/scrapy.py",), ("CopytrailPipeline",)),
    ("copytrail.compare", ("compare.py",), ("compare_texts", "compare")),
    ("copytrail.document", ("document.py",), ("analyse", "Document")),
    ("copytrail.report", ("report.py",), ()),
    ("copytrail.article", ("article.py",), ("parse_article", "Article", "Limits")),
    ("copytrail.offline", ("offline/__init__.py",), ("cluster_articles",)),
    ("copytrail.errors", ("errors.py",), ()),
)
"""Module, its files, and the names to show of it: all public ones when empty."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def page() -> str:
    """The whole page, a section for each module."""
    parts = [_HEAD.strip(), *(part for section in _SECTIONS for part in _section(*section))]
    return "\n\n".join(parts) + "\n"


def _section(module: str, files: Sequence[str], names: Sequence[str]) -> Iterator[str]:
    trees = [ast.parse((_PACKAGE / file).read_text("utf-8")) for file in files]
    yield f"## {module}"
    yield _doc(trees[0])
    for tree in trees:
        for node, after in zip(tree.body, [*tree.body[1:], None], strict=True):
            yield from _public(node, after, names)


def _public(node: ast.stmt, after: ast.stmt | None, names: Sequence[str]) -> Iterator[str]:
    name = getattr(node, "name", None) or _assigned(node)
    if name is None or name.startswith("_") or (names and name not in names):
        return
    if isinstance(node, ast.ClassDef):
        yield from _class(node)
    elif isinstance(node, Function):
        yield f"### {name}"
        yield _code(_signature(node))
        yield _doc(node)
    elif isinstance(node, ast.Assign) and (said := _string(after)):
        yield f"### {name}"
        yield _code(ast.unparse(node))
        yield said


def _class(node: ast.ClassDef) -> Iterator[str]:
    bases = ", ".join(ast.unparse(base) for base in node.bases)
    yield f"### {node.name}"
    fields = [f"    {ast.unparse(each)}" for each in node.body if _is_field(each)]
    yield _code("\n".join([f"class {node.name}({bases}):" if bases else f"class {node.name}:", *fields]))
    yield _doc(node)
    for method in node.body:
        if not isinstance(method, Function):
            continue
        if method.name == "__init__":
            yield _code(f"{node.name}({ast.unparse(_without_self(method.args))})")
        elif not method.name.startswith("_"):
            yield f"**`{_shown(method)}`** {_doc(method)}"


def _is_field(node: ast.stmt) -> bool:
    return isinstance(node, ast.AnnAssign | ast.Assign) and not (_assigned(node) or "_").startswith("_")


def _assigned(node: ast.stmt) -> str | None:
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return targets[0].id if isinstance(targets[0], ast.Name) else None


def _string(node: ast.stmt | None) -> str | None:
    """The text of a string that stands by itself, as under a constant."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return inspect.cleandoc(str(node.value.value))
    return None


def _signature(node: Function) -> str:
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"{node.name}({ast.unparse(node.args)}){returns}"


def _shown(method: Function) -> str:
    """A method as it is called, a property by its name alone."""
    marks = {ast.unparse(mark) for mark in method.decorator_list}
    returns = f" -> {ast.unparse(method.returns)}" if method.returns else ""
    if not marks.isdisjoint({"property", "cached_property"}):
        return f"{method.name}{returns}"
    return f"{method.name}({ast.unparse(_without_self(method.args))}){returns}"


def _without_self(given: ast.arguments) -> ast.arguments:
    """The arguments that a caller writes."""
    fields = {name: getattr(given, name) for name in given._fields}
    return ast.arguments(**{**fields, "args": given.args[1:]})


def _doc(node: ast.Module | ast.ClassDef | Function) -> str:
    """The docstring; a tree drawn with lines keeps its lines."""
    said = ast.get_docstring(node) or ""
    return re.sub(
        r"(?m)(?:^\w+\n)(?:^[ │├└].*\n?)+", lambda tree: _code(tree[0].rstrip(), "text") + "\n", said
    )


def _code(text: str, language: str = "py") -> str:
    return f"```{language}\n{text}\n```"
