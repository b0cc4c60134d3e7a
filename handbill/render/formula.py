"""Formulas in pages: drawings in the line, as large and in the colour of the words around them, named in words."""

from __future__ import annotations

from lxml import etree

from handbill.formulas import DISPLAY_GAP, SCALE, formula_of, formula_words
from handbill.model import Document
from handbill.pandoc_ast import Node
from handbill.render.drawing import read_svg


def formula_markup(node: Node, document: Document) -> Node:
    """The formula as an SVG element of a page: named by its words, on the line of writing."""
    made = formula_of(node, document)
    root = read_svg(document.assets[made.svg])
    root.set("class", f"math {'display' if made.display else 'inline'}")
    root.set("role", "img")
    root.set("aria-label", formula_words(node))
    root.set("focusable", "false")
    sized = f"width:{made.width * SCALE:.3f}em;height:{made.height * SCALE:.3f}em"
    placed = f"display:block;margin:{DISPLAY_GAP}em auto;max-width:100%" if made.display else f"vertical-align:{-made.depth * SCALE:.3f}em"
    root.set("style", f"{sized};{placed}")
    return {"t": "RawInline", "c": ["html", etree.tostring(root, encoding="unicode")]}

