"""What an author may not have meant, by the looks of a YAML value in the file.

Each function gets a scalar event of PyYAML (its marks count from 0 in `lines`), the value's place, and the lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import yaml

from handbill.diagnostics import Diagnostic, error, warning
from handbill.text import Span

_LOST = re.compile(r"\s+#(?=[^\s#])")
_LOST_HEADING = re.compile(r"[|>][+-]?\d?[ \t]+(#{2,}[ \t]+\S.*)")
_ODD_BULLET = re.compile(r"([•●▪◦‣·–—*]|-(?=\w))")
_ANY_BULLET = re.compile(r"\s*[•●▪◦‣·–—*-]")
_NEEDS_ITS_LINE = re.compile(r"\s*(?:#{1,6} |:::|[-*+] \S|\d{1,2}[.)] \S|\||\[\[)")
_CURLY = re.compile(r"[“„”‟](?=\S)([^“„”‟\"]*)[“”]")


def braces(event: Any, place: Span, lines: list[str]) -> Diagnostic | None:
    """`{{ ... }}` that is meant as text; YAML reads a group within a group. `event` is the inner one."""
    row, column = event.start_mark.line, event.start_mark.column
    start = lines[row].rfind("{{", 0, column + 2)
    if start < 0:
        return None
    value = lines[row][start:].rstrip()
    quote = "'" if '"' in value else '"'
    return error("yaml-quote-needed", "A value that begins with “{” must stand in quotes.", place.at(place.line, start + 1),
                 f"Write {quote}{value}{quote}.")  # fmt: skip


def no_list(event: Any, place: Span, lines: list[str]) -> Diagnostic | None:
    """Items of a list whose signs YAML does not know, so that all of them are one text."""
    bullet = _ODD_BULLET.match(event.value)
    rows = lines[event.start_mark.line + 1 : event.end_mark.line + 1]
    if bullet is None or not any(map(_ANY_BULLET.match, rows)):
        return None
    where = replace(place, end_line=place.line, end_column=place.column + 1)
    if bullet[1] == "-":
        return error("yaml-list", "A space is missing after the “-”.", where, "Write “- ” before the text of each item.")
    return error("yaml-list", f"“{bullet[1]}” makes no list in YAML.", where, f"Write “- ” instead of “{bullet[1]}” before each item.")


def plain(event: Any, place: Span, lines: list[str]) -> Iterator[Diagnostic]:
    """A value without quotes."""
    first = place.line - event.start_mark.line
    for row in range(event.start_mark.line + 1, event.end_mark.line + 1):
        if lines[row].lstrip().startswith("- "):
            yield warning("yaml-joined-lines", "This line looks like an item of a list, but is read as more of the text above it.",
                          place.at(row + first, len(lines[row]) - len(lines[row].lstrip()) + 1),
                          "Move the “- ” to the column of the list's other items, or put the whole text in quotes.")  # fmt: skip
            break
    if lost := _LOST.match(lines[event.end_mark.line][event.end_mark.column :]):
        yield warning("yaml-comment", "From “#” to the end of the line this is a comment, not part of the text.",
                      place.at(event.end_mark.line + first, event.end_mark.column + lost.end()),
                      "Put the whole text in quotes, or write a space after “#” if it is a comment.")  # fmt: skip
    if _CURLY.fullmatch(event.value):
        yield warning("yaml-quote", "These are curly quotation marks: they are printed as a part of the text.",
                      replace(place, end_line=place.line, end_column=place.column + 1),
                      "Delete them, or type straight ones (\"). If they are meant to be printed, put the whole in straight ones as well.")  # fmt: skip


def nothing(event: Any, place: Span, lines: list[str]) -> Diagnostic | None:
    """Nothing is left of a value, because it begins with “#”."""
    row, column = event.end_mark.line, event.end_mark.column
    lost = _LOST.match(lines[row][column:]) if row < len(lines) else None
    if lost is None:
        return None
    value = lines[row][column + lost.end() - 1 :].strip().replace('"', "'")
    return error("yaml-comment", "What begins with “#” is a comment, so nothing is left of this value.",
                 place.at(place.line + row - event.start_mark.line, column + lost.end()), f'Put the text in quotes: "{value}".')  # fmt: skip


def bar_line(event: Any, place: Span, lines: list[str]) -> Diagnostic | None:
    """Words on the line of a “|” that would be lost as a comment."""
    lost = _LOST_HEADING.search(lines[event.start_mark.line], event.start_mark.column)
    if lost is None:
        return None
    return warning("yaml-comment", "From “#” to the end of the line this is a comment, not part of the text.",
                   place.at(place.line, lost.start(1) + 1), "Move it to a line of its own below, indented by two spaces.")  # fmt: skip


def joined(event: Any, place: Span, lines: list[str]) -> Diagnostic | None:
    """A “>” that joins lines which are headings, items of a list or blocks to one."""
    if not any(map(_NEEDS_ITS_LINE.match, _below(event, lines))):
        return None
    return error("yaml-block", "“>” makes one line of all the lines below, and some of them must stay as they are.",
                 replace(place, end_line=place.line, end_column=place.column + 1), "Write “|” instead of “>”.")  # fmt: skip


def kept(event: Any, lines: list[str]) -> Any:
    """The event of a block as “|” would have read it."""
    rows = _below(event, lines)
    indent = min(len(row) - len(row.lstrip()) for row in rows if row.strip())
    value = "\n".join(row[indent:] for row in rows).rstrip("\n") + "\n"
    return yaml.ScalarEvent(None, None, (False, True), value, event.start_mark, event.end_mark, "|")


def _below(event: Any, lines: list[str]) -> list[str]:
    """The lines of a block; its end is the beginning of the next line, or the end of the last one of all."""
    return lines[event.start_mark.line + 1 : event.end_mark.line + bool(event.end_mark.column)]
