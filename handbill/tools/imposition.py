"""Pages in reading order onto sheets for saddle stitch: two on a side, ready to print on both sides, fold and staple.

The sheets keep the tags, bookmarks and links of the pages: whoever opens the print file with a screen
reader still hears the pages in the order in which they are read.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

from handbill.diagnostics import error
from handbill.jobs import Job, Result
from handbill.paper import SIZES
from handbill.tools import own

_POINTS = 72 / 25.4
_SHEETS = {"A5": "A4", "A4": "A3"}
"""The sheet that takes two pages side by side; other sizes get one of exactly twice their width."""
_INPUT, _OUTPUT = "pages.pdf", "sheets.pdf"


class Imposition:
    """Runs imposition Jobs. args: `size`, the pages' format (a key of `SIZES`); `rtl`, whether the book is read from right to left."""

    name = "imposition"

    def version(self) -> str:
        return _version()

    def execute(self, jobs: Sequence[Job]) -> list[Result]:
        return [self._one(job) for job in jobs]

    def _one(self, job: Job) -> Result:
        try:
            return Result({_OUTPUT: impose(job.inputs[_INPUT], str(job.args["size"]), rtl=bool(job.args["rtl"]))})
        except pikepdf.PdfError as problem:
            words = error("imposition-failed", "The pages could not be put onto print sheets.", None, detail=str(problem))
            return Result(diagnostics=(words,), failed=True)


def imposition_job(pdf: bytes, size: str, *, rtl: bool, label: str = "") -> Job:
    """The Job that puts the pages of a PDF onto print sheets, as `sheets.pdf`."""
    return Job("imposition", _version(), {"size": size, "rtl": rtl}, {_INPUT: pdf}, (_OUTPUT,), label)


@cache
def _version() -> str:
    return ", ".join((own.packages("pikepdf"), own.machine(), own.code([Path(__file__)])))


