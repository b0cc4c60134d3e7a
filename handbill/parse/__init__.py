"""parse: Source -> Document. pandoc makes its AST once, citeproc included; every edition starts from that value."""

from __future__ import annotations

import json

from handbill.diagnostics import Diagnostic, Report, Severity
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
    report.extend(home(diagnostic, source) for diagnostic in result.diagnostics)
    if result.failed:
        return None
    ast, findings = sanitise(json.loads(result.outputs[OUTPUT]), source)
    report.extend(findings)
    return Document(ast=ast, source=source)


def home(diagnostic: Diagnostic, source: Source) -> Diagnostic:
    """A complaint about the assembled source, brought to the author's own line."""
    span = diagnostic.span
    if span is None or span.path != MAIN:
        return diagnostic
    place = source.author_span(span.line, span.column or 1)
    return Diagnostic(
        severity=diagnostic.severity if diagnostic.severity is not Severity.NOTE else Severity.WARNING,
        code=diagnostic.code,
        message=diagnostic.message,
        span=place,
        hints=diagnostic.hints,
        trail=(*diagnostic.trail, f"while reading line {span.line} of the assembled source"),
        detail=diagnostic.detail,
    )
