"""HTML pages: what pandoc writes of a document, inside one of our own page templates.

Used by every format that goes through HTML: the web page, the PDFs, the decks. A page names its
pictures and fonts by file name (`files`), or carries them inside (`inline`).
"""

from __future__ import annotations

import base64
import mimetypes
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import Template
from markupsafe import Markup

from handbill.dates import long_date
from handbill.diagnostics import Diagnostic, error
from handbill.formulas import is_formula
from handbill.governance import notices, shown, standing
from handbill.jobs import Runner
from handbill.model import Document, Edition, Project
from handbill.page_names import NAMES
from handbill.pandoc_ast import Node, attr, attr_of, has_class, header, stringify, transform_only
from handbill.render.chapters.split import is_long
from handbill.render.drawing import inline_svg
from handbill.render.faces import without_unneeded_faces
from handbill.render.formula import formula_markup
from handbill.render.fragment import write_chapters, write_pieces
from handbill.schema import Output, Status
from handbill.templating import page_environment, template_diagnostic
from handbill.text import Span

ASSET, FONT = "asset:", "font:"
_UNICODE_RANGE = re.compile(r"\bunicode-range\s*:[^;}]*;?")
_CSS_URL = re.compile(r"""url\(\s*["']?(font|file):([^"')]+)["']?\s*\)""")


@dataclass(frozen=True)
class Page:
    """One HTML page and the files that it names."""

    html: str
    files: Mapping[str, bytes]


def make_page(
    document: Document,
    edition: Edition,
    output: Output,
    project: Project,
    runner: Runner,
    *,
    inline: bool,
    extra: Mapping[str, Any] | None = None,
) -> tuple[Page | None, list[Diagnostic]]:
    """The page of one output: pandoc's body inside the output's page template, with its style sheets."""
    image = _inline_picture(document) if inline else _named_picture(document)
    blocks = transform_only(
        {"Header", "Div", "Image"}, document.ast["blocks"], lambda node: (image if node["t"] == "Image" else _page_heading)(node)
    )
    chapters = not inline and edition.spec.shape == "document" and is_long(document.ast["blocks"])
    write = write_chapters if chapters else write_pieces  # what an edit does not reach is written already
    toc, body, findings = write(document, blocks, runner)
    diagnostics = list(findings)
    if not body:
        return None, diagnostics
    drawn = (data.decode(errors="replace") for name, data in document.assets.items() if name.endswith(".svg"))
    css, files, missing = style_sheets(
        edition, output, project, inline=inline, paper=not inline,
        letters="".join((body, toc, standing_words(project, edition), *drawn)),
    )
    diagnostics += missing
    name = str(output.template or "page.html.j2")
    context = page_context(project, edition, output) | {
        "toc": trusted(toc if output.toc or chapters else ""), "body": trusted(body), "css": trusted(css),
        "chapters": chapters, **(extra or {}),
    }  # fmt: skip
    html, problems = fill_template(edition, project, name, context)
    diagnostics += problems
    if html is None:
        return None, diagnostics
    if not inline:
        files |= {name: data for name, data in document.assets.items() if f'"{name}"' in html}
    return Page(html, files), diagnostics


def standing_words(project: Project, edition: Edition) -> str:
    """What a page may print beside the text: the publication's own data, the words of its language and of the templates."""
    shared = (data for name, data in project.styles.items() if name.startswith("pages/"))
    own = (data for name, data in edition.files.items() if name.endswith(".j2"))
    templates = (data.decode(errors="replace") for data in (*shared, *own))
    return "".join((project.publication.model_dump_json(), *project.locale.values(), *templates))


def fill_template(
    edition: Edition, project: Project, name: str, context: Mapping[str, Any]
) -> tuple[str | None, list[Diagnostic]]:
    """A page template of the edition, or a shared one of `templates/pages/`, with its variables filled in."""
    assert context.keys() <= NAMES, "templates that use a name of which page_names does not know are refused"
    if find_file(edition, project, name, "pages") is None:
        return None, [_missing_file(edition, name, "page template")]
    texts = _template_texts(edition, project, name)
    try:
        return page_template(edition, project, name).render(context), []
    except Exception as problem:
        diagnostic = template_diagnostic(problem, texts)
        if diagnostic is None:
            raise
        return None, [diagnostic]


def page_template(edition: Edition, project: Project, name: str) -> Template:
    """The template ready to be filled in. Raises what Jinja2 raises."""
    return page_environment(_template_texts(edition, project, name), (f"editions/{edition.name}", "pages")).get_template(name)


def _template_texts(edition: Edition, project: Project, name: str) -> dict[str, str]:
    read = {key: data for key, data in project.styles.items() if key.startswith("pages/")}
    read |= {f"editions/{edition.name}/{file}": data for file, data in edition.files.items() if file.endswith(".j2") or file == name}
    return {path: data.decode() for path, data in read.items()}


def page_context(project: Project, edition: Edition, output: Output) -> dict[str, Any]:
    """What every page template may use."""
    publication, found = shown(project), standing(project)
    language = str(publication.language)
    return {
        "publication": publication,
        "title": str(publication.title),
        "language": language,
        "direction": "rtl" if language.split("-")[0] in _RIGHT_TO_LEFT else "ltr",
        "edition": edition.spec,
        "output": output,
        "words": project.locale,
        "draft": publication.status is not Status.APPROVED,
        "overdue": found.overdue,
        "notice": " · ".join(notices(project)),
        "authors": ", ".join(str(person.name) for person in publication.authors),
        "keywords": ", ".join(map(str, publication.keywords)),
        "last_reviewed": "" if "last_reviewed" in project.doubts else long_date(publication.last_reviewed, language),
        "next_review": "" if "next_review" in project.doubts else long_date(publication.next_review, language),
        "css_string": lambda value: trusted(css_string(str(value))),
    }


