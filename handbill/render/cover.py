"""The cover: a page template laid out like any other page, then made a picture."""

from __future__ import annotations

from markupsafe import Markup

from handbill.diagnostics import Diagnostic, error
from handbill.jobs import Runner
from handbill.model import Edition, Project
from handbill.render.page import find_file, page_context, page_environment, style_sheets
from handbill.schema import Output
from handbill.tools.pdfium import picture_job
from handbill.tools.weasyprint import weasyprint_job

TEMPLATE = "cover.html.j2"
WIDTH = 1600
"""Pixels; the template's page is 2:3, so the cover is 1600 x 2400."""


def cover_picture(
    edition: Edition, output: Output, project: Project, runner: Runner
) -> tuple[bytes | None, list[Diagnostic]]:
    """The cover as PNG, from `cover.html.j2` and the publication's own title, subtitle and publisher."""
    template = find_file(edition, project, TEMPLATE, "pages")
    if template is None:
        missing = error("edition-file-missing", f"The page template “{TEMPLATE}” is not there", edition.span)
        return None, [missing]
    only_fonts = output.model_copy(update={"styles": ("fonts.css",)})
    css, files, diagnostics = style_sheets(edition, only_fonts, project, inline=False)
    html = page_environment().from_string(template.decode()).render(
        page_context(project, edition, output) | {"css": Markup(css)}
    )
    (laid_out,) = runner.run([weasyprint_job(html, files, "cover")])
    diagnostics += laid_out.diagnostics
    if laid_out.failed:
        return None, diagnostics
    (drawn,) = runner.run([picture_job(laid_out.outputs["document.pdf"], page=0, width=WIDTH, label="cover")])
    return drawn.outputs.get("page.png"), [*diagnostics, *drawn.diagnostics]
