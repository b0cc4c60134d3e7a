"""A document as one line of pieces in reading order, for formats without pages: text, Braille, a voice.

What is laid out side by side or drawn comes one after the other: tables have become lists already
(`EditionFile.tables`), a figure is its caption and its words, a footnote follows what it belongs to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Literal

from handbill.formulas import formula_words, formulas_as_text, is_formula, scripts_kept
from handbill.model import Document
from handbill.pandoc_ast import Blocks, Inlines, Node, attr_of, has_class, stringify, text, transform

Kind = Literal[
    "title", "subtitle", "heading", "paragraph", "item", "term", "meaning", "caption", "description", "picture", "note",
    "box-title", "source", "quote", "code",
]  # fmt: skip
_DESCRIPTION = "long-description"
_NAMED: dict[str, Kind] = {"title": "title", "subtitle": "subtitle", "box-title": "box-title", "csl-entry": "source"}


@dataclass(frozen=True)
class Piece:
    """A heading, a paragraph, the first paragraph of a list item ...

    level   of a heading, from 1; of anything else how deep in lists it stands, 0 outside
    marker  the number of an item ("2.") or of a note ("1"); empty for an item without a number
    first   whether it begins its item, or continues it
    size    of an item: how many its list has; 0 for all but the first item
    last    it is the last piece of its list
    """

    kind: Kind
    inlines: Inlines
    level: int = 0
    marker: str = ""
    first: bool = True
    size: int = 0
    last: bool = False


def pieces(blocks: Blocks) -> tuple[Piece, ...]:
    """All pieces of a document."""
    return tuple(_Reader().blocks(blocks, _Place()))


def flat(document: Document) -> Blocks:
    """The blocks of a document with its formulas as text, for readers."""
    blocks: Blocks = transform(formulas_as_text(document.ast["blocks"], document), scripts_kept)
    return blocks


def spoken(document: Document) -> Blocks:
    """The blocks of a document for a voice: formulas in words, no numbers of sources, no marks of notes."""

    def change(node: Node) -> Node | list[Node] | None:
        if node["t"] == "Cite":
            return None
        return text(formula_words(node)) if is_formula(node) else scripts_kept(node)

    blocks: Blocks = transform(document.ast["blocks"], change)
    return blocks


def said(inlines: Inlines) -> str:
    """The words of inlines. Pictures are no words; of a formula its own text is given."""
    return stringify(inlines).strip()


def with_addresses(inlines: Inlines) -> Inlines:
    """The same with the address of each link behind its words, unless the words are the address."""

    def change(node: Node) -> Node | list[Node]:
        if node["t"] != "Link":
            return node
        words, (address, _) = node["c"][1], node["c"][2]
        if address.startswith("#") or address.removeprefix("mailto:").removeprefix("tel:") == stringify(words):
            return node
        return [*words, {"t": "Space"}, *text(f"<{address}>")]

    changed: Inlines = transform(inlines, change)
    return changed


@dataclass(frozen=True)
class _Place:
    """Where blocks stand: how deep in lists, what a paragraph of them is called, whether pictures are described there."""

    depth: int = 0
    kind: Kind = "paragraph"
    described: bool = False


class _Reader:
    def __init__(self) -> None:
        self._notes = 0

    def blocks(self, blocks: Blocks, place: _Place) -> Iterator[Piece]:
        for block, after in zip_longest(blocks, blocks[1:]):
            described = after is not None and has_class(after, _DESCRIPTION)
            yield from self._block(block, replace(place, described=described or place.described))

    def _block(self, block: Node, place: _Place) -> Iterator[Piece]:
        reader = _READERS.get(block["t"])
        if reader is not None:
            yield from reader(self, block, place)

    def _paragraph(self, block: Node, place: _Place) -> Iterator[Piece]:
        yield from self._words(block["c"], place.kind, place.depth, described=place.described)

    def _ordered(self, block: Node, place: _Place) -> Iterator[Piece]:
        (start, style, _), items = block["c"]
        marked = [(f"{_numeral(start + n, style['t'])}.", item) for n, item in enumerate(items)]
        yield from self._list(marked, place)

    def _defined(self, block: Node, place: _Place) -> Iterator[Piece]:
        for term, meanings in block["c"]:
            yield from self._words(term, "term", place.depth)
            for meaning in meanings:
                yield from self.blocks(meaning, replace(place, kind="meaning"))

    def _verses(self, block: Node, place: _Place) -> Iterator[Piece]:
        for line in block["c"]:
            yield from self._words(line, place.kind, place.depth)

    def _figure(self, block: Node, place: _Place) -> Iterator[Piece]:
        _, (_, caption), content = block["c"]
        yield from self.blocks(content, replace(place, kind="picture"))
        yield from self.blocks(caption, replace(place, kind="caption"))

    def _division(self, block: Node, place: _Place) -> Iterator[Piece]:
        classes = attr_of(block)[1]
        named = next((_NAMED[name] for name in classes if name in _NAMED), None)
        if _DESCRIPTION in classes:
            place = replace(place, kind="description", described=False)
        elif named is not None:
            place = replace(place, kind=named)
        yield from self.blocks(block["c"][1], place)

    def _table(self, block: Node, place: _Place) -> Iterator[Piece]:
        """Cell after cell; an edition that wants more has its tables made into lists."""
        content = block["c"]
        yield from self.blocks(content[1][1], replace(place, kind="caption"))
        bodies = (row for body in content[4] for row in (*body[2], *body[3]))
        for row in (*content[3][1], *bodies, *content[5][1]):
            for cell in row[1]:
                yield from self.blocks(cell[4], place)

    def _list(self, items: list[tuple[str, Blocks]], place: _Place) -> Iterator[Piece]:
        inner = replace(place, depth=place.depth + 1, kind=place.kind if place.kind == "description" else "paragraph")
        found: list[Piece] = []
        for number, (marker, item) in enumerate(items):
            for index, piece in enumerate(self.blocks(item, inner)):
                begins = index == 0 and piece.kind in ("paragraph", "description")
                size = len(items) if number == 0 and begins else piece.size
                found.append(replace(piece, kind="item", marker=marker, first=True, size=size) if begins
                             else replace(piece, first=False) if piece.level == inner.depth and piece.kind != "item" else piece)  # fmt: skip
        if found:
            found[-1] = replace(found[-1], last=True)
        yield from found

    def _words(self, inlines: Inlines, kind: Kind, level: int, *, described: bool = False) -> Iterator[Piece]:
        """A piece, then the words for the pictures in it and its notes."""
        notes: list[Piece] = []
        pictures: list[Piece] = []

        def change(node: Node) -> Node | None:
            if node["t"] == "Note":
                self._notes += 1
                number = str(self._notes)
                notes.extend(
                    replace(piece, kind="note", marker=number if index == 0 else "", level=0)
                    for index, piece in enumerate(self.blocks(node["c"], _Place()))
                )
                return {"t": "Span", "c": [["", ["note-mark"], []], text(number)]}
            if node["t"] == "Image":
                if said(node["c"][1]) and not described:
                    pictures.append(Piece("picture", node["c"][1]))
                return None
            return None if node["t"] == "RawInline" else node

        words = transform(inlines, change)
        if said(words):
            yield Piece(kind, words, level)
        yield from pictures
        yield from notes


_READERS: Mapping[str, Callable[[_Reader, Node, _Place], Iterator[Piece]]] = {
    "Para": _Reader._paragraph,
    "Plain": _Reader._paragraph,
    "Header": lambda reader, block, _: reader._words(block["c"][2], "heading", block["c"][0]),
    "BulletList": lambda reader, block, place: reader._list([("", item) for item in block["c"]], place),
    "OrderedList": _Reader._ordered,
    "DefinitionList": _Reader._defined,
    "LineBlock": _Reader._verses,
    "BlockQuote": lambda reader, block, place: reader.blocks(block["c"], replace(place, kind="quote")),
    "CodeBlock": lambda _, block, place: iter([Piece("code", text(block["c"][1]), place.depth)]),
    "Figure": _Reader._figure,
    "Table": _Reader._table,
    "Div": _Reader._division,
}
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
          (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


def _numeral(number: int, style: str) -> str:
    """An item's number in pandoc's numbering style."""
    if style in ("LowerAlpha", "UpperAlpha") and 0 < number <= 26:
        letter = chr(ord("a") + number - 1)
        return letter.upper() if style == "UpperAlpha" else letter
    if style in ("LowerRoman", "UpperRoman") and 0 < number < 4000:
        letters = ""
        for value, sign in _ROMAN:
            letters += sign * (number // value)
            number %= value
        return letters.upper() if style == "UpperRoman" else letters
    return str(number)
