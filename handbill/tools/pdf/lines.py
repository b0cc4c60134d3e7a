"""Lines of text that were measured once are not measured again.

WeasyPrint asks Pango how wide a text is each time that it needs to know: for the least and the greatest width of a
table cell, a flex item or a grid item, each of them several times, and once more when the line is laid out. Two in
five answers of an ordinary page were given before. So `split_first_line`, all that layout asks of Pango, is looked
up first, by everything that it reads: `tests/test_weasyprint_lines.py` holds the list of style properties against
what it does read. What it found is kept with the fonts that it was found with, as WeasyPrint keeps its struts.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from operator import itemgetter
from typing import Any
from weakref import WeakKeyDictionary

import weasyprint.layout.inline
import weasyprint.layout.preferred
import weasyprint.text.line_break
from weasyprint.text.fonts import FontConfiguration

from handbill.tools.pdf.replacing import replaced

READ = (
    "direction", "font_feature_settings", "font_kerning", "font_language_override", "font_size",
    "font_stretch", "font_style", "font_variant_alternates", "font_variant_caps", "font_variant_east_asian",
    "font_variant_ligatures", "font_variant_numeric", "font_variant_position", "font_variation_settings",
    "font_weight", "hyphenate_character", "hyphens", "lang", "letter_spacing", "overflow_wrap", "tab_size",
    "white_space", "word_break", "word_spacing",
)  # fmt: skip
"""Style properties on which the first line of a text depends when no dictionary hyphenates it. Two more are lists or
sets: `font_family`, and `text_decoration_line`, of which only matters whether there is any."""
_KEPT = 20_000
"""Lines kept with one set of fonts, some 10 MB; then all are forgotten."""

_read = itemgetter(*READ)
_original = weasyprint.text.line_break.split_first_line
_known: WeakKeyDictionary[FontConfiguration, dict[Any, Any]] = WeakKeyDictionary()


@contextmanager
def remembering_lines() -> Iterator[None]:
    """While this is open, WeasyPrint asks here for the first line of a text."""
    with ExitStack() as stack:
        for owner in (weasyprint.text.line_break, weasyprint.layout.inline, weasyprint.layout.preferred):
            stack.enter_context(replaced(owner, "split_first_line", split_first_line))
        yield


def split_first_line(
    text: str,
    style: Any,
    context: Any,
    max_width: float | None,
    justification_spacing: float,
    is_line_start: bool = True,
    minimum: bool = False,
) -> tuple[Any, ...]:
    """As `weasyprint.text.line_break.split_first_line`, which is pure but for hyphenation with dictionaries.

    The layout that it gives back says no more than a text and some lengths until it is painted; each caller gets
    one of its own, because painting and justification write to it.
    """
    if style["hyphens"] == "auto":
        return _original(text, style, context, max_width, justification_spacing, is_line_start, minimum)  # type: ignore[no-any-return]
    known = _known.setdefault(style.font_config, {})
    decorated = style["text_decoration_line"] != "none"
    faces = tuple(style["font_family"])
    key = (text, max_width, justification_spacing, is_line_start, minimum, decorated, faces, _read(style))
    if (found := known.get(key)) is None:
        found = _original(text, style, context, max_width, justification_spacing, is_line_start, minimum)
        if len(known) >= _KEPT:
            known.clear()
        known[key] = found
    layout, *measures = found
    return copy.copy(layout), *measures