def sides(pages: int, *, rtl: bool = False) -> list[tuple[int | None, int | None]]:
    """The left and right page (from 1; None for a blank one) of each side to print, fronts and backs in turn.

    For n pages, filled up to a multiple of four, sheet k of n/4 has n-2k+2 and 2k-1 on its front, and
    2k and n-2k+1 on its back. A book that is read from right to left has left and right changed over.
    """
    full = -(-pages // 4) * 4
    order = []
    for sheet in range(1, full // 4 + 1):
        front = (full - 2 * sheet + 2, 2 * sheet - 1)
        back = (2 * sheet, full - 2 * sheet + 1)
        order += [front, back]
    pairs = [(right, left) if rtl else (left, right) for left, right in order]
    return [(_real(left, pages), _real(right, pages)) for left, right in pairs]


def _real(page: int, pages: int) -> int | None:
    return page if page <= pages else None


def impose(data: bytes, size: str, *, rtl: bool = False) -> bytes:
    """The print sheets of a PDF whose pages are of the format `size`."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        _Imposition(pdf, size).run(sides(len(pdf.pages), rtl=rtl))
        stream = io.BytesIO()
        pdf.save(stream, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return stream.getvalue()


class _Imposition:
    """One PDF on its way to sheets. `_moved` tells for each old page its sheet, its form there, and how far it went."""

    def __init__(self, pdf: Pdf, size: str) -> None:
        self._pdf = pdf
        width, height = SIZES[size]
        sheet = SIZES[_SHEETS[size]] if size in _SHEETS else (height, 2 * width)
        self._page_width = width * _POINTS
        self._sheet = (sheet[1] * _POINTS, sheet[0] * _POINTS)
        self._moved: dict[tuple[int, int], tuple[Any, Any, float]] = {}

    def run(self, order: list[tuple[int | None, int | None]]) -> None:
        old = list(self._pdf.pages)
        fresh = [self._side([old[number - 1] if number else None for number in pair]) for pair in order]
        for element in self._structure():
            self._retag(element)
        for target in self._targets():
            self._redirect(target)
        del self._pdf.pages[:]
        for page in fresh:
            self._pdf.pages.append(pikepdf.Page(page))

    def _side(self, pages: list[pikepdf.Page | None]) -> Any:
        """One side of a sheet: its two pages meet in the middle, where it is folded."""
        middle = self._sheet[0] / 2
        content, forms, notes = [], Dictionary(), Array()
        side = self._pdf.make_indirect(
            Dictionary(Type=Name.Page, MediaBox=Array([0, 0, *self._sheet]), Tabs=Name.S, Resources=Dictionary())
        )
        for slot, page in enumerate(pages):
            if page is None:
                continue
            left = middle + (slot - 1) * self._page_width
            form = self._pdf.make_indirect(page.as_form_xobject())
            if "/StructParents" in page.obj:
                form.StructParents = page.obj.StructParents
            forms[f"/P{slot}"] = form
            content.append(f"q 1 0 0 1 {left:.4f} 0 cm /P{slot} Do Q")
            self._moved[page.obj.objgen] = (side, form, left)
            for note in page.obj.get("/Annots", ()):
                x0, y0, x1, y1 = (float(part) for part in note.Rect)
                note.Rect = Array([x0 + left, y0, x1 + left, y1])
                if "/P" in note:
                    note.P = side
                notes.append(note)
        side.Resources = Dictionary(XObject=forms)
        side.Contents = self._pdf.make_stream("\n".join(content).encode())
        if len(notes):
            side.Annots = notes
        return side

    def _structure(self) -> Iterator[Any]:
        """Every structure element."""
        root = self._pdf.Root.get("/StructTreeRoot")
        pending = [root] if root is not None else []
        while pending:
            element = pending.pop()
            yield element
            kids = element.get("/K")
            many = kids if isinstance(kids, Array) else [kids]
            pending += [kid for kid in many if isinstance(kid, Dictionary) and "/S" in kid]

    def _retag(self, element: Any) -> None:
        """What an element held on a page it now holds in that page's form, on the sheet."""
        kids = element.get("/K")
        own = self._moved.get(element.Pg.objgen) if "/Pg" in element else None
        if kids is not None:
            many = kids if isinstance(kids, Array) else Array([kids])
            element.K = Array([self._kid(kid, own) for kid in many])
        if own is not None:
            element.Pg = own[0]

    def _kid(self, kid: Any, own: tuple[Any, Any, float] | None) -> Any:
        if isinstance(kid, int):
            assert own is not None
            return Dictionary(Type=Name.MCR, Pg=own[0], Stm=own[1], MCID=kid)
        if kid.get("/Type") in (Name.MCR, Name.OBJR):
            moved = self._moved.get(kid.Pg.objgen) if "/Pg" in kid else own
            if moved is not None:
                if kid.get("/Type") == Name.MCR and "/Stm" not in kid:
                    kid.Stm = moved[1]
                kid.Pg = moved[0]
        return kid

    def _targets(self) -> Iterator[Any]:
        """Every destination that names a page: bookmarks, named places, links."""
        pending = list(self._pdf.objects)
        while pending:
            item = pending.pop()
            if (
                isinstance(item, Array)
                and len(item) > 1
                and isinstance(item[0], Dictionary)
                and isinstance(item[1], Name)
            ):
                yield item
            elif isinstance(item, (Array, Dictionary)):
                values = item if isinstance(item, Array) else [value for _, value in item.items()]
                pending += [
                    value for value in values if isinstance(value, (Array, Dictionary)) and not value.is_indirect
                ]

    def _redirect(self, target: Any) -> None:
        if target[0].objgen not in self._moved:
            return
        side, _, left = self._moved[target[0].objgen]
        target[0] = side
        if target[1] == Name.XYZ and len(target) > 2 and target[2] is not None:
            target[2] = float(target[2]) + left
