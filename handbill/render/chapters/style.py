"""What of a style sheet makes the pages of one chapter depend on those of another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import tinycss2

_UNKNOWN_APART = re.compile(
    r"counters?\(\s*pages?\b"  # numbers of pages in the text itself
    r"|\b(?:float|position)\s*:\s*(?:footnote|running|fixed)"
    r"|counter-(?:reset|increment|set)\s*:(?!\s*(?:list-item|none)\b)"
    r"|break-(?:before|after)\s*:\s*(?:left|right|recto|verso)"
    r"|target-text\([^)]*\)?[^)]*,\s*(?:before|after|first-letter)"
    r"|\b(?:element|string)\("
    r"|bookmark-label\s*:[^;}]*(?:counter|target)",
    re.IGNORECASE,
)
"""In rules for elements. `string()` and `element()` belong into margins, where the layer paints them."""
_UNKNOWN_MARGIN = re.compile(r"element\(|string\([^)]*\bstart\b|target-", re.IGNORECASE)
_COUNTING = re.compile(r":(?:nth-|only-|has\()", re.IGNORECASE)
_SAFE_COUNTING = re.compile(r"(?:^|[\s>+~])(?:tr|td|th|li|dt|dd|p|col|tbody)[\w.#-]*:(?:nth-|only-)", re.IGNORECASE)
_FRAME = re.compile(r"(?:^|[\s>+~])(?:body|main|article|(?:main|article)?\.chapters)$", re.IGNORECASE)
_FRAMED = re.compile(
    r"(?<![\w-])(?:background|border|outline|padding|box-shadow|columns|column-count|(?:min-|max-)?height|float|position|display)"
    r"(?:-[\w-]+)?\s*:",
    re.IGNORECASE,
)
"""What elements around the chapters show of themselves ends with the last chapter, and not with each one."""
_INLINE = re.compile(r'style="([^"]*)"')


@dataclass(frozen=True)
class Needs:
    """What must be known to lay a chapter out.

    apart   whether it can be laid out alone at all
    side    whether its first page is a left or a right one
    place   which page of the document its first page is
    """

    apart: bool = True
    side: bool = False
    place: bool = False


def needs(css: str, html: str) -> Needs:
    """What the chapters of a page need to know that has these style sheets."""
    found = _needs(css)
    inline = all(not _UNKNOWN_APART.search(style) for style in set(_INLINE.findall(html)))
    return found if inline else Needs(apart=False)


@lru_cache(maxsize=8)
def _needs(css: str) -> Needs:
    apart, side, place = True, False, False
    for rule, prelude, content in _rules(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)):
        if rule == "page":
            apart = apart and not _UNKNOWN_MARGIN.search(content) and "@footnote" not in content
            side = side or bool(re.search(r":(?:left|right)\b", prelude, re.IGNORECASE))
            place = place or ":nth" in prelude.lower()
        else:
            counting = any(_COUNTING.search(one) and not _SAFE_COUNTING.search(one) for one in prelude.split(","))
            framing = any(_FRAME.search(one.strip()) for one in prelude.split(",")) and _FRAMED.search(content)
            apart = apart and not counting and not framing and not _UNKNOWN_APART.search(content)
    return Needs(apart, side, place)


def _rules(rules: Any) -> Iterator[tuple[str, str, str]]:
    """Kind ("page" or "element"), prelude and declarations of every rule, those inside `@media` and its like included."""
    for rule in rules:
        if rule.type == "qualified-rule":
            yield "element", tinycss2.serialize(rule.prelude).strip(), tinycss2.serialize(rule.content)
        elif rule.type == "at-rule" and rule.lower_at_keyword == "page":
            yield "page", tinycss2.serialize(rule.prelude), tinycss2.serialize(rule.content or ())
        elif rule.type == "at-rule" and rule.content is not None and rule.lower_at_keyword != "font-face":
            inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            yield from _rules(inner)
