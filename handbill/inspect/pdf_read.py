"""A finished PDF, read once: its pages, every run of text that was painted on them, and its structure tree.

Everything that is said about a PDF (`pdf.py`) and measured in it (`layout.py`) comes from this one reading:
opening pages and asking PDFium for each run costs more than all that is done with the answers.
"""

from __future__ import annotations

import codecs
import ctypes
import io
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf
import pypdfium2
from pypdfium2 import raw

from handbill.inspect.pdf_grounds import PAINTED, Grounds, fill_of
from handbill.inspect.pdf_known import PageKeys, keep, recalled
from handbill.inspect.pdf_painted import PaintedPage, PaintedRun
from handbill.inspect.pdf_tags import Mark, Tag, read_tags, walk_outline
from handbill.jobs import Desk
from handbill.tools.pdfium import LOCK

_ACTUAL_TEXT = b"ActualText"
_LETTERS = 1024
"""Longer runs than this are asked for twice."""
_SUBSET = re.compile(r"^[A-Z]{6}\+")

@dataclass(frozen=True)
class Reading:
    """What `read_pdf` read. `marked` are the words of each mark; the tree's strings know their marks."""

    pages: tuple[PaintedPage, ...]
    tags: Tag | None
    outline: tuple[tuple[int, str], ...]
    language: str
    title: str
    links: tuple[str, ...]
    conformance: tuple[str, ...]


def read_pdf(data: bytes, desk: Desk | None = None) -> Reading:
    """Reads a whole PDF. Raises `pypdfium2.PdfiumError` or `pikepdf.PdfError` for what is none.

    desk  where pages are remembered from one file to the next
    """
    with LOCK, pypdfium2.PdfDocument(data) as document, pikepdf.open(io.BytesIO(data)) as pdf:
        keys = PageKeys(pdf) if desk is not None else None
        pages = tuple(_known(document, pdf, number, keys, desk) for number in range(len(document)))
        return Reading(
            pages=pages,
            tags=read_tags(pdf, _marked(pages)),
            outline=walk_outline(pdf),
            language=str(pdf.Root.get("/Lang", "")),
            title=str(pdf.docinfo.get("/Title", "")),
            links=tuple(_links(pdf)),
            conformance=_conformance(pdf),
        )


def _known(document: pypdfium2.PdfDocument, pdf: pikepdf.Pdf, number: int, keys: PageKeys | None, desk: Desk | None) -> PaintedPage:
    """A page as it is remembered, or read now."""
    key = keys.key(number) if keys is not None else None
    page = recalled(desk, key, number) if desk is not None and key is not None else None
    if page is None:
        page = _page(document[number], number, patterns=_patterns(pdf.pages[number]))
        if desk is not None and key is not None:
            keep(desk, key, page)
    return page


def _patterns(page: pikepdf.Page) -> bool:
    resources = page.obj.get("/Resources")
    return resources is not None and bool(resources.get("/Pattern"))


def _page(page: pypdfium2.PdfPage, number: int, *, patterns: bool) -> PaintedPage:
    textpage = page.get_textpage()
    return PaintedPage(
        number=number,
        size=page.get_size(),
        crop=page.get_cropbox(),
        trim=page.get_trimbox(),
        bleed=page.get_bleedbox(),
        text=textpage.get_text_bounded().replace("\r\n", "\n"),
        runs=tuple(_runs(page, textpage, number, patterns=patterns)),
    )


