"""Panels onto the two sides of a sheet: the document has them as they are read, paper has them as they are printed."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

from handbill.model import Document, Edition
from handbill.pandoc_ast import Blocks, attr, attr_of, div, has_class
from handbill.schema import EditionFile

_MILLIMETRES = 25.4 / 72


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


def bookmarks_as_read(data: bytes, spec: EditionFile) -> bytes:
    """The PDF of a folded sheet with its bookmarks in reading order, not in that of the printed sides."""
    fold = spec.fold
    if fold is None:
        return data
    import pikepdf  # takes a while to load; most sheets have no fold

    order = {panel.name: number for number, panel in enumerate(spec.panels)}
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}

        def turn(item: Any) -> int:
            page, left = pages.get(item.destination[0].objgen, 0), float(item.destination[2]) * _MILLIMETRES
            return next((order[p.panel] for p in fold.places if p.side == page and p.left <= left < p.right), 0)

        def sort(items: Any) -> None:
            items.sort(key=turn)
            for item in items:
                sort(item.children)

        with pdf.open_outline() as outline:
            sort(outline.root)
        stream = io.BytesIO()
        pdf.save(stream, deterministic_id=True)
        return stream.getvalue()
