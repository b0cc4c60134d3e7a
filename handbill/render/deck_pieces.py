"""A deck as HTML pieces: what pandoc writes of each part of each slide, in one call for the whole deck."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from handbill.diagnostics import Diagnostic
from handbill.formulas import is_formula
from handbill.jobs import Runner
from handbill.model import Document
from handbill.pandoc_ast import Blocks, Inlines, Node, transform
from handbill.render.deck import Deck, Slide
from handbill.render.formula import formula_markup
from handbill.render.fragment import fragment_job, write_fragment

_CUT = "<!-- handbill: cut -->"
_RAW: Node = {"t": "RawBlock", "c": ["html", _CUT]}


@dataclass(frozen=True)
class Pieces:
    """The parts of one slide as HTML; empty where the slide has none."""

    title: Markup
    eyebrow: Markup
    items: tuple[tuple[Markup, Markup], ...]
    body: Markup
    table: Markup
    description: Markup
    notes: Markup
    fine: Markup


def write_pieces(
    deck: Deck, document: Document, runner: Runner, located: Callable[[Node], str]
) -> tuple[list[Pieces], Mapping[str, Markup], tuple[Diagnostic, ...]]:
    """The pieces of every slide, and of the title slide's parts by their class; nothing when pandoc failed.

    `located` tells where an image within text is found.
    """
    blocks: Blocks = []
    for part in _parts(deck):
        blocks += [*part, _RAW]

    def change(node: Node) -> Node:
        if is_formula(node):
            return formula_markup(node, document)
        if node["t"] != "Image":
            return node
        return {"t": "Image", "c": [*node["c"][:2], [located(node), node["c"][2][1]]]}

    _, body, diagnostics = write_fragment(fragment_job(document, transform(blocks, change)), runner)
    if not body:
        return [], {}, diagnostics
    written = iter(Markup(piece.strip()) for piece in body.split(_CUT))  # noqa: S704  pandoc has escaped it
    masthead = {name: next(written) for name in deck.masthead}
    return [_pieces(slide, written) for slide in deck.slides], masthead, diagnostics


def _parts(deck: Deck) -> Iterator[Blocks]:
    """Everything that pandoc has to write, in the order in which `write_pieces` takes it back."""
    yield from deck.masthead.values()
    for slide in deck.slides:
        yield _plain(slide.title)
        yield _plain(slide.eyebrow)
        for item in slide.items:
            yield _plain(item.label)
            yield _plain(item.text)
        yield slide.body
        yield [slide.exhibit] if slide.exhibit is not None and slide.exhibit["t"] == "Table" else []
        yield slide.description
        yield slide.notes
        yield slide.fine


def _plain(inlines: Inlines) -> Blocks:
    return [{"t": "Plain", "c": inlines}] if inlines else []


def _pieces(slide: Slide, written: Iterator[Markup]) -> Pieces:
    title, eyebrow = next(written), next(written)
    items = tuple((next(written), next(written)) for _ in slide.items)
    return Pieces(title, eyebrow, items, next(written), next(written), next(written), next(written), next(written))
