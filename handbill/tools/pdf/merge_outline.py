"""The bookmarks of all parts as one tree."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from pikepdf import Array, Dictionary, Name, Object, Pdf, String
from weasyprint.anchors import make_page_bookmark_tree
from weasyprint.matrix import Matrix


def write_outline(pdf: Pdf, bookmarks: Sequence[Sequence[Any]]) -> None:
    """Give `pdf` an outline of the bookmarks of its pages, each as level, words, x, y and state.

    The nesting is WeasyPrint's own, so that a document in parts has the outline that it has as a whole.
    """
    root: list[Any] = []
    skipped: list[int] = []
    depths, previous = [root], 0
    for number, found in enumerate(bookmarks):
        page = SimpleNamespace(bookmarks=[(level, label, (x, y), state) for level, label, x, y, state in found])
        previous = make_page_bookmark_tree(page, skipped, depths, previous, number, Matrix())
    if "/Outlines" in pdf.Root:
        del pdf.Root.Outlines
    if root:
        outlines = pdf.make_indirect(Dictionary())
        pages = [page.obj for page in pdf.pages]
        items, count = _items(pdf, root, outlines, pages)
        outlines.First, outlines.Last, outlines.Count = items[0], items[-1], count
        pdf.Root.Outlines = outlines


def _items(pdf: Pdf, trees: Sequence[Any], parent: Object, pages: Sequence[Object]) -> tuple[list[Object], int]:
    """The items of one level, linked to each other, and how many items can be seen when all is as it is opened."""
    items: list[Object] = []
    count = len(trees)
    for title, (page, x, y), below, state in trees:
        place = Array([pages[page], Name.XYZ, x, y, 0])
        item: Object = pdf.make_indirect(Dictionary(Title=String(title), Dest=place, Parent=parent))
        kids, seen = _items(pdf, below, item, pages)
        item.Count = -seen if state == "closed" else seen
        count += 0 if state == "closed" else seen
        if kids:
            item.First, item.Last = kids[0], kids[-1]
        if items:
            items[-1].Next, item.Prev = item, items[-1]
        items.append(item)
    return items, count
