"""Whether everything has its room: on the paper, in its panel, inside what cuts off.

A style sheet can give a box a fixed height, and text that is longer runs on over its neighbour or off the
paper, or is cut. An element with `data-region="name"` is a box whose content must stay inside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from weasyprint.document import Document
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from handbill.tools.pdf.words import Misfit

_SLACK = 1.5
"""CSS pixels: what rounding and side bearings may take."""
_MILLIMETRES = 25.4 / 96


@dataclass(frozen=True)
class _Frame:
    """A rectangle that content must not leave, in CSS pixels from the page's top left corner."""

    kind: str
    name: str
    left: float
    top: float
    right: float
    bottom: float

    def excess(self, box: Any) -> float:
        """By how much `box` sticks out."""
        left, top = float(box.position_x), float(box.position_y)
        right, bottom = left + float(box.width), top + float(box.height)
        return max(self.left - left, self.top - top, right - self.right, bottom - self.bottom)


def misfits(document: Document) -> list[Misfit]:
    """What sticks out, once for each frame: the farthest of it by how much, and the first words of it."""
    found: dict[tuple[str, str], Misfit] = {}
    for number, page in enumerate(document.pages, start=1):
        paper = _Frame("page", str(number), 0, 0, page.width, page.height)
        _walk(page._page_box, (paper,), found)
    return list(found.values())


def _walk(box: Any, frames: tuple[_Frame, ...], found: dict[tuple[str, str], Misfit]) -> None:
    if isinstance(box, AbsolutePlaceholder):
        box = box._box
    if box.style["transform"]:  # turned round or scaled: its own coordinates say nothing about the page
        frames = ()
    if isinstance(box, boxes.ReplacedBox) or (isinstance(box, boxes.TextBox) and box.text.strip()):
        _measure(box, frames, found)
    frames += tuple(_frames(box))
    for kid in getattr(box, "children", ()):
        _walk(kid, frames, found)


def _frames(box: Any) -> Iterable[_Frame]:
    if box.element is None or not isinstance(box, boxes.BlockContainerBox) or "::" in str(box.element_tag):
        return
    left, top = box.padding_box_x(), box.padding_box_y()
    edges = (left, top, left + box.padding_width(), top + box.padding_height())
    if name := box.element.get("data-region"):
        yield _Frame("region", name, *edges)
    elif box.style["overflow"] != "visible":
        yield _Frame("cut", str(box.element.get("id") or box.element.tag), *edges)


def _measure(box: Any, frames: tuple[_Frame, ...], found: dict[tuple[str, str], Misfit]) -> None:
    for frame in frames:
        excess = frame.excess(box)
        if excess <= _SLACK:
            continue
        key = (frame.kind, frame.name)
        words = box.text.strip() if isinstance(box, boxes.TextBox) else str(box.element.get("alt", ""))
        before = found.get(key, Misfit(*key, words, 0.0))
        found[key] = Misfit(*key, before.words, max(before.excess, round(excess * _MILLIMETRES, 1)))
