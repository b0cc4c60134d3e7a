"""A rectangle."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Box:
    """A rectangle on a slide, in pixels from its left upper corner."""

    x: float
    y: float
    w: float
    h: float
