"""Blocks: divs, code fences, and what is nested too deeply."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handbill.diagnostics import Diagnostic, Severity
from handbill.markup import DIV_CLOSE, DIV_OPEN, Found, divs, fenceless, fences, indented_code, lines_of, prose
from handbill.model import Project
from handbill.nearest import did_you_mean
from handbill.pieces import forms, markdowns
from handbill.rules.registry import Context, rule

BRACKETS = 8
NESTING = 12

_BAD_OPENING = re.compile(r"^ {0,3}:{3,}[ \t]*[^\s:]")
_END_IN_WORDS = re.compile(r"/|(?:end|close|fin|stop)(?:\b|_)", re.IGNORECASE)
_TWO_COLONS = re.compile(r"^ {0,3}::(?!:)[ \t]*(?:\{[^{}]*\}|[\w-]+)?[ \t]*$")
_CLASS = re.compile(r"\.([A-Za-z][\w-]*)")
_SELECTOR = re.compile(rb"(?:^|[\s,>+~(}])[a-z]*\.([A-Za-z][A-Za-z0-9_-]*)(?=[^{};]*\{)")
"""A class at the beginning of a compound: `.callout.warning` says nothing of a block that is only a warning."""
_USUAL = frozenset(("notes", "callout", "aside", "key-points", "as-of", "status", "decorative"))
"""What authors write most: the first that may have been meant."""
_BRACKET = re.compile(r"[\[\]]|\n[ \t]*\n")
_QUOTES = re.compile(r"[ ]{0,3}(?:(?:>|[-*+]|\d{1,9}[.)])[ ]*)+")


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
                                    f"Write {text[found.start : found.start + 3]} on a line of its own where it ends.")  # fmt: skip


@rule(stage="load", code="code-indented", severity=Severity.WARNING)
def indented(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A paragraph is moved to the right by four spaces or more, or by a tab.

    Markdown takes it for a piece of a computer program: it is printed in another face, signs and all, and its lines are not filled.

    Move it to the left. A piece of a program stands between two lines of ```.
    """
    for text in markdowns(project):
        before = -1
        for found in indented_code(fenceless(text)):
            if found.start != before:
                start = found.start + len(found.text) - len(found.text.lstrip())
                yield context.within(text, start, found.end, "This is indented so far that it is printed like a piece of a computer program.",
                                     "Move it to the left; a list item begins at the very left, or below the text of the item above.")  # fmt: skip
            before = found.end + 1


@rule(stage="load", code="div-name-unknown", severity=Severity.WARNING)
def unnamed(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A block has a name that means nothing.

    “::: callout” sets words in a box because a style sheet says so; a misspelt name changes nothing, and misspelt notes of a
    speaker are shown on the slide.

    Correct the name: it is one that a style sheet or a template of the house knows.
    """
    known: frozenset[str] | None = None
    for form in forms(project):
        for opens, found in divs(form.text):
            names = _CLASS.findall(found.text) if found.text.startswith("{") else [found.text]
            if opens and found.text[:1] != "/" and not _END_IN_WORDS.match(found.text) and names and not _USUAL & {*names}:
                known = _block_names(project) if known is None else known  # looking through style sheets takes a while
                if not known or known & {*names}:
                    continue
                start = form.text.index(names[0], found.start)
                yield context.found(f"No style sheet knows blocks called “{names[0]}”, so this one looks like all other text.",
                                    form.text.place(start, start + len(names[0])), *did_you_mean(names[0], sorted(known & _USUAL) or sorted(known)))  # fmt: skip


def _block_names(project: Project) -> frozenset[str]:
    """The classes of which the style sheets, the templates and this program know something; none where there is no style sheet."""
    sheets = {**project.styles, **{f"{edition.name}/{name}": data for edition in project.editions.values() for name, data in edition.files.items()}}
    named = {name.decode() for path, data in sheets.items() if path.endswith(".css") for name in _SELECTOR.findall(data)}
    return frozenset(named | _USUAL) if named else frozenset()


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
