"""Where every word of a finished PDF stands: lines of type, their size and place, in the order of the tags.

All lengths are millimetres from the upper left corner of the trimmed page, type sizes are points. A
`Block` is one structure element that holds words (a paragraph, a heading, a cell), so that columns and
panels that lie side by side are never mixed up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from handbill.inspect.pdf_painted import PaintedPage, PaintedRun
from handbill.inspect.pdf_read import Reading
from handbill.inspect.pdf_tags import Mark, Tag, Words

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


_Runs = Mapping[Mark, list[_Run]]


def layout_of(reading: Reading) -> Layout:
    """The layout of a PDF that was read. Numbers of pages count from 1."""
    marked: dict[Mark, list[_Run]] = {}
    loose: list[_Run] = []
    tagged = (
        {kid.mark for tag in reading.tags.walk() for kid in tag.kids if isinstance(kid, Words)}
        if reading.tags
        else set()
    )
    for page in reading.pages:
        for painted in page.runs:
            run = _placed(painted, page)
            if painted.mark in tagged:
                marked.setdefault(painted.mark, []).append(run)
            else:
                loose.append(run)
    sheets = tuple(_sheet(page) for page in reading.pages)
    blocks = list(_blocks(reading.tags, marked, sheets)) if reading.tags else []
    blocks += [Block((ARTIFACT,), (line,), page=line.page) for line in _lines(loose)]
    return Layout(sheets, tuple(blocks))


def _sheet(page: PaintedPage) -> Sheet:
    (left, bottom, right, top), outer = page.trim, page.bleed
    bleed = (left - outer[0], outer[3] - top, outer[2] - right, bottom - outer[1])
    width, height = round((right - left) * MM, 2), round((top - bottom) * MM, 2)
    return Sheet(width, height, (bleed[0] * MM, bleed[1] * MM, bleed[2] * MM, bleed[3] * MM))


def _placed(run: PaintedRun, page: PaintedPage) -> _Run:
    left, _, _, top = page.trim
    box = Box((run.box[0] - left) * MM, (top - run.box[3]) * MM, (run.box[2] - left) * MM, (top - run.box[1]) * MM)
    return _Run(page.number + 1, run.text.replace("\r\n", ""), box, (top - run.base) * MM, run.size)


def _own(tag: Tag, runs: _Runs) -> Iterator[_Run]:
    """The runs in a tag and in the inline elements in it."""
    for kid in tag.kids:
        if isinstance(kid, Words):
            yield from runs.get(kid.mark, ())
        elif isinstance(kid, Tag) and kid.type in _INLINE:
            yield from _own(kid, runs)


def _blocks(tag: Tag, runs: _Runs, sheets: Sequence[Sheet], above: tuple[str, ...] = ()) -> Iterator[Block]:
    tags = (*above, tag.type)
    lines = tuple(_lines(_own(tag, runs)))
    box, page = _picture(tag, lines, sheets) if tag.type == "Figure" else (None, 0)
    if lines or box:
        yield Block(tags, lines, tag.alt, box, page or (lines[0].page if lines else 0))
    yield from _below(tag, runs, sheets, tags)


def _below(tag: Tag, runs: _Runs, sheets: Sequence[Sheet], tags: tuple[str, ...]) -> Iterator[Block]:
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
