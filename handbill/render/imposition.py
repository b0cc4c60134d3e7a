"""The print sheets of a booklet: its own pages, put onto larger sheets for saddle stitch."""

from __future__ import annotations

from handbill.diagnostics import Diagnostic
from handbill.jobs import Runner
from handbill.model import Document, Edition, Project
from handbill.render.page import page_context
from handbill.render.pdf import render_pdf
from handbill.schema import Output
from handbill.tools.imposition import imposition_job


def render_booklet(
    document: Document, edition: Edition, output: Output, project: Project, runner: Runner
) -> tuple[bytes | None, list[Diagnostic]]:
    """The edition's own `pdf` output, imposed."""
    pages = edition.spec.outputs.get("pdf", output)
    data, diagnostics = render_pdf(document, edition, pages, project, runner)
    if data is None:
        return None, diagnostics
    rtl = page_context(project, edition, pages)["direction"] == "rtl"
    (result,) = runner.run([imposition_job(data, str(edition.spec.paper.size), rtl=rtl, label=output.file)])
    return result.outputs.get("sheets.pdf"), [*diagnostics, *result.diagnostics]
