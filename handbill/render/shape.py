"""HTML made ready for a PDF with tags: one pure pass from page to page, between the page template and WeasyPrint.

pandoc's HTML is meant for browsers, where the machine of a blind reader can guess. A PDF says only what
its tags say, so everything a listener needs is written down here: which cells head what, what a drawing
shows, what is decoration. Shaping keeps every word, and shaping twice changes nothing more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lxml import html as lxml_html
from lxml.html import HtmlElement

STYLE = """
:is(ul, ol) ul { list-style-type: "\\2013\\a0" }
.check { display: inline-block; width: .75em; height: .75em; border: .06em solid; margin-right: .4em;
  font-size: 1em; line-height: .75em; text-align: center; vertical-align: -.05em }
tr, .csl-entry { break-inside: avoid }
"""
"""What the shaped page relies on. It comes first in the page, so that an edition's own styles win."""

_MARK = "handbill-shape"
_COUNTED = {"a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman"}
_BACK = "^"
"""The sign of a link back to the text: the arrow that pandoc writes is in few fonts, this one in all."""
_BACKLINKS = ("↩︎", "↩", "↩\ufe0e")


def shape_for_pdf(html: str) -> str:
    """The page with everything said that a tagged PDF must say. Raises nothing: odd markup is left as it is."""
    return written(shaped(html))


def shaped(html: str) -> HtmlElement:
    """The page of `shape_for_pdf` as a tree."""
    page: HtmlElement = lxml_html.document_fromstring(html)
    for step in _STEPS:
        step(page)
    return page


def written(page: HtmlElement) -> str:
    """A tree as HTML."""
    return str(lxml_html.tostring(page, doctype="<!DOCTYPE html>", encoding="unicode"))


def _new(tag: str, attributes: Mapping[str, str] | None = None) -> HtmlElement:
    made: HtmlElement = lxml_html.html_parser.makeelement(tag, dict(attributes or {}))
    return made


def _style(page: HtmlElement) -> None:
    head = page.find("head")
    if head is None or page.get_element_by_id(_MARK, None) is not None:
        return
    style = _new("style", {"id": _MARK})
    style.text = STYLE
    first = next((index for index, kid in enumerate(head) if kid.tag in ("style", "link")), len(head))
    head.insert(first, style)


def _captions(page: HtmlElement) -> None:
    """A caption is read, even where pandoc hides it because the picture's alternative text says the same."""
    for caption in page.iter("figcaption"):
        caption.attrib.pop("aria-hidden", None)


def _header_cells(page: HtmlElement) -> None:
    """Every header cell says what it heads. An empty cell in the head's corner is a header too: it keeps the grid."""
    for table in page.iter("table"):
        if table.get("role") in ("presentation", "none"):
            continue
        rows = list(table.iter("tr"))
        columns = max((sum(_span(cell, "colspan") for cell in row) for row in rows), default=0)
        for row in rows:
            group = row.getparent()
            _row_headers(row, group is not None and group.tag == "thead", columns)


def _row_headers(row: HtmlElement, in_head: bool, columns: int) -> None:
    """The scopes of one row's header cells. `columns` is the width of the whole table."""
    for cell in row:
        if in_head and cell.tag == "td" and not len(cell) and not (cell.text or "").strip():
            cell.tag = "th"
    only_headers = all(cell.tag == "th" for cell in row)
    for cell in row:
        if cell.tag != "th" or cell.get("scope"):
            continue
        if in_head:
            cell.set("scope", "colgroup" if _span(cell, "colspan") > 1 else "col")
        elif columns > 1 and _span(cell, "colspan") == columns:
            cell.set("scope", "rowgroup")
        else:
            cell.set("scope", "col" if only_headers else "row")


def _span(cell: HtmlElement, name: str) -> int:
    value = (cell.get(name) or "1").strip()
    return int(value) if value.isdigit() and int(value) > 0 else 1


def _drawings(page: HtmlElement) -> None:
    """An inline drawing's name stands in its `<title>`, first: the other ways to name it do not reach the PDF."""
    for drawing in page.iter("svg"):
        title = next((kid for kid in drawing if kid.tag == "title"), None)
        if title is None and (name := _label(drawing, page)):
            title = _new("title")
            title.text = name
        elif title is not None:
            title.drop_tree()
            title.tail = None
        if title is not None:
            drawing.insert(0, title)


def _label(element: HtmlElement, page: HtmlElement) -> str:
    if name := (element.get("aria-label") or "").strip():
        return name
    names = (element.get("aria-labelledby") or "").split()
    parts = [page.get_element_by_id(name, None) for name in names]
    return " ".join(" ".join("".join(part.itertext()).split()) for part in parts if part is not None)


def _contents(page: HtmlElement) -> None:
    """A navigation whose links all lead into the page is its table of contents."""
    for nav in page.iter("nav"):
        links = list(nav.iter("a"))
        if links and not nav.get("role") and all((link.get("href") or "").startswith("#") for link in links):
            nav.set("role", "doc-toc")


def _checkboxes(page: HtmlElement) -> None:
    """Boxes to tick: an empty one is there for a pen, a ticked one is said as an x."""
    for box in list(page.iter("input")):
        if box.get("type") != "checkbox":
            continue
        drawn = _new("span", {"class": "check"})
        if box.get("checked") is None:
            drawn.set("aria-hidden", "true")
        else:
            drawn.text = "x"
        for item in box.iterancestors("li"):
            _say(item, ["list-style: none"])
            break
        box.addprevious(drawn)
        box.drop_tree()


def _numbering(page: HtmlElement) -> None:
    """How a list counts, said as a style: WeasyPrint reads no other. What is styled already is left alone."""
    for numbered in page.iter("ol"):
        rules = []
        if kind := _COUNTED.get(numbered.get("type", "")):
            rules.append(f"list-style-type: {kind}")
        if (start := _integer(numbered.get("start"))) is not None:
            rules.append(f"counter-reset: list-item {start - 1}")
        _say(numbered, rules)
        for item in numbered.iterchildren("li"):
            if (value := _integer(item.get("value"))) is not None:
                _say(item, [f"counter-reset: list-item {value}", "counter-increment: none"])


def _say(element: HtmlElement, rules: list[str]) -> None:
    if rules and not element.get("style"):
        element.set("style", "; ".join(rules))


def _integer(value: str | None) -> int | None:
    try:
        return int(value) if value else None
    except ValueError:
        return None


def _backlinks(page: HtmlElement) -> None:
    for link in page.iter("a"):
        if link.get("role") == "doc-backlink" and (link.text or "").strip() in _BACKLINKS:
            link.text = _BACK


def _formulas(page: HtmlElement) -> None:
    """The source text beside a formula's markup would be printed as well."""
    for kind in ("annotation", "annotation-xml"):
        for note in list(page.iter(kind)):
            note.drop_tree()


def _empty_links(page: HtmlElement) -> None:
    """A link with nothing to click, such as pandoc's one in every line of code, is an anchor at most."""
    for link in page.iter("a"):
        if link.get("href") and not len(link) and not (link.text or "").strip():
            del link.attrib["href"]


_STEPS: tuple[Callable[[HtmlElement], None], ...] = (
    _style,
    _captions,
    _header_cells,
    _drawings,
    _contents,
    _checkboxes,
    _numbering,
    _backlinks,
    _formulas,
    _empty_links,
)
