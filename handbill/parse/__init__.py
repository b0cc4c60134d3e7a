"""parse: Source -> Document. pandoc makes its AST once, citations included; every edition starts from that value."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from handbill.diagnostics import Diagnostic, Report, Severity, error
from handbill.jobs import Job, Runner
from handbill.model import Ast, Document, Project, Source
from handbill.parse.pieces import joined, split
from handbill.parse.sanitise import sanitise
from handbill.tools import citeproc, pandoc

MAIN, OUTPUT = "source.md", "document.json"


@dataclass(frozen=True)
class Reading:
    """What pandoc made of a source, None when it failed, and its complaints about lines of the source."""

    ast: Ast | None
    diagnostics: tuple[Diagnostic, ...]


def job_of(source: Source, project: Project) -> Job:
    """The pandoc Job that reads and cites the whole source in one run."""
    cited = pandoc.citeproc_inputs(project.bibliography_text, project.citation_style)
    return _job(source.text, cited, pandoc.citeproc_options(str(project.publication.language)))


def _job(text: str, inputs: dict[str, bytes], options: list[str]) -> Job:
    return pandoc.convert(
        MAIN,
        {MAIN: text.encode(), **inputs},
        reader=pandoc.READER,
        writer="json",
        output=OUTPUT,
        options=options,
        label="parse",
    )


def read(source: Source, project: Project, runner: Runner) -> Reading:
    """What pandoc makes of the source, citations included, as one run would give it.

    The text is read without its citations, and these are cited apart: after an edit of prose they are known. A list of
    sources that cannot be read, and all that is not certain to come out the same, is left to one run.
    """
    if citeproc.separable(project.citation_style):
        text, told = _uncited(source.text, runner)
        if text is None:
            return Reading(None, told)
        if (reading := _cited_apart(text, told, project, runner)) is not None:
            return reading
    (result,) = runner.run([job_of(source, project)])
    return Reading(None if result.failed else json.loads(result.outputs[OUTPUT]), result.diagnostics)


def _uncited(text: str, runner: Runner) -> tuple[str | None, tuple[Diagnostic, ...]]:
    """pandoc's JSON of a source in which nothing is cited yet, None when it failed, and its complaints.

    What pandoc complains of, it is to tell of the whole.
    """
    if found := split(text):
        results = runner.run([_job(piece.text, {}, []) for piece in found])
        if not any(result.failed or result.diagnostics for result in results):
            whole = joined(found, [result.outputs[OUTPUT].decode() for result in results])
            if whole is not None:
                return whole, ()
    (plain,) = runner.run([_job(text, {}, [])])
    return None if plain.failed else plain.outputs[OUTPUT].decode(), plain.diagnostics


def _cited_apart(text: str, told: tuple[Diagnostic, ...], project: Project, runner: Runner) -> Reading | None:
    skeleton = citeproc.skeleton(text)
    if skeleton is None:
        return None
    language = str(project.publication.language)
    (cited,) = runner.run([skeleton.job(project.bibliography_text, project.citation_style, language)])
    ast: Any = None if cited.failed else skeleton.filled(cited.outputs[citeproc.OUTPUT])
    return None if ast is None else Reading(ast, (*told, *cited.diagnostics))


def parse(
    source: Source, project: Project, runner: Runner, report: Report, begun: Callable[[], Reading] | None = None
) -> Document | None:
    """The document of a source, free of raw markup and of attributes and links that content may not set.

    begun  gives the reading of this very source, where that was begun before
    """
    reading = begun() if begun is not None else read(source, project, runner)
    report.extend(_news((home(diagnostic, source) for diagnostic in reading.diagnostics), report))
    if reading.ast is None:
        return None
    ast, findings = sanitise(reading.ast, source)
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
