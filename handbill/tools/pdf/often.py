"""Small questions that WeasyPrint asks a hundred thousand times a document, answered with fewer calls.

`tests/test_weasyprint_short.py` holds each answer beside WeasyPrint's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from operator import itemgetter
from typing import Any

import pydyf
import weasyprint.css.computed_values
import weasyprint.css.units
import weasyprint.layout.inline
import weasyprint.text.line_break
from weasyprint.css.properties import Dimension
from weasyprint.formatting_structure.boxes import Box

from handbill.tools.pdf.percent import short_percentages
from handbill.tools.pdf.replacing import replaced
from handbill.tools.pdf.styles import short_styles

STRUT_OWNERS = (
    weasyprint.css.computed_values,
    weasyprint.css.units,
    weasyprint.layout.inline,
    weasyprint.text.line_break,
)
"""The modules that call `strut` by its name."""
FONT = (
    "font_style", "font_stretch", "font_weight", "font_variant_ligatures", "font_variant_position", "font_variant_caps",
    "font_variant_numeric", "font_variant_alternates", "font_variant_east_asian", "font_feature_settings",
    "font_variation_settings", "font_language_override", "lang", "font_size", "line_height",
)  # fmt: skip
"""The properties by which WeasyPrint knows a strut, in words; `font_family`, a list, is one more."""

_font = itemgetter(*FONT)
_plain_strut = weasyprint.text.line_break.strut
_plain_bytes = pydyf._to_bytes
_ASIDE = frozenset({"left", "right", "inline-start", "inline-end", "footnote"})


@contextmanager
def short_ways() -> Iterator[None]:
    """While this is open, WeasyPrint takes every short way that there is."""
    with ExitStack() as stack:
        stack.enter_context(short_styles())
        stack.enter_context(short_percentages())
        stack.enter_context(replaced(Box, "is_in_normal_flow", is_in_normal_flow))
        stack.enter_context(replaced(pydyf, "_to_bytes", to_bytes))
        for owner in STRUT_OWNERS:
            stack.enter_context(replaced(owner, "strut", strut))
        yield


def is_in_normal_flow(box: Any) -> bool:
    """As `Box.is_in_normal_flow`, which asks five other methods."""
    if box.style["float"] in _ASIDE:
        return False
    position = box.style["position"]
    return position not in ("absolute", "fixed") and position[0] not in ("running()", "note()")


def strut(style: Any) -> Any:
    """As `weasyprint.text.line_break.strut`: height and baseline in pixels, kept with the fonts.

    WeasyPrint writes all that it depends on out in words to find what it kept; here the values themselves are asked.
    """
    height = style["line_height"]
    if style["font_size"] == 0 or (type(height) not in (Dimension, float) and height != "normal"):
        return _plain_strut(style)  # a calculation is no key
    key = (type(height), tuple(style["font_family"]), _font(style))
    kept = style.font_config.strut_layouts
    if (found := kept.get(key)) is None:
        found = kept[key] = _plain_strut(style)
    return found


def to_bytes(item: Any) -> bytes:
    """As `pydyf._to_bytes`."""
    kind = type(item)
    if kind is float:
        return b"%d" % item if item.is_integer() else (b"%f" % item).rstrip(b"0")
    if kind is int:
        return b"%d" % item
    if kind is str:
        return item.encode("ascii")  # type: ignore[no-any-return]
    return _plain_bytes(item)  # type: ignore[no-any-return]
