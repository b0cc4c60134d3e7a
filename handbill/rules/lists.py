"""Lists: lines that look like one and are read as text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from handbill.diagnostics import Diagnostic, Severity
from handbill.markup import DIV_CLOSE, DIV_OPEN, lines_of, prose
from handbill.model import Project
from handbill.pieces import markdowns
from handbill.rules.registry import Context, rule
from handbill.text import Located

_BULLET = re.compile(r"^[ \t\u00a0]*([•●▪◦‣·]|[-*+](?=\u00a0)|(?<=\u00a0)[-*+])[ \t\u00a0]")
_LETTER_OR_DASH = re.compile(r"^[ ]{0,3}([o–—])[ \t\u00a0]+\S")
"""What Word makes of bullets of the second level and of hyphens: bullets only where two lines in a row have them."""
_ITEM = re.compile(r"^[ ]{0,3}(?:[-*+]|\d{1,2}[.)])[ ]+\S")
_NUMBER = re.compile(r"^([ ]{0,3})(\d{1,3})([.)])[ ]+\S")
_ANY_ITEM = re.compile(r"^([ ]*)([-*+]|\d{1,3}[.)])([ ]+)\S")
_NO_SPACE = re.compile(r"[ ]{0,3}(?:([-+*])(?=[^\W\d_])|(\d{1,2}[.)])(?=[^\W\d_]))")


@rule(stage="load", code="list-as-text", severity=Severity.WARNING)
def tight_list(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A list right below a line of text, or with bullets as Word writes them, is read as text.

    Its signs would be printed in the middle of a paragraph.

    Put a blank line above the list, and begin each item with “- ”.
    """
    for text in markdowns(project):
        inside_text = False
        lines = lines_of(prose(text))
        for index, (offset, line) in enumerate(lines):
            item = _ITEM.match(line)
            if bullet := _BULLET.match(line) or _odd_bullet(lines, index):
                hidden = bullet[1] in "-*+"
                yield context.within(
                    text, offset + bullet.start(1), offset + len(line),
                    f"This line is read as text: a special space stands beside its “{bullet[1]}”." if hidden
                    else f"This line is read as text: “{bullet[1]}” makes no list.",
                    f"Delete the spaces around “{bullet[1]}” and type an ordinary one behind it." if hidden
                    else "Begin each item with “- ”, and put a blank line above the list.")  # fmt: skip
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


def _odd_bullet(lines: Sequence[tuple[int, str]], index: int) -> re.Match[str] | None:
    """A line that begins with “o” or a dash as the first of a paragraph, when the next line does so, too."""
    found = _LETTER_OR_DASH.match(lines[index][1])
    follows = _LETTER_OR_DASH.match(lines[index + 1][1]) if found and index + 1 < len(lines) else None
    first = index == 0 or not lines[index - 1][1].strip()
    return found if found and follows and first and found[1] == follows[1] else None


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


@rule(stage="load", code="list-numbers", severity=Severity.WARNING)
def numbers(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A numbered list leaves out a number or says one twice.

    Only its first number counts: the items are counted on from there, so the printed numbers are not those that were written.

    Number the items one after the other. All items may be written “1.”, too.
    """
    for text in markdowns(project):
        run: list[tuple[int, int, str]] = []
        for offset, line in (*lines_of(prose(text)), (len(text), "#")):
            if found := _NUMBER.match(line):
                if run and run[0][2] != found[3]:
                    run = []
                run.append((offset + found.start(2), int(found[2]), found[3]))
            elif line.strip() and not line.startswith(" "):  # the list is over, or its last item goes on without indentation
                yield from _miscounted(text, run, context)
                run = []


def _miscounted(text: Located, run: list[tuple[int, int, str]], context: Context) -> Iterator[Diagnostic]:
    """The first item of a list whose number will not be the one that is written."""
    first = run[0][1] if run else 0
    if len({number for _, number, _ in run}) == 1:
        return
    for index, (start, number, sign) in enumerate(run):
        if number != first + index:
            yield context.within(text, start, start + len(f"{number}{sign}"),
                                 f"This item is written “{number}{sign}”, but will be printed “{first + index}{sign}”.",
                                 f"Write “{first + index}{sign}”.")  # fmt: skip
            return


@rule(stage="load", code="list-indent", severity=Severity.WARNING)
def indent(project: Project, context: Context) -> Iterator[Diagnostic]:
    """An item of a list is moved to the right, but not far enough to belong to the item above.

    It is printed as an item of the same list, or breaks the list in two.

    Let it begin below the first letter of the item above, or at the same place as that item's sign.
    """
    for text in markdowns(project):
        above: re.Match[str] | None = None
        for offset, line in lines_of(prose(text)):
            found = _ANY_ITEM.match(line)
            if not found:
                above = above if not line.strip() or line.startswith(" ") else None
                continue
            if above is not None and len(above[1]) < len(found[1]) < above.start(3) + len(above[3]) and not (
                above[2][0].isdigit() and found[2][0].isdigit()  # numbers may be set flush right
            ):
                wanted = above.start(3) + len(above[3])
                yield context.within(text, offset + found.start(2), offset + len(line),
                                     f"This item begins in column {len(found[1]) + 1}, so it is not a part of the item above it.",
                                     f"Put {wanted} spaces before it, or {len(above[1]) or 'none'}.")  # fmt: skip
                break
            above = found if above is None or len(found[1]) <= len(above[1]) else above
