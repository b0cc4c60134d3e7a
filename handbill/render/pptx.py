"""PowerPoint: pandoc's words in our own template, every shape in its planned place, accessible and editable."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time
from typing import Any

from handbill.diagnostics import Diagnostic, Severity, error
from handbill.jobs import Runner
from handbill.model import Document, Edition, Project
from handbill.render.deck import Slide
from handbill.render.deck_boxes import CARD_EDGE, CARD_PADDING, DOT, LABEL_GAP, TIME_GAP, Box, is_timeline, time_width
from handbill.render.deck_fit import Layout, eyebrow_size, title_size
from handbill.render.deck_html import Plan, plan_deck
from handbill.render.deck_items import columns_of
from handbill.render.deck_measure import PARAGRAPH_GAP, rows_of
from handbill.render.deck_parts import Kind
from handbill.render.pptx_picture import add_picture
from handbill.render.pptx_reference import EYEBROW, FINE, LINE, SUMMARY, reference_pptx
from handbill.render.pptx_sections import add_sections
from handbill.render.pptx_shapes import Canvas, Style
from handbill.render.pptx_table import add_table
from handbill.render.pptx_text import OUTPUT, pieces_in, text_job
from handbill.render.pptx_xml import Element, qname, settled
from handbill.schema import Output

Pieces = Iterator[list[Element]]


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
    from pptx import Presentation

    presentation = Presentation(io.BytesIO(result.outputs[OUTPUT]))
    if len(presentation.slides) != len(plan.deck.slides):
        wrong = f"pandoc made {len(presentation.slides)} slides of {len(plan.deck.slides)}"
        return None, [
            *diagnostics,
            error("pptx-slides", f"The PowerPoint file cannot be put together: {wrong}", edition.span),
        ]
    layouts = {layout.name: layout for layout in presentation.slide_layouts}
    language = str(project.publication.language)
    for slide, planned, layout in zip(presentation.slides, plan.deck.slides, plan.layouts, strict=True):
        diagnostics += _compose(slide, planned, layout, layouts, plan, document, language)
    add_sections(presentation, plan.deck, str(project.publication.title))
    _describe(presentation, project)
    out = io.BytesIO()
    presentation.save(out)
    broken = any(d.severity is Severity.ERROR for d in diagnostics)
    return (None if broken else settled(out.getvalue())), diagnostics


def _compose(
    slide: Any,
    planned: Slide,
    layout: Layout,
    layouts: Mapping[str, Any],
    plan: Plan,
    document: Document,
    language: str,
) -> list[Diagnostic]:
    """Puts what pandoc wrote for one slide where the plan wants it. Shapes stand in reading order."""
    pieces = iter(pieces_in(slide))
    title = list(slide.shapes.title._element.iter(qname("a:p")))
    _use_layout(slide, layouts[_layout_name(planned)])
    canvas = Canvas(slide, language)
    findings: list[Diagnostic] = []
    if planned.kind is Kind.TITLE:
        _cover(canvas, title, pieces, planned, plan)
    else:
        canvas.text("Title", title, Style(layout.title_size), layout.title, placeholder='type="title"')
        eyebrow, fine = (
            Style(eyebrow_size(planned, plan.theme, plan.measure)),
            Style(plan.theme.length("fine-size"), between=0, anchor="b"),
        )
        canvas.text("Section", next(pieces), eyebrow, placeholder=f'type="body" idx="{EYEBROW}"')
        findings = _content(canvas, slide, pieces, planned, layout, plan, document)
        canvas.text("Sources", next(pieces), fine, _foot(layout), placeholder=f'type="body" idx="{FINE}"')
        canvas.number()
    if slide.has_notes_slide:
        for run in slide.notes_slide._element.iter(qname("a:r")):
            run.get_or_add_rPr().set("lang", language)
    return findings


def _layout_name(planned: Slide) -> str:
    if planned.kind is Kind.TITLE:
        return "Title Slide"
    if planned.items or (planned.exhibit is not None and not planned.body):
        return "Title Only"
    if len(columns_of(planned.body)) > 1:
        return "Two Content"
    return "Title and Content"


def _use_layout(slide: Any, layout: Any) -> None:
    from pptx.opc.constants import RELATIONSHIP_TYPE

    for relationship in slide.part.rels.values():
        if relationship.reltype == RELATIONSHIP_TYPE.SLIDE_LAYOUT:
            relationship._target = layout.part


def _cover(canvas: Canvas, title: list[Element], pieces: Pieces, planned: Slide, plan: Plan) -> None:
    size = title_size(planned.name, plan.measure)
    lines = plan.measure.lines(planned.title, size, 800, bold=True)
    shift = (lines * size * 1.06) - 120 + 10  # the layout's title is one line high
    canvas.text("Title", title, Style(size), Box(96, 132, 800, lines * size * 1.1), placeholder='type="ctrTitle"')
    canvas.text(
        "Subtitle", next(pieces), Style(42), Box(96, 262 + shift, 800, 60), placeholder='type="subTitle" idx="1"'
    )
    canvas.text(
        "Summary", next(pieces), Style(32), Box(96, 352 + shift, 800, 220), placeholder=f'type="body" idx="{SUMMARY}"'
    )
    canvas.text("Version", next(pieces), Style(22), placeholder=f'type="body" idx="{LINE}"')


def _content(
    canvas: Canvas, slide: Any, pieces: Pieces, planned: Slide, layout: Layout, plan: Plan, document: Document
) -> list[Diagnostic]:
    style = Style(layout.size, layout.gap, between=max(PARAGRAPH_GAP, layout.gap))
    if planned.items:
        if is_timeline(planned):
            _timeline(canvas, pieces, planned, layout, plan)
        else:
            _cards(canvas, pieces, layout)
        canvas.text("Text", next(pieces), style, layout.body)
        return []
    if planned.kind is Kind.SOURCES:
        style = Style(layout.size, hang=2 * layout.size)
    body = layout.body
    room = Box(body.x, body.y, body.w, body.h if planned.exhibit else layout.content.y + layout.content.h - body.y)
    columns = columns_of(planned.body)
    for number, box in enumerate(_side_by_side(room, len(columns)), start=1):
        role = f'idx="{number}"' if number <= 2 else None  # layouts have two places for content
        canvas.text(f"Content {number}", next(pieces), style, box, placeholder=role)
    exhibit = planned.exhibit
    if exhibit is None or layout.exhibit is None:
        return []
    if exhibit["t"] == "Table":
        cells = [[next(pieces) for _ in row] for row in rows_of(exhibit)]
        add_table(canvas, slide, exhibit, cells, layout.exhibit, layout.size, planned)
        return []
    return add_picture(canvas, slide, planned, layout.exhibit, document)


def _foot(layout: Layout) -> Box:
    """The fine print's box, with some air above it."""
    return Box(layout.fine.x, layout.fine.y - 6, layout.fine.w, layout.fine.h + 6)


