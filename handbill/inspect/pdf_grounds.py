"""What lies below each run of text in a PDF: the fills that were painted before it, in their order."""

from __future__ import annotations

import ctypes
from typing import Any

from pypdfium2 import raw

from handbill.colour import WHITE, Colour

_PATTERN = Colour(191 / 255, 191 / 255, 191 / 255)
"""What PDFium tells (`CPDF_PatternCS`) of a fill that is no colour but a gradient or a tile."""

PAINTED = (raw.FPDF_PAGEOBJ_TEXT, raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_SHADING)
"""What can be read, and what can lie below it."""

Bounds = tuple[float, float, float, float]


class Grounds:
    """The painted areas of one page so far. `patterns`: whether something on it may be filled with a gradient."""

    def __init__(self, *, patterns: bool) -> None:
        self._patterns = patterns
        self._areas: list[tuple[Bounds, Colour | None, Any]] = []

    def take(self, item: Any) -> None:
        """Remembers a filled path, a picture or a gradient."""
        if item.type == raw.FPDF_PAGEOBJ_PATH:
            mode, stroked = ctypes.c_int(), ctypes.c_int()
            raw.FPDFPath_GetDrawMode(item, mode, stroked)
            if mode.value == raw.FPDF_FILLMODE_NONE:
                return
            filled = fill_of(item)
            unknown = filled == _PATTERN and (self._patterns or item.container is not None)
            colour = None if unknown else filled
        else:
            colour = None
        box = item.get_bounds()
        container = item.container
        while container is not None:
            box = container.get_matrix().on_rect(*box)
            container = container.container
        self._areas.append((box, colour, item))

    def below(self, box: Bounds) -> Colour | None:
        """The colour in the middle of `box`; None where a picture lies."""
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        above: list[Colour] = []
        ground: Colour | None = WHITE
        for (left, bottom, right, top), colour, item in reversed(self._areas):
            if not (left <= x <= right and bottom <= y <= top and _covers(item, x, y)):
                continue
            if colour is None or colour.alpha == 1:
                ground = colour
                break
            above.append(colour)
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


def _covers(item: Any, x: float, y: float) -> bool:
    """Whether a point is inside the outline itself (even-odd)."""
    if item.type != raw.FPDF_PAGEOBJ_PATH:
        return True
    corners = _corners(item)
    inside = False
    for (x1, y1), (x2, y2) in zip(corners, corners[1:] + corners[:1], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def _corners(item: Any) -> list[tuple[float, float]]:
    """The ends of a path's segments on the page; a curve's middle points stand for its arc."""
    points = []
    for number in range(raw.FPDFPath_CountSegments(item)):
        px, py = ctypes.c_float(), ctypes.c_float()
        raw.FPDFPathSegment_GetPoint(raw.FPDFPath_GetPathSegment(item, number), px, py)
        point = item.get_matrix().on_point(px.value, py.value)
        container = item.container
        while container is not None:
            point = container.get_matrix().on_point(*point)
            container = container.container
        points.append(point)
    return points
