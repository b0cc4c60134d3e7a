"""Lines of text that were measured once are not measured again.

WeasyPrint asks Pango how wide a text is each time that it needs to know: for the least and the greatest width of a
table cell, a flex item or a grid item, each of them several times, and once more when the line is laid out. Two in
five answers of an ordinary page were given before. So `split_first_line`, all that layout asks of Pango, is looked
up first, by everything that it reads: `tests/test_weasyprint_lines.py` holds the list of style properties against
what it does read. What it found is kept with the fonts that it was found with, as WeasyPrint keeps its struts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any
from weakref import WeakKeyDictionary

import weasyprint.layout.inline
import weasyprint.layout.preferred
import weasyprint.text.line_break
from weasyprint.text.fonts import FontConfiguration
from weasyprint.text.line_break import Layout

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


@dataclass
class Asked:
    """What one document asked for: every line with its answer, and how many of them had to be measured."""

    lines: dict[Any, Any] = field(default_factory=dict)
    measured: int = 0


_now = Asked()


def learn(fonts: FontConfiguration, lines: Mapping[Any, Any]) -> None:
    """Takes over lines that were measured elsewhere, with the same fonts."""
    _known.setdefault(fonts, {}).update(lines)


@contextmanager
def remembering_lines() -> Iterator[Asked]:
    """While this is open, WeasyPrint asks here for the first line of a text."""
    global _now
    _now = Asked()
    with ExitStack() as stack:
        for owner in (weasyprint.text.line_break, weasyprint.layout.inline, weasyprint.layout.preferred):
            stack.enter_context(replaced(owner, "split_first_line", split_first_line))
        yield _now


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
    asked = (text, max_width, justification_spacing, is_line_start, minimum)
    key = (asked, (decorated, tuple(style["font_family"]), _read(style)))
    if (found := known.get(key)) is None:
        layout, *measures = _original(text, style, context, max_width, justification_spacing, is_line_start, minimum)
        if len(known) >= _KEPT:
            known.clear()
        known[key] = found = (vars(layout), *measures)
        _now.measured += 1
    _now.lines[key] = found
    said, *measures = found
    layout = Layout.__new__(Layout)
    layout.__dict__.update(said)
    return layout, *measures
