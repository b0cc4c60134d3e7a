"""What pandoc's HTML lacks for a browser or an e-reader, mended in the finished elements.

Both trees work: HTML as lxml reads it (names without a namespace) and XHTML. No word of the text is
changed; a picture's long description gets a heading.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

Element = etree._Element

_ONLY_ON: Mapping[str, frozenset[str]] = {
    "abbr": frozenset({"th"}),
    "alt": frozenset({"img", "area", "input"}),
    "cite": frozenset({"blockquote", "q", "ins", "del"}),
    "height": frozenset({"img", "svg", "canvas", "input", "rect", "image"}),
    "start": frozenset({"ol"}),
    "width": frozenset({"img", "svg", "canvas", "input", "rect", "image"}),
}
"""Attributes that an author may give to anything in Markdown, and the elements that may have them in HTML."""

_WIDE = 3
"""A table with this many columns or more is shown as cards on a narrow screen."""
_NEVER_EMPTY = frozenset({"aria-label", "class", "dir", "href", "id", "lang", "role", "style", "title"})


def name_of(element: Element) -> str:
    """The element's name without its namespace; empty for comments."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def every(root: Element, *names: str) -> Iterator[Element]:
    """All elements of these names below `root`, in document order."""
    wanted = frozenset(names)
    for element in root.iter(etree.Element):
        if name_of(element) in wanted:
            yield element


def new(near: Element, name: str, attributes: Mapping[str, str] | None = None, text: str | None = None) -> Element:
    """An element in the namespace of `near`."""
    space = etree.QName(near).namespace
    made: Element = near.makeelement(f"{{{space}}}{name}" if space else name, dict(attributes or {}))
    made.text = text
    return made


def classes(element: Element) -> list[str]:
    return (element.get("class") or "").split()


def words_of(element: Element) -> str:
    """All words in an element, white space as single spaces."""
    return " ".join("".join(map(str, element.itertext())).split())


def wrap(element: Element, wrapper: Element) -> None:
    """Puts `wrapper` where `element` is, and `element` into it."""
    parent = element.getparent()
    if parent is None:
        return
    wrapper.tail, element.tail = element.tail, None
    parent.replace(element, wrapper)
    wrapper.append(element)


def mend(root: Element) -> None:
    """Attributes where HTML allows them, every id once, cells that say what heads them, roles of references."""
    _abbreviations(root)
    _attributes(root)
    _ids(root)
    _header_cells(root)
    _captions(root)
    _references(root)
    for image in every(root, "img"):
        if image.get("alt") is None:
            image.set("alt", "")


def _abbreviations(root: Element) -> None:
    for span in list(every(root, "span")):
        if full := span.get("abbr"):
            abbreviation = new(span, "abbr", {"title": full} | {k: v for k, v in span.items() if k != "abbr"}, span.text)
            abbreviation.extend(list(span))
            abbreviation.tail = span.tail
            parent = span.getparent()
            if parent is not None:
                parent.replace(span, abbreviation)


def _attributes(root: Element) -> None:
    for element in root.iter(etree.Element):
        for name, value in list(element.items()):
            allowed = _ONLY_ON.get(name)
            wrong = allowed is not None and name_of(element) not in allowed and not _is_drawing(element)
            if wrong or (name in _NEVER_EMPTY and not value.strip()):
                del element.attrib[name]


def _is_drawing(element: Element) -> bool:
    return any(name_of(parent) in ("svg", "math") for parent in element.iterancestors())


def _ids(root: Element) -> None:
    seen: set[str] = set()
    for element in root.iter(etree.Element):
        identifier = element.get("id")
        if identifier in seen:
            del element.attrib["id"]
        elif identifier:
            seen.add(identifier)


def _header_cells(root: Element) -> None:
    for table in every(root, "table"):
        for row in every(table, "tr"):
            group = row.getparent()
            in_head = group is not None and name_of(group) == "thead"
            for cell in row:
                _header_cell(cell, in_head)
        _cards(table)


def _header_cell(cell: Element, in_head: bool) -> None:
    if name_of(cell) != "th":
        return
    if not words_of(cell) and next(every(cell, "img"), None) is None:
        cell.tag = new(cell, "td").tag  # an empty corner heads nothing
    elif cell.get("scope") is None:
        group = int(cell.get("colspan" if in_head else "rowspan") or 1) > 1
        cell.set("scope", ("col" if in_head else "row") + ("group" if group else ""))


def _cards(table: Element) -> None:
    """The cells of a wide table carry the words of their column's head (`data-label`), and the table the class `cards`.

    On a narrow screen a style sheet can show the rows as cards; for listeners they stay rows and cells.
    """
    head = next(every(table, "thead"), None)
    heads = [words_of(cell) for cell in next(every(head, "tr"), ())] if head is not None else []
    if len(heads) < _WIDE or any(cell.get("rowspan") or cell.get("colspan") for cell in every(table, "td", "th")):
        return
    table.set("class", " ".join([*classes(table), "cards"]))
    for row in every(table, "tr"):
        for cell, words in zip(row, heads, strict=False):
            if name_of(cell) == "td" and words:
                cell.set("data-label", words)


def _captions(root: Element) -> None:
    """pandoc hides a caption that says the same as the alt text; who listens needs to know that there is one.

    A title would be shown as a tip over the picture, and told after the alt text as well.
    """
    for caption in every(root, "figcaption"):
        caption.attrib.pop("aria-hidden", None)
    for image in every(root, "img"):
        image.attrib.pop("title", None)


def _references(root: Element) -> None:
    """Links to a source, and from a source back to the text, say so to listeners."""
    for link in every(root, "a"):
        if "backlink" in classes(link) and link.get("href"):
            link.set("role", "doc-backlink")
        elif "#ref-" in (link.get("href") or ""):
            link.set("role", "doc-biblioref")


def described(root: Element) -> Iterator[tuple[Element, Element]]:
    """Each figure with a long description right after it, and that description."""
    for figure in every(root, "figure"):
        following = figure.getnext()
        if following is not None and "long-description" in classes(following):
            yield figure, following


def description_link(figure: Element) -> str:
    """Where the link below a figure leads, when its long description is elsewhere; empty when there is none."""
    following = figure.getnext()
    if following is None or "description-link" not in classes(following):
        return ""
    return next((link.get("href") or "" for link in every(following, "a")), "")


def join_descriptions(root: Element, title: str) -> None:
    """Heads each long description with `title`, and ties pictures to their descriptions (`aria-details`) for listeners."""
    taken = {str(element.get("id")) for element in root.iter(etree.Element)}
    for number, (figure, description) in enumerate(list(described(root)), start=1):
        if not description.get("id"):
            wanted = f"{figure.get('id') or f'figure-{number}'}-description"
            description.set("id", wanted if wanted not in taken else f"{wanted}-{number}")
        heading = new(description, "p", {"class": "description-heading"}, title)
        heading.tail, description.text = description.text, None
        description.insert(0, heading)
        _tie(figure, str(description.get("id")))
    for figure in every(root, "figure"):
        target = description_link(figure).removeprefix("#")
        if target in taken:
            _tie(figure, target)


def _tie(figure: Element, identifier: str) -> None:
    for picture in every(figure, "img", "svg"):
        picture.set("aria-details", identifier)
