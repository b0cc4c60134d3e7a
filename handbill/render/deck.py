"""A deck: the slides that a tailored document makes, the same for every format.

A level-1 heading begins a section, a level-2 heading a slide. Speaker notes, long descriptions and
captions of diagrams, footnotes and sources are taken out of the flow, because a slide shows them
elsewhere. Nothing is dropped: what is not on the slide is in its notes or its fine print.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from handbill.diagnostics import Diagnostic, warning
from handbill.governance import notices
from handbill.model import Document, Project
from handbill.pandoc_ast import (
    Blocks,
    Inlines,
    Node,
    attr_of,
    citations,
    div,
    has_class,
    para,
    stringify,
    text,
    transform,
)  # fmt: skip
from handbill.render.deck_items import Item, items_of
from handbill.render.deck_parts import Kind, Parts
from handbill.render.deck_sources import Source, Sources


@dataclass(frozen=True)
class Slide:
    """One slide.

    eyebrow      what is being talked about, above the title
    body         the blocks that the slide shows
    exhibit      the picture or table that the slide shows, apart from its body
    items        the body's labelled items when it consists of such; then `body` is what follows them
    description  the long description of the exhibit
    notes        what is said
    fine         fine print: captions and footnotes
    sources      the works cited on the slide or in its notes
    """

    id: str
    kind: Kind
    title: Inlines
    eyebrow: Inlines = field(default_factory=list)
    section: str = ""
    body: Blocks = field(default_factory=list)
    exhibit: Node | None = None
    items: tuple[Item, ...] = ()
    description: Blocks = field(default_factory=list)
    notes: Blocks = field(default_factory=list)
    fine: Blocks = field(default_factory=list)
    sources: tuple[Source, ...] = ()

    @property
    def name(self) -> str:
        return stringify(self.title).strip()


@dataclass(frozen=True)
class Deck:
    """All slides in order, the title slide first."""

    slides: tuple[Slide, ...]
    masthead: dict[str, Blocks]
    """The parts of the title slide by their class: title, subtitle, summary, edition-line."""


_TITLE_ID = "title-slide"


def make_deck(document: Document, project: Project) -> tuple[Deck, list[Diagnostic]]:
    """The slides of a tailored document, and what an author should know about them."""
    builder = _Builder(document, project)
    for block in _flat(document.ast["blocks"]):
        builder.take(block)
    return builder.finish()


def _flat(blocks: Blocks) -> Iterator[Node]:
    """The blocks with wrappers around whole slides opened."""
    for block in blocks:
        if block["t"] == "Div" and any(b["t"] == "Header" and b["c"][0] <= 2 for b in block["c"][1]):
            yield from _flat(block["c"][1])
        else:
            yield block


class _Builder:
    """Collects slides block by block."""

    def __init__(self, document: Document, project: Project) -> None:
        self.document, self.project = document, project
        self.sources = Sources(document, project)
        self.diagnostics: list[Diagnostic] = []
        self.slides: list[Slide] = []
        self.masthead: dict[str, Blocks] = {}
        self.section: Inlines = []
        self.notice = " · ".join(notices(project))
        self.heading: Node | None = None  # of the open slide
        self.pending: Blocks = []  # blocks of the open slide

    def take(self, block: Node) -> None:
        if block["t"] == "Div" and has_class(block, "masthead"):
            self.masthead = {attr_of(b)[1][0]: b["c"][1] for b in block["c"][1] if b["t"] == "Div" and attr_of(b)[1]}
        elif block["t"] == "Header" and block["c"][0] <= 2:
            self.close()
            if block["c"][0] == 1:
                self.section = block["c"][2]
            self.heading = block
        else:
            self.pending.append(block)

    def close(self) -> None:
        """Ends the open slide. A section heading with nothing but notes under it gives these to the next slide."""
        if self.heading is None:
            return
        if self.heading["c"][0] == 1 and all(b["t"] == "Div" and has_class(b, "notes") for b in self.pending):
            return
        kind = Kind.ABOUT if any(has_class(b, "imprint") for b in self.pending) else Kind.CONTENT
        if any(attr_of(n)[0] == "refs" for b in self.pending for n in (b, *_children(b))):
            kind = Kind.SOURCES
        self.slides += self._slides(kind, self.heading, self.pending)
        self.heading, self.pending = None, []

    def _slides(self, kind: Kind, heading: Node, blocks: Blocks) -> Iterator[Slide]:
        """One slide, or several when the blocks hold more than one picture or table."""
        identifier, title = attr_of(heading)[0], heading["c"][2]
        parts = Parts(kind)
        parts.sort(blocks)
        eyebrow = (
            self.section if stringify(self.section) != stringify(title) else text(str(self.project.publication.title))
        )
        if self.notice:  # each slide may be shown without the others
            eyebrow = [*eyebrow, *text(" · "), {"t": "Strong", "c": text(self.notice)}]
        sources = self.sources.of([title, *parts.shown])
        if parts.exhibits and not sources:  # a picture cites nothing itself: what is said about it does
            sources = self.sources.of(parts.notes)
        slide = Slide(
            identifier, kind, title, eyebrow, stringify(self.section), parts.body, None, (), parts.descriptions,
            parts.notes, parts.fine, sources,
        )  # fmt: skip
        if not parts.exhibits:
            items, rest = items_of(parts.body)
            yield replace(slide, items=items, body=rest)
            return
        yield replace(slide, exhibit=parts.exhibits[0])
        if len(parts.exhibits) > 1:
            self.diagnostics.append(_crowded(slide, self.document))
        for number, exhibit in enumerate(parts.exhibits[1:], start=2):
            more = f"{identifier}-{number}"
            yield replace(slide, id=more, title=[*title, *text(f" ({number})")], exhibit=exhibit, body=[], notes=[],
                          description=[], fine=[])  # fmt: skip

    def finish(self) -> tuple[Deck, list[Diagnostic]]:
        self.close()
        publication = self.project.publication
        masthead = self.masthead or {"title": [para(text(str(publication.title)))]}
        summary = masthead.get("summary", [])
        title = Slide(
            _TITLE_ID, Kind.TITLE, text(stringify(masthead.get("title", text(str(publication.title)))).strip()),
            sources=self.sources.of(summary),
        )  # fmt: skip
        slides = _distinct([title, *self.slides], self.document, self.diagnostics)
        return Deck(tuple(_linked(slides)), masthead), self.diagnostics


def _children(block: Node) -> Blocks:
    children: Blocks = block["c"][1] if block["t"] == "Div" else []
    return children


def _crowded(slide: Slide, document: Document) -> Diagnostic:
    return warning(
        "slide-crowded",
        f"The slide “{slide.name}” holds more than one picture or table; each got a slide of its own",
        document.source.find(f"## {slide.name}"),
        "Give each its own heading (##), so that it has a title that says what it shows.",
    )


def _distinct(slides: list[Slide], document: Document, diagnostics: list[Diagnostic]) -> list[Slide]:
    """The slides with titles that all differ: screen readers and contents lists know a slide by its title."""
    seen: dict[str, int] = {}
    out = []
    for slide in slides:
        name = slide.name.casefold()
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1:
            diagnostics.append(
                warning(
                    "slide-title-twice",
                    f"Two slides have the title “{slide.name}”; the second one got a number",
                    document.source.find(f"## {slide.name}", 1),
                    "Titles that differ tell a listener where the talk is.",
                )
            )
            slide = replace(slide, title=[*slide.title, *text(f" ({seen[name]})")])
        out.append(slide)
    return out


def _linked(slides: list[Slide]) -> Iterator[Slide]:
    """The slides with each reference linked back to the first slide that uses it."""
    homes: dict[str, str] = {}
    for slide in slides:
        for key in [*(s.key for s in slide.sources), *citations([slide.body, slide.notes, slide.exhibit])]:
            homes.setdefault(key, slide.id)

    def change(node: Node) -> Node | list[Node]:
        if node["t"] != "Link" or not has_class(node, "backlink"):
            return node
        key = str(node["c"][2][0]).removeprefix("#cite-")
        content: list[Any] = [node["c"][0], node["c"][1], [f"#{homes[key]}", node["c"][2][1]]]
        return {"t": "Link", "c": content} if key in homes else list(node["c"][1])

    for slide in slides:
        yield replace(slide, body=transform(slide.body, change)) if slide.kind is Kind.SOURCES else slide


def refs_of(slide: Slide) -> Blocks:
    """The entries of a sources slide."""
    return next((b["c"][1] for b in slide.body if attr_of(b)[0] == "refs"), [])


def with_refs(slide: Slide, number: int, entries: Blocks) -> Slide:
    """A sources slide that shows only `entries`."""
    identifier = "refs" if number == 1 else f"refs-{number}"
    return replace(slide, body=[div([identifier, ["references", "csl-bib-body"], []], entries)])
