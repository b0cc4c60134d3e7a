"""parse: Source -> Document. pandoc makes its AST once, citeproc included; every edition starts from that value."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from handbill.diagnostics import Diagnostic, Report, Severity, error
from handbill.jobs import Job, Runner
from handbill.model import Document, Project, Source
from handbill.parse.sanitise import sanitise
from handbill.tools import pandoc

MAIN, OUTPUT = "source.md", "document.json"


def job_of(source: Source, project: Project) -> Job:
    """The pandoc Job that reads the whole source."""
    return pandoc.convert(
        MAIN,
        {MAIN: source.text.encode(), **pandoc.citeproc_inputs(project.bibliography_text, project.citation_style)},
        reader=pandoc.READER,
        writer="json",
        output=OUTPUT,
        options=pandoc.citeproc_options(str(project.publication.language)),
        label="parse",
    )


def parse(source: Source, project: Project, runner: Runner, report: Report) -> Document | None:
    """The document of a source, free of raw markup and of attributes and links that content may not set."""
    (result,) = runner.run([job_of(source, project)])
    report.extend(_news((home(diagnostic, source) for diagnostic in result.diagnostics), report))
    if result.failed:
        return None
    ast, findings = sanitise(json.loads(result.outputs[OUTPUT]), source)
    report.extend(_news(findings, report))
    return Document(ast=ast, source=source)


def _news(findings: Iterable[Diagnostic], report: Report) -> Iterator[Diagnostic]:
    """The findings of which nothing was said before: rules see some of them at the author's own line already."""
    said = {(told.code, told.message) for told in report} | {
        (told.code, told.span.path, told.span.line) for told in report if told.span
    }
    for found in findings:
        place = (found.code, found.span.path, found.span.line) if found.span else ()
        if (found.code, found.message) not in said and place not in said:
            yield found


_LOST_SOURCE = re.compile(r"citation ([^\s\"]+) not found")


def home(diagnostic: Diagnostic, source: Source) -> Diagnostic:
    """A complaint about the assembled source, brought to the author's own line."""
    span = diagnostic.span
    if lost := _LOST_SOURCE.search(diagnostic.detail) if diagnostic.code == "citeproc-warning" else None:
        words = f"There is no source “{lost[1]}” in references.bib."
        return error("citation-unknown", words, source.find(f"@{lost[1]}"), detail=diagnostic.detail)
    if span is None or span.path != MAIN:
        return diagnostic
    place = source.place(span.line, span.column or 1)
    return Diagnostic(
        severity=diagnostic.severity if diagnostic.severity is not Severity.NOTE else Severity.WARNING,
        code=diagnostic.code,
        message=diagnostic.message,
        span=place,
        hints=diagnostic.hints,
        trail=(*diagnostic.trail, f"while reading line {span.line} of the assembled source"),
        detail=diagnostic.detail,
    )
