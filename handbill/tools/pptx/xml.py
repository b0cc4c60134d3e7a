"""Small pieces of PresentationML, and the bytes of a package that depend on nothing but its content."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from handbill.box import Box

EMU = 9525
"""English Metric Units of one CSS pixel (914,400 of an inch, 96 pixels of an inch)."""
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
P = "http://schemas.openxmlformats.org/presentationml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMESPACES = f'xmlns:a="{A}" xmlns:p="{P}" xmlns:r="{R}"'
DECORATIVE = (
    '<a:extLst><a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}"><adec:decorative '
    'xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/></a:ext></a:extLst>'
)
LINE_SPACING = 110000
"""Line height in thousandths of a per cent of the typeface's own."""
_PREFIXES = {"a": A, "p": P, "r": R}
_FIRST = "[Content_Types].xml"
_EPOCH = (1980, 1, 1, 0, 0, 0)

Element = Any
"""An lxml element of the classes that python-pptx makes."""


def element(xml: str) -> Element:
    """An element of python-pptx's own classes from XML text that uses the prefixes a, p and r."""
    from pptx.oxml import parse_xml

    return parse_xml(re.sub(r"^<([\w:]+)", rf"<\1 {NAMESPACES}", xml.strip(), count=1))


def transform(box: Box, tag: str = "a:xfrm") -> str:
    """The place of a shape."""
    x, y, w, h = (round(value * EMU) for value in (box.x, box.y, box.w, box.h))
    return f'<{tag}><a:off x="{x}" y="{y}"/><a:ext cx="{w}" cy="{h}"/></{tag}>'


def fill(colour: str | None) -> str:
    """A fill with a colour of the theme (`accent1`, `bg1` ...), or none."""
    return f'<a:solidFill><a:schemeClr val="{colour}"/></a:solidFill>' if colour else "<a:noFill/>"


def points(pixels: float) -> int:
    """Hundredths of a point, as `sz` wants them; whole half points."""
    return round(pixels * 0.75 * 2) * 50


def qname(tag: str) -> str:
    """`a:p` as lxml writes it."""
    prefix, name = tag.split(":")
    return f"{{{_PREFIXES[prefix]}}}{name}"


def decoration(
    number: int, name: str, shape: str, box: Box, inside: str | None, line: str = "<a:ln><a:noFill/></a:ln>"
) -> str:
    """A shape that only looks nice, and says so to screen readers."""
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="{name} {number}">{DECORATIVE}</p:cNvPr><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr>'
        f'<p:spPr>{transform(box)}<a:prstGeom prst="{shape}"><a:avLst/></a:prstGeom>{fill(inside)}{line}</p:spPr>'
        "<p:txBody><a:bodyPr/><a:lstStyle/><a:p><a:endParaRPr/></a:p></p:txBody></p:sp>"
    )


def indent(size: float, level: int, step: float) -> int:
    """The indent of a list level in EMU, for text of `size` pixels; `step` is that of one level in parts of the size."""
    return round(size * step * level * EMU)


def settled(data: bytes) -> bytes:
    """The same package with its files in order and without the time of day."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda n: (n != _FIRST, n)):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            target.writestr(info, source.read(name))
    return out.getvalue()
