"""The cover: a page template laid out like any other page, then made a picture."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from handbill.diagnostics import Diagnostic
from handbill.jobs import Runner
from handbill.model import Edition, Project
from handbill.names import FONTS
from handbill.pandoc_ast import text
from handbill.render.deck_measure import Measure
from handbill.render.faces import faces
from handbill.render.page import fill_template, find_file, page_context, standing_words, style_sheets, trusted
from handbill.schema import Output
from handbill.text import Text
from handbill.tools.pdfium import picture_job
from handbill.tools.weasyprint import weasyprint_job

TEMPLATE = "cover.html.j2"
WIDTH = 1600
"""Pixels; the template's page is 2:3, so the cover is 1600 x 2400."""

@dataclass(frozen=True)
class Room:
    """What a line of text may take on the cover, in pixels; the template says the same. `sizes`: the largest first."""

    sizes: tuple[int, ...]
    width: float
    height: float
    leading: float
    bold: bool

    def fit(self, words: str, measure: Measure) -> int:
        """The largest size at which the words fit and none is broken; if there is none, a word may take two lines."""
        for lines_of_a_word in (1, 2):
            for size in self.sizes:
                lines = measure.lines(text(words), size, self.width, self.bold)
                longest = measure.longest(text(words), size, self.bold)
                if lines * size * self.leading <= self.height and longest <= lines_of_a_word * self.width:
                    return size
        return self.sizes[-1]


TITLE = Room((230, 205, 180, 160, 140, 124, 108, 94, 82, 72), 1300.0, 820.0, 1.04, bold=True)
SUBTITLE = Room((88, 78, 68, 60, 52), 1180.0, 400.0, 1.28, bold=False)
ABOVE_A_PICTURE = 0.72
"""The share of these heights that is left when the cover has a picture."""


def cover_alt(project: Project) -> str:
    """What the cover says, in words: title, subtitle and publisher, and what its picture shows."""
    publication = project.publication
    said = ", ".join(map(str, filter(None, (publication.title, publication.subtitle, publication.publisher.name))))
    shown = publication.cover.alt if publication.cover and publication.cover.image else None
    return project.locale["cover_alt"].format(words=said) + (f". {shown}" if shown else "")


def cover_picture(
    edition: Edition, output: Output, project: Project, runner: Runner
) -> tuple[bytes | None, list[Diagnostic]]:
    """The cover as PNG: the publication's title, subtitle, publisher and picture in `cover.html.j2`.

    A long title is set smaller, as small as it takes to fit.
    """
    only_fonts = output.model_copy(update={"styles": (Text(FONTS),)})
    css, files, diagnostics = style_sheets(edition, only_fonts, project, inline=False, paper=True, letters=standing_words(project, edition))
    picture = _picture(project)
    context = page_context(project, edition, output) | {
        "css": trusted(css), "picture": picture[0] if picture else "", **_sizes(edition, project, ABOVE_A_PICTURE if picture else 1.0),
    }  # fmt: skip
    html, problems = fill_template(edition, project, TEMPLATE, context)
    diagnostics += problems
    if html is None:
        return None, diagnostics
    (laid_out,) = runner.run([weasyprint_job(html, files | dict([picture] if picture else []), "cover")])
    diagnostics += laid_out.diagnostics
    if laid_out.failed:
        return None, diagnostics
    (drawn,) = runner.run([picture_job(laid_out.outputs["document.pdf"], page=0, width=WIDTH, label="cover")])
    return drawn.outputs.get("page.png"), [*diagnostics, *drawn.diagnostics]


def _picture(project: Project) -> tuple[str, bytes] | None:
    """The cover's own picture, by the file name that the template uses."""
    cover = project.publication.cover
    data = project.assets.get(str(cover.image)) if cover and cover.image else None
    return None if cover is None or data is None else (f"cover-picture{PurePosixPath(str(cover.image)).suffix}", data)


def _sizes(edition: Edition, project: Project, share: float) -> dict[str, int]:
    """Sizes of title and subtitle in pixels, by the widths of their own letters."""
    sheet = (find_file(edition, project, FONTS, "styles") or b"").decode()
    files = {("700" in face.descriptors): project.fonts.get(face.file) for face in reversed(faces(sheet))}
    measure = Measure(files.get(False), files.get(True))
    publication = project.publication
    title, subtitle = (replace(room, height=room.height * share) for room in (TITLE, SUBTITLE))
    return {
        "title_size": title.fit(str(publication.title), measure),
        "subtitle_size": subtitle.fit(str(publication.subtitle or ""), measure),
    }
