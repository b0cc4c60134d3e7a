"""render: Document x Format -> Artifact. One row a format; an edition names the formats it wants."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from handbill.diagnostics import Diagnostic, Report
from handbill.jobs import Runner
from handbill.model import Artifact, Document, Edition, Project
from handbill.render.braille import render_braille
from handbill.render.epub import render_epub
from handbill.render.html import render_html
from handbill.render.imposition import render_booklet
from handbill.render.pdf import render_pdf
from handbill.render.plain_text import render_text
from handbill.render.pptx import render_pptx
from handbill.render.read_aloud import render_script, render_ssml
from handbill.render.revealjs import render_revealjs
from handbill.schema import Output

Renderer = Callable[[Document, Edition, Output, Project, Runner], tuple[bytes | None, list[Diagnostic]]]


@dataclass(frozen=True)
class Format:
    """One output format: its name in `edition.yaml`, what people call it, and the function that makes it."""

    name: str
    title: str
    render: Renderer
    pictures: tuple[str, ...] = ("svg",)


FORMATS = {
    row.name: row
    for row in (
        Format("pdf", "PDF", render_pdf),
        Format("booklet", "Print sheets of a booklet", render_booklet),
        Format("html", "Web page", render_html),
        Format("epub", "EPUB", render_epub),
        Format("revealjs", "Web slides", render_revealjs),
        Format("pptx", "PowerPoint", render_pptx),
        Format("text", "Plain text", render_text),
        Format("braille", "Braille", render_braille),
        Format("script", "Script for reading aloud", render_script),
        Format("ssml", "Script for a computer voice", render_ssml),
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
