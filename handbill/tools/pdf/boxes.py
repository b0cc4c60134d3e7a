"""From WeasyPrint's boxes to the elements that a listener meets, before anything is painted.

WeasyPrint's own tagger follows the boxes: a paragraph over two pages becomes two paragraphs, a repeated
table head is read on every page, a running head is content. Here every box is brought back to its
element, so that each element is met once; what is no content is known as such before it is painted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from weasyprint.document import Document
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from handbill.tools.pdf.tree import Box, Elem, Leaf

_POINTS = 0.75
"""PDF points in a CSS pixel."""
_POWER = re.compile(r"[-+−]?\d+")
_RAISED = str.maketrans("-+−0123456789", "⁻⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_SVG = "{http://www.w3.org/2000/svg}"


@dataclass
class Link:
    """One rectangle to click. `box` gets its annotation while WeasyPrint writes the page."""

    page: int
    box: Any
    elem: Elem


@dataclass
class Plan:
    """What each painted box is: a leaf of the tree, or decoration (of the kind in `pagination`, if it is of one)."""

    root: Elem
    leaves: dict[Any, Leaf] = field(default_factory=dict)
    pagination: dict[Any, str] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    fonts: list[dict[str, Any]] = field(default_factory=list)
    """For a part of a document: all that is needed to embed its fonts anew, together with those of the other parts."""


def read(document: Document) -> Plan:
    """Sort all boxes of `document`, and leave one link rectangle for each piece of a link in its pages."""
    reader = _Reader(document)
    for number, page in enumerate(document.pages):
        reader.page(number, page)
    return reader.plan


class _Reader:
    def __init__(self, document: Document) -> None:
        root = document._html.etree_element
        self._parents: Mapping[Element, Element] = {kid: parent for parent in root.iter() for kid in parent}
        self._order = {element: number for number, element in enumerate(root.iter())}
        self._elems: dict[tuple[Element, str], Elem] = {}
        self._hidden: dict[Element, bool] = {}
        self._turned: dict[Element, bool] = {}
        self._groups: dict[Element, Any] = {}
        self._fixed: dict[Element, int] = {}
        self._number = 0
        self._height = 0.0
        self._rectangles: dict[Any, list[Any]] = {}
        self.plan = Plan(self._elem(root, ""))

    def page(self, number: int, page: Any) -> None:
        self._number, self._height = number, page.height
        self._rectangles = {_real(box): list(rest) for *rest, box in page.links}
        kept: list[tuple[Any, ...]] = []
        self._walk(page._page_box, "", None, kept)
        page.links = [(*self._rectangles[box], box) for box in kept]

    def _walk(self, box: Any, artifact: str, link: Any, kept: list[Any]) -> None:
        """`artifact` says why nothing below is content ("" when it is); `link` is the link box around this one."""
        box = _real(box)
        artifact = artifact or self._artifact(box)
        if box in self._rectangles:
            if link is not None and _anchor(link, self._parents) is _anchor(box, self._parents):
                self._widen(link, box)
            elif not artifact and (anchor := _anchor(box, self._parents)) is not None:
                link = box
                kept.append(box)
                self.plan.links.append(Link(self._number, box, self._elem(anchor, "")))
        if isinstance(box, (boxes.TextBox, boxes.ReplacedBox)):
            self._leaf(box, artifact)
        elif not artifact and box.element is not None:
            self._of(box)  # an element without words still counts: an empty cell keeps its column
        for kid in getattr(box, "children", ()):
            self._walk(kid, artifact, link, kept)

    def _artifact(self, box: Any) -> str:
        if isinstance(box, boxes.MarginBox):
            return "Footer" if "bottom" in box.at_keyword else "Header"
        if box.is_leader:
            return "Layout"
        if box.element is None:
            return ""
        if isinstance(box, boxes.TableRowGroupBox) and (box.is_header or box.is_footer):
            # Repeated on every page and in every column; said once is enough.
            return "" if self._groups.setdefault(box.element, box) is box else "Header"
        if box.style["position"] == "fixed" and self._fixed.setdefault(box.element, self._number) != self._number:
            return "Header"
        return "Layout" if self._is_hidden(box.element) else ""

    def _is_hidden(self, element: Element) -> bool:
        """Whether the author said that this is decoration."""
        if element not in self._hidden:
            above = self._parents.get(element)
            empty = element.tag == "img" and element.get("alt", "?").strip() == "" and not element.get("title")
            no_picture = element.tag in ("img", f"{_SVG}svg") and element.get("role") in ("presentation", "none")
            hidden = element.get("aria-hidden") == "true" or empty or no_picture
            self._hidden[element] = hidden or (above is not None and self._is_hidden(above))
        return self._hidden[element]

    def _spelled(self, box: Any, text: str) -> str:
        """What a program must be told that the glyphs spell; empty where they tell it themselves."""
        if box.element.tag == "sup" and _POWER.fullmatch(text) and _anchor(box, self._parents) is None:
            return text.translate(_RAISED)  # 10 to the power of 6 must not be heard as 106
        if (
            _is_intricate(text)
            or box.style["letter_spacing"] not in ("normal", 0)
            or self._is_right_to_left(box.element)
        ):
            return text
        return ""

    def _is_right_to_left(self, element: Element) -> bool:
        """Whether it stands in such a text. Programs that read PDFs turn the words of such lines round."""
        if element not in self._turned:
            above = self._parents.get(element)
            turned = element.get("dir") == "rtl" or (above is not None and self._is_right_to_left(above))
            self._turned[element] = turned
        return self._turned[element]

    def _leaf(self, box: Any, artifact: str) -> None:
        if artifact:
            self.plan.pagination[box] = artifact
            return
        text = box.text if isinstance(box, boxes.TextBox) else ""
        if box.style["visibility"] != "visible" or (isinstance(box, boxes.TextBox) and not text.strip()):
            return
        leaf = Leaf(self._number, text, self._spelled(box, text))
        self.plan.leaves[box] = leaf
        elem = self._of(box)
        elem.kids.append(leaf)
        if isinstance(box, boxes.ReplacedBox):
            elem.boxes.append(self._rectangle(box))

    def _of(self, box: Any) -> Elem:
        return self._elem(box.element, str(box.element_tag).partition("::")[2])

    def _elem(self, element: Element, pseudo: str) -> Elem:
        """The one `Elem` of an element or pseudo-element, put where the document (not the layout) has it."""
        if pseudo in ("first-letter", "first-line"):
            pseudo = ""
        key = (element, pseudo)
        if key not in self._elems:
            tag = str(element.tag).removeprefix(_SVG)
            elem = Elem(tag, element.attrib, pseudo, order=self._order[element], title=_title(element))
            if tag == "a":
                elem.words = " ".join("".join(_words(element)).split())
            self._elems[key] = elem
            if pseudo:
                self._elem(element, "").kids.append(elem)
                elem.parent = self._elem(element, "")
            elif element in self._parents:
                self._elem(self._parents[element], "").adopt(elem)
        return self._elems[key]

    def _widen(self, link: Any, box: Any) -> None:
        """Make room in the link's rectangle for a picture that is taller than its line."""
        if not isinstance(box, boxes.ReplacedBox):
            return
        one, other = self._rectangles[link], self._rectangles[box]
        (a1, b1, a2, b2), (c1, d1, c2, d2) = one[2], other[2]
        one[2] = (min(a1, c1), min(b1, d1), max(a2, c2), max(b2, d2))

    def _rectangle(self, box: Any) -> Box:
        x, y = box.content_box_x() * _POINTS, (self._height - box.content_box_y()) * _POINTS
        return (self._number, x, y - box.height * _POINTS, x + box.width * _POINTS, y)


