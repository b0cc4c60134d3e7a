"""Tables that are written in the text, and words of the glossary."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handbill.diagnostics import Diagnostic, Severity
from handbill.markup import lines_of, prose
from handbill.model import Project
from handbill.pieces import complete, forms, texts
from handbill.rules.registry import Context, rule
from handbill.schema import Glossary

_RULE = re.compile(r"^[ ]{0,3}\|?(?=[^\n]*-)[ \t:|+-]*[|+][ \t:|+-]*$")
_ROW = re.compile(r"^[ ]{0,3}\|.*\|\s*$")
_CAPTION = re.compile(r"^(?:Table:|:)[ \t]+\S")


def _paragraphs(text: str) -> list[tuple[int, list[str]]]:
    """Offset of the first line, and the lines, of each run of lines that are not blank."""
    blocks: list[tuple[int, list[str]]] = []
    for offset, line in lines_of(prose(text)):
        if not line.strip():
            blocks.append((offset, []))
        elif not blocks or not blocks[-1][1]:
            blocks.append((offset, [line]))
        else:
            blocks[-1][1].append(line)
    return [block for block in blocks if block[1]]


def _tables(text: str) -> Iterator[tuple[int, list[str], bool]]:
    """Offset of the first line, the lines, and whether a caption is near, of each pipe table."""
    paragraphs = _paragraphs(text)
    for index, (offset, lines) in enumerate(paragraphs):
        if any(_RULE.match(line) for line in lines[:2]) and sum("|" in line for line in lines) > 1:
            beside = [*paragraphs[max(0, index - 1) : index], *paragraphs[index + 1 : index + 2]]
            captioned = any(_CAPTION.match(around[1][0]) for around in beside) or any(
                _CAPTION.match(line) for line in lines
            )
            yield offset, lines, captioned


@rule(stage="load", code="table-header-missing", severity=Severity.ERROR)
def header(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A table in the text has no heading row, or an empty one.

    A screen reader says the column's heading with each cell; without headings it says only numbers.

    Write the headings in the first line and the dashes in the second: | Name | Value |.
    """
    for form in forms(project):
        for offset, lines, _ in _tables(form.text):
            headless = not any(line.lstrip().startswith("+=") for line in lines) if _is_grid(lines) else _RULE.match(lines[0])
            if headless or not lines[0].strip(" |"):
                yield context.found("This table has no headings.", form.text.place(offset, offset + len(lines[0])),
                                    "Write the headings in its first line, above the dashes; in a grid, above a line of “=”.")  # fmt: skip


