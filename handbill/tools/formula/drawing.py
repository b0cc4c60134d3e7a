"""MathJax's SVG as a picture whose sizes are known: paths only, measured in ems."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

_UNITS = 1000.0
"""Units of MathJax's drawings in one em."""
_LARGEST = 200.0
"""Ems. Ten pages would not hold more."""
_SHAPES = frozenset({"svg", "g", "path", "rect", "line", "polygon", "ellipse", "use", "defs"})


class Unusable(Exception):
    """A drawing that no line of text can hold. `large` when only its size is the matter."""

    def __init__(self, *, large: bool) -> None:
        super().__init__("large" if large else "tagged")
        self.large = large


@dataclass(frozen=True)
class Drawn:
    """A drawing, and its size in ems; `depth` is what lies below the line of writing."""

    svg: bytes
    width: float
    height: float
    depth: float


def drawing(svg: str) -> Drawn:
    """What MathJax drew, without its notes. Raises `Unusable`."""
    root = etree.fromstring(svg.encode(), etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    _, top, width, height = (float(number) for number in root.get("viewBox", root.get("data-mjx-viewBox", "0 0 0 0")).split())
    if max(width, height) > _LARGEST * _UNITS:
        raise Unusable(large=True)
    if root.get("width", "").endswith("%") or {etree.QName(node).localname for node in root.iter(etree.Element)} - _SHAPES:
        raise Unusable(large=False)
    for node in root.iter(etree.Element):
        for name in [name for name in node.attrib if str(name).startswith("data-")]:
            del node.attrib[name]
    for name in ("style", "width", "height", "role", "focusable"):
        root.attrib.pop(name, None)
    return Drawn(etree.tostring(root), round(width / _UNITS, 3), round(height / _UNITS, 3), round((top + height) / _UNITS, 3))
