"""A deck as HTML: each slide a fixed page of 1280 x 720 pixels, in the edition's own page template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from handbill.box import Box
from handbill.diagnostics import Diagnostic, Severity
from handbill.jobs import Runner
from handbill.model import Document, Edition, Project
from handbill.pandoc_ast import Blocks, stringify, text
from handbill.render.deck import Deck, Slide, make_deck, refs_of, with_refs
from handbill.render.deck_boxes import is_timeline, time_width
from handbill.render.deck_fit import Layout, eyebrow_size, lay_out, references_height, title_size
from handbill.render.deck_items import is_plain_text
from handbill.render.deck_measure import PARAGRAPH_GAP, Measure, measure_of, with_widths
from handbill.render.deck_parts import Kind
from handbill.render.deck_picture import address, picture
from handbill.render.deck_pieces import Pieces, write_pieces
from handbill.render.deck_theme import Theme, read_theme
from handbill.render.page import Page, fill_template, page_context, style_sheets
from handbill.schema import Output


@dataclass(frozen=True)
class Plan:
    """A deck with the place of everything on its slides; the same plan serves every format."""

    deck: Deck
    layouts: tuple[Layout, ...]
    theme: Theme
    measure: Measure


def plan_deck(document: Document, edition: Edition, project: Project) -> tuple[Plan | None, list[Diagnostic]]:
    """The slides and their layouts; None when the theme cannot be used."""
    theme, diagnostics = read_theme(edition)
    if theme is None:
        return None, diagnostics
    measure = measure_of(theme, project)
    deck, found = make_deck(document, project)
    deck = _split_sources(_with_widths(deck, measure), theme, measure, document)
    layouts = []
    for slide in deck.slides:
        layout, complaints = lay_out(slide, theme, measure, document)
        layouts.append(layout)
        found += complaints if slide.kind is not Kind.TITLE else []
    return Plan(deck, tuple(layouts), theme, measure), [
        *diagnostics,
        *(replace(d, edition=edition.name) for d in found),
    ]


def make_deck_page(
    document: Document, edition: Edition, output: Output, project: Project, runner: Runner, *, inline: bool,
    extra: Mapping[str, Any] | None = None,
) -> tuple[Page | None, list[Diagnostic]]:  # fmt: skip
    """The page of a deck: for a browser with everything inside (`inline`), or with its files beside it, for paper."""
    plan, diagnostics = plan_deck(document, edition, project)
    if plan is None or any(d.severity is Severity.ERROR for d in diagnostics):
        return None, diagnostics
    sheets, files, missing = _sheets(edition, output, project, inline, _letters(document, project))
    pieces, masthead, found = write_pieces(
        plan.deck, document, runner, lambda image: address(image, document, inline=inline, files=files)
    )
    diagnostics += [*found, *missing]
    if not pieces:
        return None, diagnostics
    views = [
        _view(slide, layout, piece, number, plan, document, inline, files)
        for number, (slide, layout, piece) in enumerate(
            zip(plan.deck.slides, plan.layouts, pieces, strict=True), start=1
        )
    ]
    size = title_size(plan.deck.slides[0].name, plan.measure)
    context = page_context(project, edition, output) | {
        "slides": views, "masthead": masthead, "sheets": sheets, "title_size": size, "theme": plan.theme.values,
        "screen": inline, **(extra or {}),
    }  # fmt: skip
    html, faults = fill_template(edition, project, str(output.template or "deck.html.j2"), context)
    diagnostics += faults
    if html is None:
        return None, diagnostics
    return Page(html, files), diagnostics


def _sheets(
    edition: Edition, output: Output, project: Project, inline: bool, letters: str
) -> tuple[dict[str, Markup], dict[str, bytes], list[Diagnostic]]:
    """The output's style sheets by name, so that a template can hold some of them back; and the files that they name."""
    sheets: dict[str, Markup] = {}
    files: dict[str, bytes] = {}
    diagnostics: list[Diagnostic] = []
    for name in output.styles:
        alone = output.model_copy(update={"styles": (name,)})
        css, named, missing = style_sheets(edition, alone, project, inline=inline, paper=not inline, letters=letters)
        sheets[str(name)] = Markup(css)  # noqa: S704  the edition's own style sheet
        files |= named
        diagnostics += missing
    return sheets, files, diagnostics


