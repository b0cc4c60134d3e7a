"""Drawings inside a page in the colour of the words around them: CSS Color 4, `currentColor`."""

from __future__ import annotations

from typing import Any

from weasyprint import html

_SVG = "{http://www.w3.org/2000/svg}svg"
_PLAIN = html.HTML_HANDLERS[_SVG]


def follow_text() -> None:
    """Make WeasyPrint tell an inline drawing the colour of its line; by itself (version 70) it takes black."""
    def coloured(element: Any, box: Any, *rest: Any) -> Any:
        red, green, blue = (round(255 * part) for part in box.style["color"].to("srgb").coordinates)
        element.set("color", f"rgb({red}, {green}, {blue})")
        return _PLAIN(element, box, *rest)

    html.HTML_HANDLERS[_SVG] = coloured
