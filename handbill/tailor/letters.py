"""Diagrams in editions with large letters: the drawing whose letters come out large enough, else its words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from handbill.diagnostics import Diagnostic, note
from handbill.model import Drawing, Figure
from handbill.pandoc_ast import Blocks, Node, attr_of, has_class, transform_only
from handbill.paper import SIZES, Paper
from handbill.tailor.figures import BLOCK, DESCRIPTION

_PIXELS = 96 / 25.4
_POINTS = 72 / 96
DRAWN = 12.0
"""Points: letters of a drawing that is printed as it was drawn. Editions content with them take every drawing as it is."""
MARGINS = (40.0, 70.0)
"""Millimetres of a page's width and height that a full-page picture leaves to margins, running foot and caption."""


def legible(blocks: Blocks, figures: Mapping[str, Figure], paper: Paper) -> tuple[Blocks, list[Diagnostic]]:
    """`blocks` where each diagram can be read in print, and a note on each that only its words can stand for."""
    notes: list[Diagnostic] = []
    if paper.smallest <= DRAWN:
        return blocks, notes

    def change(block: Node) -> Node | list[Node]:
        figure = _figure(block, figures)
        if figure is None or figure.svg is None or not figure.smallest:
            return block
        best = _best(figure, paper)
        if best.points >= paper.smallest:
            return _with_drawing(block, figure.svg, best)
        words = [inner for part in block["c"][1] if has_class(part, DESCRIPTION) for inner in part["c"][1]]
        if not words:
            return block
        notes.append(_told(figure, best.points, paper))
        return words

    out = transform_only({"Div"}, blocks, lambda node: change(node) if has_class(node, BLOCK) else node)
    return out, notes


def _figure(block: Node, figures: Mapping[str, Figure]) -> Figure | None:
    names = (attr_of(part)[0] for part in block["c"][1] if part["t"] == "Figure")
    return next((figures[name] for name in names if name in figures), None)


class _Choice(NamedTuple):
    """A drawing, its width in print (millimetres) and the size of its smallest letters then (points)."""

    svg: str
    width: float
    points: float


def _best(figure: Figure, paper: Paper) -> _Choice:
    """The drawing to take: its letters as large as the text, or as large as a full page allows."""
    assert figure.svg is not None
    choices = [Drawing(figure.svg, figure.width, figure.height, figure.smallest)]
    if figure.narrow is not None:
        choices.append(figure.narrow)
    sized = [_sized(drawing, paper) for drawing in choices]
    return next(
        (choice for choice in sized if choice.points >= paper.smallest), max(sized, key=lambda choice: choice.points)
    )


def _sized(drawing: Drawing, paper: Paper) -> _Choice:
    width, height = ((side - margin) * _PIXELS for side, margin in zip(SIZES[paper.size], MARGINS, strict=True))
    letters = drawing.smallest * _POINTS
    scale = min(width / drawing.width, height / drawing.height, max(1.0, paper.body / letters))
    return _Choice(drawing.svg, drawing.width * scale / _PIXELS, letters * scale)


def _with_drawing(block: Node, old: str, new: _Choice) -> Node:
    def change(node: Node) -> Node:
        if node["c"][2][0] != f"asset:{old}":
            return node
        identifier, classes, pairs = attr_of(node)
        sized = [identifier, classes, [*([k, v] for k, v in pairs.items()), ["width", f"{new.width:.1f}mm"]]]
        return {"t": "Image", "c": [sized, node["c"][1], [f"asset:{new.svg}", node["c"][2][1]]]}

    changed: Node = transform_only({"Image"}, [block], change)[0]
    return changed


def _told(figure: Figure, points: float, paper: Paper) -> Diagnostic:
    return note(
        "diagram-in-words",
        f"The letters of the diagram “{figure.id}” would be {points:.1f} points on a full page, and {paper.smallest:g} are "
        "promised: its description stands in its place.",
        figure.span,
        "Shorten its labels, or draw it as two smaller diagrams.",
    )
