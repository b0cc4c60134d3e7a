"""Words made comparable: what a page, a slide or a voice may change about them, and what it may not."""

from __future__ import annotations

import re
import unicodedata

_DASHES = "\\-\u2010\u2011\u2012\u2013\u2014\u2212"
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff\ufffe\x02"))
TICKED = "\N{BALLOT BOX WITH X}"
"""A task that is done, as pandoc writes it; paper says an x, and pages have a box that is ticked."""
_RANGE = re.compile(rf"(?<=\d)\s*[{_DASHES}]\s*(?=\d)")
_MINUS = re.compile(rf"(?:(?<=^)|(?<=[\s(\[]))[{_DASHES}](?=\d)")
_KEPT = re.compile(r"[^\W_]|(?<=\d)[.,](?=\d)|[%°±×<>≤≥=+€$£~≈/\x01\x03]")
_BETWEEN, _NEGATIVE = "\x01", "\x03"


def squeezed(text: str) -> str:
    """Letters, digits, decimal points, signs and units of `text` in order, in small letters and without any space.

    Line ends, hyphens, quotes, ligatures and typographic spaces do not count. Dashes do between
    digits (a range) and before a number (less than nothing).
    """
    plain = unicodedata.normalize("NFKC", text.translate(_INVISIBLE).replace(TICKED, "x"))
    plain = _MINUS.sub(_NEGATIVE, _RANGE.sub(_BETWEEN, plain))
    return "".join(_KEPT.findall(plain)).casefold()
