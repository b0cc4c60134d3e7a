"""EPUB 3.3: pandoc writes the chapters; the book around them, its claims and its page list are ours."""

from __future__ import annotations

import json
from collections.abc import Callable

from handbill.diagnostics import Diagnostic, warning
from handbill.formulas import is_formula
from handbill.governance import notices
from handbill.jobs import Runner
from handbill.model import Document, Edition, Project
from handbill.pandoc_ast import Blocks, Node, attr, div, has_class, header, para, text, to_meta, transform
from handbill.render.cover import cover_alt, cover_picture
from handbill.render.epub_accessibility import claims, examine
from handbill.render.epub_chapters import Book, read_book
from handbill.render.epub_figures import drawing_file
from handbill.render.epub_package import Parts, pack
from handbill.render.epub_pages import PageMark, mark_pages
from handbill.render.faces import faces
from handbill.render.formula import formula_markup
from handbill.render.mend import words_of
from handbill.render.page import ASSET, data_uri, decoration, find_file, page_context, standing_words, style_sheets
from handbill.render.pdf import render_pdf
from handbill.schema import Output
from handbill.tools import pandoc
from handbill.tools.pdfium import words_job

_OUTPUT = "book.epub"


def render_epub(
    document: Document, edition: Edition, output: Output, project: Project, runner: Runner
) -> tuple[bytes | None, list[Diagnostic]]:
    """An EPUB with cover, navigation, embedded fonts and SVG figures; the same bytes every time."""
    cover, diagnostics = cover_picture(edition, output, project, runner)
    book, found = _write(document, edition, output, project, runner)
    diagnostics += found
    if cover is None or book is None:
        return None, diagnostics
    marks, found = _page_marks(book, document, edition, project, runner)
    css, fonts, missing = style_sheets(edition, output, project, inline=False, letters=_letters(book, edition, project))
    diagnostics += [*found, *missing]
    for name in fonts:
        css = css.replace(f'url("{name}")', f'url("../fonts/{name}")')
    parts = Parts(
        project=project, edition=edition, book=book, css=css, fonts=fonts, cover=cover, cover_alt=cover_alt(project),
        marks=marks, claims=claims(examine(book, css, len(marks)), project.publication, project.locale),
        printed=f"{project.publication.title}: {edition.spec.title}, {project.locale['version']} {project.publication.version} (PDF)",
        direction=page_context(project, edition, output)["direction"],
    )  # fmt: skip
    return pack(parts), diagnostics


def _write(
    document: Document, edition: Edition, output: Output, project: Project, runner: Runner
) -> tuple[Book | None, list[Diagnostic]]:
    """The chapters as pandoc writes them, mended. Pictures go in as `data:` addresses: the sandbox reads no files."""
    pictures = _pictures(document, edition, output, project)
    blocks = transform(_titled(document, project), _carried(pictures, document))
    ast = {**document.ast, "meta": {"title": to_meta(str(project.publication.title))}, "blocks": blocks}
    job = pandoc.convert(
        "document.json",
        {"document.json": json.dumps(ast).encode()},
        reader="json",
        writer="epub3",
        output=_OUTPUT,
        options=[
            "--standalone", "--epub-title-page=false", "--split-level=1", "--toc", "--toc-depth=2",
            "--syntax-highlighting=none", f"--metadata=lang:{project.publication.language}",
        ],
        label=output.file,
    )  # fmt: skip
    (result,) = runner.run([job])
    if result.failed:
        return None, list(result.diagnostics)
    return read_book(result.outputs[_OUTPUT], pictures, project.locale), list(result.diagnostics)


def _titled(document: Document, project: Project) -> Blocks:
    """The masthead becomes the first chapter, headed by the title; everything else has its heading already."""
    out: Blocks = []
    for block in document.ast["blocks"]:
        if block["t"] != "Div" or not has_class(block, "masthead"):
            out.append(block)
            continue
        inner = [b for b in block["c"][1] if not (b["t"] == "Div" and has_class(b, "title"))]
        if said := " · ".join(notices(project)):
            notice = div(attr("", ["draft-notice"]), [para(text(said))])
            inner.insert(sum(b["t"] == "Div" and has_class(b, "subtitle") for b in inner[:1]), notice)
        out += [header(1, attr("masthead", ["masthead", "unnumbered"]), text(str(project.publication.title))), *inner]
    return out


def _pictures(document: Document, edition: Edition, output: Output, project: Project) -> dict[str, bytes]:
    """The document's pictures; drawings bring the letters of the book's font."""
    sheets = [find_file(edition, project, str(name), "styles") or b"" for name in output.styles]
    known = [face for sheet in sheets for face in faces(sheet.decode())]
    alts = {figure.svg: figure.alt for figure in document.figures.values() if figure.svg}
    return {
        name: drawing_file(data, alts.get(name, ""), known, project.fonts) if name.endswith(".svg") else data
        for name, data in document.assets.items()
        if name not in document.formulas
    }


def _carried(pictures: dict[str, bytes], document: Document) -> Callable[[Node], Node]:
    def change(node: Node) -> Node:
        if is_formula(node):
            return formula_markup(node, document)
        if node["t"] != "Image" or not node["c"][2][0].startswith(ASSET):
            return node
        name = node["c"][2][0].removeprefix(ASSET)
        return decoration(node, data_uri(name, pictures[name]))

    return change


def _page_marks(
    book: Book, document: Document, edition: Edition, project: Project, runner: Runner
) -> tuple[tuple[PageMark, ...], list[Diagnostic]]:
    """Marks where the pages of the same edition's PDF begin. That PDF is a Job like any other: made once, used twice."""
    paper = edition.spec.outputs.get("pdf")
    if paper is None:
        return (), []
    pdf, problems = render_pdf(document, edition, paper, project, runner)
    if pdf is None:  # its complaints belong to the PDF; here it only means that there are no pages to point to
        return (), [_no_pages(edition, detail="\n".join(problem.message for problem in problems))]
    (read,) = runner.run([words_job(pdf, paper.file)])
    pages = [] if read.failed else json.loads(read.outputs["pages.json"])
    marks = mark_pages(book.chapters, pages, book.pictures)
    return marks, [] if marks else [_no_pages(edition)]


def _no_pages(edition: Edition, detail: str = "") -> Diagnostic:
    return warning(
        "epub-no-pages",
        f"The EPUB of the edition “{edition.name}” has no page numbers: they could not be taken from its PDF",
        edition.span,
        "Build the PDF on its own to see what is wrong with it.",
        detail=detail,
    )


def _letters(book: Book, edition: Edition, project: Project) -> str:
    return "".join((*(words_of(chapter.body) for chapter in book.chapters), words_of(book.contents), standing_words(project, edition)))
