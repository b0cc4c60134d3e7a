"""Which characters font files have, by fontTools."""

from __future__ import annotations

import io
from functools import lru_cache


@lru_cache(maxsize=128)
def characters(font: bytes) -> frozenset[int]:
    """The code points that a font has a glyph for. Raises `fontTools.ttLib.TTLibError` for what is no font."""
    from fontTools.ttLib import TTFont

    with TTFont(io.BytesIO(font), lazy=True) as loaded:
        return frozenset(loaded.getBestCmap() or ())
