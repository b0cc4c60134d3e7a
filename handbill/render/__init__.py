"""render: Document x Format -> Artifact. One row a format; an edition names the formats it wants."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from handbill.diagnostics import Diagnostic, Report
from handbill.jobs import Runner
from handbill.model import Artifact, Document, Edition, Project
from handbill.schema import Output

Renderer = Callable[[Document, Edition, Output, Project, Runner], tuple[bytes | None, list[Diagnostic]]]


@dataclass(frozen=True)
class Format:
    """One output format: its name in `edition.yaml`, what people call it, and where the function is that makes it."""

    name: str
    title: str
    find: Callable[[], Renderer]

    @cached_property
    def render(self) -> Renderer:
        """The function. Its module is imported now: nobody waits for that of a format that is not made."""
        return self.find()


def _pdf() -> Renderer:
    from handbill.render.pdf import render_pdf

    return render_pdf


def _booklet() -> Renderer:
    from handbill.render.imposition import render_booklet

    return render_booklet


def _html() -> Renderer:
    from handbill.render.html import render_html

    return render_html


def _epub() -> Renderer:
    from handbill.render.epub import render_epub

    return render_epub


def _revealjs() -> Renderer:
    from handbill.render.revealjs import render_revealjs

    return render_revealjs


def _pptx() -> Renderer:
    from handbill.render.pptx import render_pptx

    return render_pptx


def _text() -> Renderer:
    from handbill.render.plain_text import render_text

    return render_text


def _braille() -> Renderer:
    from handbill.render.braille import render_braille

    return render_braille


def _script() -> Renderer:
    from handbill.render.read_aloud import render_script

    return render_script


def _ssml() -> Renderer:
    from handbill.render.read_aloud import render_ssml

    return render_ssml


FORMATS = {
    row.name: row
    for row in (
        Format("pdf", "PDF", _pdf),
        Format("booklet", "Print sheets of a booklet", _booklet),
        Format("html", "Web page", _html),
        Format("epub", "EPUB", _epub),
        Format("revealjs", "Web slides", _revealjs),
        Format("pptx", "PowerPoint", _pptx),
        Format("text", "Plain text", _text),
        Format("braille", "Braille", _braille),
        Format("script", "Script for reading aloud", _script),
        Format("ssml", "Script for a computer voice", _ssml),
    )
}


def render(
    document: Document, edition: Edition, format_name: str, project: Project, runner: Runner, report: Report
) -> Artifact | None:
    """One finished file of an edition, not yet written; None when something kept it from being made."""
    output = edition.spec.outputs[format_name]  # type: ignore[index]
    data, diagnostics = FORMATS[format_name].render(document, edition, output, project, runner)
    report.extend(diagnostics)
    return None if data is None else Artifact(output.file, edition.name, format_name, data, output)
