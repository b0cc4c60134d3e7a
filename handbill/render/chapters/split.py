"""A page in chapters: which publications have some, and the HTML document of each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import html as lxml_html
from lxml.html import HtmlElement

from handbill.pandoc_ast import Blocks, has_class, stringify

CHAPTERS = "chapters"
"""The class by which a page template says that each section in this element begins a new page."""

_LONG = 7000
"""Words: about 26 pages of the handout. What is shorter needs no contents, and one layout of it takes a few seconds."""
_CHAPTER = 700
"""Words of a chapter, on average: shorter ones would leave too much of the paper empty."""
_WRAPPERS = {"main": "Part", "article": "Art"}
"""Elements that chapters may stand in, and the structure elements that they become."""
_MARGINS_ONLY = """
@page { background: none !important; marks: none !important; border-color: transparent !important; outline: none !important }
html, body, main, article { background: none !important; border-color: transparent !important }
*::before, *::after { content: none !important }
"""
_ID = re.compile(r"[^A-Za-z0-9]+")


def is_long(blocks: Blocks) -> bool:
    """Whether a document has chapters: enough words for many pages, under headings that are far apart."""
    chapters = sum(
        1 for block in blocks if block["t"] == "Header" and block["c"][0] == 1 and not has_class(block, "unnumbered")
    )
    if chapters < 3:
        return False
    words = len(stringify(blocks).split())
    return words >= _LONG and words >= chapters * _CHAPTER


@dataclass(frozen=True)
class Chapter:
    """A part of a document as an HTML document of its own.

    `name` begins with a letter, ends in a hyphen and is no other chapter's.
    """

    name: str
    html: str


@dataclass(frozen=True)
class Parts:
    """A document in parts: the beginning (title and contents), then chapter by chapter.

    `spine` are the structure elements around the chapters. `margins` is what stands before and after the content of a
    document of which nothing is seen but the margins of its pages.
    """

    chapters: tuple[Chapter, ...]
    spine: tuple[str, ...]
    margins: tuple[str, str]
    css: str
    direction: str


def parts_of(page: HtmlElement) -> Parts | None:
    """The parts of a shaped page; None when it has no chapters, or they do not stand as they should."""
    holder = next(iter(page.find_class(CHAPTERS)), None)
    if holder is None:
        return None
    above = list(holder.iterancestors())
    if [element.tag for element in above] != ["body", "html"] or holder.tag not in _WRAPPERS or len(above[0]) != 1:
        return None
    kids = list(holder)
    first = next((index for index, kid in enumerate(kids[1:], start=1) if kid.tag == "section"), len(kids))
    if any(kid.tag != "section" for kid in kids[first:]) or len(kids) - first < 2:
        return None
    frame = _Frame(page, holder)
    chapters = [frame.chapter("front-", kids[:first], [], kids[first])]
    for index in range(first, len(kids)):
        name: str = kids[index].get("id", "notes")
        following = kids[index + 1] if index + 1 < len(kids) else None
        chapters.append(frame.chapter(f"c-{_ID.sub('-', name)}-", [kids[index]], kids[:index], following))
    if len({chapter.name for chapter in chapters}) < len(chapters):
        return None
    css = "\n".join(style.text or "" for style in page.iter("style"))
    return Parts(tuple(chapters), (_WRAPPERS[holder.tag],), frame.margins, css, page.get("dir") or "ltr")


class _Frame:
    """What all parts have around them."""

    def __init__(self, page: HtmlElement, holder: HtmlElement) -> None:
        head = page.find("head")
        body = holder.getparent()
        assert head is not None
        assert body is not None
        self._start = f"<!DOCTYPE html>\n{_tag(page)}\n{_written(head)}\n{_tag(body)}\n{_tag(holder)}\n"
        self._end = "</" + str(holder.tag) + ">\n</body>\n</html>"

    @property
    def margins(self) -> tuple[str, str]:
        return self._start.replace("</head>", f"<style>{_MARGINS_ONLY}</style></head>", 1), self._end

    def document(self, content: str) -> str:
        return self._start + content + self._end

    def chapter(
        self, name: str, own: list[HtmlElement], before: list[HtmlElement], after: HtmlElement | None
    ) -> Chapter:
        stubs = "".join(_stubs(before))
        end = _stub(after) if after is not None else ""
        return Chapter(name, self.document(stubs + "".join(map(_written, own)) + end))


def _stubs(kids: list[HtmlElement]) -> Iterator[str]:
    """What style sheets must know of the elements before: each kind once, in the order in which they stand last."""
    kinds = {_stub(kid): None for kid in reversed(kids)}
    yield from reversed(kinds)


def _stub(element: HtmlElement) -> str:
    """An element without content that takes no room."""
    empty: HtmlElement = lxml_html.html_parser.makeelement(element.tag, dict(element.attrib))
    empty.attrib.pop("id", None)
    empty.set("style", "display: none !important")
    return _written(empty) + "\n"


def _tag(element: HtmlElement) -> str:
    """The opening tag of an element."""
    empty: HtmlElement = lxml_html.html_parser.makeelement(element.tag, dict(element.attrib))
    return _written(empty).partition("</")[0].rstrip()


def _written(element: HtmlElement) -> str:
    return str(lxml_html.tostring(element, encoding="unicode"))
