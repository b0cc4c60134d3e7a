"""Braille Ready Format: pages of cells as ASCII text, written and read.

BRF has no standard of its own; what readers and embossers share is: one ASCII character a cell (the North
American Braille code), at most 40 cells a line and 25 lines a page, CR LF after each line, a form feed after
each page. The number of the page stands at the right of its last line. Text is laid out as in braille books: a
paragraph begins in cell 3, a list item in cell 1 with its further lines indented, a main heading is centred.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

CELLS, LINES = 40, 25
SPACE = "\u2800"
_ASCII = " A1B'K2L@CIF/MSP\"E3H9O6R^DJG>NTQ,*5<-U8V.%[$+X!&;:4\\0Z7(_?W]#Y)="
"""The character of each pattern of six dots, from none to all (U+2800 to U+283F)."""
_TO_ASCII = {0x2800 + number: character for number, character in enumerate(_ASCII)}
_TO_CELLS = {**{ord(character): chr(cell) for cell, character in _TO_ASCII.items()},
             **{ord(character.lower()): chr(cell) for cell, character in _TO_ASCII.items() if character.isalpha()}}  # fmt: skip
_DIGITS = dict(zip("1234567890", "⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚", strict=True))
_NUMBER = "⠼"
_BREAKS = ("⠸⠌", "⠲", "⠤")
"""A stroke, a point, a hyphen: where a word that is longer than a line is best divided."""
_GAP = 3
"""Empty cells at least between the last words of a page and its number."""


@dataclass(frozen=True)
class Block:
    """One paragraph in cells, and how it is laid out.

    begin, rest  empty cells before the first line and before the others
    centred      a main heading: each line in the middle
    before       empty lines before it
    bound        it stays on one page with the beginning of what follows
    """

    cells: str
    begin: int = 2
    rest: int = 0
    centred: bool = False
    before: int = 0
    bound: bool = False


@dataclass(frozen=True)
class Page:
    """The page of the reader: cells a line, lines a page, the cell that ends a line within a word."""

    cells: int = CELLS
    lines: int = LINES
    carry_on: str = ""


def written(blocks: Sequence[Block], page: Page) -> bytes:
    """The file: pages of lines. The last line of each page holds its number."""
    pages: list[list[str]] = [[]]
    room = page.lines - 1
    laid = [list(_lines(block, page)) for block in blocks]
    for number, (block, lines) in enumerate(zip(blocks, laid, strict=True)):
        here = pages[-1]
        before = block.before if here else 0
        needed = before + _together(blocks, laid, number)
        if here and len(here) + min(needed, room) > room:
            here = []
            pages.append(here)
            before = 0
        here += [""] * before
        for line in lines:
            if len(here) == room:
                here = []
                pages.append(here)
            here.append(line)
    out = []
    for number, lines in enumerate(pages, start=1):
        sign = _NUMBER + "".join(_DIGITS[digit] for digit in str(number))
        lines = [*lines, *[""] * (room - len(lines)), sign.rjust(page.cells, SPACE)]
        out.append("".join(line.translate(_TO_ASCII).rstrip() + "\r\n" for line in lines) + "\f")
    return "".join(out).encode("ascii")


def _together(blocks: Sequence[Block], laid: Sequence[Sequence[str]], number: int) -> int:
    """Lines from this block on that must not be parted: all of a heading, and two of what follows it."""
    lines = 0
    for block, own in zip(blocks[number:], laid[number:], strict=True):
        if lines:
            lines += block.before
        if not block.bound:
            return lines + min(len(own), 2)
        lines += len(own)
    return lines


def _lines(block: Block, page: Page) -> Iterator[str]:
    """The lines of one block, indented or centred."""
    widest = page.cells - 8 if block.centred else page.cells
    line, indent = "", SPACE * block.begin
    for word in _pieces(block.cells.split(SPACE), widest - max(block.begin, block.rest), page.carry_on):
        if line and len(indent) + len(line) + 1 + len(word) > widest:
            yield _placed(indent + line, block, page)
            line, indent = "", SPACE * block.rest
        line = f"{line}{SPACE}{word}" if line else word
        if page.carry_on and word.endswith(page.carry_on) and len(word) > 1:
            yield _placed(indent + line, block, page)
            line, indent = "", SPACE * block.rest
    if line:
        yield _placed(indent + line, block, page)


def _placed(line: str, block: Block, page: Page) -> str:
    if not block.centred:
        return line
    words = line.strip(SPACE)
    return SPACE * ((page.cells - len(words)) // 2) + words


def _pieces(words: Iterable[str], room: int, carry_on: str) -> Iterator[str]:
    """The words; one that is longer than a line in pieces, all but the last with the sign that it goes on."""
    for word in words:
        rest = word
        while len(rest) > room:
            space = room - len(carry_on)
            cut = max(
                (rest.rfind(sign, 1, space) + len(sign) for sign in _BREAKS if rest.rfind(sign, 1, space) > 0),
                default=space,
            )
            yield rest[:cut] + carry_on
            rest = rest[cut:]
        if rest:
            yield rest


def read(data: bytes, page: Page) -> tuple[tuple[str, ...], ...]:
    """The lines of each page in Braille patterns, without the line of the page's number.

    Raises ValueError for what is no BRF: bytes that are no cell, or a page without its number.
    """
    found = []
    for number, text in enumerate(data.decode("ascii").split("\f")[:-1], start=1):
        lines = [line.translate(_TO_CELLS) for line in text.split("\r\n")[:-1]]
        if any(not "\u2800" <= cell <= "\u283f" for line in lines for cell in line):
            raise ValueError(f"page {number} holds a character that is no cell")
        sign = _NUMBER + "".join(_DIGITS[digit] for digit in str(number))
        if not lines or lines[-1].strip(SPACE) != sign:
            raise ValueError(f"page {number} does not end with its number")
        found.append(tuple(lines[:-1]))
    return tuple(found)


def joined(pages: Iterable[Iterable[str]], page: Page) -> str:
    """All words of the pages in one line, those that were divided whole again."""
    text = SPACE.join(line.strip(SPACE) for lines in pages for line in lines if line.strip(SPACE))
    return text.replace(page.carry_on + SPACE, "") if page.carry_on else text
