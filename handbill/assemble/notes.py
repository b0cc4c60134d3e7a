"""Footnotes of many texts in one source: each text may call its own notes 1, 2, 3."""

from __future__ import annotations

import re

from handbill.markup import prose
from handbill.text import Markdown, Span

_MARK = re.compile(r"\[\^([^\]\s]+)\]")
_WRITTEN = re.compile(r"^[ ]{0,3}\[\^([^\]\s]+)\]:", re.MULTILINE)


def notes_of(text: str) -> frozenset[str]:
    """The marks of the footnotes that a text writes."""
    return frozenset(_WRITTEN.findall(prose(text))) if "[^" in text else frozenset()


def with_own_notes(piece: Markdown, notes: frozenset[str], owner: str) -> Markdown:
    """A piece of a text with `-owner` added to the marks of the text's own notes; every character keeps its place."""
    found = [mark for mark in _MARK.finditer(prose(piece)) if mark[1] in notes] if notes else []
    if not found:
        return piece
    parts: list[str] = []
    runs: list[tuple[int, Span]] = []
    length = 0

    def add(start: int, end: int) -> None:
        nonlocal length
        for at, line in _lines(piece, start, end):
            if (place := piece.place(at)) is not None:
                runs.append((length, place.at(place.line, place.column)))
            parts.append(line)
            length += len(line)

    done = 0
    for mark in found:
        add(done, mark.end(1))
        parts.append(f"-{owner}")
        length += len(owner) + 1
        done = mark.end(1)
    add(done, len(piece))
    return Markdown("".join(parts), piece.span, piece.line_spans, tuple(runs))


def _lines(text: str, start: int, end: int) -> list[tuple[int, str]]:
    """Offset and text of each line between two offsets, line ends included."""
    lines, at = [], start
    for line in text[start:end].splitlines(keepends=True):
        lines.append((at, line))
        at += len(line)
    return lines
