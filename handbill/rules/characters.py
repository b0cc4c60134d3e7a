"""Characters that nobody sees or that went wrong on their way, and markup of other languages."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handbill.diagnostics import Diagnostic, Severity
from handbill.garble import GARBLED, INVISIBLE, told_invisible
from handbill.garble import garbled as garbled_in
from handbill.markup import formulas, prose
from handbill.model import Project
from handbill.pieces import markdowns, texts
from handbill.rules.registry import Context, rule
from handbill.text import Located, Markdown

_RIGHT_TO_LEFT = frozenset(("ar", "ckb", "dv", "fa", "he", "ku", "ps", "sd", "syr", "ug", "ur", "yi"))
_DIRECTIONS = frozenset("\u061c\u200e\u200f\u2066\u2067\u2068\u2069")
"""Marks that such languages need to mix their text with numbers and Latin words."""
_TAG = re.compile(
    r"<!--|</?[A-Za-z][A-Za-z0-9-]*(?:\s+[\w:-]+(?:\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s<>\"'=]+))?){0,20}\s*/?>"
)
_TEX = re.compile(r"(?<!\\)\\(?:begin|end|[A-Za-z]{3,})(?=\{)")
_TEMPLATE = re.compile(r"\{\{[^{}\n]*\}\}|\{%[^{}\n]*%\}|\{#[^{}\n]*#\}")
_HTML_INSTEAD = {
    "b": "Write **words** for bold.", "strong": "Write **words** for bold.",
    "i": "Write *words* for italics.", "em": "Write *words* for italics.",
    "u": "Delete it; write **words** for what matters.",
    "br": "Put a backslash at the end of the line, or a blank line for a new paragraph.",
    "p": "Leave a blank line for a new paragraph.", "div": "Write ::: {.name} and ::: around a block.",
    "center": "Delete it: where words stand is for the style sheet to say.", "font": "Delete it: how words look is for the style sheet to say.",
    "span": "Write [words]{.name}.", "img": "Write ![what it shows](figures/name.png).", "a": "Write [words](https://…).",
    "table": "Write the table with bars: | Name | Value |, and |---|---| below it.",
    "ul": "Begin each item with “- ”.", "ol": "Begin each item with “1. ”.", "li": "Begin each item with “- ”.",
    "sup": "Write x^2^.", "sub": "Write CO~2~.", "!--": "Delete it: there are no hidden remarks here.",
    "h1": "Write “## ” before the words.", "h2": "Write “## ” before the words.", "h3": "Write “### ” before the words.",
}  # fmt: skip
_RAW = re.compile(r"\{=\w+\}")


def _all(project: Project) -> Iterator[Located]:
    """Every text, and the code of the diagrams: its words are read as well."""
    yield from texts(project)
    yield from (diagram.code for diagram in project.diagrams.values())


@rule(stage="load", code="character-invisible", severity=Severity.WARNING)
def invisible(project: Project, context: Context) -> Iterator[Diagnostic]:
    """The text holds a character that nobody can see.

    Such characters come with copied text. They break searching and line ends, and some turn the order of the text around.

    Delete the character: remove the letters around it and type them again.
    """
    right_to_left = str(project.publication.language).split("-")[0] in _RIGHT_TO_LEFT
    for text in _all(project):
        for found in INVISIBLE.finditer(text):
            if right_to_left and found[0] in _DIRECTIONS:
                continue
            message, hint = told_invisible(found[0])
            yield context.found(message, text.place(found.start()), hint)


@rule(stage="load", code="character-garbled", severity=Severity.WARNING)
def garbled(project: Project, context: Context) -> Iterator[Diagnostic]:
    """Letters look as if they had been saved in one encoding and read in another.

    “Ã©” or “â€™” stands where “é” or “’” was meant, or the sign � where a letter was lost; or a sign of Word's own fonts was copied.

    Type the word again.
    """
    for text in _all(project):
        for start, end, hint in garbled_in(text):
            yield context.found(GARBLED, text.place(start, end), hint)


@rule(stage="load", code="raw-markup", severity=Severity.WARNING)
def raw(project: Project, context: Context) -> Iterator[Diagnostic]:
    """HTML or TeX stands in the text.

    It works in one output and not in the others, so it is not understood here: it is printed as it stands.

    Use Markdown: **bold**, a blank line for a new paragraph, ::: {.name} for a block. Write “\\<” for a “<” that is only a sign.
    """
    for text in markdowns(project):
        masked = prose(text)
        foreign = [(found, "HTML", _HTML_INSTEAD.get(name)) for found, name in _tags(masked)]
        foreign += [(found, "TeX", None) for found in _TEX.finditer(masked)]
        foreign += [(found, "markup for one output", None) for found in _RAW.finditer(masked)]
        foreign += [(found, "the language of templates", "Write the words themselves: nothing is filled in here.") for found in _TEMPLATE.finditer(masked)]
        for found, kind, instead in foreign:
            yield context.within(text, found.start(), found.end(),
                                 f"“{found[0]}” is {kind}, which is not understood here and is printed as it stands.",
                                 instead or "Delete it, or use Markdown.")  # fmt: skip


def _tags(masked: str) -> Iterator[tuple[re.Match[str], str]]:
    """HTML tags with their names; not those that only end what was told already, nor what is inside a table."""
    opened: set[str] = set()
    table = 0
    for found in _TAG.finditer(masked):
        name = found[0].strip("</>").split(maxsplit=1)[0].lower()
        ends = found[0].startswith("</")
        if not (ends and name in opened) and not table:
            yield found, name
        opened.add(name)
        if name == "table":
            table = max(0, table + (-1 if ends else 1))


@rule(stage="load", code="formula-in-plain-text", severity=Severity.WARNING)
def formula_in_plain_text(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A formula stands in a title or another line that is plain text.

    Titles go into lists of contents, bookmarks and file properties, where nothing can be drawn: the TeX is printed as it stands.

    Say it in words or signs (x², CO₂), and show the formula in the text.
    """
    for text in texts(project):
        if isinstance(text, Markdown) or "$" not in text:
            continue
        for found in formulas(text):
            if set("\\^_{") & set(found.text):
                yield context.found(f"“{found.text}” stands in plain text, so it is printed as it is.",
                                    text.place(found.start, found.end), "Say it in words, or with signs such as x².")  # fmt: skip
