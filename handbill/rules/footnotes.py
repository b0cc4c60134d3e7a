"""Footnotes: each is written once, and something refers to it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handbill.diagnostics import Diagnostic, Severity
from handbill.markup import prose
from handbill.model import Project
from handbill.nearest import nearest
from handbill.pieces import markdowns
from handbill.rules.registry import Context, rule
from handbill.text import Span

_NOTE_USE = re.compile(r"\[\^([^\]\s]+)\](?!:)")
_NO_COLON = re.compile(r"^[ ]{0,3}\[\^([^\]\s]+)\](?=[ \t])", re.MULTILINE)
_NOTE = re.compile(r"^[ ]{0,3}\[\^([^\]\s]+)\]:", re.MULTILINE)


@rule(stage="load", code="footnote-unknown", severity=Severity.ERROR)
def footnote(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A footnote is marked but not written, or written but not marked.

    The mark would be printed as it stands, or the note would be lost.

    Write [^name] in the text and “[^name]: the note” on a line of its own below it.
    """
    for text in markdowns(project):
        masked = prose(text)
        notes = {found[1]: found for found in _NOTE.finditer(masked)}
        used = {found[1]: found for found in _NOTE_USE.finditer(masked)}
        idle = [name for name in notes if name not in used]
        lost = [name for name in used if name not in notes]
        meant: set[str] = set()
        for name, found in used.items():
            if name not in notes:
                if bare := next((line for line in _NO_COLON.finditer(masked) if line[1] == name), None):
                    yield context.within(text, bare.start(), bare.end(), "After the mark of this footnote a colon is missing.",
                                         f"Write “[^{name}]: …”.")  # fmt: skip
                    continue
                close = nearest(name, idle, 1) or (idle if len(idle) == len(lost) == 1 else ())
                meant.update(close)
                hints = [f"Did you mean “[^{other}]”?" for other in close] or [f"Write “[^{name}]: …” on a line of its own."]
                yield context.found(f"The footnote “{name}” is not written anywhere in this text.",
                                    text.place(found.start(), found.end()), *hints)  # fmt: skip
        for name, found in notes.items():
            if name not in used and name not in meant:
                yield context.found(f"Nothing refers to the footnote “{name}”, so it is not printed.",
                                    text.place(found.start(), found.end()), f"Write [^{name}] where it belongs.")  # fmt: skip


@rule(stage="load", code="footnote-duplicate", severity=Severity.ERROR)
def footnote_twice(project: Project, context: Context) -> Iterator[Diagnostic]:
    """Two footnotes of one text have the same mark.

    Only one of them would be printed, in both places.

    Give one of them another mark, here and where the text refers to it.
    """
    for text in markdowns(project):
        first: dict[str, Span | None] = {}
        for found in _NOTE.finditer(prose(text)):
            start = found.start() + len(found[0]) - len(found[0].lstrip())
            place = text.place(start, found.end() - 1)
            before = first.setdefault(found[1], place)
            if before is not place:
                yield context.found(f"The footnote “{found[1]}” is written twice in this text.", place,
                                    "Give one of them another mark.", related=[(before, "the first one")] if before else ())  # fmt: skip
