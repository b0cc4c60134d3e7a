"""Marks inside the assembled text that remember where each piece came from.

While templates run, every piece of author's text and every piece of template text carries a mark: a
number between two private-use characters; for template text the template's number and the line's, which are the same
in every assembly, so that a template need be compiled once only. When all is assembled the marks are taken out and become
the origins of the source's lines. Marks survive loops, macros, includes and line-wise filters,
because they travel inside the text. Author's text that holds those characters itself is refused by
a rule before it gets here; here they are dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import zip_longest

from handbill.model import FromContent, FromTemplate, Generated, Origin, Source
from handbill.text import Located

OPEN, CLOSE, _AT = "\ue000", "\ue001", "\ue002"
MARK = f"{OPEN}[0-9]+(?:{_AT}[0-9]+)?{CLOSE}"
_MARK = re.compile(f"{OPEN}([0-9]+)(?:{_AT}([0-9]+))?{CLOSE}")
_STRAY = re.compile(f"[{OPEN}{CLOSE}]")


class Marked(str):
    """Text that carries its marks already."""

    __slots__ = ()


class Marks:
    """The register of one assembly: a number for each origin, and one for each template.

    `templates` are the names of all there are, below `templates/`.
    """

    def __init__(self, templates: Iterable[str] = ()) -> None:
        self._templates = [f"templates/{name}" for name in sorted(templates)]
        self._number_of = {path: number for number, path in enumerate(self._templates)}
        self._origins: list[Origin] = []
        self._numbers: dict[Origin, int] = {}

    def mark(self, origin: Origin) -> str:
        """The mark of `origin`, to stand in front of the text that came from there."""
        number = self._numbers.get(origin)
        if number is None:
            number = self._numbers[origin] = len(self._origins)
            self._origins.append(origin)
        return f"{OPEN}{number}{CLOSE}"

    def located(self, value: Located, text: str | None = None) -> Marked:
        """`text` (the value itself when left out; it must have the value's lines) with a mark before each line."""
        shown = str(value) if text is None else text
        runs = dict(value.runs) if value.startswith(shown) else {}
        out, offset = [], 0
        for index, line in enumerate(shown.split("\n")):
            inside = sorted(place - offset for place in runs if offset < place < offset + len(line))
            span = runs.get(offset) or value.line_span(index)
            pieces = [(span, line[: inside[0] if inside else None])]
            pieces += [(runs[offset + begin], line[begin:end]) for begin, end in zip_longest(inside, inside[1:])]
            out.append("".join(
                (self.mark(FromContent(place)) if place else self.mark(Generated("assemble"))) + clean(piece)
                for place, piece in pieces
            ))  # fmt: skip
            offset += len(line) + 1
        return Marked("\n".join(out))

    def template(self, path: str, first_line: int, text: str) -> str:
        """Template text with a mark before each of its lines."""
        number = self._number_of[path]
        return "\n".join(
            f"{OPEN}{number}{_AT}{first_line + index}{CLOSE}{line}" for index, line in enumerate(text.split("\n"))
        )

    def resolve(self, marked: str) -> Source:
        """Takes the marks out: the text, and for each line its origins with the column where each begins."""
        lines, origins = [], []
        current: Origin = Generated("assemble")
        for raw in marked.split("\n"):
            pieces: list[str] = []
            found: list[Origin] = []
            width = position = 0
            for match in _MARK.finditer(raw):
                width = self._take(raw[position : match.start()], width, current, pieces, found)
                current, position = self._origin(match), match.end()
            self._take(raw[position:], width, current, pieces, found)
            lines.append("".join(pieces))
            origins.append(tuple(found) or (_at(current, 1),))
        return Source("\n".join(lines), tuple(origins))

    def _origin(self, mark: re.Match[str]) -> Origin:
        number = int(mark[1])
        return self._origins[number] if mark[2] is None else FromTemplate(self._templates[number], int(mark[2]))

    @staticmethod
    def _take(piece: str, width: int, origin: Origin, pieces: list[str], found: list[Origin]) -> int:
        if piece:
            pieces.append(piece)
            found.append(_at(origin, width + 1))
        return width + len(piece)


def _at(origin: Origin, column: int) -> Origin:
    return FromContent(origin.span, column) if isinstance(origin, FromContent) else origin


def clean(text: str) -> str:
    """`text` without the two characters that marks are made of."""
    return _STRAY.sub("", text)
