"""The structure tree of a document: its elements made by the makers, then numbered."""

from __future__ import annotations

# Imported for their makers.
from handbill.tools.pdf import cells, inline, lists  # noqa: F401
from handbill.tools.pdf.elements import kids_of, paragraphs
from handbill.tools.pdf.tables import associate
from handbill.tools.pdf.tree import Elem, Node


def build(root: Elem) -> Node:
    """The structure tree of a document whose `<html>` element is `root`."""
    document = Node("Document", paragraphs(kids_of(root, root.attrib.get("lang", ""))), source=root)
    for number, node in enumerate(n for n in document.nodes() if n.type == "Note"):
        node.id = f"note-{number + 1}"
    for number, table in enumerate(n for n in document.nodes() if n.type == "Table"):
        associate(table, f"t{number + 1}")
    return document
