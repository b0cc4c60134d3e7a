"""Headings: their levels, and lines that look like one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handbill.diagnostics import Diagnostic, Severity
from handbill.markup import headings, lines_of, prose, tight_headings
from handbill.model import Project
from handbill.pieces import forms
from handbill.rules.registry import Context, rule

DEEPEST = 4
"""The deepest heading level that a reader can still follow."""

_NO_SPACE = re.compile(r"^#{1,6}(?=[^\s#\d.)]|\u00a0)")
_BOLD = re.compile(r"^(\*\*|__)(?!\s)([^*_\n]{2,80}[^*_\s.:;,!)])\1[ \t]*$")
_ALONE = re.compile(r"(#{1,6})[ \t]*$")
_INDENTED = re.compile(r"^[ ]{1,3}#{1,6}[ \t]+\S")


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
        for offset, line in lines_of(prose(form.text)):
            if found := _ALONE.match(line):
                yield context.within(form.text, offset, offset + found.end(1), "This heading has no words.", "Write its words.")


@rule(stage="load", code="heading-as-text", severity=Severity.WARNING)
def as_text(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A line looks like a heading but is read as plain text.

    A heading needs a blank line above it and a space after its “#”; otherwise the signs are printed. A paragraph in
    bold looks like a heading, but who listens to the text, or looks for it in the contents, does not find it.

    Put a blank line above it, or a space after the “#”; write “##” before the words instead of stars around them.
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
                                    f"Write “{signs[0]} {line[signs.end() :].strip()}”.")  # fmt: skip
            elif blank and _INDENTED.match(line):
                yield context.found("This line is read as text: a heading begins at the very left.",
                                    form.text.place(start, offset + len(line)),
                                    "Take away the spaces before the “#”.")  # fmt: skip
            elif form.name == "full" and blank and (bold := _BOLD.match(line)) and _stands_alone(form.text, offset + len(line)):
                yield context.within(form.text, offset, offset + len(line.rstrip()),
                                     "This line looks like a heading, but is a paragraph in bold.",
                                     f"Write “## {bold[2]}” if it is a heading.")  # fmt: skip
            blank = not line.strip()


def _stands_alone(text: str, end: int) -> bool:
    """Whether a line that ends here is a paragraph of its own, with more text below it."""
    return text[end:].startswith("\n\n") and text[end:].strip() != ""
