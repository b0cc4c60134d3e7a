"""PowerPoint: pandoc's words in our own template, every shape in its planned place, accessible and editable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time
from itertools import groupby

from handbill.box import Box
from handbill.diagnostics import Diagnostic, Severity, error
from handbill.jobs import Runner
from handbill.model import Document, Edition, Project
from handbill.pandoc_ast import Node, stringify, walk
from handbill.render.deck import Deck, Slide
from handbill.render.deck_boxes import CARD_EDGE, CARD_PADDING, DOT, LABEL_GAP, TIME_GAP, is_timeline, time_width
from handbill.render.deck_fit import Layout, eyebrow_size, figure_of, title_size
from handbill.render.deck_html import Plan, plan_deck
from handbill.render.deck_items import columns_of
from handbill.render.deck_measure import PARAGRAPH_GAP, column_shares, rows_of
from handbill.render.deck_parts import Kind
from handbill.render.deck_picture import alt_of
from handbill.render.page import ASSET
from handbill.render.pptx_drawing import Drawing, style
from handbill.render.pptx_reference import EYEBROW, FINE, LINE, STEP, SUMMARY, reference_pptx
from handbill.render.pptx_text import MARK, OUTPUT, text_job
from handbill.schema import Output
from handbill.tools.pptx import tool as finishing


def render_pptx(
    document: Document, edition: Edition, output: Output, project: Project, runner: Runner
) -> tuple[bytes | None, list[Diagnostic]]:
    """An editable PowerPoint file; the same document gives the same bytes."""
    plan, diagnostics = plan_deck(document, edition, project)
    if plan is None or any(d.severity is Severity.ERROR for d in diagnostics):
        return None, diagnostics
    job = text_job(plan, document, reference_pptx(plan.theme), project.locale, output.file)
    (result,) = runner.run([job])
    diagnostics += result.diagnostics
    if result.failed:
        return None, diagnostics
    pictures: dict[str, bytes] = {}
    slides = []
    for planned, layout in zip(plan.deck.slides, plan.layouts, strict=True):
        drawing = Drawing(_layout_name(planned))
        diagnostics += _compose(drawing, planned, layout, plan, document, pictures)
        slides.append(drawing.values())
    if any(d.severity is Severity.ERROR for d in diagnostics):
        return None, diagnostics
    (finished,) = runner.run([
        finishing.finishing_job(
            result.outputs[OUTPUT], slides, pictures, mark=MARK, language=str(project.publication.language), step=STEP,
            chapters=_chapters(plan.deck, str(project.publication.title)), about=_about(project), label=output.file,
        )
    ])  # fmt: skip
    diagnostics += [replace(found, span=edition.span) for found in finished.diagnostics]
    return (None if finished.failed else finished.outputs[finishing.OUTPUT]), diagnostics


def _compose(
    drawing: Drawing, planned: Slide, layout: Layout, plan: Plan, document: Document, pictures: dict[str, bytes]
) -> list[Diagnostic]:
    """Plans where what pandoc wrote for one slide is to stand. The files of its picture go into `pictures`."""
    if planned.kind is Kind.TITLE:
        _cover(drawing, planned, plan)
        return []
    drawing.title(style(size=layout.title_size), layout.title, "title")
    drawing.text("Section", style(size=eyebrow_size(planned, plan.theme, plan.measure)), role=f'type="body" idx="{EYEBROW}"')
    findings = _content(drawing, planned, layout, plan, document, pictures)
    fine = style(size=plan.theme.length("fine-size"), between=0, anchor="b")
    drawing.text("Sources", fine, _foot(layout), f'type="body" idx="{FINE}"')
    drawing.number()
    return findings


def _layout_name(planned: Slide) -> str:
    if planned.kind is Kind.TITLE:
        return "Title Slide"
    if planned.items or (planned.exhibit is not None and not planned.body):
        return "Title Only"
    if len(columns_of(planned.body)) > 1:
        return "Two Content"
    return "Title and Content"


def _cover(drawing: Drawing, planned: Slide, plan: Plan) -> None:
    size = title_size(planned.name, plan.measure)
    lines = plan.measure.lines(planned.title, size, 800, bold=True)
    shift = (lines * size * 1.06) - 120 + 10  # the layout's title is one line high
    drawing.title(style(size=size), Box(96, 132, 800, lines * size * 1.1), "ctrTitle")
    drawing.text("Subtitle", style(size=42), Box(96, 262 + shift, 800, 60), 'type="subTitle" idx="1"')
    drawing.text("Summary", style(size=32), Box(96, 352 + shift, 800, 220), f'type="body" idx="{SUMMARY}"')
    drawing.text("Version", style(size=22), role=f'type="body" idx="{LINE}"')


def _content(
    drawing: Drawing, planned: Slide, layout: Layout, plan: Plan, document: Document, pictures: dict[str, bytes]
) -> list[Diagnostic]:
    look = style(size=layout.size, gap=layout.gap, between=max(PARAGRAPH_GAP, layout.gap))
    if planned.items:
        if is_timeline(planned):
            _timeline(drawing, planned, layout, plan)
        else:
            _cards(drawing, layout)
        drawing.text("Text", look, layout.body)
        return []
    if planned.kind is Kind.SOURCES:
        look = style(size=layout.size, hang=2 * layout.size)
    body = layout.body
    room = Box(body.x, body.y, body.w, body.h if planned.exhibit else layout.content.y + layout.content.h - body.y)
    columns = columns_of(planned.body)
    for number, box in enumerate(_side_by_side(room, len(columns)), start=1):
        role = f'idx="{number}"' if number <= 2 else None  # layouts have two places for content
        drawing.text(f"Content {number}", look, box, role)
    if planned.exhibit is None or layout.exhibit is None:
        return []
    if planned.exhibit["t"] == "Table":
        _table(drawing, planned.exhibit, layout.exhibit, layout.size, planned)
        return []
    return _picture(drawing, planned, layout.exhibit, document, pictures)


def _table(drawing: Drawing, table: Node, box: Box, size: float, planned: Slide) -> None:
    columns = len(table["c"][2])
    drawing.table(
        (len(rows_of(table)), columns), box, style(size=size),
        shares=list(column_shares(table)), heads=len(table["c"][3][1]), row_heads=any(body[1] for body in table["c"][4]),
        description=stringify(planned.fine).strip() or planned.name,
    )  # fmt: skip


def _picture(
    drawing: Drawing, planned: Slide, box: Box, document: Document, pictures: dict[str, bytes]
) -> list[Diagnostic]:
    """The slide's picture with the author's alt text: a PNG that every version shows, and the drawing for those that can."""
    figure = figure_of(planned, document)
    image = next(n for n in walk(planned.exhibit) if n["t"] == "Image")
    file = str(image["c"][2][0]).removeprefix(ASSET)
    raster, vector = (figure.png, figure.svg) if figure else (file, None)
    if raster is None or raster not in document.assets:
        return [
            error("picture-no-png", f"The picture on the slide “{planned.name}” is a drawing only, and PowerPoint needs pixels too",
                  figure.span if figure else None, "Save it as PNG, about 2,000 pixels wide, and name that file.")
        ]  # fmt: skip
    files = [name for name in (raster, vector) if name is not None and name in document.assets]
    pictures.update((name, document.assets[name]) for name in files)
    drawing.picture(
        box, name=figure.id if figure else file, alt=alt_of(image),
        title=figure.title if figure else str(image["c"][2][1]),
        png=raster, svg=vector if vector in files else None,
    )  # fmt: skip
    return []


def _foot(layout: Layout) -> Box:
    """The fine print's box, with some air above it."""
    return Box(layout.fine.x, layout.fine.y - 6, layout.fine.w, layout.fine.h + 6)


