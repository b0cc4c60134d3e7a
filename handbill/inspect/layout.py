"""Where every word of a finished PDF stands: lines of type, their size and place, in the order of the tags.

All lengths are millimetres from the upper left corner of the trimmed page, type sizes are points. A
`Block` is one structure element that holds words (a paragraph, a heading, a cell), so that columns and
panels that lie side by side are never mixed up.
"""

from __future__ import annotations

import ctypes
import io
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pikepdf
import pypdfium2
from pypdfium2 import raw

from handbill.inspect.pdf_tags import Tag, read_tags
from handbill.tools.pdfium import LOCK

MM = 25.4 / 72
"""Millimetres in a point."""
ARTIFACT = "Artifact"
_INLINE = frozenset({"Span", "Link", "Reference", "Quote", "Code", "Em", "Strong"})


class Box(NamedTuple):
    """A rectangle; `top` is less than `bottom`."""

    left: float
    top: float
    right: float
    bottom: float

    def around(self, other: Box) -> Box:
        return Box(
            min(self.left, other.left), min(self.top, other.top),
            max(self.right, other.right), max(self.bottom, other.bottom),
        )  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One line of type. `sizes` counts its letters by type size; `base` is where the letters stand."""

    page: int
    text: str
    box: Box
    base: float
    sizes: tuple[tuple[float, int], ...]

    @property
    def size(self) -> float:
        """The size of most of its letters."""
        return max(self.sizes, key=lambda item: item[1])[0]


@dataclass(frozen=True)
class Block:
    """One element with words of its own: the types of its tags from the document down, and its lines."""

    tags: tuple[str, ...]
    lines: tuple[Line, ...]
    alt: str = ""
    """For a picture: the words that stand for it."""
    box: Box | None = None
    """For a picture: where it lies."""
    page: int = 0


@dataclass(frozen=True)
class Sheet:
    """One page: the trimmed size, and how far the paper to be printed reaches beyond it on each side."""

    width: float
    height: float
    bleed: tuple[float, float, float, float] = (0, 0, 0, 0)


@dataclass(frozen=True)
class Layout:
    """All sheets and all blocks of a PDF; words that are in no tag (running heads) come last, as artifacts."""

    sheets: tuple[Sheet, ...]
    blocks: tuple[Block, ...]

    @property
    def lines(self) -> Iterator[Line]:
        for block in self.blocks:
            yield from block.lines

    @property
    def apart(self) -> Iterator[Line]:
        """Lines that are no part of the text: running heads, page numbers."""
        for block in self.blocks:
            if block.tags[0] == ARTIFACT:
                yield from block.lines


class _Run(NamedTuple):
    page: int
    text: str
    box: Box
    base: float
    size: float


def read_layout(data: bytes) -> Layout:
    """The layout of a PDF. Numbers of pages count from 1."""
    runs: list[_Run] = []
    texts: dict[tuple[int, int, int], str] = {}
    with LOCK, pypdfium2.PdfDocument(data) as document, pikepdf.open(io.BytesIO(data)) as pdf:
        sheets = []
        for number in range(len(document)):
            page = document[number]
            sheets.append(_sheet(page))
            for key, run in _runs(page, number):
                if key is not None:  # the reader of tags gets numbers of runs in the place of words
                    texts[key] = texts.get(key, "") + f"{len(runs)} "
                runs.append(run)
        tree = read_tags(pdf, texts)
    blocks = list(_blocks(tree, runs, sheets)) if tree else []
    known = {index for tag in (tree.walk() if tree else ()) for index in _own_indexes(tag)}
    loose = [run for index, run in enumerate(runs) if index not in known]
    blocks += [Block((ARTIFACT,), (line,), page=line.page) for line in _lines(loose)]
    return Layout(tuple(sheets), tuple(blocks))


def _sheet(page: pypdfium2.PdfPage) -> Sheet:
    left, bottom, right, top = page.get_trimbox()
    outer = page.get_bleedbox()
    bleed = (left - outer[0], outer[3] - top, outer[2] - right, bottom - outer[1])
    width, height = round((right - left) * MM, 2), round((top - bottom) * MM, 2)
    return Sheet(width, height, (bleed[0] * MM, bleed[1] * MM, bleed[2] * MM, bleed[3] * MM))


def _runs(page: pypdfium2.PdfPage, number: int) -> Iterator[tuple[tuple[int, int, int] | None, _Run]]:
    """Every piece of text that was painted, with page, form and mark that tell its tag (see `pdf_tags.Texts`)."""
    left, _, _, top = page.get_trimbox()
    textpage = page.get_textpage()
    forms: dict[int, int] = {}
    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], textpage=textpage):
        mark, form = raw.FPDFPageObj_GetMarkedContentID(item), 0
        if item.container is not None and mark >= 0:
            form = forms.setdefault(_address(item.container), len(forms) + 1)
        words = item.extract().replace("\r\n", "")
        if not words.strip():
            continue
        matrix, box = item.get_matrix(), item.get_bounds()
        container = item.container
        while container is not None:
            outer = container.get_matrix()
            matrix, box = matrix.multiply(outer), outer.on_rect(*box)
            container = container.container
        place = Box((box[0] - left) * MM, (top - box[3]) * MM, (box[2] - left) * MM, (top - box[1]) * MM)
        size = round(float(item.get_font_size()) * math.hypot(matrix.b, matrix.d), 2)
        run = _Run(number + 1, words, place, (top - matrix.f) * MM, size)
        yield ((number, form, mark) if mark >= 0 else None), run


def _address(item: Any) -> int:
    return ctypes.addressof(item.raw.contents)


def _own_indexes(tag: Tag) -> list[int]:
    """Numbers of the runs that stand directly in a tag."""
    return [int(word) for kid in tag.kids if isinstance(kid, str) for word in kid.split()]


def _indexes(tag: Tag) -> list[int]:
    """Numbers of the runs in a tag and in the inline elements in it."""
    found: list[int] = []
    for kid in tag.kids:
        if isinstance(kid, str):
            found += [int(word) for word in kid.split()]
        elif kid.type in _INLINE:
            found += _indexes(kid)
    return found


def _blocks(tag: Tag, runs: Sequence[_Run], sheets: Sequence[Sheet], above: tuple[str, ...] = ()) -> Iterator[Block]:
    tags = (*above, tag.type)
    lines = tuple(_lines(runs[index] for index in _indexes(tag)))
    box, page = _picture(tag, lines, sheets) if tag.type == "Figure" else (None, 0)
    if lines or box:
        yield Block(tags, lines, tag.alt, box, page or (lines[0].page if lines else 0))
    yield from _below(tag, runs, sheets, tags)


def _below(tag: Tag, runs: Sequence[_Run], sheets: Sequence[Sheet], tags: tuple[str, ...]) -> Iterator[Block]:
    for kid in tag.kids:
        if isinstance(kid, Tag):
            yield from _below(kid, runs, sheets, tags) if kid.type in _INLINE else _blocks(kid, runs, sheets, tags)


def _picture(tag: Tag, lines: Sequence[Line], sheets: Sequence[Sheet]) -> tuple[Box | None, int]:
    """The rectangle that a figure's tag claims (PDF points from the lower left), and its page where words in it tell."""
    claimed = tag.attributes.get("BBox")
    page = lines[0].page if lines else 1
    if not claimed:
        return None, page
    left, bottom, right, top = (float(part) * MM for part in claimed)
    sheet = sheets[page - 1]
    return Box(left - sheet.bleed[0], sheet.height + sheet.bleed[3] - top, right - sheet.bleed[0],
               sheet.height + sheet.bleed[3] - bottom), page  # fmt: skip


def _lines(runs: Iterable[_Run]) -> Iterator[Line]:
    """Runs of one block that stand on one base line, raised and lowered ones included."""
    row: list[_Run] = []
    for run in runs:
        if row and not _same_line(row, run):
            yield _line(row)
            row = []
        row.append(run)
    if row:
        yield _line(row)


def _same_line(row: Sequence[_Run], run: _Run) -> bool:
    main = max(row, key=lambda other: other.size)
    reach = 0.5 * max(main.size, run.size) * MM
    return run.page == main.page and abs(run.base - main.base) < reach


def _line(row: Sequence[_Run]) -> Line:
    sizes: dict[float, int] = {}
    box = row[0].box
    for run in row:
        sizes[run.size] = sizes.get(run.size, 0) + len("".join(run.text.split()))
        box = box.around(run.box)
    main = max(row, key=lambda run: run.size)
    return Line(
        row[0].page, " ".join("".join(run.text for run in row).split()), box, main.base, tuple(sorted(sizes.items()))
    )
