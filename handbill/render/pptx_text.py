"""The words of a deck for PowerPoint: written by pandoc, taken apart again for the shapes that they belong to.

pandoc writes one slide with one text per slide of the deck, its pieces (section, cards, cells, fine
print ...) divided by a mark. So every run, list and link is pandoc's, and every shape is ours (`handbill.tools.pptx`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from handbill.formulas import formula_text, is_formula
from handbill.jobs import Job
from handbill.model import Document
from handbill.pandoc_ast import (
    Blocks,
    Inlines,
    Node,
    attr,
    attr_of,
    div,
    has_class,
    header,
    para,
    stringify,
    text,
    transform,
    walk,
)
from handbill.render.deck import Slide
from handbill.render.deck_html import Plan
from handbill.render.deck_items import columns_of
from handbill.render.deck_measure import rows_of
from handbill.render.deck_parts import Kind
from handbill.tools import pandoc

MARK = "\ue000"
OUTPUT = "slides.pptx"
COVER = ("subtitle", "summary", "edition-line")


def text_job(plan: Plan, document: Document, reference: bytes, words: Mapping[str, str], label: str) -> Job:
    """The pandoc Job that writes the words of every slide, in the layout of our template."""
    homes = _homes(plan)
    blocks: Blocks = []
    for slide in plan.deck.slides:
        blocks.append(header(2, attr(slide.id), slide.title))
        for piece in pieces_of(slide, plan, words):
            blocks += [para([{"t": "Str", "c": MARK}]), *piece]
        if notes := _notes(slide, words):
            blocks.append(div(attr("", ["notes"]), notes))
    ast = {**document.ast, "meta": {}, "blocks": transform(blocks, lambda node: _suited(node, homes, document))}
    return pandoc.convert(
        "document.json",
        {"document.json": json.dumps(ast).encode(), "reference.pptx": reference},
        reader="json",
        writer="pptx",
        output=OUTPUT,
        options=["--reference-doc=reference.pptx", "--slide-level=2", "--syntax-highlighting=none"],
        label=label,
    )


def pieces_of(slide: Slide, plan: Plan, words: Mapping[str, str]) -> list[Blocks]:
    """The texts of a slide beside its title, in the order in which `compose` takes them."""
    if slide.kind is Kind.TITLE:
        return [transform(plan.deck.masthead.get(part, []), _unlinked) for part in COVER]
    pieces: list[Blocks] = [_plain(slide.eyebrow)]
    for item in slide.items:
        pieces += [_plain(item.label), _plain(item.text)]
    pieces += [transform(column, _stacked) for column in columns_of(slide.body)]
    if slide.exhibit is not None and slide.exhibit["t"] == "Table":
        pieces += [cell[4] for row in rows_of(slide.exhibit) for cell in row]
    return [*pieces, [*slide.fine, *_sources(slide, words)]]


def _plain(inlines: Inlines) -> Blocks:
    return [para(inlines)] if inlines else []


def _sources(slide: Slide, words: Mapping[str, str]) -> Blocks:
    if not slide.sources:
        return []
    line: Inlines = [{"t": "Strong", "c": text(words["references"])}, {"t": "Space"}]
    for index, source in enumerate(slide.sources):
        number: Node = {"t": "Link", "c": [attr(), text(source.number), [f"#ref-{source.key}", ""]]}
        line += [*(text(" · ") if index else []), *([number, {"t": "Str", "c": "\u00a0"}] if source.number else []), *text(source.name)]
    return [para(line)]


def _notes(slide: Slide, words: Mapping[str, str]) -> Blocks:
    described = (
        [para([{"t": "Strong", "c": text(words["description"])}]), *slide.description] if slide.description else []
    )
    return [*slide.notes, *described]


def _homes(plan: Plan) -> Mapping[str, str]:
    """The slide on which each id of the document is shown."""
    homes = {}
    for slide in plan.deck.slides:
        homes[slide.id] = slide.id
        for node in walk([slide.body, slide.exhibit]):
            if identifier := attr_of(node)[0]:
                homes.setdefault(identifier, slide.id)
    return homes


def _suited(node: Node, homes: Mapping[str, str], document: Document) -> Node | list[Node]:
    """What pandoc's writer cannot carry: links go to slides, pictures within text become their alt text."""
    if node["t"] == "Link" and str(node["c"][2][0]).startswith("#"):
        home = homes.get(str(node["c"][2][0])[1:])
        if home is None:
            return list(node["c"][1])
        return {"t": "Link", "c": [node["c"][0], node["c"][1], [f"#{home}", node["c"][2][1]]]}
    if node["t"] in ("Emph", "Code"):
        return {"t": "Strong", "c": node["c"] if node["t"] == "Emph" else text(node["c"][1])}
    if is_formula(node):
        return formula_text(node, document)
    if node["t"] == "Image":
        return text(attr_of(node)[2].get("alt") or stringify(node["c"][1]))
    if node["t"] == "Span" and has_class(node, "csl-left-margin"):
        return [*node["c"][1], {"t": "Str", "c": "\t"}]
    return node


def _stacked(node: Node) -> Node | list[Node]:
    """Columns beside other blocks stand below each other: pandoc would give them a slide of their own."""
    if node["t"] == "Div" and (has_class(node, "columns") or has_class(node, "column")):
        return list(node["c"][1])
    return node


def _unlinked(node: Node) -> Node | list[Node]:
    return list(node["c"][1]) if node["t"] == "Link" else node
