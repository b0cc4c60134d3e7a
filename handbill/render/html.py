"""The web page: one self-contained HTML file."""

from __future__ import annotations

from handbill.diagnostics import Diagnostic
from handbill.jobs import Runner
from handbill.model import Document, Edition, Project
from handbill.render.page import make_page
from handbill.schema import Output


def render_html(
    document: Document, edition: Edition, output: Output, project: Project, runner: Runner
) -> tuple[bytes | None, list[Diagnostic]]:
    """One file with its fonts, styles and pictures inside: it opens from a disk with no network."""
    page, diagnostics = make_page(document, edition, output, project, runner, inline=True)
    return (page.html.encode() if page else None), diagnostics
