"""Which header cells belong to which data cell, by the table model of HTML (spans included)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from handbill.tools.pdf.tree import Node


@dataclass(frozen=True)
class Slot:
    """A cell and where it begins: row and column from 0, and the row group it is in."""

    cell: Node
    row: int
    column: int
    group: int

    def attribute(self, name: str, default: Any) -> Any:
        return self.cell.attributes.get("Table", {}).get(name, default)

    @property
    def rows(self) -> range:
        return range(self.row, self.row + int(self.attribute("RowSpan", 1)))

    @property
    def columns(self) -> range:
        return range(self.column, self.column + int(self.attribute("ColSpan", 1)))


def grid(table: Node) -> list[Slot]:
    """All cells of the table in reading order. A row span ends with its row group, as in HTML."""
    slots: list[Slot] = []
    taken: set[tuple[int, int]] = set()
    row = 0
    for number, rows in enumerate(_groups(table)):
        last = row + len(rows)
        for tr in rows:
            column = 0
            for cell in tr.kids:
                if not isinstance(cell, Node):
                    continue
                while (row, column) in taken:
                    column += 1
                slot = Slot(cell, row, column, number)
                if slot.rows.stop > last:
                    cell.attributes["Table"]["RowSpan"] = last - row
                taken.update((r, c) for r in slot.rows for c in slot.columns)
                slots.append(slot)
                column = slot.columns.stop
            row += 1
    return slots


def associate(table: Node, name: str) -> None:
    """Give every header cell an identifier and every cell under or beside headers the list of them."""
    slots = grid(table)
    headers = [slot for slot in slots if slot.cell.type == "TH" and any(slot.cell.leaves())]
    for slot in headers:
        slot.cell.id = f"{name}-r{slot.row + 1}c{slot.column + 1}"
    for slot in slots:
        names = [head.cell.id for head in headers if head is not slot and _heads(head, slot)]
        if names:
            slot.cell.attributes.setdefault("Table", {})["Headers"] = names


def _heads(head: Slot, slot: Slot) -> bool:
    """A column header stands above in one of the columns; a row header before, in one of the rows."""
    source = head.cell.source
    if source is not None and source.attrib.get("scope", "").lower() == "rowgroup":
        return slot.cell.type != "TH" and head.group == slot.group and head.row <= slot.row
    if head.attribute("Scope", "Column") == "Row":
        return slot.cell.type != "TH" and head.column < slot.column and _meet(head.rows, slot.rows)
    if slot.cell.type == "TH" and slot.attribute("Scope", "Column") != "Column":
        return False
    return head.row < slot.row and _meet(head.columns, slot.columns)


def _meet(one: range, other: range) -> bool:
    return one.start < other.stop and other.start < one.stop


def _groups(table: Node) -> list[list[Node]]:
    parts = [kid for kid in table.kids if isinstance(kid, Node)]
    loose = [part for part in parts if part.type == "TR"]
    groups = [loose] if loose else []
    parts = [part for part in parts if part.type in ("THead", "TBody", "TFoot")]
    return groups + [[row for row in part.kids if isinstance(row, Node) and row.type == "TR"] for part in parts]
