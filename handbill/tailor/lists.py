"""Tables as lists, for pages that are too narrow for columns or type that is too large for them."""

from __future__ import annotations

from typing import Any

from handbill.pandoc_ast import Blocks, Inlines, Node, attr, attr_of, div, stringify, text, transform_only

NAME = "table-as-list"


def tables_as_lists(blocks: Blocks) -> Blocks:
    """`blocks` where every table is a list: one entry a row, its first cell the title, the others after their column's name."""
    return transform_only({"Table"}, blocks, _listed)


def _listed(table: Node) -> Node:
    identifier, classes, pairs = attr_of(table)
    _, caption, _, head, bodies, foot = table["c"]
    names = [stringify(cell[4]).strip() for cell in _cells(head[1][-1])] if head[1] else []
    rows = [row for body in bodies for row in (*body[2], *body[3])] + list(foot[1])
    title: Blocks = (
        [div(attr("", ["box-title"]), [{"t": "Para", "c": words}])] if (words := _inlines(caption[1])) else []
    )
    entries = [div(attr("", ["entry"]), _entry([cell[4] for cell in _cells(row)], names)) for row in rows]
    return div([identifier, [*classes, NAME], [[key, value] for key, value in pairs.items()]], [*title, *entries])


def _cells(row: Any) -> list[Any]:
    cells: list[Any] = row[1]
    return cells


def _entry(cells: list[Blocks], names: list[str]) -> Blocks:
    first, *rest = cells
    items = [
        _labelled(cell, names[number] if number < len(names) else "")
        for number, cell in enumerate(rest, start=1)
        if cell
    ]
    title: Blocks = [{"t": "Para", "c": [{"t": "Strong", "c": _inlines(first)}]}] if _inlines(first) else []
    return [*title, {"t": "BulletList", "c": items}] if items else title


def _labelled(cell: Blocks, name: str) -> Blocks:
    """A cell's blocks, the column's name before the first words."""
    begin, *rest = cell
    if not name or begin["t"] not in ("Para", "Plain"):
        return cell
    label: Inlines = [{"t": "Strong", "c": text(name)}, {"t": "LineBreak"}]
    return [{"t": begin["t"], "c": [*label, *begin["c"]]}, *rest]


def _inlines(cell: Blocks) -> Inlines:
    return [inline for block in cell if block["t"] in ("Para", "Plain") for inline in block["c"]]
