"""Where everything stands on a slide, the same in every format.

A slide is 1280 x 720 pixels. The largest text size of the theme that fits is taken. What would need
smaller text than the theme allows is still shown whole, and the author is told.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from handbill.box import Box
from handbill.diagnostics import Diagnostic, error, warning
from handbill.model import Document, Figure
from handbill.pandoc_ast import Blocks, attr_of, stringify, walk
from handbill.render.deck import Slide, refs_of
from handbill.render.deck_boxes import (
    FINE_BOTTOM,
    FINE_GAP,
    FINE_LEADING,
    NUMBER_WIDTH,
    TITLE_GAP,
    TITLE_LEADING,
    TITLE_TOP,
    beside,
    cards,
    is_timeline,
    rows,
)
from handbill.render.deck_items import is_plain_text
from handbill.render.deck_measure import CELL_PADDING, ITEM_GAP, PARAGRAPH_GAP, Measure
from handbill.render.deck_parts import Kind
from handbill.render.deck_theme import HEIGHT, Theme
from handbill.text import Span

TITLE_SIZES = (104.0, 92.0, 80.0, 68.0, 56.0, 48.0)
TITLE_ROOM = 800.0
HANG, MOST_HANG = 0.3, 64.0
_LARGE, _ROOMY = 36.0, 0.72  # larger text than that is taken only while a good part of the room stays free
_SMALLER = (30.0, 28.0, 26.0, 24.0, 22.0, 20.0)
_LABEL, _LEAST_LABEL = 16.0, 18.0  # size of a diagram's labels as drawn, and the least that a room can read


@dataclass(frozen=True)
class Layout:
    """Where the parts of one slide stand.

    content   everything between title and fine print
    size      text size in pixels
    gap       space between list items, in parts of the text size
    body      the running text (below the cards when there are both)
    exhibit   the picture or table; a picture's box has the picture's own proportions
    cards     one box a labelled item
    """

    title: Box
    title_size: float
    content: Box
    size: float
    gap: float
    body: Box
    exhibit: Box | None
    cards: tuple[Box, ...]
    fine: Box


def lay_out(slide: Slide, theme: Theme, measure: Measure, document: Document) -> tuple[Layout, list[Diagnostic]]:
    """The layout of a content slide, and what the author should know about it."""
    title_size, title_lines, complaints = _title(slide, theme, measure, document)
    title = Box(theme.length("margin"), TITLE_TOP, theme.width, title_lines * title_size * TITLE_LEADING)
    fine = _fine(slide, theme, measure)
    top = title.y + title.h + TITLE_GAP
    area = Box(title.x, top, theme.width, (fine.y - FINE_GAP if fine.h else HEIGHT - 72) - top)
    plain = Layout(title, title_size, area, theme.lengths("text-sizes")[-1], ITEM_GAP, area, None, (), fine)
    if slide.exhibit is not None:
        size, body, exhibit, found = _with_exhibit(slide, area, theme, measure, document)
        return replace(plain, size=size, body=body, exhibit=exhibit), [*complaints, *found]
    if slide.kind is Kind.SOURCES:
        return replace(plain, size=_reference_size(slide, area, theme, measure)), complaints
    if slide.items:
        size, body, cards, found = _with_items(slide, area, theme, measure, document)
        return replace(plain, size=size, body=body, cards=cards), [*complaints, *found]
    statement = is_plain_text(slide.body)
    ladder = theme.lengths("statement-sizes" if statement else "text-sizes")
    size, found = _fitting(slide, ladder, area.h, lambda s: measure.height(slide.body, s, area.w), document)
    gap = _airy(lambda g: measure.height(slide.body, size, area.w, g), area.h)
    body = _hung(area, measure.height(slide.body, size, area.w, gap), 0.42 if statement else HANG)
    return replace(plain, size=size, gap=gap, body=body), [*complaints, *found]


def _airy(height: Callable[[float], float], room: float) -> float:
    """The widest of the item gaps that leaves a good part of the room free."""
    return next((gap for gap in (0.8, 0.6) if height(gap) <= room * 0.76), ITEM_GAP)


def _hung(area: Box, height: float, share: float) -> Box:
    """Content `height` high in its area: a little below the top, where the eye looks for it."""
    free = max(0.0, area.h - height)
    top = free * share if share > HANG else min(free * share, MOST_HANG)
    return Box(area.x, area.y + top, area.w, height)


def _reference_size(slide: Slide, area: Box, theme: Theme, measure: Measure) -> float:
    sizes = theme.lengths("reference-sizes")
    return next((s for s in sizes if references_height(refs_of(slide), s, area.w, measure) <= area.h), sizes[0])


def references_height(entries: Blocks, size: float, width: float, measure: Measure) -> float:
    """Of entries of the list of references, with their numbers hanging in a margin."""
    return sum(measure.height([entry], size, width - 2 * size) for entry in entries) + ITEM_GAP * size * (
        len(entries) - 1
    )


def _title(slide: Slide, theme: Theme, measure: Measure, document: Document) -> tuple[float, int, list[Diagnostic]]:
    full = theme.length("title-size")
    size, lines = full, 0
    for size in (full, full * 0.84):
        lines = measure.lines(slide.title, size, theme.width * 0.985, bold=True)
        if lines <= 2:
            return size, lines, []
    long = warning(
        "slide-title-long", f"The title of the slide “{slide.name}” takes {lines} lines", _place(slide, document),
        "Two lines are the most that can be taken in at a glance; say it in fewer words.",
    )  # fmt: skip
    return size, lines, [long]


def eyebrow_size(slide: Slide, theme: Theme, measure: Measure) -> float:
    """The size at which the line above the title is one line."""
    size = theme.length("eyebrow-size")
    return min(size, size * theme.width / max(1.0, measure.width(stringify(slide.eyebrow), size)))


def _fine(slide: Slide, theme: Theme, measure: Measure) -> Box:
    """The fine print at the foot, beside the slide's number."""
    size = theme.length("fine-size")
    width = theme.width - NUMBER_WIDTH
    lines = sum(measure.lines(b["c"], size, width) for b in slide.fine if b["t"] in ("Para", "Plain"))
    lines += math.ceil(measure.width(source_line(slide, "Sources"), size) * 1.04 / width) if slide.sources else 0
    height = lines * size * FINE_LEADING
    return Box(theme.length("margin"), FINE_BOTTOM - height, width, height)


