"""What is in a PDF: pages, words, fonts, links, bookmarks and tags; and what the standards say about it."""

from __future__ import annotations

import ctypes
import io
import math
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pikepdf
import pypdfium2
from pypdfium2 import raw

from handbill.diagnostics import Diagnostic, error
from handbill.inspect.pdf_tags import Tag, read_tags, walk_outline
from handbill.model import Facts
from handbill.tools.pdf.validation import failures
from handbill.tools.pdfium import LOCK

_MILLIMETRES = 25.4 / 72
_ACTUAL_TEXT = b"ActualText"
_LINE_END_HYPHEN = "\x02"
_OUTSIDE = 1.0
"""Points that ink may stand over the page's edge: a side bearing, no more."""
_SUBSET = re.compile(r"^[A-Z]{6}\+")
_WORD = re.compile(r"\w+(?:[.,'’-]\w+)*")


def inspect_pdf(name: str, data: bytes) -> Facts:
    """The facts of one PDF.

    `extra` holds: `tags` (the structure tree, a `Tag`, or None), `structure` (how many elements of each
    type), `headings` and `outline` (level and words), `figures` (alternative texts), `sizes` (font -> sizes
    in points), `outside` (page from 1 and words that stand outside the paper), `conformance`.
    """
    with LOCK, pypdfium2.PdfDocument(data) as document, pikepdf.open(io.BytesIO(data)) as pdf:
        pages = [_Page(document[number], number) for number in range(len(document))]
        texts: dict[tuple[int, int, int], str] = {}
        for page in pages:
            texts |= page.marked
        tags = read_tags(pdf, texts)
        outline = walk_outline(pdf)
        fonts = sorted({font for page in pages for font in page.sizes})
        headings = tuple(_headings(tags))
        return Facts(
            name=name,
            pages=len(pages),
            page_sizes=tuple(page.millimetres for page in pages),
            texts=tuple(page.text for page in pages),
            titles=tuple(words for _, words in headings or outline),
            fonts=tuple(fonts),
            language=str(pdf.Root.get("/Lang", "")),
            title=str(pdf.docinfo.get("/Title", "")),
            tagged=tags is not None,
            links=tuple(_links(pdf)),
            extra={
                "tags": tags,
                "structure": dict(Counter(tag.type for tag in tags.walk())) if tags else {},
                "headings": headings,
                "outline": outline,
                "figures": tuple(tag.alt for tag in tags.find("Figure", "Formula")) if tags else (),
                "sizes": {font: sorted({s for page in pages for s in page.sizes.get(font, ())}) for font in fonts},
                "outside": tuple((page.number + 1, words) for page in pages for words in page.outside),
                "conformance": _conformance(pdf),
            },
        )


class _Page:
    """One page, read once."""

    def __init__(self, page: pypdfium2.PdfPage, number: int) -> None:
        self.number = number
        width, height = page.get_size()
        self.millimetres = (round(width * _MILLIMETRES, 2), round(height * _MILLIMETRES, 2))
        self.sizes: dict[str, set[float]] = {}
        self.outside: list[str] = []
        self.marked: dict[tuple[int, int, int], str] = {}
        edges = page.get_cropbox()
        textpage = page.get_textpage()
        names: dict[int, str] = {}
        self.text = textpage.get_text_bounded().replace("\r\n", "\n")
        for form, item in _text_objects(page, textpage):
            words = (
                item.extract()
                .replace(_LINE_END_HYPHEN + "\r\n", "-")
                .replace(_LINE_END_HYPHEN, "-")
                .replace("\r\n", " ")
            )
            if not words.strip():
                continue
            self.sizes.setdefault(_font_name(item, names), set()).add(_size(item))
            if _stands_out(item.get_bounds(), edges):
                self.outside.append(words.strip())
            mark = raw.FPDFPageObj_GetMarkedContentID(item)
            if mark >= 0:
                key = (number, form, mark)
                self.marked[key] = _actual_text(item) or self.marked.get(key, "") + words


