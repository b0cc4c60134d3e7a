"""The author's own lines that the report speaks of, so that each place in it leads to the words that are meant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from handbill.show import source_lines
from handbill.text import Span


@dataclass(frozen=True)
class Line:
    """One line of an author's file; `id` is its name within the page."""

    id: str
    number: int
    text: str


@dataclass(frozen=True)
class File:
    """The lines of one file that are spoken of, in their order."""

    path: str
    lines: tuple[Line, ...]


def anchor(span: Span) -> str:
    """The name within the page of the line where a place begins."""
    return f"{span.path.replace(' ', '-')}:{span.line}"


def author_lines(root: str, spans: Iterable[Span | None]) -> tuple[File, ...]:
    """The lines at these places, file by file; those of files that cannot be read are left out."""
    source_lines.cache_clear()  # a file may have been saved since somebody asked last
    wanted: dict[str, set[int]] = {}
    for span in spans:
        if span is not None and span.line:
            wanted.setdefault(span.path, set()).add(span.line)
    files = []
    for path in sorted(wanted):
        known = source_lines(Path(root), path)
        lines = [Line(anchor(Span(path, n)), n, known[n - 1]) for n in sorted(wanted[path]) if n <= len(known)]
        if lines:
            files.append(File(path, tuple(lines)))
    return tuple(files)
