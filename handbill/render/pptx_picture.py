"""Pictures in PowerPoint: a PNG that every version shows, and the drawing itself for those that can."""

from __future__ import annotations

import io
from typing import Any
from xml.sax.saxutils import quoteattr

from handbill.diagnostics import Diagnostic, error
from handbill.model import Document
from handbill.pandoc_ast import walk
from handbill.render.deck import Slide
from handbill.render.deck_boxes import Box
from handbill.render.deck_fit import figure_of
from handbill.render.deck_picture import alt_of
from handbill.render.page import ASSET
from handbill.render.pptx_shapes import Canvas
from handbill.render.pptx_xml import element, transform

_SVG_BLIP = (
    '<a:extLst><a:ext uri="{{96DAC541-7B7A-43D3-8B79-37D633B846F1}}"><asvg:svgBlip '
    'xmlns:asvg="http://schemas.microsoft.com/office/drawing/2016/SVG/main" r:embed="{}"/></a:ext></a:extLst>'
)


def add_picture(canvas: Canvas, slide: Any, planned: Slide, box: Box, document: Document) -> list[Diagnostic]:
    """Puts the planned slide's picture on the slide, with the author's alt text."""
    figure = figure_of(planned, document)
    image = next(n for n in walk(planned.exhibit) if n["t"] == "Image")
    file = str(image["c"][2][0]).removeprefix(ASSET)
    raster, drawing = (figure.png, figure.svg) if figure else (file, None)
    if raster is None or raster not in document.assets:
        return [
            error("picture-no-png", f"The picture on the slide “{planned.name}” is a drawing only, and PowerPoint needs pixels too",
                  figure.span if figure else None, "Save it as PNG, about 2,000 pixels wide, and name that file.")
        ]  # fmt: skip
    alt = alt_of(image)
    title = figure.title if figure else str(image["c"][2][1])
    _, shown = slide.part.get_or_add_image_part(io.BytesIO(document.assets[raster]))
    better = ""
    if drawing is not None and drawing in document.assets:
        better = _SVG_BLIP.format(_add_svg(slide, document.assets[drawing]))
    canvas.add(
        element(
            f'<p:pic><p:nvPicPr><p:cNvPr id="0" name={quoteattr(figure.id if figure else file)} descr={quoteattr(alt)} title={quoteattr(title)}/>'
            '<p:cNvPicPr><a:picLocks noChangeAspect="1"/></p:cNvPicPr><p:nvPr/></p:nvPicPr>'
            f'<p:blipFill><a:blip r:embed="{shown}">{better}</a:blip><a:stretch><a:fillRect/></a:stretch></p:blipFill>'
            f'<p:spPr>{transform(box)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr></p:pic>'
        )
    )
    return []


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
