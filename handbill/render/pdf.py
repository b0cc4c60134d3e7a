"""PDF through HTML: pandoc's body in the edition's page template, shaped for tagging, laid out by WeasyPrint."""

from __future__ import annotations

import re
from dataclasses import replace

from handbill.diagnostics import Diagnostic
from handbill.jobs import Runner
from handbill.model import Document, Edition, Project
from handbill.render.chapters import lay_out_apart
from handbill.render.page import Page, find_file, make_page
from handbill.render.shape import shaped, written
from handbill.render.sides import bookmarks_as_read, on_sides
from handbill.schema import Output
from handbill.sheets import at_its_sheet
from handbill.text import Span
from handbill.tools.pdf.words import GLYPH, STYLE
from handbill.tools.weasyprint import weasyprint_job

_DD_EDGES = re.compile(r"(?<=<dd>)\n|\n(?=</dd>)")
_BEFORE_CITATION = re.compile(r' (?=(?:<span id="cite-[^"]*">)*<span class="citation")')


def render_pdf(
    document: Document, edition: Edition, output: Output, project: Project, runner: Runner
) -> tuple[bytes | None, list[Diagnostic]]:
    """A PDF with tags, bookmarks, embedded fonts and metadata (PDF/A-3a and PDF/UA-1 in one file)."""
    page, diagnostics = _page(on_sides(document, edition), edition, output, project, runner)
    if page is None:
        return None, diagnostics
    data, complaints = _laid_out(page, output.file, runner)
    if edition.spec.shape == "panels":  # what leaves its panel is told with the panel's name and the author's line
        complaints = [complaint for complaint in complaints if complaint.code != "text-outside-page"]
    if data is not None:
        data = bookmarks_as_read(data, edition.spec)
    if data is not None and edition.spec.paper.marks:
        data, problems = _for_press(data, edition, project)
        complaints = [*complaints, *problems]
    return data, [*diagnostics, *in_words([_home(complaint, document, page, edition, output, project) for complaint in complaints])]


def _page(
    document: Document, edition: Edition, output: Output, project: Project, runner: Runner
) -> tuple[Page | None, list[Diagnostic]]:
    if edition.spec.shape != "deck":
        return make_page(document, edition, output, project, runner, inline=False)
    from handbill.render.deck_html import make_deck_page  # measures text, for which a page of text has no need

    return make_deck_page(document, edition, output, project, runner, inline=False)


def _for_press(data: bytes, edition: Edition, project: Project) -> tuple[bytes, list[Diagnostic]]:
    """The PDF with its bleed, and as PDF/X-4 when the house has the print shop's profile."""
    from handbill.render.pdfx import FILE, as_pdfx, press_profile
    from handbill.render.press_ready import with_bleed_boxes

    boxed = with_bleed_boxes(data, edition.spec.paper.bleed)
    profile, problems = press_profile(find_file(edition, project, FILE, "styles"))
    return boxed if profile is None else as_pdfx(boxed, profile, project.publication.last_reviewed), problems


def _home(
    complaint: Diagnostic, document: Document, page: Page, edition: Edition, output: Output, project: Project
) -> Diagnostic:
    """A complaint about a character at the first place where the author wrote it, one about style in its sheet."""
    if complaint.code == STYLE:
        return at_its_sheet(complaint, page.html, edition, output, project)
    if complaint.code != GLYPH or complaint.span is not None:
        return complaint
    return replace(complaint, span=document.source.find(complaint.detail))


def in_words(complaints: list[Diagnostic]) -> list[Diagnostic]:
    """Complaints about characters that stand beside each other as one: a word of another script is one mistake."""
    letters = sorted((found for found in complaints if found.code == GLYPH and found.span is not None), key=lambda found: found.span or Span(""))
    words: list[Diagnostic] = []
    for found in letters:
        before = words[-1] if words else None
        if before is not None and before.span is not None and found.span == before.span.at(before.span.line, before.span.column + len(before.detail)):
            together = before.detail + found.detail
            span = replace(before.span, end_line=before.span.line, end_column=before.span.column + len(together))
            words[-1] = replace(before, message=f"No font of this document has the characters “{together}”.", detail=together, span=span)
        else:
            words.append(found)
    return [*(found for found in complaints if found not in letters), *words]


def _laid_out(page: Page, label: str, runner: Runner) -> tuple[bytes | None, list[Diagnostic]]:
    """The PDF of a page: chapter by chapter where it has some, else in one piece."""
    tree = shaped(_spaced(page.html))
    if (apart := lay_out_apart(tree, page.files, label, runner)) is not None:
        return apart
    (result,) = runner.run([weasyprint_job(written(tree), page.files, label)])
    return result.outputs.get("document.pdf"), list(result.diagnostics)


def _spaced(html: str) -> str:
    """HTML where no text ends in a space that the line breaker would count.

    WeasyPrint 70 (`split_first_line`, step 3) breaks a line after its first word when the line fits
    without its last space but not with it, and something unbreakable follows. So the space before a
    citation stands apart, and line ends inside `dd` are dropped.
    """
    return _BEFORE_CITATION.sub("<span> </span>", _DD_EDGES.sub("", html))