def _side_by_side(room: Box, count: int) -> list[Box]:
    gap = 48.0 if count > 1 else 0.0
    width = (room.w - gap * (count - 1)) / count
    return [Box(room.x + number * (width + gap), room.y, width, room.h) for number in range(count)]


def _cards(drawing: Drawing, layout: Layout) -> None:
    """One shape a card: its label, its text below, a bar along its top."""
    for number, box in enumerate(layout.cards, start=1):
        card = style(size=layout.size, inset=CARD_PADDING, ground="bg2", bold=True, colour="accent1")
        drawing.text(f"Card {number}", card, box, then=style(size=layout.size, lead=LABEL_GAP))
        drawing.decorate("Bar", "rect", Box(box.x, box.y, box.w, CARD_EDGE), "accent1")


def _timeline(drawing: Drawing, planned: Slide, layout: Layout, plan: Plan) -> None:
    """One row a date: a dot on a line, the date, what happened."""
    left = time_width(planned, layout.size, plan.measure)
    dot = layout.size * 0.56
    for number, box in enumerate(layout.cards):
        top = box.y + layout.size * 0.38
        if number + 1 < len(layout.cards):
            below = layout.cards[number + 1].y + layout.size * 0.38
            drawing.decorate(
                "Line", "rect", Box(box.x + dot / 2 - 2, top + dot + 8, 4, below - top - dot - 16), "accent3"
            )
        drawing.decorate("Dot", "ellipse", Box(box.x, top, dot, dot), "accent1")
        when = style(size=layout.size, bold=True, colour="accent1")
        drawing.text(f"When {number + 1}", when, Box(box.x + DOT, box.y, left + TIME_GAP / 2, box.h))
        what = Box(box.x + DOT + left + TIME_GAP, box.y, box.w - DOT - left - TIME_GAP, box.h)
        drawing.text(f"What {number + 1}", style(size=layout.size), what)


def _chapters(deck: Deck, title: str) -> list[tuple[str, int]]:
    """The sections of the document from which the slides come, and how many come from each."""
    runs = groupby(slide.section or title for slide in deck.slides)
    return [(name, len(list(slides))) for name, slides in runs]


def _about(project: Project) -> Mapping[str, str]:
    """The file's properties; the date is the text's own, so that it does not change from run to run."""
    publication = project.publication
    return {
        "title": str(publication.title),
        "subject": str(publication.subtitle or ""),
        "author": ", ".join(str(person.name) for person in publication.authors),
        "last_modified_by": str(publication.publisher.name),
        "keywords": ", ".join(map(str, publication.keywords)),
        "language": str(publication.language),
        "version": str(publication.version),
        "date": datetime.combine(publication.last_reviewed, time()).isoformat(),
    }