def trusted(markup: str) -> Markup:
    """What pandoc wrote from a cleaned AST, or our own style sheets: it is not escaped again."""
    return Markup(markup)  # noqa: S704


_RIGHT_TO_LEFT = frozenset({"ar", "he", "fa", "ur", "yi", "ps", "sd", "ug", "dv"})


def css_string(value: str) -> str:
    """A CSS string literal (CSS Syntax 3, 4.3.5): quotes, backslashes, `<` and line ends as escapes."""
    return '"' + re.sub(r'["\\<\n\r\f]', lambda match: f"\\{ord(match[0]):x} ", value) + '"'


def style_sheets(
    edition: Edition, output: Output, project: Project, *, inline: bool, paper: bool = False, letters: str | None = None
) -> tuple[str, dict[str, bytes], list[Diagnostic]]:
    """The output's style sheets as one text, the files that they name, and what could not be found.

    When `letters` are given, fonts that none of them needs are left out. For `paper`, fonts come in the
    form that is quickest to unpack instead of the one that is smallest to send.
    """
    sheets, files, diagnostics = [], {}, []

    def resolve(match: re.Match[str]) -> str:
        kind, name = match[1], match[2]
        if paper and kind == "font" and name.removesuffix("2") in project.fonts:
            name = name.removesuffix("2")
        data = project.fonts.get(name) if kind == "font" else find_file(edition, project, name, "styles")
        if data is None:
            diagnostics.append(_missing_file(edition, name, "font" if kind == "font" else "picture of a style sheet"))
            return 'url("")'
        if inline:
            return f'url("{data_uri(name, data)}")'
        files[name] = data
        return f'url("{name}")'

    for name in output.styles:
        sheet = find_file(edition, project, str(name), "styles")
        if sheet is None:
            diagnostics.append(_missing_file(edition, str(name), "style sheet", name.span))
            continue
        text = sheet.decode() if letters is None else without_unneeded_faces(sheet.decode(), letters, project.fonts)
        if paper:  # WeasyPrint believes a range, even of characters that the file does not have
            text = _UNICODE_RANGE.sub("", text)
        sheets.append(_CSS_URL.sub(resolve, text))
    return "\n".join(sheets), files, diagnostics


def find_file(edition: Edition, project: Project, name: str, folder: str) -> bytes | None:
    """A file that lies beside the edition's `edition.yaml`, or in the shared folder `templates/<folder>/`."""
    own = edition.files.get(name)
    return project.styles.get(f"{folder}/{name}") if own is None else own


def _missing_file(edition: Edition, name: str, what: str, span: Span | None = None) -> Diagnostic:
    return error(
        "edition-file-missing",
        f"The edition “{edition.name}” names a {what} “{name}” that is not there",
        span or edition.span,
        "It is looked up beside edition.yaml and then in the shared folders below templates/.",
    )


def data_uri(name: str, data: bytes) -> str:
    """A `data:` address (RFC 2397) that carries the file itself."""
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if name.endswith(".woff2"):
        kind = "font/woff2"
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def _page_heading(node: Node) -> Node:
    """A page has one first-level heading, its title; the sections come under it."""
    if node["t"] == "Header":
        return header(node["c"][0] + 1, node["c"][1], node["c"][2])
    if node["t"] == "Div" and has_class(node, "title"):
        inlines = [inline for block in node["c"][1] if block["t"] in ("Para", "Plain") for inline in block["c"]]
        return header(1, attr("title", ["title", "unlisted"]), inlines)
    return node


def _named_picture(document: Document) -> Callable[[Node], Node]:
    """Pictures by their file name; the page's files hold them. Formulas take the colour of the page's text: they are in it."""

    def change(node: Node) -> Node:
        if is_formula(node):
            return formula_markup(node, document)
        if node["t"] == "Image" and node["c"][2][0].startswith(ASSET):
            return decoration(node, node["c"][2][0][len(ASSET) :])
        return node

    return change


def decoration(node: Node, address: str) -> Node:
    """A picture at its address; one that is only decoration says so, because an empty alt text may be a forgotten one (and HTML allows no role there)."""
    identifier, classes, pairs = attr_of(node)
    if "decorative" in classes:
        return {"t": "Image", "c": [attr(identifier, classes, **{**pairs, "aria-hidden": "true"}), [], [address, ""]]}
    return {"t": "Image", "c": [node["c"][0], node["c"][1], [address, ""]]}


def _inline_picture(document: Document) -> Callable[[Node], Node]:
    """Diagrams as SVG elements (so that they use the page's font), other pictures as `data:` addresses."""
    drawings = {name for figure in document.figures.values() for name in (figure.svg, figure.narrow and figure.narrow.svg)}

    def change(node: Node) -> Node:
        if node["t"] != "Image" or not node["c"][2][0].startswith(ASSET):
            return node
        if is_formula(node):
            return formula_markup(node, document)
        name = node["c"][2][0][len(ASSET) :]
        data = document.assets[name]
        if name in drawings:
            alt = stringify(node["c"][1]).strip() or attr_of(node)[2].get("alt", "")
            return {"t": "RawInline", "c": ["html", inline_svg(data, alt, name.removesuffix(".svg"))]}
        return decoration(node, data_uri(name, data))

    return change
