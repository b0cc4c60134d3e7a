"""Pictures in PowerPoint: a PNG that every version shows, and the drawing itself for those that can."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import quoteattr

from handbill.box import Box
from handbill.tools.pptx.shapes import Canvas
from handbill.tools.pptx.xml import element, transform

_SVG_BLIP = (
    '<a:extLst><a:ext uri="{{96DAC541-7B7A-43D3-8B79-37D633B846F1}}"><asvg:svgBlip '
    'xmlns:asvg="http://schemas.microsoft.com/office/drawing/2016/SVG/main" r:embed="{}"/></a:ext></a:extLst>'
)


def add_picture(canvas: Canvas, slide: Any, picture: Mapping[str, Any], png: bytes, svg: bytes | None) -> None:
    """Puts a picture on the slide: `box`, `name`, `alt` (what is read aloud) and `title`."""
    _, shown = slide.part.get_or_add_image_part(io.BytesIO(png))
    better = "" if svg is None else _SVG_BLIP.format(_add_svg(slide, svg))
    named, alt, title = (quoteattr(picture[name]) for name in ("name", "alt", "title"))
    canvas.add(
        element(
            f'<p:pic><p:nvPicPr><p:cNvPr id="0" name={named} descr={alt} title={title}/>'
            '<p:cNvPicPr><a:picLocks noChangeAspect="1"/></p:cNvPicPr><p:nvPr/></p:nvPicPr>'
            f'<p:blipFill><a:blip r:embed="{shown}">{better}</a:blip><a:stretch><a:fillRect/></a:stretch></p:blipFill>'
            f'<p:spPr>{transform(Box(*picture["box"]))}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr></p:pic>'
        )
    )


def _add_svg(slide: Any, data: bytes) -> str:
    """The relationship to a part that holds the drawing; one part for the same bytes."""
    from pptx.opc.constants import RELATIONSHIP_TYPE
    from pptx.opc.package import Part

    package = slide.part.package
    for part in package.iter_parts():
        if part.content_type == "image/svg+xml" and part.blob == data:
            return str(slide.part.relate_to(part, RELATIONSHIP_TYPE.IMAGE))
    name = package.next_image_partname("svg")
    return str(slide.part.relate_to(Part(name, "image/svg+xml", package, data), RELATIONSHIP_TYPE.IMAGE))
