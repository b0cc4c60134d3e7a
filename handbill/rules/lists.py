"""Lists: lines that look like one and are read as text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handbill.diagnostics import Diagnostic, Severity
from handbill.markup import DIV_CLOSE, DIV_OPEN, lines_of, prose
from handbill.model import Project
from handbill.pieces import markdowns
from handbill.rules.registry import Context, rule

_BULLET = re.compile(r"^[ \t]*([•●▪◦‣·])[ \t\u00a0]")
_ITEM = re.compile(r"^[ ]{0,3}(?:[-*+]|\d{1,2}[.)])[ ]+\S")
_NO_SPACE = re.compile(r"[ ]{0,3}(?:([-+*])(?=[^\W\d_])|(\d{1,2}[.)])(?=[^\W\d_]))")


@rule(stage="load", code="list-as-text", severity=Severity.WARNING)
def tight_list(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A list right below a line of text, or with bullets as Word writes them, is read as text.

    Its signs would be printed in the middle of a paragraph.

    Put a blank line above the list, and begin each item with “- ”.
    """
    for text in markdowns(project):
        inside_text = False
        for offset, line in lines_of(prose(text)):
            item = _ITEM.match(line)
            if bullet := _BULLET.match(line):
                yield context.found(f"This line is read as text: “{bullet[1]}” makes no list.",
                                    text.place(offset + bullet.start(1), offset + len(line)),
                                    "Begin each item with “- ”, and put a blank line above the list.")  # fmt: skip
                break
            if not line.strip() or DIV_OPEN.match(line) or DIV_CLOSE.match(line):
                inside_text = False
            elif item and inside_text:
                yield context.found("This line is read as text: a list needs a blank line above it.",
                                    text.place(offset + len(line) - len(line.lstrip()), offset + len(line)),
                                    "Put a blank line above the list.")  # fmt: skip
                break
            elif previous_blank(text, offset):
                inside_text = not item and not line.startswith((" ", "\t", "#", ">", "|", ":"))


def previous_blank(text: str, offset: int) -> bool:
    """Whether the line at `offset` is the first one or has a blank line or a div's fence above it."""
    above = text[: offset - 1].rpartition("\n")[2] if offset else ""
    return not above.strip() or bool(DIV_OPEN.match(above) or DIV_CLOSE.match(above))


@rule(stage="load", code="list-no-space", severity=Severity.WARNING)
def list_no_space(project: Project, context: Context) -> Iterator[Diagnostic]:
    """Lines look like a list, but no space follows their signs.

    They are read as one paragraph, signs included.

    Write a space after each “-”, and a blank line above the list.
    """
    for text in markdowns(project):
        lines = lines_of(prose(text))
        marks = [(offset, line, _NO_SPACE.match(line)) for offset, line in lines]
        before = False
        for index, (offset, line, found) in enumerate(marks):
            follows = index + 1 < len(marks) and marks[index + 1][2] is not None
            if found and follows and not before and not re.match(r"[ ]{0,3}\*[^*\n]*\*", line):
                sign = found[1] or found[2]
                yield context.within(text, offset + found.start(1 if found[1] else 2), offset + len(line),
                             f"These lines are read as text: a list needs a space after its “{sign}”.", f"Write “{sign} {line[found.end():]}”.")  # fmt: skip
            before = found is not None