def _text_objects(page: pypdfium2.PdfPage, textpage: Any) -> Iterator[tuple[int, Any]]:
    """Every run of text with the number of the form it is in: those with marked content count from 1, 0 is the page."""
    forms: dict[int, int] = {}
    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], textpage=textpage):
        if item.container is None or raw.FPDFPageObj_GetMarkedContentID(item) < 0:
            yield 0, item
        else:
            address = ctypes.addressof(item.container.raw.contents)
            yield forms.setdefault(address, len(forms) + 1), item


def _font_name(item: Any, names: dict[int, str]) -> str:
    """The name of the run's font without its subset prefix; `names` remembers those of the page."""
    font = item.get_font()
    address = ctypes.addressof(font.raw.contents)
    if address not in names:
        names[address] = _SUBSET.sub("", font.get_base_name())
    return names[address]


def _actual_text(item: Any) -> str:
    """What its mark says is written there, where the glyphs alone do not tell (ISO 32000-1, 14.9.4)."""
    for number in range(raw.FPDFPageObj_CountMarks(item)):
        mark, size = raw.FPDFPageObj_GetMark(item, number), ctypes.c_ulong()
        if raw.FPDFPageObjMark_GetParamBlobValue(mark, _ACTUAL_TEXT, None, 0, size):
            buffer = (ctypes.c_ubyte * size.value)()
            raw.FPDFPageObjMark_GetParamBlobValue(mark, _ACTUAL_TEXT, buffer, size.value, size)
            return str(pikepdf.String(bytes(buffer)))
    return ""


def _size(item: Any) -> float:
    """Size of the letters as printed, in points."""
    matrix = item.get_matrix()
    return round(float(item.get_font_size()) * math.hypot(matrix.b, matrix.d), 2)


def _stands_out(bounds: tuple[float, ...], edges: tuple[float, ...]) -> bool:
    left, bottom, right, top = bounds
    return (
        left < edges[0] - _OUTSIDE
        or bottom < edges[1] - _OUTSIDE
        or right > edges[2] + _OUTSIDE
        or top > edges[3] + _OUTSIDE
    )


def _headings(tags: Tag | None) -> Iterator[tuple[int, str]]:
    for tag in tags.find("H1", "H2", "H3", "H4", "H5", "H6") if tags else ():
        yield int(tag.type[1]), tag.text


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


def missing_words(facts: Facts, expected: str) -> tuple[str, ...]:
    """Words of `expected` that the file does not have, or not as often, in order. Case and layout do not count."""
    have = Counter(_words(" ".join(facts.texts)))
    missing = []
    for word in _words(expected):
        if have[word] > 0:
            have[word] -= 1
        else:
            missing.append(word)
    return tuple(missing)


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text.replace("\u00ad", "").replace("\ufffe", ""))]


def validate_pdf(data: bytes) -> list[Diagnostic]:
    """What PDF/UA-1 and PDF/A-3a find wrong with the file, each broken rule said once."""
    found = []
    for code, standard, profile in _STANDARDS:
        broken: dict[str, list[str]] = {}
        for rule, message in failures(data, profile):
            broken.setdefault(rule, []).append(message)
        found += [_broken(code, standard, rule, messages) for rule, messages in broken.items()]
    return found


_STANDARDS = (
    ("pdf-ua", "PDF/UA-1 (what a screen reader needs)", "ua1"),
    ("pdf-a", "PDF/A-3a (what an archive needs)", "3a"),
)


def _broken(code: str, standard: str, rule: str, messages: list[str]) -> Diagnostic:
    times = f", {len(messages)} times" if len(messages) > 1 else ""
    return error(
        code,
        f"The finished PDF breaks rule {rule} of {standard}{times}: {messages[0].rstrip('.')}.",
        None,
        "Build with --stop-after tailor to look at the text; if the source is in order, please report this as a bug.",
        detail="\n".join(dict.fromkeys(messages)),
    )