def _is_intricate(text: str) -> bool:
    """Whether glyphs alone do not tell the words: written from right to left, or several glyphs to a letter."""
    return not text.isascii() and any(
        unicodedata.bidirectional(letter) in ("R", "AL", "AN") or unicodedata.category(letter) in ("Mn", "Mc")
        for letter in text
    )


def _real(box: Any) -> Any:
    return box._box if isinstance(box, AbsolutePlaceholder) else box


def _anchor(box: Any, parents: Mapping[Element, Element]) -> Element | None:
    """The `<a href>` that a link box belongs to."""
    for element in _upwards(box.element, parents):
        if element.tag == "a" and element.get("href"):
            return element
    return None


def _upwards(element: Element | None, parents: Mapping[Element, Element]) -> Iterator[Element]:
    while element is not None:
        yield element
        element = parents.get(element)


def _words(element: Element) -> Iterator[str]:
    """The words of the source, those for pictures among them."""
    yield element.get("alt") or _title(element) or element.text or ""
    for kid in element if element.tag != f"{_SVG}svg" else ():
        yield from _words(kid)
        yield kid.tail or ""


def _title(element: Element) -> str:
    found = element.find(f"{_SVG}title") if element.tag == f"{_SVG}svg" else None
    return "".join(found.itertext()).strip() if found is not None else ""
