"""What a listener would stumble over in a PDF although no standard's validator says a word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from handbill.diagnostics import Diagnostic, error
from handbill.inspect.pdf_tags import Tag
from handbill.model import Facts

_LEADER = re.compile(r"(?:[.·_…]\s?){4}")
_SHORT = 60


def check_tags(facts: Facts) -> list[Diagnostic]:
    """Every fault of the structure tree, as an error of code `pdf-tags`."""
    tags = facts.extra.get("tags")
    if not isinstance(tags, Tag):
        return [_fault("The PDF has no tags, so it cannot be read aloud")]
    found = [_fault(words) for check in _CHECKS for words in check(tags)]
    headings, outline = facts.extra["headings"], facts.extra["outline"]
    # A folded sheet is read in another order than it is printed in: bookmarks follow the pages, tags the reader.
    if sorted(_squeezed(words) for _, words in headings) != sorted(_squeezed(words) for _, words in outline):
        found.append(_fault("The bookmarks of the PDF are not its headings"))
    return found


def _tables(tags: Tag) -> Iterator[str]:
    for table in tags.find("Table"):
        name = _name(table)
        heads = table.find("TH")
        if not heads:
            yield f"The table {name} has no header cells"
        known = {head.id for head in heads}
        if any("Scope" not in head.attributes for head in heads):
            yield f"A header cell of the table {name} does not say what it heads"
        for cell in table.find("TH", "TD"):
            if not known.issuperset(cell.attributes.get("Headers", ())):
                yield f"A cell of the table {name} names a header cell that is not there"
        if heads and not all(cell.attributes.get("Headers") for cell in table.find("TD")):
            yield f"A cell of the table {name} belongs to no header cell"


def _links(tags: Tag) -> Iterator[str]:
    for link in tags.find("Link"):
        if not link.links:
            yield f"The link {_name(link)} cannot be clicked"
        for words, target in link.links:
            if not words.strip() or (words == target and _squeezed(link.text) != _squeezed(target)):
                yield f"The link {_name(link)} to {target} does not say where it leads"


def _pictures(tags: Tag) -> Iterator[str]:
    for picture in tags.find("Figure", "Formula"):
        if not picture.alt.strip():
            yield "A picture has no alternative text"


def _leaders(tags: Tag) -> Iterator[str]:
    for entry in tags.find("TOCI"):
        if _LEADER.search(entry.text):
            yield f"The dots of the contents line {_name(entry)} are read out one by one"


def _lists(tags: Tag) -> Iterator[str]:
    for items in tags.find("L"):
        if any(isinstance(kid, Tag) and kid.type not in ("LI", "L", "Caption") for kid in items.kids):
            yield f"The list {_name(items)} holds something that is no item"


def _repeated(tags: Tag) -> Iterator[str]:
    names = [tag.id for tag in tags.walk() if tag.id]
    if len(names) != len(set(names)):
        yield "Two elements of the PDF have the same identifier"


_CHECKS: tuple[Callable[[Tag], Iterator[str]], ...] = (_tables, _links, _pictures, _leaders, _lists, _repeated)


def _name(tag: Tag) -> str:
    text = tag.text
    return f"“{text if len(text) <= _SHORT else text[:_SHORT] + '…'}”"


def _squeezed(text: str) -> str:
    return "".join(text.split()).casefold()


def _fault(words: str) -> Diagnostic:
    return error(
        "pdf-tags",
        f"{words}.",
        None,
        "If the source is in order, this is a fault of the program: please report it with the publication.",
    )
