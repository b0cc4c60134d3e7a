"""What is in a reveal.js deck, by reading the file back."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from lxml import html
from lxml.html import HtmlElement

from handbill.diagnostics import Diagnostic, error
from handbill.model import Facts

_SVG = "{http://www.w3.org/2000/svg}svg"
_SILENT = ("script", "style", "template")
_INLINE = ("a", "b", "code", "em", "i", "span", "strong", "sub", "sup", "tspan")
_ELSEWHERE = re.compile(r"""(?:url\(|@import)\s*["']?\s*((?:https?:)?//[^"')\s]+)""", re.IGNORECASE)
_LOADS = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "link": "href",
    "source": "src",
    "video": "src",
    "object": "data",
}


def inspect_revealjs(name: str, data: bytes) -> Facts:
    """Title, words, notes and pictures of each slide.

    `extra`: `notes` and `descriptions`, a text each slide; `images`, (alt text, address) of all pictures;
    `alts`, the alt texts of each slide; `loads`, what the file would fetch from elsewhere.
    """
    page = _parsed(data)
    slides = _slides(page)
    alts = tuple(tuple(alt for alt, _ in _images(slide)) for slide in slides)
    return Facts(
        name=name,
        pages=len(slides),
        texts=tuple(_words(slide, without=("notes", "long-description", "visually-hidden")) for slide in slides),
        titles=tuple(_title(slide) for slide in slides),
        language=page.get("lang", ""),
        title=str(page.findtext("head/title", "")).strip(),
        links=tuple(str(href) for href in page.xpath("//a/@href")),
        extra={
            "notes": tuple(" ".join(_words(n, without=("again",)) for n in _of_class(s, "notes")) for s in slides),
            "descriptions": tuple(" ".join(_words(n) for n in _of_class(s, "long-description")) for s in slides),
            "images": tuple(image for slide in slides for image in _images(slide)),
            "alts": alts,
            "loads": tuple(_loads(page)),
        },
    )


def validate_revealjs(facts: Facts) -> list[Diagnostic]:
    """What no deck of ours may have: a slide without a title of its own, a picture without words, a file elsewhere."""
    out = [
        _broken("slide-untitled", f"Slide {number} has no title") for number, t in enumerate(facts.titles, 1) if not t
    ]
    for title, count in Counter(title.casefold() for title in facts.titles).items():
        if title and count > 1:
            out.append(_broken("slide-titles-equal", f"{count} slides have the title “{title}”"))
    if any(not (alt or "").strip() for alt, _ in facts.extra["images"]):
        out.append(_broken("slide-picture-silent", "A picture on a slide has no alt text"))
    out += [_broken("deck-loads", f"The deck would fetch {address}") for address in facts.extra["loads"]]
    if not facts.language or not facts.title:
        out.append(_broken("deck-unnamed", "The deck does not say its language and title"))
    return out


def _broken(code: str, message: str) -> Diagnostic:
    return error(code, f"{message}.", None, "If the source is in order, please report this as a bug.")


def _parsed(data: bytes) -> HtmlElement:
    return html.document_fromstring(data.decode())


def _slides(page: HtmlElement) -> list[HtmlElement]:
    return list(page.xpath('//*[contains(concat(" ", @class, " "), " slides ")]/section'))


def _of_class(element: HtmlElement, name: str) -> list[HtmlElement]:
    return list(element.find_class(name))


def _title(slide: HtmlElement) -> str:
    found = slide.xpath(".//h1|.//h2")
    return _words(found[0]) if found else ""


def _words(element: HtmlElement, without: tuple[str, ...] = ()) -> str:
    """The text of an element, without the parts that have one of these classes."""
    return " ".join("".join(_texts(element, set(without))).split())


def _texts(element: HtmlElement, without: set[str]) -> Iterator[str]:
    if element.tag in _SILENT or not isinstance(element.tag, str):
        return
    yield element.text or ""
    for child in element:
        if not without & set((child.get("class") or "").split()):
            yield from _texts(child, without)
        if child.tag not in _INLINE:
            yield " "
        yield child.tail or ""


def _images(slide: HtmlElement) -> list[tuple[str | None, str]]:
    pictures = [(image.get("alt"), (image.get("src") or "")[:60]) for image in slide.iter("img")]
    drawings = [(svg.get("aria-label"), "") for svg in slide.iter("svg", _SVG) if svg.get("role") == "img"]
    return [*pictures, *drawings]


def _loads(page: HtmlElement) -> Iterator[str]:
    """Addresses that a browser would fetch by itself."""
    for tag, attribute in _LOADS.items():
        for element in page.iter(tag):
            address = element.get(attribute) or ""
            if address and not address.startswith(("data:", "#")):
                yield address
    for style in page.iter("style"):
        yield from _ELSEWHERE.findall(style.text or "")
