"""A source in pieces that pandoc can read one by one: after an edit only the piece that holds it is read anew.

The templates put each section into a block of its own, and what pandoc makes of a block hardly depends on what stands
outside. Where it may, there are no pieces, and pandoc reads the whole: definitions of links and notes, numbered examples,
code or a ruled table that may end in another piece, a heading that is linked by its words.
What was read of a piece must be exactly the blocks that were put into it; otherwise an author's mark has ended one of them.
Headings of the same words in several pieces get the names that pandoc would give them (`parse/headings.py`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from handbill.markup import DIV_CLOSE, DIV_OPEN, fenceless, fences, lines_of
from handbill.parse.headings import named_apart

_LEAST = 8_000
"""Characters of a piece: to start pandoc takes as long as to read some thousand."""
_MOST = 24
"""Pieces of one source."""

_GLOBAL = re.compile(r"^[ >\t]*(?:[-*+:~]|\(?[\w#]{1,3}[.)])?[ \t]*(?:\[[^\]\n]+\]|\*\[[^\]\n]+\]):|\(@[\w-]*\)|\^\[|\[\^", re.MULTILINE)
"""What holds for a whole document: definitions of links and abbreviations, and what is counted: examples, notes."""
_RULED = re.compile(r"^[ >\t]*-[ -]*-[ -]*$", re.MULTILINE)
"""A line of dashes, which begins and ends a table that may hold empty lines."""
_TITLE = re.compile(r"^[ ]{0,3}#+(.+)$|^(.+)\n[=-]+[ \t]*$", re.MULTILINE)
_LABEL = re.compile(r"\[([^\[\]]{1,300})\]")
_ID = re.compile(r"\{[^}\n]*?#([\w:.-]+)")
_NUMBER = re.compile(r'"citationNoteNum":(\d+)')
_BEGIN = re.compile(r'\{"pandoc-api-version":\[[\d,]+\],"meta":\{\},"blocks":\[')


@dataclass(frozen=True)
class Piece:
    """Some blocks of a source that follow each other.

    line  where the piece begins in the source, from 0
    ids   the name of each block, empty where it has none
    """

    text: str
    line: int
    ids: tuple[str, ...]


def split(text: str) -> tuple[Piece, ...]:
    """The pieces of a source, one after the other all of it; none where they could not be read one by one."""
    if len(text) < 2 * _LEAST or _GLOBAL.search(text) or any(fence.body is None for fence in fences(text)):
        return ()
    least = _LEAST
    while len(text) > _MOST * least:  # by steps, so that a longer text does not shift all that follows
        least *= 2
    found = tuple(_grouped(_blocks(text), least))
    return found if len(found) > 1 and _apart(found) else ()


def _blocks(text: str) -> Iterator[Piece]:
    """Each outermost `:::` block with what stands before it."""
    lines = text.split("\n")
    depth = begin = 0
    ids: list[str] = []
    for index, (_, line) in enumerate(lines_of(fenceless(text))):
        if opening := DIV_OPEN.match(line):
            if depth == 0:
                found = _ID.search(opening[2])
                ids.append(found[1] if found else "")
            depth += 1
        elif DIV_CLOSE.match(line) and depth:
            depth -= 1
            if depth == 0 and index + 1 < len(lines) and not lines[index + 1].strip():
                yield Piece("\n".join([*lines[begin : index + 1], ""]), begin, tuple(ids))
                begin, ids = index + 1, []
    if begin < len(lines):
        yield Piece("\n".join(lines[begin:]), begin, tuple(ids))


def _grouped(blocks: Iterable[Piece], least: int) -> Iterator[Piece]:
    group: list[Piece] = []
    for block in blocks:
        group.append(block)
        if sum(len(piece.text) for piece in group) >= least:
            yield _one(group)
            group = []
    if group:
        yield _one(group)


def _one(group: Sequence[Piece]) -> Piece:
    return Piece("".join(piece.text for piece in group), group[0].line, tuple(name for piece in group for name in piece.ids))


def _apart(found: Sequence[Piece]) -> bool:
    """Whether nothing in one piece can reach into another one."""
    if sum(_RULED.search(piece.text) is not None for piece in found) > 1:
        return False
    titles = [{_letters(title.partition("{")[0]) for row in _TITLE.findall(piece.text) for title in row} for piece in found]
    labels = [{_letters(label) for label in _LABEL.findall(piece.text)} - {""} for piece in found]
    return not any(labels[here] & titles[there] for here in range(len(found)) for there in range(len(found)) if here != there)


def _letters(words: str) -> str:
    return "".join(filter(str.isalnum, words)).casefold()


def joined(found: Sequence[Piece], read: Sequence[str]) -> str | None:
    """pandoc's JSON of the whole, from that of each piece; None where the whole would have been read differently."""
    parts: list[str] = []
    known: set[str] = set()
    number = 0
    begin = _BEGIN.match(read[0])
    for piece, text in zip(found, read, strict=True):
        if begin is None or not text.startswith(begin[0]) or '"t":"Note"' in text or not _is(piece, text):
            return None
        named = named_apart(piece.text, text, known)
        if named is None:
            return None
        text = named
        numbers = [int(match) for match in _NUMBER.findall(text)]
        if number and numbers:
            text = _NUMBER.sub(lambda match, before=number: f'"citationNoteNum":{int(match[1]) + before}', text)  # type: ignore[misc]
        number += max(numbers, default=0)
        inside = text.rstrip("\n")[len(begin[0]) : -2]
        parts += [inside] if inside else []
    assert begin is not None
    return f"{begin[0]}{','.join(parts)}]}}\n"


def _is(piece: Piece, text: str) -> bool:
    """Whether pandoc made exactly the blocks of a piece."""
    blocks = json.loads(text)["blocks"]
    return [block["c"][0][0] if block["t"] == "Div" else None for block in blocks] == list(piece.ids)