@rule(stage="load", code="table-caption-missing", severity=Severity.WARNING)
def caption(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A table in the text has no caption.

    Who comes upon it by a list of tables, or by ear, does not know what it shows.

    Write a line “: What it shows” below it, with a blank line between.
    """
    for form in forms(project):
        for offset, lines, captioned in _tables(form.text):
            if not captioned:
                yield context.found("This table has no caption.", form.text.place(offset, offset + len(lines[0])),
                                    "Write a line “: What it shows” below it.")  # fmt: skip


@rule(stage="load", code="table-ragged", severity=Severity.WARNING)
def ragged(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A row of a table has more or fewer cells than its heading.

    What is too much would be lost, and what is missing leaves a hole.

    Give each row as many cells as there are headings; a “|” that is only a sign is written “\\|”.
    """
    for form in forms(project):
        for offset, lines, _ in _tables(form.text):
            if _is_grid(lines):
                continue
            wanted = _cells(lines[0])
            at = offset
            for index, line in enumerate(lines):
                dashes = index == 1 and bool(_RULE.match(line)) and "+" not in line
                row = index > 0 and not _RULE.match(line) and not _CAPTION.match(line)
                if dashes and _cells(line) != wanted:
                    yield context.found(
                        f"The line of dashes is for {_cells(line)} of the columns, but there are {wanted} headings: what is beside it is lost.",
                        form.text.place(at, at + len(line)), "Write it with as many cells: |" + "---|" * wanted)  # fmt: skip
                elif row and _cells(line) != wanted:
                    yield context.found(f"This row has {_cells(line)} cells, but the table has {wanted} columns.",
                                        form.text.place(at, at + len(line)), "Add or take away cells.")  # fmt: skip
                at += len(line) + 1


@rule(stage="load", code="table-as-text", severity=Severity.WARNING)
def as_text(project: Project, context: Context) -> Iterator[Diagnostic]:
    """Lines that look like a table are read as text: the line of dashes is missing, or a blank line above them.

    The bars would be printed as they stand, or the rows run together.

    Write a line such as |---|---| below the headings, and put a blank line above them.
    """
    for form in forms(project):
        for offset, lines in _paragraphs(form.text):
            cells = _cells(lines[0])
            if (
                len(lines) > 1
                and cells > 1
                and all(map(_ROW.match, lines[:2]))
                and not any(map(_RULE.match, lines[:2]))
            ):
                yield context.found("This is not read as a table: the line of dashes below the headings is missing.",
                                    form.text.place(offset, offset + len(lines[0])),
                                    "Write below it: |" + "---|" * cells)  # fmt: skip
            elif len(lines) > 1 and all("\t" in line.strip() for line in lines[:2]):
                yield context.found("This is not read as a table: there are tabs between its cells, as in a table copied from elsewhere.",
                                    form.text.place(offset, offset + len(lines[0])),
                                    f"Write bars instead of tabs, | {' | '.join(lines[0].strip().split(chr(9)))} |, and |---|---| as the second line.")  # fmt: skip
            elif _goes_on(form.text, offset, lines):
                yield context.found("This row is not a part of the table above it: a blank line stands between them.",
                                    form.text.place(offset, offset + len(lines[0])), "Delete the blank line.")  # fmt: skip
            elif (tight := _tight(lines)) is not None:
                start = offset + sum(len(line) + 1 for line in lines[:tight])
                yield context.found("This is not read as a table: it needs a blank line above it.",
                                    form.text.place(start, start + len(lines[tight])), "Put a blank line above it.")  # fmt: skip


def _goes_on(text: str, offset: int, lines: list[str]) -> bool:
    """Whether rows, with no line of dashes of their own, follow a table and a blank line."""
    above = prose(text)[:offset].rstrip().rpartition("\n")[2]
    return all(map(_ROW.match, lines)) and bool(_ROW.match(above) or _RULE.match(above)) and not any(map(_RULE.match, lines[:2]))


def _tight(lines: list[str]) -> int | None:
    """Index of the first row of a table that stands right below text."""
    for index in range(1, len(lines) - 1):
        if _ROW.match(lines[index]) and _RULE.match(lines[index + 1]) and not lines[index - 1].lstrip().startswith(("|", "+", ":")):
            return index
    return None


def _is_grid(lines: list[str]) -> bool:
    """Whether a table is drawn with + and -, which say by themselves where its cells end."""
    return lines[0].lstrip().startswith("+")


def _cells(line: str) -> int:
    return len(line.strip().removeprefix("|").removesuffix("|").split("|"))


@rule(stage="load", code="glossary-unused", severity=Severity.WARNING)
def glossary(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A word that the glossary explains is used nowhere.

    Readers wonder what it is for; the text may call the thing by another name.

    Use the word, give the text's name under “also”, or delete it.
    """
    glossaries = [data for data in project.data.values() if isinstance(data, Glossary)]
    if not glossaries or not complete(project):
        return
    own = {id(text) for data in glossaries for term in data.terms for text in (term.term, term.definition, *term.also)}
    words = "\n".join(text for text in texts(project) if id(text) not in own).casefold()
    for data in glossaries:
        for term in data.terms:
            names = (term.term, *term.also)
            if not any(_begins_a_word(name.casefold(), words) for name in names):
                yield context.found(f"The word “{term.term}” is used nowhere.", term.term.place(0, len(term.term)),
                                    "Use it, write the text's own word under “also”, or delete it.")  # fmt: skip


def _begins_a_word(name: str, words: str) -> bool:
    """Whether a name stands in a text, not in the middle of a word."""
    at = words.find(name)
    while at > 0 and (words[at - 1].isalnum() or words[at - 1] == "_"):
        at = words.find(name, at + 1)
    return at >= 0
