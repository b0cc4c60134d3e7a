"""The web page: one self-contained HTML file, its elements mended for browsers and those who listen to them."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import html as lxml_html

from handbill.diagnostics import Diagnostic
from handbill.jobs import Runner
from handbill.model import Document, Edition, Project
from handbill.render.mend import Element, classes, described, every, join_descriptions, mend, new, words_of, wrap
from handbill.render.page import make_page
from handbill.schema import Output

_HEAD, _MAIN = "page-head", "text"


def render_html(
    document: Document, edition: Edition, output: Output, project: Project, runner: Runner
) -> tuple[bytes | None, list[Diagnostic]]:
    """One file with its fonts, styles and pictures inside: it opens from a disk with no network."""
    page, diagnostics = make_page(document, edition, output, project, runner, inline=True)
    if page is None:
        return None, diagnostics
    return finish_page(page.html, project.locale).encode(), diagnostics


def finish_page(html: str, words: Mapping[str, str]) -> str:
    """The page as it is given to readers; `words` are those of its language."""
    page = lxml_html.document_fromstring(html, parser=lxml_html.HTMLParser(huge_tree=True))
    mend(page)
    join_descriptions(page, words["description"])
    _notes(page, words["back_to_text"])
    _masthead(page)
    _tables(page)
    _figures(page)
    _fold_descriptions(page)
    _sections(page)
    return str(lxml_html.tostring(page, doctype="<!DOCTYPE html>", encoding="unicode")) + "\n"


def _masthead(page: Element) -> None:
    """Title and summary stand in the page's header, so that the contents list comes after them on any screen."""
    head, main = (page.find(f".//*[@id='{name}']") for name in (_HEAD, _MAIN))
    if head is None or main is None:
        return
    masthead = next((e for e in every(main, "section", "div") if "masthead" in classes(e)), None)
    if masthead is None:
        head.append(new(head, "h1", text=page.findtext("head/title")))
    else:
        masthead.tail = "\n"
        head.append(masthead)


def _tables(page: Element) -> None:
    """Each table in a box of its own that may scroll, and that a keyboard can reach."""
    for number, table in enumerate(list(every(page, "table")), start=1):
        box = new(table, "div", {"class": "table-box", "role": "group", "tabindex": "0"})
        caption = next(every(table, "caption"), None)
        if caption is not None:
            caption.set("id", caption.get("id") or f"caption-{number}")
            box.set("aria-labelledby", str(caption.get("id")))
        else:
            box.set("aria-label", " · ".join(filter(None, map(words_of, every(table, "th")))) or str(number))
        wrap(table, box)


def _figures(page: Element) -> None:
    """A drawing keeps its letters legible: on a narrow screen it scrolls in a box of its own."""
    for drawing in list(every(page, "svg")):
        name = drawing.get("aria-label") or ""
        if any(parent.tag == "figure" for parent in drawing.iterancestors()) and (width := drawing.get("width")):
            box = new(drawing, "div", {"class": "picture-box", "role": "group", "tabindex": "0", "aria-label": name})
            box.set("style", f"--width: {float(width):g}px")
            wrap(drawing, box)


def _fold_descriptions(page: Element) -> None:
    """Long descriptions can be opened and closed."""
    for _, description in list(described(page)):
        title = description[0]
        details = new(description, "details", dict(description.attrib))
        summary = new(description, "summary", text=title.text)
        description.remove(title)
        details.append(summary)
        details.extend(list(description))
        details.tail = description.tail
        parent = description.getparent()
        if parent is not None:
            parent.replace(description, details)


def _notes(page: Element, back: str) -> None:
    """The way back from a footnote says where it leads; pandoc's arrow is in few fonts, and nobody can read it aloud."""
    for link in every(page, "a"):
        if "footnote-back" in classes(link):
            link.text = f" {back}"


def _sections(page: Element) -> None:
    """pandoc's footnotes are a section without a heading, which no list of sections could show."""
    for section in list(every(page, "section")):
        if not any(kid.tag in ("h1", "h2", "h3", "h4", "h5", "h6", "header") for kid in section):
            section.tag = "div"
