"""Panels onto the two sides of a sheet: the document has them as they are read, paper has them as they are printed."""

from __future__ import annotations

from dataclasses import replace

from handbill.model import Document, Edition
from handbill.pandoc_ast import Blocks, attr, attr_of, div, has_class


def on_sides(document: Document, edition: Edition) -> Document:
    """The document of an edition with a fold as one div a side, in it the side's panels; any other as it is.

    Within a side the panels stay in reading order; where each lies is a matter of the style sheet.
    """
    fold = edition.spec.fold
    if fold is None:
        return document
    sides: tuple[Blocks, Blocks] = ([], [])
    side_of = {f"panel-{place.panel}": place.side for place in fold.places}
    rest: Blocks = []
    for block in document.ast["blocks"]:
        panel = block["t"] == "Div" and has_class(block, "panel")
        (sides[side_of[attr_of(block)[0]]] if panel else rest).append(block)
    names = ("outside", "inside")
    made = [div(attr(f"side-{name}", ["side"]), panels) for name, panels in zip(names, sides, strict=True)]
    return replace(document, ast={**document.ast, "blocks": [*made, *rest]})
