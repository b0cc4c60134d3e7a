"""Printed sheets as data: how a leaflet is folded, and what the pages of an edition promise.

Lengths are millimetres, type sizes points. Style sheets take the geometry from here, and so do the
checks that measure the finished PDF: no number stands in two places.
"""

# Annotations are values here, not texts: pydantic would compile each text anew whenever the program starts.
from collections.abc import Mapping
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from handbill.schema_base import Model, Slug, Truth

Millimetres = Annotated[float, Field(gt=0, le=2000)]
Points = Annotated[float, Field(ge=6, le=400)]

PageSize = Literal["A3", "A4", "A5", "Letter", "Legal", "Tabloid"]
SIZES: Mapping[str, tuple[float, float]] = {
    "A3": (297, 420), "A4": (210, 297), "A5": (148, 210),
    "Letter": (215.9, 279.4), "Legal": (215.9, 355.6), "Tabloid": (279.4, 431.8),
}  # fmt: skip
"""Width and height of the formats, upright."""
_MARKS = 6.0


class Place(NamedTuple):
    """Where a panel is printed: on which side (0 outside, 1 inside), its left edge and its width."""

    panel: str
    side: int
    left: float
    width: float

    @property
    def right(self) -> float:
        return self.left + self.width


class FoldSide(Model):
    """One printed side of the open sheet: its panels from left to right."""

    panels: Annotated[tuple[Slug, ...], Field(min_length=1)]
    """Names of panels."""
    widths: Annotated[tuple[Millimetres, ...], Field(min_length=1)]
    """Their widths in millimetres, in the same order."""


class Fold(Model):
    """How the sheet of a leaflet is folded."""

    kind: Literal["roll", "z"]
    """`roll`: the flap folds in and the cover over it. `z`: zigzag, the cover is the last panel of the outside."""
    height: Millimetres
    outside: FoldSide
    inside: FoldSide

    @property
    def width(self) -> float:
        """Width of the open sheet."""
        return sum(self.outside.widths)

    @property
    def places(self) -> tuple[Place, ...]:
        """Every panel's place, the outside first, from left to right."""
        return tuple(
            Place(panel, number, sum(side.widths[:index]), width)
            for number, side in enumerate((self.outside, self.inside))
            for index, (panel, width) in enumerate(zip(side.panels, side.widths, strict=False))
        )


class Paper(Model):
    """What the printed pages of an edition promise; it is measured in the PDF that was made."""

    size: PageSize = "A4"
    """Format of the trimmed page; of the open sheet where there is a `fold`."""
    body: Points = 12
    """Running text is at least so large, in points."""
    smallest: Points = 9
    """Nothing at all is smaller."""
    measure: Annotated[int, Field(ge=0, le=200)] = 80
    """The most characters that a full line of running text may have; 0 for no limit, as in narrow panels."""
    leading: Annotated[float, Field(ge=1, le=4)] = 1.2
    """From line to line at least so many times the type size."""
    safe: Millimetres = 5
    """Text stays so far from every edge and fold."""
    marks: Truth = False
    """Bleed and crop marks for a print shop (`--print-marks` asks for them)."""
    bleed: Millimetres = 3
    """With `marks`, colour runs so far over the edge."""
    pages: Annotated[int, Field(ge=0)] = 0
    """Exactly so many pages; 0 for as many as it takes."""

    @property
    def slug(self) -> float:
        """Paper around the trimmed page in a file with marks: the bleed, and room for marks that do not touch it."""
        return self.bleed + _MARKS
