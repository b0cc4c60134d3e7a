"""Pages of a PDF as pictures and as words, by PDFium; large pictures made small, by Pillow."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from handbill.diagnostics import error
from handbill.jobs import Job, Result
from handbill.tools import own

_INPUT, _PICTURE, _WORDS = "document.pdf", "page.png", "pages.json"
_LARGE, _SMALL = "picture.png", "small.png"
_COLOURS = 128

LOCK = threading.Lock()
"""PDFium is not made for several threads: whoever calls pypdfium2 holds this."""


class Pdfium:
    """Runs picture Jobs (args: `page` from 0, and `width` in pixels), words Jobs (no args) and small Jobs (`width`)."""

    name = "pdfium"

    def version(self) -> str:
        return _version()

    def execute(self, jobs: Sequence[Job]) -> list[Result]:
        return [self._execute(job) for job in jobs]

    def _execute(self, job: Job) -> Result:
        if _SMALL in job.outputs:
            return _made_small(job.inputs[_LARGE], int(job.args["width"]))
        import pypdfium2

        try:
            with LOCK, pypdfium2.PdfDocument(job.inputs[_INPUT]) as document:
                if _WORDS in job.outputs:
                    return Result({_WORDS: json.dumps(_words(document), ensure_ascii=False).encode()})
                return Result({_PICTURE: _picture(document[int(job.args["page"])], int(job.args["width"]))})
        except (pypdfium2.PdfiumError, IndexError) as problem:
            words = error("picture-failed", "A page of a finished PDF could not be read.", None, detail=str(problem))
            return Result(diagnostics=(words,), failed=True)


def picture_job(pdf: bytes, *, page: int, width: int, label: str = "") -> Job:
    """The Job that draws one page (from 0) `width` pixels wide, as `page.png`."""
    return Job("pdfium", _version(), {"page": page, "width": width}, {_INPUT: pdf}, (_PICTURE,), label)


def small_job(picture: bytes, *, width: int, label: str = "") -> Job:
    """The Job that makes a picture `width` pixels wide, as `small.png`, in few colours."""
    return Job("pdfium", _version(), {"width": width}, {_LARGE: picture}, (_SMALL,), label)


def words_job(pdf: bytes, label: str = "") -> Job:
    """The Job that reads the words of each page in the order of the tags, running heads left out.

    Its output `pages.json` is a list with one text a page.
    """
    return Job("pdfium", _version(), {}, {_INPUT: pdf}, (_WORDS,), label)


def _picture(page: Any, width: int) -> bytes:
    bitmap = page.render(scale=width / page.get_width())
    stream = io.BytesIO()
    bitmap.to_pil().save(stream, "PNG", optimize=False)
    return stream.getvalue()


def _made_small(data: bytes, width: int) -> Result:
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data)) as picture:
            small = picture.resize((width, round(picture.height * width / picture.width)), Image.Resampling.LANCZOS)
    except (OSError, ValueError, Image.DecompressionBombError) as problem:
        words = error("picture-failed", "A picture of a finished file could not be read.", None, detail=str(problem))
        return Result(diagnostics=(words,), failed=True)
    stream = io.BytesIO()
    small.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE).save(stream, "PNG")
    return Result({_SMALL: stream.getvalue()})


def _words(document: Any) -> list[str]:
    from pypdfium2 import raw

    pages = []
    for page in document:
        marked: dict[int, list[str]] = {}
        reader = page.get_textpage()
        for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], textpage=reader):
            marked.setdefault(_mark(item), []).append(item.extract())
        texts = ["".join(marked.get(number, ())) for number in _reading_order(page)]
        pages.append(" ".join(" ".join(texts).split()))
    return pages


def _mark(item: Any) -> int:
    """Number of the marked content that an object is in, by itself or with the form that holds it; -1 for none."""
    from pypdfium2 import raw

    while item is not None:
        if (number := raw.FPDFPageObj_GetMarkedContentID(item)) >= 0:
            return int(number)
        item = item.container
    return -1


def _reading_order(page: Any) -> Iterator[int]:
    """Numbers of the page's marked content in the order of the structure tree; artifacts are not in it."""
    from pypdfium2 import raw

    def visit(element: Any) -> Iterator[int]:
        for index in range(raw.FPDF_StructElement_CountChildren(element)):
            child = raw.FPDF_StructElement_GetChildAtIndex(element, index)
            if child:
                yield from visit(child)
            elif (number := raw.FPDF_StructElement_GetChildMarkedContentID(element, index)) >= 0:
                yield number

    tree = raw.FPDF_StructTree_GetForPage(page)
    if not tree:
        return
    try:
        for index in range(raw.FPDF_StructTree_CountChildren(tree)):
            yield from visit(raw.FPDF_StructTree_GetChildAtIndex(tree, index))
    finally:
        raw.FPDF_StructTree_Close(tree)


@cache
def _version() -> str:
    return ", ".join((own.packages("pypdfium2", "pillow"), own.machine(), own.code([Path(__file__)])))
