"""What lies below each run of text in a PDF: the fills that were painted before it, in their order."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from pypdfium2 import raw

from handbill.colour import WHITE, Colour

_PATTERN = Colour(191 / 255, 191 / 255, 191 / 255)
"""What PDFium tells (`CPDF_PatternCS`) of a fill that is no colour but a gradient or a tile."""

PAINTED = (raw.FPDF_PAGEOBJ_TEXT, raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_SHADING)
"""What can be read, and what can lie below it."""

Bounds = tuple[float, float, float, float]
Point = tuple[float, float]


class _Area:
    """A filled path, a picture or a gradient: its rectangle on the page, and its colour where that is known."""

    def __init__(self, item: Any, colour: Colour | None) -> None:
        self.colour = colour
        self._item = item
        self._path = item.type == raw.FPDF_PAGEOBJ_PATH
        self._matrices = tuple(_matrices(item.container))
        box = item.get_bounds()
        for matrix in self._matrices:
            box = matrix.on_rect(*box)
        self._left, self._bottom, self._right, self._top = box

    def covers(self, x: float, y: float) -> bool:
        """Whether a point is inside; of a path, inside the outline itself (even-odd)."""
        if not (self._left <= x <= self._right and self._bottom <= y <= self._top):
            return False
        if not self._path:
            return True
        inside = False
        for (x1, y1), (x2, y2) in self._sides:
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                inside = not inside
        return inside

    @cached_property
    def _sides(self) -> list[tuple[Point, Point]]:
        """The path's segments on the page; a curve's middle points stand for its arc."""
        matrices = (self._item.get_matrix(), *self._matrices)
        corners: list[Point] = []
        for number in range(raw.FPDFPath_CountSegments(self._item)):
            px, py = ctypes.c_float(), ctypes.c_float()
            raw.FPDFPathSegment_GetPoint(raw.FPDFPath_GetPathSegment(self._item, number), px, py)
            point = (px.value, py.value)
            for matrix in matrices:
                point = matrix.on_point(*point)
            corners.append(point)
        return list(zip(corners, corners[1:] + corners[:1], strict=True))


def _matrices(container: Any) -> Iterator[Any]:
    """How what is in a form comes to lie on the page, from the inside out."""
    while container is not None:
        yield container.get_matrix()
        container = container.container


class Grounds:
    """The painted areas of one page so far. `patterns`: whether something on it may be filled with a gradient."""

    def __init__(self, *, patterns: bool) -> None:
        self._patterns = patterns
        self._areas: list[_Area] = []

    def take(self, item: Any) -> None:
        """Remembers a filled path, a picture or a gradient."""
        colour = None
        if item.type == raw.FPDF_PAGEOBJ_PATH:
            mode, stroked = ctypes.c_int(), ctypes.c_int()
            raw.FPDFPath_GetDrawMode(item, mode, stroked)
            if mode.value == raw.FPDF_FILLMODE_NONE:
                return
            filled = fill_of(item)
            unknown = filled == _PATTERN and (self._patterns or item.container is not None)
            colour = None if unknown else filled
        self._areas.append(_Area(item, colour))

    def below(self, box: Bounds) -> Colour | None:
        """The colour in the middle of `box`; None where a picture lies."""
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        above: list[Colour] = []
        ground: Colour | None = WHITE
        for area in reversed(self._areas):
            if not area.covers(x, y):
                continue
            if area.colour is None or area.colour.alpha == 1:
                ground = area.colour
                break
            above.append(area.colour)
        if ground is None:
            return None
        for colour in reversed(above):
            ground = colour.over(ground)
        return ground


def fill_of(item: Any) -> Colour:
    """The colour that fills a path or letters."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    raw.FPDFPageObj_GetFillColor(item, red, green, blue, alpha)
    return Colour(red.value / 255, green.value / 255, blue.value / 255, alpha.value / 255)
