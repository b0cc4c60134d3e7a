"""Whether a press-ready file is PDF/X-4 as far as it can be read from the file: ISO 15930-7, clause by clause.

No free validator judges PDF/X. What is looked at: the claim, the output intent and its profile, colours, fonts, boxes,
transparency groups, and what may not be there (annotations, scripts, encryption).
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pikepdf
from PIL import ImageCms

from handbill.diagnostics import Diagnostic, error

_RGB = frozenset({"rg", "RG"})
_SLACK = 0.01
"""Points by which boxes may differ for rounding."""
_FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")


def is_pdfx(data: bytes) -> bool:
    """Whether a file says of itself that it is PDF/X."""
    return b"GTS_PDFX" in data


def check_pdfx(name: str, data: bytes) -> list[Diagnostic]:
    """What keeps a file from being PDF/X-4, each fault said once."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        faults = list(dict.fromkeys(_faults(pdf)))
    hint = "Please report this as a bug; without the profile in templates/styles/ the file is made as PDF/A."
    return [error("pdf-x", f"{name} is not PDF/X-4: {fault}.", None, hint) for fault in faults]


def _faults(pdf: pikepdf.Pdf) -> Iterator[str]:
    if pdf.is_encrypted:
        yield "it is encrypted"
    if "/ID" not in pdf.trailer:
        yield "it has no identifier"
    with pdf.open_metadata() as xmp:
        if xmp.get("{http://www.npes.org/pdfx/ns/id/}GTS_PDFXVersion") != "PDF/X-4":
            yield "its metadata do not say so"
        if str(pdf.docinfo.get("/Title", "")) != xmp.get("dc:title"):
            yield "its two titles differ"
    if pdf.docinfo.get("/Trapped") not in (pikepdf.Name("/True"), pikepdf.Name("/False")):
        yield "it does not say whether it is trapped"
    yield from _intents(pdf)
    for number, page in enumerate(pdf.pages, start=1):
        if page.obj.get("/Annots"):
            yield f"page {number} has annotations"
        if not _nested(page):
            yield f"the boxes of page {number} do not lie one in the other"
    for item in pdf.objects:
        yield from _object(item)


def _intents(pdf: pikepdf.Pdf) -> Iterator[str]:
    intents = [intent for intent in pdf.Root.get("/OutputIntents", []) if intent.get("/S") == pikepdf.Name.GTS_PDFX]
    if len(intents) != 1 or "/DestOutputProfile" not in intents[0]:
        yield "it has not exactly one output intent with a profile"
        return
    stream = intents[0].DestOutputProfile
    profile = ImageCms.ImageCmsProfile(io.BytesIO(stream.read_bytes())).profile
    if profile.device_class.strip() != "prtr":
        yield f"its output profile is of the class “{profile.device_class.strip()}”"
    if {"CMYK": 4, "RGB": 3, "GRAY": 1}.get(profile.xcolor_space.strip()) != int(stream.N):
        yield "its output profile has another number of inks than it says"


def _nested(page: pikepdf.Page) -> bool:
    trim, bleed, media = ([float(part) for part in box] for box in (page.trimbox, page.obj.get("/BleedBox", page.mediabox), page.mediabox))
    return "/TrimBox" in page.obj and _within(trim, bleed) and _within(bleed, media)


def _within(inner: list[float], outer: list[float]) -> bool:
    low = all(a >= b - _SLACK for a, b in zip(inner[:2], outer[:2], strict=True))
    return low and all(a <= b + _SLACK for a, b in zip(inner[2:], outer[2:], strict=True))


def _object(item: Any) -> Iterator[str]:
    if not isinstance(item, (pikepdf.Dictionary, pikepdf.Stream)):
        return
    if item.get("/S") == pikepdf.Name.JavaScript:
        yield "it holds a script"
    if item.get("/Type") == pikepdf.Name.FontDescriptor and not any(name in item for name in _FONT_FILES):
        yield f"the font {item.get('/FontName')} is not embedded"
    group = item.get("/Group")
    if isinstance(group, pikepdf.Dictionary) and group.get("/CS") == pikepdf.Name.DeviceRGB:
        yield "a transparency group blends in DeviceRGB"
    resources = item.get("/Resources")
    if isinstance(resources, pikepdf.Dictionary) and "/DefaultRGB" not in resources.get("/ColorSpace", {}) and _uses_rgb(item, resources):
        yield "colours in DeviceRGB mean none of their own"


def _uses_rgb(item: Any, resources: pikepdf.Dictionary) -> bool:
    """Whether a page, form or pattern paints in DeviceRGB, by itself or with a picture."""
    pictures: Any = resources.get("/XObject", {})
    if any(picture.get("/ColorSpace") == pikepdf.Name.DeviceRGB for picture in dict(pictures).values()):
        return True
    content = item if isinstance(item, pikepdf.Stream) or item.get("/Type") == pikepdf.Name.Page else None
    return content is not None and any(str(step.operator) in _RGB for step in pikepdf.parse_content_stream(content))
