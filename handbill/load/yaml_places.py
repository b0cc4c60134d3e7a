"""From the characters of a YAML value back to the characters of the file.

A value is not a slice of the file: folding joins lines, quotes hide escapes, block scalars lose
their indentation. Walking value and file side by side finds each piece again.
"""

from __future__ import annotations

import re
from typing import Any

from handbill.text import Located, Span

_ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)
_GOES_ON = re.compile(r"\\\n[ \t]*")
"""A line end that is none, with the indentation of the next line (YAML 1.2.2, 7.3.1)."""
_BLANK = " \t\n"


def located(event: Any, span: Span, lines: list[str], first_line: int) -> Located:
    """The value of a scalar event with the places of its lines.

    event       PyYAML's ScalarEvent, with marks counted from 0 in `lines`
    span        its place in the file
    lines       the lines of the YAML text
    first_line  the file's number of `lines[0]`
    """
    value: str = event.value
    if event.style == "|":
        return _literal(value, event, span, lines, first_line)
    row, column = event.start_mark.line, event.start_mark.column
    if event.style == ">":
        row, column = min(row + 1, len(lines) - 1), 0
    elif event.style in ("'", '"'):
        column += 1
    if event.start_mark.line == event.end_mark.line and lines[row][column : column + len(value)] == value:
        return Located(value, span.at(span.line, column + 1), ())
    return _walked(value, event.style == '"', column, span, lines[row : event.end_mark.line + 1], first_line + row)


def _literal(value: str, event: Any, span: Span, lines: list[str], first_line: int) -> Located:
    row = event.start_mark.line + 1
    wanted = value.split("\n")
    indent = 0
    for offset, line in enumerate(wanted):
        if line.strip() and row + offset < len(lines):
            indent = len(lines[row + offset]) - len(line)
            break
    places = tuple(span.at(first_line + row + i, indent + 1) for i in range(max(1, len(wanted) - value.endswith("\n"))))
    return Located(value, places[0], places)


def _walked(value: str, escapes: bool, column: int, span: Span, lines: list[str], first_line: int) -> Located:
    raw = "\n".join(lines)[column:]
    starts: list[Span] = []
    runs: list[tuple[int, Span]] = []
    at, line, left = 0, 0, -column
    shift = None
    fresh = True
    for index, character in enumerate(value):
        while escapes and (goes_on := _GOES_ON.match(raw, at)):
            line, left, at = line + 1, at + 2, goes_on.end()
        if character not in _BLANK:
            at, line, left = _behind_blanks(raw, at, line, left, escapes)
        if fresh and (character not in _BLANK or character == "\n"):
            starts.append(span.at(first_line + line, at - left + 1))
            fresh = False
        if at - index != shift and character not in _BLANK:
            shift = at - index
            runs.append((index, span.at(first_line + line, at - left + 1)))
        if escapes and raw.startswith("\\", at) and (found := _ESCAPE.match(raw, at)):
            at = found.end()
        elif not escapes and raw.startswith("''", at) and character == "'":
            at += 2
        elif character not in _BLANK or (at < len(raw) and raw[at] == character != "\n"):
            at += 1
        fresh = fresh or character == "\n"
    first = starts[0] if starts else span
    return Located(value, first, tuple(starts) or (first,), tuple(runs))


def _behind_blanks(raw: str, at: int, line: int, left: int, escapes: bool) -> tuple[int, int, int]:
    """Where the next sign stands that is none: its place in `raw`, the line, and where that begins."""
    while at < len(raw) and (raw[at] in _BLANK or (escapes and raw.startswith("\\\n", at))):
        if raw[at] == "\n":
            line, left = line + 1, at + 1
        at += 1
    return at, line, left
