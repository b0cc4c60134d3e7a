"""How large the words of a drawing come out in print."""

from __future__ import annotations

MILLIMETRE = 96 / 25.4
"""CSS pixels."""
POINT = 96 / 72
WIDTH, HEIGHT = 170 * MILLIMETRE, 190 * MILLIMETRE
"""What an A4 page gives a picture: the text's width, and a height that leaves room for its caption."""
SMALLEST_POINTS = 9.0


def printed_points(width: float, height: float, smallest: float) -> float:
    """The smallest type of a drawing in points when it is printed on A4, never larger than it was drawn."""
    scale = min(1.0, WIDTH / width if width else 1.0, HEIGHT / height if height else 1.0)
    return smallest * scale / POINT