def source_line(slide: Slide, word: str) -> str:
    """The sources of a slide as one line of plain text."""
    return f"{word} " + " · ".join(f"{s.number} {s.name}".strip() for s in slide.sources)


def _with_items(
    slide: Slide, area: Box, theme: Theme, measure: Measure, document: Document
) -> tuple[float, Box, tuple[Box, ...], list[Diagnostic]]:
    """Cards, or rows along a line of time, and the text that follows them: text size, text, boxes."""
    place = rows if is_timeline(slide) else cards

    def rest(size: float) -> float:
        return measure.height(slide.body, size, area.w) + 2 * PARAGRAPH_GAP * size if slide.body else 0.0

    def height(size: float) -> float:
        last = place(slide, area, size, measure)[-1]
        return last.y + last.h - area.y + rest(size)

    size, found = _fitting(slide, theme.lengths("text-sizes"), area.h, height, document)
    hung = _hung(area, height(size), HANG)
    boxes = place(slide, hung, size, measure)
    gap = 2 * PARAGRAPH_GAP * size
    body = Box(area.x, boxes[-1].y + boxes[-1].h + gap, area.w, max(0.0, rest(size) - gap))
    return size, body, tuple(boxes), found


def _with_exhibit(
    slide: Slide, area: Box, theme: Theme, measure: Measure, document: Document
) -> tuple[float, Box, Box, list[Diagnostic]]:
    exhibit = slide.exhibit
    assert exhibit is not None
    if exhibit["t"] == "Table":
        ladder = theme.lengths("text-sizes")[2:]

        def height(size: float) -> float:
            text = measure.height(slide.body, size, area.w)
            return measure.table(exhibit, size, area.w) + (text + size * PARAGRAPH_GAP if slide.body else 0)

        size, found = _fitting(slide, ladder, area.h, height, document)
        top = measure.height(slide.body, size, area.w) + size * PARAGRAPH_GAP if slide.body else 0.0
        rest = Box(area.x, area.y + top, area.w, measure.table(exhibit, size, area.w) + CELL_PADDING)
        return size, Box(area.x, area.y, area.w, top), rest, found
    figure = figure_of(slide, document)
    proportion = figure.width / figure.height if figure and figure.height else 1.6
    body, room = beside(slide.body, area, proportion, theme, measure)
    size, found = _fitting(
        slide, theme.lengths("text-sizes"), body.h, lambda s: measure.height(slide.body, s, body.w), document
    )
    scale = min(room.w / proportion, room.h)
    drawn = Box(room.x + (room.w - scale * proportion) / 2, room.y + (room.h - scale) * 0.42, scale * proportion, scale)
    return size, body, drawn, [*found, *_legible(slide, figure, drawn, document)]


