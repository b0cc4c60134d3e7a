"""What a typographer would measure with a ruler: type sizes, line lengths, leading, edges, hyphens, overlaps, margins.

Running text is every paragraph, list item and definition that is not in a picture, table, caption or
running head. The body is the running text of sections, small print left out; its size is that of most letters.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median_high
from typing import NamedTuple

from handbill.inspect.layout import MM, Block, Layout, Line
from handbill.inspect.origins import words_of

_RUNNING = frozenset({"P", "LBody", "DD", "BlockQuote"})
_APART = frozenset({"Figure", "Table", "Caption", "Note", "TOC", "TOCI", "Lbl", "Formula", "Code"})
_FEW = 6
_SAME_EDGE = 0.15
"""Part of the type size within which ends of lines count as flush: letters do not fill their width."""
_ENDS_IN_HYPHEN = re.compile(r"([^\W\d_]+)[-\u2010\u00ad]$")
_BEGINS_WITH_WORD = re.compile(r"^[^\W\d_]+")


class Sample(NamedTuple):
    """A measurement and the line of type where it was taken."""

    value: float
    line: Line


@dataclass(frozen=True)
class Typography:
    """The measurements of one PDF; None or empty where nothing was there to measure."""

    body: float | None
    """Size of the running text in points."""
    smallest: Sample | None
    """The smallest letters, wherever they are."""
    measure: Sample | None
    """Characters in a full line of running text: the median, and a line that has as many or more."""
    leading: Sample | None
    """The tightest lines of running text: from base to base in type sizes."""
    flush: tuple[Line, ...]
    """Lines of paragraphs that are set to both edges."""
    hyphenated: tuple[Sample, ...]
    """Lines that end in a hyphen which their author did not write (the value is 1)."""
    overlaps: tuple[tuple[Line, Line], ...]
    """Lines that are printed over one another."""
    outside: tuple[Sample, ...]
    """Lines nearer to the trimmed edge than is safe, and how much (millimetres)."""


def measure_type(layout: Layout, words: str, body: Sequence[str], safe: float) -> Typography:
    """The measurements of a layout.

    `words` are all words of the document, `body` the passages of its sections; `safe` millimetres are kept free at the edges.
    """
    running = [block for block in layout.blocks if _runs(block)]
    text = _body_blocks(running, body)
    size = _most(text)
    lines = list(layout.lines)
    return Typography(
        body=size,
        smallest=min((Sample(line.sizes[0][0], line) for line in lines), key=_value, default=None),
        measure=_measure([block for block in text if _most([block]) == size]),
        leading=min((sample for block in running for sample in _leading(block)), key=_value, default=None),
        flush=tuple(_flush(running)),
        hyphenated=tuple(_hyphenated(layout.blocks, words)),
        overlaps=tuple(_overlaps([line for block in layout.blocks if "Figure" not in block.tags for line in block.lines])),
        outside=tuple(_outside(layout, safe)),
    )


def _value(sample: Sample) -> float:
    return sample.value


def _runs(block: Block) -> bool:
    return bool(block.lines) and block.tags[-1] in _RUNNING and not _APART.intersection(block.tags)


def _body_blocks(running: Sequence[Block], body: Sequence[str]) -> list[Block]:
    """The blocks whose first words stand in the passages of sections."""
    known = " ".join(" ".join(words_of(passage)) for passage in body)
    begins = ((block, " ".join(words_of(block.lines[0].text)[:_FEW])) for block in running)
    return [block for block, words in begins if words and words in known]


def _most(blocks: Sequence[Block]) -> float | None:
    """The size of most letters."""
    letters: Counter[float] = Counter()
    for block in blocks:
        for line in block.lines:
            letters.update(dict(line.sizes))
    return letters.most_common(1)[0][0] if letters else None


def _full_lines(block: Block) -> tuple[Line, ...]:
    """All lines of a block but the last, which may be short."""
    return block.lines[:-1]


def _measure(text: Sequence[Block]) -> Sample | None:
    full = sorted(((len(line.text), line) for block in text for line in _full_lines(block)), key=lambda item: item[0])
    if not full:
        return None
    middle = median_high(count for count, _ in full)
    return Sample(middle, next(line for count, line in full if count >= middle))


def _leading(block: Block) -> Iterator[Sample]:
    for one, other in zip(block.lines, block.lines[1:], strict=False):
        if one.page == other.page and one.size == other.size and other.base > one.base:
            yield Sample(round((other.base - one.base) / MM / one.size, 2), other)


def _flush(running: Sequence[Block]) -> Iterator[Line]:
    """First lines of paragraphs with five or more lines whose full lines begin and end at the same two edges."""
    for block in running:
        full = _full_lines(block)
        if len(full) < 4:
            continue
        rights, lefts = [line.box.right for line in full], [line.box.left for line in full[1:]]
        if max(max(edges) - min(edges) for edges in (rights, lefts)) < _SAME_EDGE * full[0].size * MM:
            yield full[0]


def _hyphenated(blocks: Sequence[Block], words: str) -> Iterator[Sample]:
    known = set(re.findall(r"[^\W\d_]+", words.replace("\u00ad", "").casefold()))
    compounds = set(re.findall(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)+", words.casefold()))
    for block in blocks:
        for line, after in zip(block.lines, block.lines[1:], strict=False):
            ends, begins = _ENDS_IN_HYPHEN.search(line.text), _BEGINS_WITH_WORD.search(after.text)
            if ends and begins:
                parts = ends[1].casefold(), begins[0].casefold()
                if "".join(parts) in known and not any("-".join(parts) in compound for compound in compounds):
                    yield Sample(1, line)


def _overlaps(lines: Sequence[Line]) -> Iterator[tuple[Line, Line]]:
    """Pairs of lines on one page that cover each other by half their height and more than a hair's breadth.

    The dots that lead through a gap in a line of contents are no words.
    """
    worded = (line for line in lines if any(letter.isalnum() for letter in line.text))
    ordered = sorted(worded, key=lambda line: (line.page, line.box.top))
    for index, one in enumerate(ordered):
        page, box = one.page, one.box
        for position in range(index + 1, len(ordered)):
            other = ordered[position]
            if other.page != page or other.box.top >= box.bottom:
                break
            below = other.box
            height = min(box.bottom, below.bottom) - max(box.top, below.top)
            width = min(box.right, below.right) - max(box.left, below.left)
            least = min(box.bottom - box.top, below.bottom - below.top)
            if width > 1.0 and height > 0.5 * least:
                yield one, other


def _outside(layout: Layout, safe: float) -> Iterator[Sample]:
    for line in layout.lines:
        sheet = layout.sheets[line.page - 1]
        room = min(line.box.left, line.box.top, sheet.width - line.box.right, sheet.height - line.box.bottom)
        if room < safe - 0.3:
            yield Sample(round(safe - room, 1), line)
