"""What an edition keeps, as a sequence of passages: the other side of the comparison with a finished file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from handbill.formulas import formula_words, is_formula
from handbill.pandoc_ast import Blocks, Node, attr_of, has_class, stringify, transform

MARK = "\ue000"
"""Stands where a footnote's mark does."""


@dataclass(frozen=True)
class Passage:
    """A paragraph, heading, caption or cell.

    heading  its level, 0 for anything else
    floats   a footnote: it stands wherever the format puts footnotes
    place    in a deck: where a slide has it: 0 title, 1 content, 2 description, 3 fine print, 4 notes
    spare    a deck may leave it out: citations alone, the title of a box
    """

    text: str
    heading: int = 0
    floats: bool = False
    place: int = 1
    spare: bool = False


def passages(blocks: Blocks) -> list[Passage]:
    """Every passage of a document in reading order; footnotes last."""
    found = list(_blocks(blocks, 1))
    return [p for p in found if not p.floats] + [p for p in found if p.floats]


def slide_passages(blocks: Blocks, places: tuple[int, ...]) -> list[Passage]:
    """The passages of a deck, each slide's in the order of `places`; what is in none of them is left out."""
    slides: list[list[Passage]] = [[]]
    for passage in _blocks(blocks, 1):
        if 0 < passage.heading <= 2:
            last = slides[-1]
            if last and last[0].heading == 1 and all(p.place == 4 for p in last[1:]):
                # A section without a slide of its own: what is said about it goes to the next one.
                slides[-1] = [replace(last[0], spare=True), *last[1:], replace(passage, place=0)]
                continue
            slides.append([])
        slides[-1].append(replace(passage, place=0) if 0 < passage.heading <= 2 else passage)
    kept = [[passage for passage in slide if passage.place in places] for slide in slides]
    return [passage for slide in kept for passage in sorted(slide, key=lambda p: places.index(p.place))]


def pictures_as_text(blocks: Blocks) -> Blocks:
    """`blocks` for a format that says what pictures within text show; one that stands alone stays a picture."""

    def said(node: Node) -> Node:
        return {"t": "Str", "c": attr_of(node)[2].get("alt") or stringify(node["c"][1])} if node["t"] == "Image" else node

    def change(node: Node) -> Node:
        if node["t"] == "Table" or (node["t"] in ("Para", "Plain") and [i["t"] for i in node["c"]] != ["Image"]):
            return {"t": node["t"], "c": transform(node["c"], said)}
        return node

    changed: Blocks = transform(blocks, change)
    return changed


def _blocks(blocks: Blocks, place: int) -> Iterator[Passage]:
    for block in blocks:
        yield from _block(block, place)


def _block(block: Node, place: int) -> Iterator[Passage]:
    reader = _READERS.get(block["t"])
    if reader is not None:
        yield from reader(block, place)


def _lines(block: Node, place: int) -> Iterator[Passage]:
    for line in block["c"]:
        yield from _passage(line, place)


def _each(items: Iterable[Blocks], place: int) -> Iterator[Passage]:
    for item in items:
        yield from _blocks(item, place)


def _defined(block: Node, place: int) -> Iterator[Passage]:
    for term, meanings in block["c"]:
        yield from _passage(term, place)
        for meaning in meanings:
            yield from _blocks(meaning, place)


def _figure(block: Node, place: int) -> Iterator[Passage]:
    _, (_, caption), content = block["c"]
    yield from _blocks(content, place)
    yield from _blocks(caption, 4 if has_class(block, "diagram") else 3)


def _division(block: Node, place: int) -> Iterator[Passage]:
    classes = attr_of(block)[1]
    if "notes" in classes:
        place = 4
    elif "long-description" in classes:
        place = 2
    elif "table-note" in classes:
        place = 3
    found = _blocks(block["c"][1], place)
    if "imprint" in classes and place == 1:
        for inner in block["c"][1]:
            yield from _block(inner, 1 if inner["t"] == "Para" else 4)
    elif "box-title" in classes:
        yield from (replace(passage, spare=True) for passage in found)
    else:
        yield from found


def _table(block: Node, place: int) -> Iterator[Passage]:
    content = block["c"]
    yield from _blocks(content[1][1], 3)
    rows = [*content[3][1], *(row for body in content[4] for row in (*body[2], *body[3])), *content[5][1]]
    for row in rows:
        for cell in row[1]:
            yield from _blocks(cell[4], place)


def _passage(inlines: Any, place: int, heading: int = 0) -> Iterator[Passage]:
    """The words of inlines, then their footnotes. Pictures are no words; a formula is what it says."""
    notes: list[Passage] = []

    def change(node: Node) -> Node | None:
        if node["t"] == "Note":
            said = " ".join(p.text for p in _blocks(node["c"], 3))
            notes.append(Passage(said, floats=True, place=3))
            return {"t": "Str", "c": MARK}
        if is_formula(node):
            return {"t": "Str", "c": formula_words(node)}
        return None if node["t"] in ("Image", "Math", "RawInline") else node

    words = stringify(transform(inlines, change)).strip()
    if words:
        yield Passage(words, heading, place=place, spare=all(_cites(inline) for inline in inlines))
    yield from notes


def _cites(inline: Node) -> bool:
    """Whether an inline is nothing but a citation, or the space between two."""
    if inline["t"] == "Span":
        return all(_cites(inner) for inner in inline["c"][1])
    return inline["t"] in ("Cite", "Space", "SoftBreak")


_READERS: Mapping[str, Callable[[Node, int], Iterator[Passage]]] = {
    "Para": lambda block, place: _passage(block["c"], place),
    "Plain": lambda block, place: _passage(block["c"], place),
    "Header": lambda block, place: _passage(block["c"][2], place, heading=block["c"][0]),
    "CodeBlock": lambda block, place: iter([Passage(block["c"][1], place=place)]),
    "LineBlock": _lines,
    "BulletList": lambda block, place: _each(block["c"], place),
    "OrderedList": lambda block, place: _each(block["c"][1], place),
    "DefinitionList": _defined,
    "BlockQuote": lambda block, place: _blocks(block["c"], place),
    "Div": _division,
    "Figure": _figure,
    "Table": _table,
}
