"""What was painted on a page of a PDF."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from handbill.colour import Colour
from handbill.inspect.pdf_tags import Mark

Bounds = tuple[float, float, float, float]
"""Left, bottom, right, top in PDF points from the lower left corner."""


class PaintedRun(NamedTuple):
    """One run of text as it was painted.

    mark    page (from 0), form on that page and marked content, which tell its tag; None for an artifact
    text    as PDFium reads it: hyphens at line ends are U+0002, lines end in CR LF
    actual  what the mark says is written there where the glyphs do not tell (ISO 32000-1, 14.9.4)
    font    its name, without the prefix of a subset
    own     size in points in the form where it stands, `size` the size on the page
    inside  where it stands in its form, `box` and `base` (the line it stands on) where it stands on the page
    """

    mark: Mark | None
    text: str
    actual: str
    font: str
    own: float
    size: float
    inside: Bounds
    box: Bounds
    base: float
    colour: Colour
    ground: Colour | None
    """What was painted below it before; None for a picture, whose colours nobody knows."""
    drawn: bool
    """Whether it stands in a form: in a drawing, or on one of several pages of a sheet."""


@dataclass(frozen=True)
class PaintedPage:
    """One page: its size and boxes in points, all of its words as PDFium reads them, its runs in order of painting."""

    number: int
    size: tuple[float, float]
    crop: Bounds
    trim: Bounds
    bleed: Bounds
    text: str
    runs: tuple[PaintedRun, ...]
