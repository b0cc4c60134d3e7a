"""The style sheets of an output as their authors know them: each with its path and its text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from handbill.diagnostics import Diagnostic
from handbill.model import Edition, Project
from handbill.schema import Output
from handbill.text import Span

_STYLE = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL)


def sheets_of(edition: Edition, output: Output, project: Project) -> Iterator[tuple[str, str]]:
    """Path and text, in the order in which the output has them; what is not there is told elsewhere."""
    for name in map(str, output.styles):
        if name in edition.files:
            yield f"templates/editions/{edition.name}/{name}", edition.files[name].decode(errors="replace")
        elif f"styles/{name}" in project.styles:
            yield f"templates/styles/{name}", project.styles[f"styles/{name}"].decode(errors="replace")


def at_its_sheet(complaint: Diagnostic, html: str, edition: Edition, output: Output, project: Project) -> Diagnostic:
    """A complaint about a line within the style of a finished page, brought home to the sheet that its author knows.

    The page holds the sheets one after the other, without the fonts that it does not need: a line that stands in them
    several times is told by which of its like it is. What a template itself says of style is told at the edition.
    """
    at = complaint.span
    styles = [found[1].split("\n") for found in _STYLE.finditer(html)]
    style = next((style for style in styles if at and at.line <= len(style) and _fits(complaint, style[at.line - 1])), None)
    if at is None or style is None:
        return replace(complaint, span=edition.span)
    wanted = style[at.line - 1]
    before = style[: at.line - 1].count(wanted)
    places = [
        Span(path, number, at.column)
        for path, text in sheets_of(edition, output, project)
        for number, written in enumerate(text.split("\n"), start=1)
        if written == wanted
    ]
    return replace(complaint, span=places[before] if before < len(places) else edition.span)


def _fits(complaint: Diagnostic, line: str) -> bool:
    """Whether the line holds the property that the engine's own words name."""
    named = re.search(r"`\s*([^:`\s]+)", complaint.detail or "")
    return named is None or named[1] in line
