"""Style sheets: what a slip of the pen has made of a line, before anything is laid out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from handbill.diagnostics import Diagnostic, Severity
from handbill.known import known
from handbill.model import Project
from handbill.nearest import nearest
from handbill.rules.registry import Context, rule
from handbill.text import Span

_SLIP = 2
"""Letters by which a misspelt name is longer or shorter; other unknown names may be new."""
_LITERAL = re.compile(r"/\*.*?(?:\*/|\Z)|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.DOTALL)


@rule(stage="load", code="css-malformed", severity=Severity.WARNING)
def malformed(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A line of a style sheet has no effect, because it is not written as CSS or its property is misspelt.

    The page looks as if the line were not there. What a value means is only found out by the PDF engine, in a build.

    Write each line as name: value; and close every brace.
    """
    shared = ((f"templates/{name}", data) for name, data in project.styles.items())
    own = ((f"templates/editions/{edition.name}/{name}", data) for edition in project.editions.values() for name, data in edition.files.items())
    for path, data in (*shared, *own):
        if path.endswith(".css") and "/vendor/" not in path:
            for line, column, length, message, hint in _faults(data.decode("utf-8", "replace")):
                yield context.found(message, Span(path, line, column, line, column + length), hint)


@known(tuple, tuple)
def _faults(sheet: str) -> tuple[tuple[int, int, int, str, str], ...]:
    braces = list(_open_braces(sheet))
    told = {place[:2] for place in braces}
    return tuple(sorted({*braces, *(fault for fault in _declarations(sheet) if fault[:2] not in told)}))


def _open_braces(sheet: str) -> Iterator[tuple[int, int, int, str, str]]:
    """The last brace that is never closed; one that closes nothing."""
    bare = _LITERAL.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), sheet)
    opened: list[int] = []
    for found in re.finditer(r"[{}]", bare):
        if found[0] == "{":
            opened.append(found.start())
        elif opened:
            opened.pop()
        else:
            yield *_place(bare, found.start()), 1, "This brace closes nothing.", "Delete it, or write what it should close."
    for place in opened[-1:]:
        yield *_place(bare, place), 1, "This brace is never closed, so what follows has no effect.", "Write “}” below its last line."


def _place(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _begin(sheet: str, line: int, column: int) -> tuple[int, int, int]:
    """Line, column and length of what is not understood, which tinycss2 places at its end."""
    end = sum(len(row) + 1 for row in sheet.split("\n")[: line - 1]) + column - 1
    start = max(sheet.rfind(sign, 0, end) for sign in ";{}\n") + 1
    start += len(sheet[start:end]) - len(sheet[start:end].lstrip())
    return *_place(sheet, start), max(1, end - start)


def _declarations(sheet: str) -> Iterator[tuple[int, int, int, str, str]]:
    import tinycss2  # a sheet that is as it was is not parsed again

    def inside(nodes: Any) -> Iterator[tuple[int, int, int, str, str]]:
        for node in nodes:
            if node.type == "error":
                yield *_begin(sheet, node.source_line, node.source_column), "This is no CSS that could be understood.", "Write name: value; with a colon and a semicolon."
            elif node.type == "declaration" and (meant := _meant(node.lower_name)):
                yield node.source_line, node.source_column, len(node.name), f"CSS has no property “{node.name}”.", f"Did you mean “{meant}”?"
            elif getattr(node, "content", None) is not None and node.type in ("qualified-rule", "at-rule"):
                yield from inside(tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True))

    yield from inside(tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True))


def _meant(name: str) -> str:
    """The property of which this is a misspelling; nothing for one that is known, private, or like no other."""
    if name.startswith("-") or name in _properties():
        return ""
    return next((close for close in nearest(name, _properties(), 3) if abs(len(close) - len(name)) <= _SLIP), "")


@cache
def _properties() -> frozenset[str]:
    return frozenset(Path(__file__).with_name("css_properties.txt").read_text(encoding="utf-8").split())
