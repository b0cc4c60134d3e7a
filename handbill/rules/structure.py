"""Headings, divs, fences, lists and tables: what pandoc would read otherwise than the author meant."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handbill.diagnostics import Diagnostic, Severity
from handbill.markup import DIV_CLOSE, DIV_OPEN, Found, divs, fences, headings, lines_of, prose, tight_headings
from handbill.model import Project
from handbill.nearest import nearest
from handbill.pieces import forms, markdowns
from handbill.rules.registry import Context, rule
from handbill.text import Span

DEEPEST = 4
"""The deepest heading level that a reader can still follow."""
BRACKETS = 8
NESTING = 12

_NO_SPACE = re.compile(r"^#{1,6}(?=[^\s#\d.)])")
_INDENTED = re.compile(r"^[ ]{1,3}#{1,6}[ \t]+\S")
_BULLET = re.compile(r"^[ \t]*([•●▪◦‣·])[ \t\u00a0]")
_BAD_OPENING = re.compile(r"^ {0,3}:{3,}[ \t]*[^\s:]")
_END_IN_WORDS = re.compile(r"/|(?:end|close|fin|stop)(?:\b|_)", re.IGNORECASE)
_TWO_COLONS = re.compile(r"^ {0,3}::(?!:)[ \t]*(?:\{[^{}]*\}|[\w-]+)?[ \t]*$")
_ITEM = re.compile(r"^[ ]{0,3}(?:[-*+]|\d{1,2}[.)])[ ]+\S")
_BRACKET = re.compile(r"[\[\]]|\n[ \t]*\n")
_QUOTES = re.compile(r"[ ]{0,3}(?:(?:>|[-*+]|\d{1,9}[.)])[ ]*)+")
_NOTE_USE = re.compile(r"\[\^([^\]\s]+)\](?!:)")
_NOTE = re.compile(r"^[ ]{0,3}\[\^([^\]\s]+)\]:", re.MULTILINE)


@rule(stage="load", code="heading-h1-in-body", severity=Severity.ERROR)
def first_level(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A heading with one “#” stands inside a section.

    The first level is the section's own title, from its front matter; a second one would make a section of its own.

    Begin headings inside a section with “##”.
    """
    for form in forms(project):
        for heading in headings(form.text):
            if heading.level == 1:
                yield context.found("A heading inside a section begins with “##”.", form.text.place(heading.start, heading.end),
                                    f"Write “## {heading.title}”.")  # fmt: skip


