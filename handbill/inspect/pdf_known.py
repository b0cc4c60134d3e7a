"""Pages of PDFs that were read before: after most edits all but one are what they were.

A page is known by a digest of all that its picture and its words are made of: its boxes, its content, its fonts, drawings and
pictures, down to the last byte, but not the numbers by which the file calls them, nor the links that lie upon it. What is kept
is what PDFium said of it, as JSON.
"""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import pikepdf

from handbill.colour import Colour
from handbill.inspect.pdf_painted import PaintedPage, PaintedRun
from handbill.jobs import Desk, Job, Result
from handbill.tools import own

_OUTPUT = "page.json.zlib"
_REFERENCE = re.compile(rb"(?<![\w.+-])(\d+) (\d+) R(?!\w)")
_PLACE = re.compile(rb"/StructParents? \d+|/Length \d+")
"""Numbers of a page or drawing among all of the file; how long its packed content is."""
_BESIDE = frozenset({"/Parent", "/Annots", "/StructParents", "/Tabs"})
_OWN = frozenset({"/MediaBox", "/Resources", "/Contents"})
"""What a page must have itself to be known: what it has of its parents is not looked at."""


class PageKeys:
    """The keys of the pages of one file; what several pages share is looked at once."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._pdf = pdf
        self._seen: dict[tuple[int, int], bytes] = {}

    def key(self, number: int) -> str | None:
        """The key of a page (from 0); None for one that has not all of its own."""
        page = dict(self._pdf.pages[number].obj.items())
        if not page.keys() >= _OWN or "/Rotate" in page or "/UserUnit" in page:
            return None
        parts = [name.encode() + self._of(page[name]) for name in sorted(page.keys() - _BESIDE)]
        return hashlib.sha256(b"\0".join(parts)).hexdigest()

    def _of(self, value: Any) -> bytes:
        """A digest of a value and of all that it refers to."""
        if not isinstance(value, pikepdf.Object):
            return repr(value).encode()
        if value.objgen in self._seen:
            return self._seen[value.objgen]
        if value.is_indirect:
            self._seen[value.objgen] = b"again"  # what refers to itself
        if isinstance(value, pikepdf.Stream):
            text, content = value.stream_dict.unparse(resolved=True), value.read_raw_bytes()
        else:
            text, content = value.unparse(resolved=True), b""
        text = _REFERENCE.sub(self._referred, _PLACE.sub(b"", text))
        digest = hashlib.sha256(text + b"\0" + content).hexdigest().encode()
        if value.is_indirect:
            self._seen[value.objgen] = digest
        return digest

    def _referred(self, found: re.Match[bytes]) -> bytes:
        return self._of(self._pdf.get_object(int(found[1]), int(found[2])))


def recalled(desk: Desk, key: str, number: int) -> PaintedPage | None:
    """What is remembered of a page, as the page of a number (from 0)."""
    known = desk.recall(_job(key))
    return None if known is None else _unpacked(json.loads(zlib.decompress(known.outputs[_OUTPUT])), number)


def keep(desk: Desk, key: str, page: PaintedPage) -> None:
    """Remembers a page."""
    data = json.dumps(_packed(page), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    desk.keep(_job(key), Result({_OUTPUT: zlib.compress(data, 1)}))


def _job(key: str) -> Job:
    return Job("pdf-page", _version(), {"page": key}, {}, (_OUTPUT,), "a page read back")


@cache
def _version() -> str:
    here = Path(__file__).parent
    code = own.code([here / name for name in ("pdf_known.py", "pdf_read.py", "pdf_grounds.py")] + [here.parent / "colour.py"])
    return f"pypdfium2 {metadata.version('pypdfium2')}, pikepdf {metadata.version('pikepdf')}, {code}"


def _packed(page: PaintedPage) -> list[Any]:
    runs = [
        [run.mark and run.mark[1:], *run[1:9], _numbers(run.colour), run.ground and _numbers(run.ground), run.drawn] for run in page.runs
    ]
    return [page.size, page.crop, page.trim, page.bleed, page.text, runs]


def _numbers(colour: Colour) -> tuple[float, ...]:
    return colour.red, colour.green, colour.blue, colour.alpha


def _unpacked(kept: list[Any], number: int) -> PaintedPage:
    size, crop, trim, bleed, text, runs = kept
    colours: dict[tuple[float, ...], Colour] = {}

    def colour(numbers: list[float]) -> Colour:
        key = tuple(numbers)
        return colours.get(key) or colours.setdefault(key, Colour(*key))

    made = tuple(
        PaintedRun(
            mark and (number, *mark), words, actual, font, own_size, on_page, tuple(inside), tuple(box), base,
            colour(fill), ground and colour(ground), drawn,
        )
        for mark, words, actual, font, own_size, on_page, inside, box, base, fill, ground, drawn in runs
    )  # fmt: skip
    return PaintedPage(number, tuple(size), tuple(crop), tuple(trim), tuple(bleed), text, made)
