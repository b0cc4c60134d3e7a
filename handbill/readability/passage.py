"""Markdown as a reader meets it: paragraphs, list items, table cells, each with its words and its place.

Sentences are judged, so what ends one must be known: a paragraph, a list item and a table cell end
theirs even without a full stop. Citations, code, pictures, addresses and attributes are left out;
every character that is kept remembers its offset in the author's text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from handbill.known import known
from handbill.markup import DIV_CLOSE, DIV_OPEN, headings, lines_of, prose

_ITEM = re.compile(r"[ ]*(?:[-*+]|\(?(?:\d{1,3}|#|[a-z])[.)])[ \t]+(?=\S)")
_DEFINITION = re.compile(r"[ ]{0,3}[:~][ \t]+(?=\S)")
_QUOTE = re.compile(r"[ ]{0,3}>[ ]?")
_NOTE = re.compile(r"\[\^[^\]\s]+\]:[ \t]*")
_LINK_TARGET = re.compile(r"[ ]{0,3}\[[^\[\]^@][^\[\]]*\]:[ \t]*\S+[ \t]*$")
_RULE = re.compile(r"[ ]{0,3}(?:[-*_][ \t]*){3,}$|[ ]{0,3}\|?[ \t:|+=-]*-[ \t:|+=-]*$|[ ]{0,3}=+[ \t]*$")
_CAPTION = re.compile(r"[ ]{0,3}(?:Table:|:)[ \t]+(?=\S)")
_INSERT = re.compile(r"\[\[([^\[\]]+)\]\][ \t]*$")

_DROPPED = re.compile(
    r"<!--.*?-->"
    r"|!\[[^\[\]]*\]\([^()]*\)(?:\{[^{}]*\})?"  # a picture
    r"|\[(?=[^\[\]]*@)[^\[\]]*\]"  # citations in brackets
    r"|\[\^[^\[\]]*\]"  # a footnote's mark
    r"|<(?:[A-Za-z][A-Za-z0-9+.-]*:[^<>\s]*|[^<>\s@]+@[^<>\s@]+|/?[A-Za-z][^<>]*)>"  # an address, a tag
    r"|\bhttps?://[^\s<>()\[\]]+"
    r"|(?<=\])\([^()]*\)(?:\{[^{}]*\})?|(?<=\])\{[^{}]*\}"  # a link's target, a span's attributes
    r"|(?<![\w@.])-?@(?:\{[^{}\s]+\}|(?:\w|\*)(?:\w|[:.#$%&\-+?<>~/](?=\w))*)"  # a citation without brackets
    r"|[\[\]]|\*+|(?<!\w)_+|_+(?!\w)|~~|\\|\n\s*|\s{2,}|[\t\u00a0]",
    re.DOTALL,
)
_KEY = re.compile(r"(?<![\w@.])-?@\{?((?:\w|\*)(?:\w|[:.#$%&\-+?<>~/](?=\w))*)\}?")
_STOPS = frozenset(".,;:!?")

Runs = tuple[tuple[int, int], ...]
"""Where each unbroken piece begins: in the words, and in the author's text."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of text that begins and ends its own sentences.

    kind       paragraph, item, cell, term, definition, heading, caption, quote, or insert (`text` is then its name)
    text       the words, on one line
    runs       where the unbroken pieces of `text` stand in the author's text
    block      passages of one list or table share a number
    citations  keys cited in it
    level      of a heading
    """

    kind: str
    text: str
    runs: Runs
    block: int
    citations: tuple[str, ...] = ()
    level: int = 0
    classes: frozenset[str] = frozenset()
    """Classes of the `:::` blocks around it."""

    def at(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the author's text of the characters from `start` to just before `end`."""
        return self._offset(start), self._offset(max(start, end - 1)) + 1

    def _offset(self, index: int) -> int:
        if not self.runs:
            return 0
        start, offset = self.runs[max(0, bisect_right(self.runs, index, key=lambda run: run[0]) - 1)]
        return offset + index - start


def _packed(found: tuple[Passage, ...]) -> Any:
    return tuple((p.kind, p.text, p.runs, p.block, p.citations, p.level, p.classes) for p in found)


def _unpacked(kept: Any) -> tuple[Passage, ...]:
    return tuple(Passage(*members) for members in kept)


@known(_packed, _unpacked)
def passages(text: str) -> tuple[Passage, ...]:
    """The passages of a Markdown text in reading order."""
    return tuple(_Reader(text).read())


@lru_cache(maxsize=2048)
def plain_passage(text: str) -> Passage:
    """A text without markup as one paragraph."""
    return Passage("paragraph", text.replace("\n", " ").rstrip(), ((0, 0),), 0)


