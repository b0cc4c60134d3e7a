"""Used lengths of a box in one go: what `resolve_percentages` of WeasyPrint does name by name.

It is called for each box at each attempt to lay out a line or a page. `tests/test_weasyprint_short.py` holds its
results beside WeasyPrint's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from math import inf
from operator import itemgetter
from typing import Any

from weasyprint.css.properties import Dimension
from weasyprint.formatting_structure.boxes import Box, PageBox
from weasyprint.layout import absolute, block, column, grid, inline, page, percent, table
from weasyprint.layout import float as floats
from weasyprint.layout.percent import adjust_box_sizing, percentage

from handbill.tools.pdf.replacing import replaced

OWNERS = (absolute, block, column, floats, grid, inline, page, percent, table)
"""The modules that call it by its name."""

_original = percent.resolve_percentages
_of_width = itemgetter(
    "margin_left", "margin_right", "margin_top", "margin_bottom",
    "padding_left", "padding_right", "padding_top", "padding_bottom", "width", "min_width", "max_width",
)  # fmt: skip
_of_height = itemgetter("height", "min_height", "max_height")


@contextmanager
def short_percentages() -> Iterator[None]:
    """While this is open, WeasyPrint finds used lengths here."""
    with ExitStack() as stack:
        for owner in OWNERS:
            stack.enter_context(replaced(owner, "resolve_percentages", resolve_percentages))
        yield


def resolve_percentages(box: Any, containing_block: Any) -> None:
    """As `weasyprint.layout.percent.resolve_percentages`: sets the used lengths as attributes of `box`."""
    if isinstance(box, PageBox):  # few, and of these margins above and below refer to the height
        _original(box, containing_block)
        return
    if isinstance(containing_block, Box):
        across, down = containing_block.width, containing_block.height
    else:
        across, down = containing_block
    style = box.style
    (
        box.margin_left, box.margin_right, box.margin_top, box.margin_bottom,
        box.padding_left, box.padding_right, box.padding_top, box.padding_bottom, box.width, least, box.max_width,
    ) = [
        (across * value[0] / 100 if value[1] == "%" else value[0]) if type(value) is Dimension
        else value if value == "auto" else percentage(value, style, across)
        for value in _of_width(style)
    ]  # fmt: skip
    box.min_width = 0 if least == "auto" else least

    height, least, most = _of_height(style)
    if down != "auto":
        box.height, least, most = _used(height, style, down), _used(least, style, down), _used(most, style, down)
    else:  # it depends on what is in it
        if height == "auto" or (type(height) is Dimension and height.unit == "%"):
            box.height = "auto"
        elif type(height) is Dimension and height.unit == "px":
            box.height = height.value
        else:
            _original(box, containing_block)
            return
        least, most = _used(least, style, 0), _used(most, style, inf)
    box.min_height = 0 if least == "auto" else least
    box.max_height = most

    if style["border_collapse"] == "collapse":
        for name in ("border_top_width", "border_right_width", "border_bottom_width", "border_left_width"):
            if not hasattr(box, name):  # else the table has settled it
                setattr(box, name, style[name])
    else:
        box.border_top_width = style["border_top_width"]
        box.border_right_width = style["border_right_width"]
        box.border_bottom_width = style["border_bottom_width"]
        box.border_left_width = style["border_left_width"]
    if style["box_sizing"] != "content-box":
        adjust_box_sizing(box, "width")
        adjust_box_sizing(box, "height")


def _used(value: Any, style: Any, reference: Any) -> Any:
    if type(value) is Dimension:
        return reference * value.value / 100 if value.unit == "%" else value.value
    return value if value == "auto" else percentage(value, style, reference)
