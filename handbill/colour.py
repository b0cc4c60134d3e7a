"""Colours of style sheets as sRGB, and how well one can be read on another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

LEAST, LEAST_LARGE = 4.5, 3.0
"""WCAG 2.2, 1.4.3: the contrast that text needs, and that large text needs."""
LARGE, LARGE_BOLD = 18.0, 14.0
"""Points from which text is large (WCAG 2.2, "large scale")."""
BOLD = 700


class Colour(NamedTuple):
    """sRGB, each part 0 to 1."""

    red: float
    green: float
    blue: float
    alpha: float = 1.0

    def over(self, ground: Colour) -> Colour:
        """What is seen of this colour on an opaque ground (CSS Color 4, 12: simple alpha compositing)."""
        mixed = (own * self.alpha + below * (1 - self.alpha) for own, below in zip(self[:3], ground[:3], strict=True))
        return Colour(*mixed)

    def __str__(self) -> str:
        return "#" + "".join(f"{round(part * 255):02x}" for part in self[:3])


WHITE, BLACK = Colour(1, 1, 1), Colour(0, 0, 0)


def colour_of(value: Any) -> Colour | None:
    """A CSS colour (words or a tinycss2 token) as sRGB; None for `currentcolor` and for what is none."""
    from tinycss2.color5 import parse_color

    found = parse_color(value)
    if found is None or isinstance(found, str):
        return None
    try:
        parts = found.to("srgb").coordinates
    except NotImplementedError:  # a space such as oklch: the library that knows them all takes a while to load
        return _converted(value if isinstance(value, str) else value.serialize())
    return Colour(*_within(parts), float(found.alpha))


def _converted(words: str) -> Colour | None:
    from coloraide import Color

    match = Color.match(words, fullmatch=True)
    if match is None:
        return None
    colour = match.color.convert("srgb").fit("srgb")
    return Colour(*_within(colour.coords(nans=False)), float(colour.alpha(nans=False)))


def _within(parts: Sequence[float]) -> tuple[float, float, float]:
    red, green, blue = (min(1.0, max(0.0, float(part or 0))) for part in parts)
    return red, green, blue


def contrast(first: Colour, second: Colour) -> float:
    """The contrast ratio of two opaque colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    brighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def needed(points: float, *, bold: bool) -> float:
    """The contrast that text of this size and weight needs."""
    return LEAST_LARGE if points >= LARGE or (bold and points >= LARGE_BOLD) else LEAST


def _luminance(colour: Colour) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2, "relative luminance")."""
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour[:3]]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
