"""Validators that need nothing but Python."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from handbill.tools.pdf.validation import failures


def for_press(path: Path) -> bool:
    """Whether a PDF claims to be PDF/X, for a press, and therefore neither PDF/UA nor PDF/A."""
    return b"GTS_PDFX" in path.read_bytes()


def pdf_ua(root: Path, paths: Sequence[Path]) -> list[tuple[str, ...]]:
    """PDF/UA-1 (ISO 14289-1:2014)."""
    return [_pdf(path, "ua1") for path in paths]


def pdf_a(root: Path, paths: Sequence[Path]) -> list[tuple[str, ...]]:
    """PDF/A-3a (ISO 19005-3:2012, level A)."""
    return [_pdf(path, "3a") for path in paths]


def _pdf(path: Path, profile: str) -> tuple[str, ...]:
    return tuple(f"rule {rule}: {message}" for rule, message in failures(path.read_bytes(), profile))


def powerpoint(root: Path, paths: Sequence[Path]) -> list[tuple[str, ...]]:
    """What a screen reader needs of a PowerPoint file, and what makes PowerPoint offer a repair."""
    return [
        tuple(f"slide {number}: {words}" for number, slide in _slides(path) for words in _slide(slide))
        for path in paths
    ]


def _slides(path: Path) -> list[tuple[int, Any]]:
    from pptx import Presentation

    return list(enumerate(Presentation(io.BytesIO(path.read_bytes())).slides, 1))


def _slide(slide: Any) -> list[str]:
    return [words for check in _CHECKS for words in check(slide)]


def _titled(slide: Any) -> list[str]:
    title = slide.shapes.title
    return [] if title is not None and title.has_text_frame and title.text_frame.text.strip() else ["it has no title"]


def _described(slide: Any) -> list[str]:
    found = []
    for picture in slide._element.iter("{http://schemas.openxmlformats.org/presentationml/2006/main}pic"):
        properties = picture.nvPicPr.cNvPr
        if not (properties.get("descr") or "").strip() and "decorative" not in _xml(properties):
            found.append(f"the picture “{properties.get('name')}” has no alt text")
    return found


def _numbered(slide: Any) -> list[str]:
    ids = [shape.shape_id for shape in slide.shapes]
    return [] if len(ids) == len(set(ids)) and 0 not in ids else ["shape ids repeat or are 0"]


def _spoken(slide: Any) -> list[str]:
    space = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
    silent = [
        r
        for r in slide._element.iter(f"{space}r")
        if not (r.find(f"{space}rPr") is not None and r.find(f"{space}rPr").get("lang"))
    ]
    return [f"{len(silent)} pieces of text have no language"] if silent else []


def _headed(slide: Any) -> list[str]:
    return ["a table has no head row" for shape in slide.shapes if shape.has_table and not shape.table.first_row]


def _xml(element: Any) -> str:
    from lxml import etree

    return etree.tostring(element, encoding="unicode")


_CHECKS: tuple[Callable[[Any], list[str]], ...] = (_titled, _described, _numbered, _spoken, _headed)