def figure_of(slide: Slide, document: Document) -> Figure | None:
    """What is known about the slide's picture; None when it has none, or none of the document's figures."""
    for node in walk(slide.exhibit):
        name = attr_of(node)[0] if node["t"] == "Figure" else ""
        if name in document.figures:
            return document.figures[name]
        if node["t"] == "Image":
            file = str(node["c"][2][0]).removeprefix("asset:")
            return next((f for f in document.figures.values() if file in (f.svg, f.png)), None)
    return None


def _legible(slide: Slide, figure: Figure | None, drawn: Box, document: Document) -> list[Diagnostic]:
    if figure is None or not figure.labels or not figure.width:
        return []
    shown = _LABEL * drawn.w / figure.width
    if shown >= _LEAST_LABEL:
        return []
    return [
        warning(
            "slide-figure-small",
            f"On the slide “{slide.name}” the words of the picture are {shown:.0f} pixels high; {_LEAST_LABEL:.0f} can be read in a room",
            figure.span or _place(slide, document),
            "Draw it for the screen: from left to right (flowchart LR), with fewer or shorter labels, or as two pictures.",
        )
    ]


def _fitting(
    slide: Slide, ladder: Sequence[float], room: float, height: Callable[[float], float], document: Document
) -> tuple[float, list[Diagnostic]]:
    """The largest size at which the text fits, and a complaint when it is smaller than the theme's smallest."""
    for size in (*ladder, *_SMALLER):
        if height(size) > room * (_ROOMY if size > _LARGE else 1):
            continue
        if size >= ladder[-1]:
            return size, []
        return size, [
            warning(
                "slide-full",
                f"The slide “{slide.name}” holds so much that its text shrinks to {size * 0.75:.0f} points; {ladder[-1] * 0.75:.0f} can be read",
                _place(slide, document),
                "Make two slides of it, or move sentences to the notes (::: notes).",
            )
        ]
    return _SMALLER[-1], [
        error(
            "slide-overflow",
            f"The slide “{slide.name}” holds more than fits, even in small print",
            _place(slide, document),
            "Make several slides of it, or move sentences to the notes (::: notes).",
        )
    ]


def _place(slide: Slide, document: Document) -> Span | None:
    return document.source.find(f"## {slide.name}") or document.source.find(slide.name)


def title_size(title: str, measure: Measure) -> float:
    """The size of the title on the title slide: large, on two lines at most."""
    words = [{"t": "Str", "c": word} for word in title.split()]
    spaced = [node for word in words for node in (word, {"t": "Space"})][:-1]
    return next((s for s in TITLE_SIZES if measure.lines(spaced, s, TITLE_ROOM, bold=True) <= 2), TITLE_SIZES[-1])
