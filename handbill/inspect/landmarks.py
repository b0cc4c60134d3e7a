"""The landmarks of a page and of an EPUB: the parts between which a listener jumps (WAI-ARIA 1.2, 5.3.4; EPUB 3.3, 7.4.5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

Page = etree._Element

_BY_TAG = {"main": "main", "nav": "navigation", "header": "banner", "footer": "contentinfo", "aside": "complementary"}
_SECTIONING = frozenset({"article", "aside", "main", "nav", "section"})
"""Inside these a header or footer is that of a part, and no landmark (HTML-AAM)."""
_NO_WORDS = frozenset({"script", "style", "template"})


@dataclass(frozen=True)
class Landmarks:
    """What a page offers to jump to.

    kinds    the landmarks in order, with their names ("" where there is none)
    outside  the first words of each piece of text that stands in none of them; a link to skip to the text may
    skips    whether the first link of the page leads to the main part
    """

    kinds: tuple[tuple[str, str], ...]
    outside: tuple[str, ...]
    skips: bool


def landmarks_of(page: Page) -> Landmarks:
    """The landmarks of a page in HTML."""
    body = page.find("body")
    if body is None:
        return Landmarks((), (), skips=False)
    marks = [(kind, _name(element, page)) for element in body.iter(etree.Element) if (kind := _kind(element))]
    first = next(body.iter("a"), None)
    target = "" if first is None else (first.get("href") or "")
    main = next(body.iter("main"), None)
    skips = main is not None and target.startswith("#") and main.get("id") == target[1:]
    return Landmarks(tuple(marks), tuple(_outside(body, first if skips else None)), skips)


def _kind(element: Page) -> str:
    if role := element.get("role"):
        return role if role in _BY_TAG.values() else ""
    if element.tag in ("header", "footer") and any(above.tag in _SECTIONING for above in element.iterancestors()):
        return ""
    return _BY_TAG.get(str(element.tag), "")


def _name(element: Page, page: Page) -> str:
    if label := element.get("aria-label"):
        return label.strip()
    said = (page.find(f".//*[@id='{name}']") for name in (element.get("aria-labelledby") or "").split())
    return " ".join(" ".join("".join(map(str, part.itertext())).split()) for part in said if part is not None)


def _outside(element: Page, skip: Page | None) -> Iterator[str]:
    for kid in element:
        if not isinstance(kid.tag, str) or kid is skip or kid.tag in _NO_WORDS or _kind(kid) or kid.get("hidden") is not None:
            pass
        elif (kid.text or "").strip():
            yield " ".join("".join(map(str, kid.itertext())).split())[:40]
        else:
            yield from _outside(kid, skip)
        if (kid.tail or "").strip():
            yield " ".join(str(kid.tail).split())[:40]
