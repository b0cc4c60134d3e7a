"""The structure tree of a document: its elements made by the makers, then numbered."""

from __future__ import annotations

# Imported for their makers.
from handbill.tools.pdf import cells, inline, lists  # noqa: F401
from handbill.tools.pdf.elements import kids_of, paragraphs
from handbill.tools.pdf.tables import associate
from handbill.tools.pdf.tree import Elem, Node


def build(root: Elem, prefix: str = "") -> Node:
    """The structure tree of a document whose `<html>` element is `root`; identifiers begin with `prefix`."""
    _as_read(root)
    document = Node("Document", paragraphs(kids_of(root, root.attrib.get("lang", ""))), source=root)
    for number, node in enumerate(n for n in document.nodes() if n.type == "Note"):
        node.id = f"{prefix}note-{number + 1}"
    for number, table in enumerate(n for n in document.nodes() if n.type == "Table"):
        associate(table, f"{prefix}t{number + 1}")
    return document


def _as_read(root: Elem) -> None:
    """Elements with `data-reading="n"` in the order of their numbers, where the first of their holders stands.

    A folded sheet is printed in another order than it is read; who listens shall not notice.
    """
    marked = [elem for elem in root.walk() if elem.attrib.get("data-reading", "").isdigit()]
    holder = marked[0].parent if marked else None
    if holder is None or holder.parent is None:
        return
    above, place = holder.parent, holder.parent.kids.index(holder)
    for elem in marked:
        if elem.parent is not None:
            elem.parent.kids.remove(elem)
        elem.parent = above
    in_order = sorted(marked, key=lambda elem: int(elem.attrib["data-reading"]))
    above.kids[place:place] = in_order
