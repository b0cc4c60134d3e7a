"""Names of many texts in one source: each text may call its own footnotes 1, 2, 3, and its addresses as it likes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from handbill.markup import definitions, prose
from handbill.model import Project
from handbill.pieces import markdowns
from handbill.text import Markdown, Span

_MARK = re.compile(r"\[\^([^\]\s]+)\]")
_WRITTEN = re.compile(r"^[ ]{0,3}\[\^([^\]\s]+)\]:", re.MULTILINE)
_FULL = re.compile(r"\]\[([^\[\]]+)\]")
_COLLAPSED = re.compile(r"\[([^\[\]]+)\]\[\]")
_SHORTCUT = re.compile(r"(?<![\]\\])\[([^\[\]^@]+)\](?![\[({])")


@dataclass(frozen=True)
class OwnNames:
    """The names of one text that mean something else in another: marks of footnotes, and names of addresses (case folded)."""

    notes: frozenset[str]
    addresses: frozenset[str]


def own_names(text: str, shared: frozenset[str]) -> OwnNames:
    """What must be told apart in a text; `shared` are the names that several texts give to different addresses."""
    notes = frozenset(_WRITTEN.findall(prose(text))) if "[^" in text else frozenset()
    return OwnNames(notes, frozenset(name.text.casefold() for name, _ in definitions(text)) & shared if shared else frozenset())


def shared_addresses(project: Project) -> frozenset[str]:
    """The names (case folded) that the texts of a project give to more than one address."""
    first: dict[str, str] = {}
    found = ((name.text.casefold(), target.text) for text in markdowns(project) if "]:" in text for name, target in definitions(text))
    return frozenset(name for name, target in found if first.setdefault(name, target) != target)


def told_apart(piece: Markdown, names: OwnNames, owner: str) -> Markdown:
    """A piece of a text with `-owner` added to the text's own names; every character keeps its place."""
    added = dict(_notes(piece, names.notes, owner)) if names.notes else {}
    if names.addresses:
        added |= dict(_addresses(piece, names.addresses, owner))
    return _with(piece, added) if added else piece


def _notes(piece: str, notes: frozenset[str], owner: str) -> Iterator[tuple[int, str]]:
    return ((mark.end(1), f"-{owner}") for mark in _MARK.finditer(prose(piece)) if mark[1] in notes)


def _addresses(piece: str, names: frozenset[str], owner: str) -> Iterator[tuple[int, str]]:
    """Offsets and what is put there: `[words][name]`, `[name][]`, `[name]` and `[name]: address`."""
    masked = prose(piece)
    defined = set()
    for name, _ in definitions(piece):
        if name.text.casefold() in names:
            defined.add(name.start)
            yield name.end, f"-{owner}"
    for found in _FULL.finditer(masked):
        if found[1].casefold() in names:
            yield found.end(1), f"-{owner}"
    for found in _COLLAPSED.finditer(masked):
        if found[1].casefold() in names:
            yield found.end() - 1, f"{found[1]}-{owner}"
    for found in _SHORTCUT.finditer(masked):
        if found[1].casefold() in names and found.start(1) not in defined:
            yield found.end(), f"[{found[1]}-{owner}]"


def _with(piece: Markdown, added: dict[int, str]) -> Markdown:
    """A piece with more text at some offsets."""
    parts: list[str] = []
    runs: list[tuple[int, Span]] = []
    length = 0
    bounds = [0, *sorted(added), len(piece)]
    for start, end in pairwise(bounds):
        for at, line in _lines(piece, start, end):
            if (place := piece.place(at)) is not None:
                runs.append((length, place.at(place.line, place.column)))
            parts.append(line)
            length += len(line)
        parts.append(added.get(end, ""))
        length += len(parts[-1])
    return Markdown("".join(parts), piece.span, piece.line_spans, tuple(runs))


def _lines(text: str, start: int, end: int) -> list[tuple[int, str]]:
    """Offset and text of each line between two offsets, line ends included."""
    lines, at = [], start
    for line in text[start:end].splitlines(keepends=True):
        lines.append((at, line))
        at += len(line)
    return lines