@rule(stage="load", code="heading-skipped", severity=Severity.ERROR)
def skipped(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A heading is more than one level below the one before it.

    People who listen to a document move by its levels; a missing level looks like a missing part.

    Take away a “#”, or put a heading of the level between above it.
    """
    for form in forms(project):
        before = 1
        for heading in headings(form.text):
            if heading.level > before + 1:
                yield context.found(
                    f"This heading has level {heading.level}, but the one before it has level {before}.",
                    form.text.place(heading.start, heading.end),
                    f"Write “{'#' * (before + 1)} {heading.title}”.",
                )
            elif heading.level > DEEPEST:
                yield context.found(f"Headings have {DEEPEST} levels at most.", form.text.place(heading.start, heading.end),
                                    "Use a paragraph that begins in **bold**.")  # fmt: skip
            before = heading.level


@rule(stage="load", code="heading-empty", severity=Severity.ERROR)
def empty(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A heading has no words.

    It would be an empty line in the contents.

    Write its words, or delete the line.
    """
    for form in forms(project):
        for heading in headings(form.text):
            if not heading.title.strip():
                yield context.found(
                    "This heading has no words.", form.text.place(heading.start, heading.end), "Write its words."
                )


@rule(stage="load", code="heading-as-text", severity=Severity.WARNING)
def as_text(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A line looks like a heading but is read as plain text.

    A heading needs a blank line above it and a space after its “#”; otherwise the signs are printed.

    Put a blank line above it, or a space after the “#”.
    """
    for form in forms(project):
        for found in tight_headings(form.text):
            yield context.found("This line is read as text: a heading needs a blank line above it.",
                                form.text.place(found.start, found.end), "Put a blank line above it.")  # fmt: skip
        blank = True
        for offset, line in lines_of(prose(form.text)):
            start = offset + len(line) - len(line.lstrip())
            if blank and (signs := _NO_SPACE.match(line)):
                yield context.found("This line is read as text: a heading needs a space after its “#”.",
                                    form.text.place(start, offset + len(line)),
                                    f"Write “{signs[0]} {line[signs.end() :]}”.")  # fmt: skip
            elif blank and _INDENTED.match(line):
                yield context.found("This line is read as text: a heading begins at the very left.",
                                    form.text.place(start, offset + len(line)),
                                    "Take away the spaces before the “#”.")  # fmt: skip
            blank = not line.strip()


@rule(stage="load", code="div-unclosed", severity=Severity.ERROR, firm=True)
def unclosed(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A block that begins with “:::” is never closed, or a “:::” closes nothing.

    Everything after it would land inside the block, or the colons would be printed.

    Write “:::” on a line of its own where the block ends.
    """
    for form in forms(project):
        opened: list[Found] = []
        bad = [
            offset
            for offset, line in lines_of(prose(form.text))
            if _BAD_OPENING.match(line) and not DIV_OPEN.match(line)
        ]
        for opens, found in divs(form.text):
            if opens and opened and _END_IN_WORDS.match(found.text):
                opened.pop()  # Told as malformed.
            elif opens:
                opened.append(found)
            elif opened:
                opened.pop()
            elif bad and bad[0] < found.start:
                bad.pop(0)  # What it closes is complained of as malformed.
            else:
                yield context.found("This “:::” closes nothing.", form.text.place(found.start, found.end),
                                    "Delete the line, or write what it should open: ::: {.callout}")  # fmt: skip
        for found in opened:
            yield context.found("The block that begins here is never closed.", form.text.place(found.start, found.end),
                                "Write “:::” on a line of its own where it ends.")  # fmt: skip


@rule(stage="load", code="div-malformed", severity=Severity.ERROR)
def malformed(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A line of colons is read as plain text.

    A block opens with “::: name” or “::: {.name}” below a blank line; otherwise the colons are printed.

    Write one word or one pair of braces after the colons, and a blank line above.
    """
    for form in forms(project):
        blank, colons = True, 0
        for offset, line in lines_of(prose(form.text)):
            fence = DIV_OPEN.match(line) or DIV_CLOSE.match(line)
            start = len(line) - len(line.lstrip())
            if (ended := DIV_OPEN.match(line)) and _END_IN_WORDS.match(ended[2]):
                yield context.found(f"A block is closed by colons alone; “{ended[2]}” opens another one.",
                                    form.text.place(offset + start, offset + len(line)), "Write “:::” and nothing else.")  # fmt: skip
            elif _TWO_COLONS.match(line) and blank:
                colons += 1
                if colons % 2 == 0 and not line.strip(" \t:"):
                    continue  # the end of a block whose beginning was told
                yield context.found("This line is read as text: a block begins and ends with at least three colons.",
                                    form.text.place(offset + start, offset + len(line)), f"Write “:{line.strip()}”.")  # fmt: skip
            elif line.lstrip().startswith(":::") and (not fence or (not blank and DIV_OPEN.match(line))):
                place = form.text.place(offset + start, offset + len(line))
                if fence is not None:
                    yield context.found("This line is read as text: a block needs a blank line above it.", place,
                                        "Put a blank line above it.")  # fmt: skip
                elif DIV_OPEN.match(line.lstrip()) or DIV_CLOSE.match(line.lstrip()):
                    yield context.found(
                        "This line is read as text: it is indented too far.", place, "Move it to the left."
                    )
                else:
                    yield context.found("After the colons stands neither one word nor one pair of braces.", place,
                                        "Write “::: name” or “::: {.name}”.")  # fmt: skip
            blank = not line.strip() or fence is not None


@rule(stage="load", code="fence-unclosed", severity=Severity.ERROR)
def fence(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A code block or diagram that begins with ``` is never closed.

    It would be printed as text, signs included.

    Write ``` on a line of its own where it ends.
    """
    for text in markdowns(project):
        for found in fences(text):
            if found.body is None:
                end = text.find("\n", found.start)
                yield context.found("The code block that begins here is never closed.",
                                    text.place(found.start, len(text) if end < 0 else end),
                                    "Write ``` on a line of its own where it ends.")  # fmt: skip


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


@rule(stage="load", code="markdown-brackets", severity=Severity.ERROR, firm=True)
def brackets(project: Project, context: Context) -> Iterator[Diagnostic]:
    """Too many square brackets are open at the same time.

    Reading them takes twice as long with each further bracket, up to hours.

    Close the brackets, or write “\\[” for a bracket that is only a sign.
    """
    for text in markdowns(project):
        depth = 0
        for found in _BRACKET.finditer(prose(text)):
            depth = 0 if found[0].isspace() else max(0, depth + (1 if found[0] == "[" else -1))
            if depth > BRACKETS:
                yield context.found(
                    f"More than {BRACKETS} square brackets are open here.",
                    text.place(found.start()),
                    "Close them, or write “\\[” for a bracket that is only a sign.",
                )
                break


@rule(stage="load", code="markdown-nesting", severity=Severity.ERROR, firm=True)
def nesting(project: Project, context: Context) -> Iterator[Diagnostic]:
    """Quotes, lists or blocks are nested too deeply.

    No reader can follow them, and reading them takes very long.

    Take the inner parts out into paragraphs of their own.
    """
    for text in markdowns(project):
        depth = 0
        for offset, line in lines_of(prose(text)):
            depth = max(0, depth + bool(DIV_OPEN.match(line)) - bool(DIV_CLOSE.match(line)))
            signs = _QUOTES.match(line)
            marks = len(re.findall(r"[>*+-]|\d[.)]", signs[0])) if signs and line[signs.end() :].strip(" -*") else 0
            if depth + marks > NESTING:
                yield context.found(
                    f"More than {NESTING} quotes, lists or blocks are open here.",
                    text.place(offset, offset + len(line)),
                )
                break
