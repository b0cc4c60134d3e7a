"""The rectangles of a slide: its fixed lines, cards, rows along a line of time, picture beside text."""

from __future__ import annotations

from handbill.box import Box
from handbill.pandoc_ast import Blocks, stringify
from handbill.render.deck import Slide
from handbill.render.deck_measure import LEADING, PARAGRAPH_GAP, Measure
from handbill.render.deck_theme import HEIGHT, Theme

EYEBROW_TOP, TITLE_TOP, TITLE_LEADING, TITLE_GAP = 46.0, 84.0, 1.14, 34.0
FINE_BOTTOM, FINE_LEADING, FINE_GAP, NUMBER_WIDTH = 690.0, 1.3, 24.0, 110.0
CARD_GAP, CARD_PADDING, CARD_EDGE, LABEL_GAP = 28.0, 28.0, 6.0, 8.0
ROW_GAP, TIME_GAP, DOT = 34.0, 44.0, 44.0
_COLUMNS = {2: 2, 3: 3, 4: 2, 5: 3, 6: 3}
_WIDE = 1.7  # a picture this much wider than high stands below the text, not beside it


def is_timeline(slide: Slide) -> bool:
    """Whether the labels are dates; one of them may be a word, such as “Today”."""
    dates = sum(item.is_time for item in slide.items)
    return dates >= 2 and dates >= len(slide.items) - 1


def cards(slide: Slide, area: Box, size: float, measure: Measure) -> list[Box]:
    """Equal cards in rows; the cards of a row are as high as its highest."""
    columns = _COLUMNS[len(slide.items)]
    width = (area.w - CARD_GAP * (columns - 1)) / columns
    inner = width - 2 * CARD_PADDING
    if max(measure.longest(text, size, bold=True) for item in slide.items for text in (item.label, item.text)) > inner:
        return [Box(area.x, area.y, width, 2 * HEIGHT)]  # no size at which a word breaks
    needs = [
        2 * CARD_PADDING + CARD_EDGE + LABEL_GAP
        + measure.lines(item.label, size, inner * 0.985, bold=True) * size * LEADING
        + measure.lines(item.text, size, inner * 0.985) * size * LEADING
        for item in slide.items
    ]  # fmt: skip
    out: list[Box] = []
    y = area.y
    for start in range(0, len(needs), columns):
        height = max(needs[start : start + columns])
        out += [
            Box(area.x + i * (width + CARD_GAP), y, width, height) for i in range(len(needs[start : start + columns]))
        ]
        y += height + CARD_GAP
    return out


def rows(slide: Slide, area: Box, size: float, measure: Measure) -> list[Box]:
    left = time_width(slide, size, measure)
    out: list[Box] = []
    y = area.y
    for item in slide.items:
        lines = max(
            measure.lines(item.label, size, left, bold=True),
            measure.lines(item.text, size, area.w - DOT - left - TIME_GAP),
        )
        out.append(Box(area.x, y, area.w, lines * size * LEADING))
        y += lines * size * LEADING + ROW_GAP
    return out


def time_width(slide: Slide, size: float, measure: Measure) -> float:
    """The width of the column of dates: that of the longest, within bounds."""
    widest = max((measure.width(stringify(item.label), size, bold=True) for item in slide.items), default=0.0)
    return min(max(widest * 1.02, 120.0), 360.0)


def beside(body: Blocks, area: Box, proportion: float, theme: Theme, measure: Measure) -> tuple[Box, Box]:
    """The boxes of text and picture: beside each other, or a wide picture below the text."""
    if not body:
        return Box(area.x, area.y, area.w, 0.0), area
    if proportion < _WIDE:
        left = area.w * 0.46
        return Box(area.x, area.y, left, area.h), Box(area.x + left + 48, area.y, area.w - left - 48, area.h)
    size = theme.lengths("text-sizes")[-1]
    text = measure.height(body, size, area.w) + size * PARAGRAPH_GAP
    return Box(area.x, area.y, area.w, text), Box(area.x, area.y + text, area.w, max(area.h - text, area.h * 0.4))
