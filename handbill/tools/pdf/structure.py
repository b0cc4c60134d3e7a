"""The structure tree as PDF objects: structure elements, parent tree and identifiers (ISO 32000-1, 14.7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pydyf

from handbill.tools.pdf.tree import Leaf, Node

_NAMES = {"Scope", "ListNumbering", "WritingMode", "Placement"}
"""Attributes whose value is a PDF name; the other texts are strings."""


def write(document: Node, pdf: pydyf.PDF, pages: Sequence[Any], lang: str) -> None:
    """Add the tree below `document` to `pdf`, whose page number n has the content stream `pages[n]`."""
    _prune(document)
    root = pydyf.Dictionary({"Type": "/StructTreeRoot"})
    pdf.add_object(root)
    writer = _Writer(pdf, pages)
    root["K"] = pydyf.Array([writer.element(document, root.reference)])
    root["ParentTree"] = writer.parent_tree()
    if writer.ids:
        names = pydyf.Array()
        for name in sorted(writer.ids):
            names += [pydyf.String(name), writer.ids[name]]
        root["IDTree"] = pydyf.Dictionary({"Names": names})
    pdf.catalog["StructTreeRoot"] = root.reference
    pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})
    pdf.catalog["MarkInfo"] = pydyf.Dictionary({"Marked": "true"})
    if lang:
        pdf.catalog["Lang"] = pydyf.String(lang)


def _prune(node: Node) -> bool:
    """Remove what was never painted; say whether anything is left. Cells stay, for the sake of their columns."""
    node.kids = [kid for kid in node.kids if (kid.marks if isinstance(kid, Leaf) else _prune(kid))]
    return bool(node.kids) or node.type in ("TD", "TH", "LBody")


class _Writer:
    def __init__(self, pdf: pydyf.PDF, pages: Sequence[Any]) -> None:
        self._pdf = pdf
        self._pages = {page: number for number, page in enumerate(pages)}
        self._marks: dict[Any, dict[int, bytes]] = {page: {} for page in pages}
        self._annotations: list[tuple[bytes, Any]] = []
        self.ids: dict[str, bytes] = {}

    def element(self, node: Node, parent: bytes) -> bytes:
        """Add `node` and everything below it; the reference of its object."""
        made = pydyf.Dictionary({"Type": "/StructElem", "S": f"/{node.type}", "P": parent})
        self._pdf.add_object(made)
        page = next((leaf.page for leaf in node.leaves()), None)
        if page is not None:
            made["Pg"] = self._pdf.page_references[page]
        for key, text in (("Lang", node.lang), ("Alt", node.alt), ("E", node.expansion), ("ID", node.id)):
            if text:
                made[key] = pydyf.String(text)
        if node.id:
            self.ids[node.id] = made.reference
        if attributes := _attributes(node):
            made["A"] = attributes[0] if len(attributes) == 1 else pydyf.Array(attributes)
        kids = pydyf.Array()
        for kid in node.kids:
            if isinstance(kid, Leaf):
                kids += [self._mark(stream, number, kid.page, page, made) for stream, number in kid.marks]
            else:
                kids.append(self.element(kid, made.reference))
        if node.type == "Link" and node.source is not None:
            kids += self._links(node, made)
        made["K"] = kids
        return bytes(made.reference)

    def _mark(self, stream: Any, number: int, page: int, own_page: int | None, made: pydyf.Dictionary) -> Any:
        self._marks.setdefault(stream, {})[number] = made.reference
        if stream in self._pages and page == own_page:
            return number
        reference = pydyf.Dictionary({"Type": "/MCR", "Pg": self._pdf.page_references[page], "MCID": number})
        if stream not in self._pages:
            reference["Stm"] = stream.reference
        return reference

    def _links(self, node: Node, made: pydyf.Dictionary) -> list[pydyf.Dictionary]:
        """The link's rectangles. Their description is what the link says, not where it leads."""
        assert node.source is not None
        words = node.alt or node.source.words
        references = []
        for page, annotation in node.source.annotations:
            if words:
                annotation["Contents"] = pydyf.String(words)
            self._annotations.append((made.reference, annotation))
            references.append(
                pydyf.Dictionary({"Type": "/OBJR", "Obj": annotation.reference, "Pg": self._pdf.page_references[page]})
            )
        return references

    def parent_tree(self) -> bytes:
        """From marks and annotations back to their elements. WeasyPrint has numbered the pages from 0."""
        numbers = pydyf.Array()
        for key, (stream, marks) in enumerate(self._marks.items()):
            if stream not in self._pages:
                stream.extra["StructParents"] = key
            numbers += [key, pydyf.Array(marks[number] for number in sorted(marks))]
        for key, (element, annotation) in enumerate(self._annotations, start=len(self._marks)):
            annotation["StructParent"] = key
            numbers += [key, element]
        tree = pydyf.Dictionary({"Nums": numbers})
        self._pdf.add_object(tree)
        return bytes(tree.reference)


def _attributes(node: Node) -> list[pydyf.Dictionary]:
    made = []
    for owner, values in node.attributes.items():
        made.append(pydyf.Dictionary({"O": f"/{owner}", **{name: _value(name, v) for name, v in values.items()}}))
    if node.type in ("Figure", "Formula") and node.source is not None and node.source.boxes:
        made.append(pydyf.Dictionary({"O": "/Layout", "BBox": pydyf.Array(node.source.boxes[0][1:])}))
    return made


def _value(name: str, value: Any) -> Any:
    if name == "Headers":
        return pydyf.Array(pydyf.String(head) for head in value)
    return f"/{value}" if name in _NAMES else value
