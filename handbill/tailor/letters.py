"""Diagrams in editions with large letters: the drawing whose letters come out large enough, else its words."""

from __future__ import annotations

from collections.abc import Mapping

from handbill.diagnostics import Diagnostic, note
from handbill.model import Figure
from handbill.pandoc_ast import Blocks, Node, attr_of, has_class, transform
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
        best, points = _best(figure, paper)
        if points >= paper.smallest:
            return _with_drawing(block, figure.svg, best)
        words = [inner for part in block["c"][1] if has_class(part, DESCRIPTION) for inner in part["c"][1]]
        if not words:
            return block
        notes.append(_told(figure, points, paper))
        return words

    out: Blocks = transform(
        blocks, lambda node: change(node) if node["t"] == "Div" and has_class(node, BLOCK) else node
    )
    return out, notes


def _figure(block: Node, figures: Mapping[str, Figure]) -> Figure | None:
    names = (attr_of(part)[0] for part in block["c"][1] if part["t"] == "Figure")
    return next((figures[name] for name in names if name in figures), None)


def _best(figure: Figure, paper: Paper) -> tuple[str, float]:
    """The drawing to take and the size of its smallest letters in points when it fills the page."""
    assert figure.svg is not None
    choices = [(figure.svg, figure.width, figure.height, figure.smallest)]
    if figure.narrow is not None:
        narrow = figure.narrow
        choices.append((narrow.svg, narrow.width, narrow.height, narrow.smallest))
    width, height = ((side - margin) * _PIXELS for side, margin in zip(SIZES[paper.size], MARGINS, strict=True))
    sized = [(name, small * _POINTS * min(width / wide, height / tall)) for name, wide, tall, small in choices]
    enough = [choice for choice in sized if choice[1] >= paper.smallest]
    return enough[0] if enough else max(sized, key=lambda choice: choice[1])


def _with_drawing(block: Node, old: str, new: str) -> Node:
    def change(node: Node) -> Node:
        if node["t"] != "Image" or node["c"][2][0] != f"asset:{old}":
            return node
        return {"t": "Image", "c": [node["c"][0], node["c"][1], [f"asset:{new}", node["c"][2][1]]]}

    changed: Node = transform([block], change)[0]
    return changed


def _told(figure: Figure, points: float, paper: Paper) -> Diagnostic:
    return note(
        "diagram-in-words",
        f"The letters of the diagram “{figure.id}” would be {points:.1f} points on a full page, and {paper.smallest:g} are "
        "promised: its description stands in its place.",
        figure.span,
        "Shorten its labels, or draw it as two smaller diagrams.",
    )
