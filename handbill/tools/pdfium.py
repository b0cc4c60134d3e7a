"""Pages of a PDF as pictures, by PDFium."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache
from importlib import metadata

from handbill.diagnostics import error
from handbill.jobs import Job, Result

_INPUT, _OUTPUT = "document.pdf", "page.png"


class Pdfium:
    """Runs picture Jobs. args: `page` (from 0) and `width` in pixels."""

    name = "pdfium"

    def version(self) -> str:
        return _version()

    def execute(self, jobs: Sequence[Job]) -> list[Result]:
        return [self._draw(job) for job in jobs]

    def _draw(self, job: Job) -> Result:
        import pypdfium2

        try:
            with pypdfium2.PdfDocument(job.inputs[_INPUT]) as document:
                page = document[int(job.args["page"])]
                bitmap = page.render(scale=int(job.args["width"]) / page.get_width())
                stream = io.BytesIO()
                bitmap.to_pil().save(stream, "PNG", optimize=False)
        except (pypdfium2.PdfiumError, IndexError) as problem:
            words = error("picture-failed", "A page could not be made a picture", None, detail=str(problem))
            return Result(diagnostics=(words,), failed=True)
        return Result({_OUTPUT: stream.getvalue()})


def picture_job(pdf: bytes, *, page: int, width: int, label: str = "") -> Job:
    """The Job that draws one page (from 0) `width` pixels wide."""
    return Job("pdfium", _version(), {"page": page, "width": width}, {_INPUT: pdf}, (_OUTPUT,), label)


@cache
def _version() -> str:
    return f"pypdfium2 {metadata.version('pypdfium2')}, pillow {metadata.version('pillow')}"