@dataclass
class _Open:
    """A passage that is being read: its kind and the pieces (offset, text) of its lines."""

    kind: str
    block: int
    pieces: list[tuple[int, str]] = field(default_factory=list)


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.titles = {heading.start: heading for heading in headings(text)}
        self.block = 0
        self.open: _Open | None = None
        self.last_kind = ""
        self.blank = True
        self.divs: list[frozenset[str]] = []

    def read(self) -> Iterator[Passage]:
        underlined = False
        for offset, line in lines_of(prose(self.text)):
            if underlined:
                underlined = False
                continue
            if heading := self.titles.get(offset):
                yield from self._close()
                self._begin("heading", offset, line)
                assert self.open is not None
                at = self.text.index(heading.title, offset) if heading.title else offset
                self.open.pieces = [(at, heading.title)]
                yield from self._close(heading.level)
                underlined = not line.lstrip().startswith("#")
                self.last_kind, self.blank = "", True
            else:
                yield from self._line(offset, line)
        yield from self._close()

    def _line(self, offset: int, line: str) -> Iterator[Passage]:
        if not line.strip():
            yield from self._close()
            self.blank = True
            return
        if DIV_OPEN.match(line) or DIV_CLOSE.match(line):
            yield from self._close()
            opening = DIV_OPEN.match(line)
            if opening:
                self.divs.append(frozenset(re.findall(r"[\w-]+", re.sub(r"=\S+|#\S+", " ", opening[2]))))
            elif self.divs:
                self.divs.pop()
            self.last_kind, self.blank = "", True
            return
        if (found := _INSERT.match(line)) and self.blank:
            yield from self._close()
            self.block += 1
            yield Passage("insert", found[1].strip(), (), self.block)
            self.last_kind = ""
            return
        if _RULE.fullmatch(line) or _LINK_TARGET.match(line):
            yield from self._close()
        elif line.lstrip().startswith("|"):
            yield from self._row(offset, line)
        else:
            yield from self._text(offset, line)
        self.blank = False

    def _text(self, offset: int, line: str) -> Iterator[Passage]:
        quote = _QUOTE.match(line)
        start = quote.end() if quote else 0
        inside = self.open is not None and self.open.kind == "item"
        if (self.blank or inside) and (mark := _ITEM.match(line, start)):
            yield from self._close()
            self._begin("item", offset + mark.end(), line[mark.end() :])
        elif mark := _DEFINITION.match(line):
            yield from self._definition(offset, line, mark)
        elif self.open is None:
            note = _NOTE.match(line)
            start = note.end() if note else start
            continued = self.last_kind in ("item", "definition") and line.startswith(("  ", "\t"))
            self._begin("quote" if quote else "item" if continued else "paragraph", offset + start, line[start:])
        else:
            self.open.pieces.append((offset + start, line[start:]))

    def _definition(self, offset: int, line: str, mark: re.Match[str]) -> Iterator[Passage]:
        """A line that begins with a colon: what a term above it means, or a table's caption."""
        if self.open is not None and self.open.kind == "paragraph":
            self.open.kind = "term"
        of_table = self.last_kind == "cell" and _CAPTION.match(line)
        yield from self._close()
        self._begin("caption" if of_table else "definition", offset + mark.end(), line[mark.end() :])

    def _row(self, offset: int, line: str) -> Iterator[Passage]:
        """The cells of a line of a pipe table."""
        yield from self._close()
        for cell in re.finditer(r"(?:[^|\\]|\\.)+", line):
            if cell[0].strip():
                self._begin("cell", offset + cell.start(), cell[0])
                yield from self._close()

    def _begin(self, kind: str, offset: int, text: str) -> None:
        if kind not in ("item", "cell") or kind != self.last_kind:
            self.block += 1
        self.open = _Open(kind, self.block, [(offset, text)])

    def _close(self, level: int = 0) -> Iterator[Passage]:
        if self.open is None:
            return
        opened, self.open = self.open, None
        self.last_kind = opened.kind
        text, runs, cited = _cleaned(opened.pieces)
        if text or cited:
            classes = frozenset().union(*self.divs) if self.divs else frozenset()
            yield Passage(opened.kind, text, runs, opened.block, cited, level, classes)


def _cleaned(pieces: list[tuple[int, str]]) -> tuple[str, Runs, tuple[str, ...]]:
    """The words of some lines on one line and without markup, their places, and the keys that they cite."""
    raw = "\n".join(piece for _, piece in pieces)
    starts, length = [], 0
    for _, piece in pieces:
        starts.append(length)
        length += len(piece) + 1
    kept: list[str] = []
    runs: list[tuple[int, int]] = []
    size = end = 0

    def keep(start: int, text: str) -> None:
        """Adds what stands at `start` of the lines: one space between words, none before a stop or at the beginning."""
        nonlocal size
        if (not kept or kept[-1].endswith(" ")) and text.startswith(" "):
            start, text = start + 1, text[1:]
        if kept and kept[-1].endswith(" ") and text[:1] in _STOPS:
            kept[-1], size = kept[-1][:-1], size - 1
        if text:
            line = bisect_right(starts, start) - 1
            runs.append((size, pieces[line][0] + start - starts[line]))
            kept.append(text)
            size += len(text)

    for found in _DROPPED.finditer(raw):
        keep(end, raw[end : found.start()])
        if found[0].isspace():
            keep(found.start(), " ")
        end = found.end()
    keep(end, raw[end:])
    return "".join(kept).rstrip(), tuple(runs), tuple(found[1] for found in _KEY.finditer(raw))