def _side_by_side(room: Box, count: int) -> list[Box]:
    gap = 48.0 if count > 1 else 0.0
    width = (room.w - gap * (count - 1)) / count
    return [Box(room.x + number * (width + gap), room.y, width, room.h) for number in range(count)]


def _cards(canvas: Canvas, pieces: Pieces, layout: Layout) -> None:
    """One shape a card: its label, its text below, a bar along its top."""
    for number, box in enumerate(layout.cards, start=1):
        card = Style(layout.size, inset=CARD_PADDING, ground="bg2", bold=True, colour="accent1")
        said = Style(layout.size, lead=LABEL_GAP)
        canvas.text(f"Card {number}", next(pieces), card, box, then=(next(pieces), said))
        canvas.decorate("Bar", "rect", Box(box.x, box.y, box.w, CARD_EDGE), "accent1")


def _timeline(canvas: Canvas, pieces: Pieces, planned: Slide, layout: Layout, plan: Plan) -> None:
    """One row a date: a dot on a line, the date, what happened."""
    left = time_width(planned, layout.size, plan.measure)
    dot = layout.size * 0.56
    for number, box in enumerate(layout.cards):
        top = box.y + layout.size * 0.38
        if number + 1 < len(layout.cards):
            below = layout.cards[number + 1].y + layout.size * 0.38
            canvas.decorate(
                "Line", "rect", Box(box.x + dot / 2 - 2, top + dot + 8, 4, below - top - dot - 16), "accent3"
            )
        canvas.decorate("Dot", "ellipse", Box(box.x, top, dot, dot), "accent1")
        when = Style(layout.size, bold=True, colour="accent1")
        canvas.text(f"When {number + 1}", next(pieces), when, Box(box.x + DOT, box.y, left + TIME_GAP / 2, box.h))
        what = Box(box.x + DOT + left + TIME_GAP, box.y, box.w - DOT - left - TIME_GAP, box.h)
        canvas.text(f"What {number + 1}", next(pieces), Style(layout.size), what)


def _describe(presentation: Any, project: Project) -> None:
    """Title, language and authors; the dates are the text's own, so that they do not change from run to run."""
    publication = project.publication
    reviewed = datetime.combine(publication.last_reviewed, time(), UTC).replace(tzinfo=None)
    core = presentation.core_properties
    core.title, core.language = str(publication.title), str(publication.language)
    core.subject = str(publication.subtitle or "")
    core.author = ", ".join(str(person.name) for person in publication.authors)
    core.last_modified_by = str(publication.publisher.name)
    core.keywords = ", ".join(map(str, publication.keywords))
    core.version = str(publication.version)
    core.created = core.modified = reviewed
    core.revision = 1