def _letters(document: Document, project: Project) -> str:
    """Every letter that the deck may show: only fonts that one of them needs go into it."""
    labels = "".join(label for figure in document.figures.values() for label in figure.labels)
    return "".join(
        (stringify(document.ast["blocks"]), labels, str(project.publication.title), *project.locale.values())
    )


def _view(
    slide: Slide,
    layout: Layout,
    pieces: Pieces,
    number: int,
    plan: Plan,
    document: Document,
    inline: bool,
    files: dict[str, bytes],
) -> dict[str, Any]:
    """What a page template may use of one slide."""
    box = layout.exhibit
    return {
        "id": slide.id, "kind": slide.kind.value, "name": slide.name, "number": number, "shape": shape_of(slide),
        "columns": _columns(layout), "style": _style(layout, slide, plan), "sources": slide.sources,
        "picture": picture(slide, box, document, inline=inline, files=files) if box else Markup(""),
        "title": pieces.title, "eyebrow": pieces.eyebrow, "body": pieces.body, "table": pieces.table,
        "labelled": [(*item, round(place.h)) for item, place in zip(pieces.items, layout.cards, strict=True)],
        "description": pieces.description, "notes": pieces.notes, "fine": pieces.fine,
    }  # fmt: skip


def shape_of(slide: Slide) -> str:
    """The look of a slide's content, as a class of the style sheet."""
    if slide.exhibit is not None:
        return "table" if slide.exhibit["t"] == "Table" else "picture"
    if slide.items:
        return "timeline" if is_timeline(slide) else "cards"
    if slide.kind is Kind.SOURCES:
        return "references"
    return "statement" if is_plain_text(slide.body) else "text"


def _columns(layout: Layout) -> int:
    return len({box.x for box in layout.cards}) or 1


def _style(layout: Layout, slide: Slide, plan: Plan) -> str:
    """The slide's measures as custom properties: only the deck's style sheet uses them, a plain page does not."""
    values = {
        "title": layout.title_size,
        "eyebrow": eyebrow_size(slide, plan.theme, plan.measure),
        "text": layout.size,
        "title-room": layout.title.h,
        "gap": layout.gap * layout.size,
        "between": max(PARAGRAPH_GAP, layout.gap) * layout.size,
    }
    for name, box in (("content", layout.content), ("body", layout.body), ("exhibit", layout.exhibit)):
        if isinstance(box, Box):
            values |= {f"{name}-x": box.x, f"{name}-y": box.y, f"{name}-w": box.w, f"{name}-h": box.h}
    if layout.cards:
        values |= {"items-y": layout.cards[0].y, "when": time_width(slide, layout.size, plan.measure)}
    return "; ".join(f"--{name}: {value:.1f}px" for name, value in values.items() if value)


def _with_widths(deck: Deck, measure: Measure) -> Deck:
    """The deck with a width for every column of its tables, the same in every format."""

    def sized(slide: Slide) -> Slide:
        exhibit = slide.exhibit
        return (
            slide
            if exhibit is None or exhibit["t"] != "Table"
            else replace(slide, exhibit=with_widths(exhibit, measure))
        )

    return replace(deck, slides=tuple(map(sized, deck.slides)))


def _split_sources(deck: Deck, theme: Theme, measure: Measure, document: Document) -> Deck:
    """The deck with its list of references on as many slides as it needs."""
    slides: list[Slide] = []
    for slide in deck.slides:
        slides += _parted(slide, theme, measure, document) if refs_of(slide) else [slide]
    return replace(deck, slides=tuple(slides))


def _parted(slide: Slide, theme: Theme, measure: Measure, document: Document) -> list[Slide]:
    """The slide, or several with about as many references each."""
    layout, _ = lay_out(slide, theme, measure, document)
    entries, room = refs_of(slide), layout.content
    parts = next(
        parts
        for parts in (_shares(entries, count) for count in range(1, len(entries) + 1))
        if len(parts) == len(entries)
        or all(references_height(p, layout.size, room.w, measure) <= room.h for p in parts)
    )
    out = []
    for number, part in enumerate(parts, start=1):
        title = slide.title if len(parts) == 1 else [*slide.title, *text(f" ({number}/{len(parts)})")]
        out.append(
            replace(with_refs(slide, number, part), id=slide.id if number == 1 else f"{slide.id}-{number}", title=title)
        )
    return out


def _shares(entries: Blocks, count: int) -> list[Blocks]:
    """The entries in `count` runs of about equal length."""
    size = -(-len(entries) // count)
    return [entries[start : start + size] for start in range(0, len(entries), size)]