def _runs(page: pypdfium2.PdfPage, textpage: Any, number: int, *, patterns: bool) -> Iterator[PaintedRun]:
    """Runs with words. Forms with marked content count from 1 in order of painting; 0 is the page."""
    forms: dict[int, int] = {}
    fonts: dict[int, str] = {}
    grounds = Grounds(patterns=patterns)
    room = (raw.FPDF_WCHAR * _LETTERS)()
    for item in page.get_objects(filter=PAINTED, textpage=textpage):
        if item.type != raw.FPDF_PAGEOBJ_TEXT:
            grounds.take(item)
            continue
        marked, form = raw.FPDFPageObj_GetMarkedContentID(item), 0
        if item.container is not None and marked >= 0:
            form = forms.setdefault(ctypes.addressof(item.container.raw.contents), len(forms) + 1)
        text = _text(item, room)
        if not text.strip():
            continue
        matrix, inside = item.get_matrix(), item.get_bounds()
        points = float(item.get_font_size())
        own, box = points * math.hypot(matrix.b, matrix.d), inside
        container = item.container
        while container is not None:
            outer = container.get_matrix()
            matrix, box = matrix.multiply(outer), outer.on_rect(*box)
            container = container.container
        yield PaintedRun(
            mark=(number, form, marked) if marked >= 0 else None,
            text=text,
            actual=_actual_text(item) if marked >= 0 else "",
            font=_font_name(item, fonts),
            own=round(own, 2),
            size=round(points * math.hypot(matrix.b, matrix.d), 2),
            inside=inside,
            box=box,
            base=matrix.f,
            colour=fill_of(item),
            ground=grounds.below(box),
            drawn=item.container is not None,
        )


def _text(item: Any, room: Any) -> str:
    """As `item.extract()`, which asks for the length first: PDFium goes through all letters of the page for each answer."""
    size = raw.FPDFTextObj_GetText(item, item.textpage, room, ctypes.sizeof(room))
    if not 0 < size <= ctypes.sizeof(room):
        return str(item.extract())
    return codecs.decode(memoryview(room)[: size // ctypes.sizeof(raw.FPDF_WCHAR) - 1], "utf-16-le")


def spoken(text: str) -> str:
    """The words of a run in one line, with the hyphens that stand at the ends of lines."""
    return text.replace("\x02\r\n", "-").replace("\x02", "-").replace("\r\n", " ")


def _marked(pages: tuple[PaintedPage, ...]) -> dict[Mark, str]:
    texts: dict[Mark, str] = {}
    for page in pages:
        for run in page.runs:
            if run.mark is not None:
                texts[run.mark] = run.actual or texts.get(run.mark, "") + spoken(run.text)
    return texts


def _font_name(item: Any, names: dict[int, str]) -> str:
    """The name of the run's font; `names` remembers those of the page."""
    address = ctypes.addressof(raw.FPDFTextObj_GetFont(item).contents)
    if address not in names:
        names[address] = _SUBSET.sub("", item.get_font().get_base_name())
    return names[address]


def _actual_text(item: Any) -> str:
    for number in range(raw.FPDFPageObj_CountMarks(item)):
        mark, size = raw.FPDFPageObj_GetMark(item, number), ctypes.c_ulong()
        if raw.FPDFPageObjMark_GetParamBlobValue(mark, _ACTUAL_TEXT, None, 0, size):
            buffer = (ctypes.c_ubyte * size.value)()
            raw.FPDFPageObjMark_GetParamBlobValue(mark, _ACTUAL_TEXT, buffer, size.value, size)
            return str(pikepdf.String(bytes(buffer)))
    return ""


def _links(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Where each clickable rectangle leads: an address, or `#name` of a place in the file."""
    for page in pdf.pages:
        for annotation in page.obj.get("/Annots", ()):
            if annotation.get("/Subtype") == "/Link":
                yield str(annotation.A.URI) if "/A" in annotation else f"#{annotation.get('/Dest', '')}"


def _conformance(pdf: pikepdf.Pdf) -> tuple[str, ...]:
    """The standards that the file claims to keep."""
    with pdf.open_metadata() as metadata:
        claims = []
        if part := metadata.get("pdfaid:part"):
            claims.append(f"PDF/A-{part}{str(metadata.get('pdfaid:conformance', '')).lower()}")
        if part := metadata.get("pdfuaid:part"):
            claims.append(f"PDF/UA-{part}")
    return tuple(claims)
