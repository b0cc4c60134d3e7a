"""Tables in PowerPoint: a head row and row heads that are marked as such, lines instead of boxes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from handbill.box import Box
from handbill.tools.pptx.shapes import Canvas, Style
from handbill.tools.pptx.xml import EMU, Element, element, fill, qname

Cells = Sequence[Sequence[Sequence[Element]]]
"""The paragraphs of each cell, row by row."""

_NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"


def add_table(canvas: Canvas, slide: Any, table: Mapping[str, Any], cells: Cells, style: Style) -> None:
    """Puts a table on the slide.

    table  `box`, `shares` (of each column in the width, 1 in all), `heads` (how many rows are heads), `row_heads` (whether
           the first column heads the rows), `description`, and `gap` and `padding` of a cell in pixels
    """
    box, shares, heads = Box(*table["box"]), table["shares"], int(table["heads"])
    frame = slide.shapes.add_table(len(cells), len(shares), *(round(v * EMU) for v in (box.x, box.y, box.w, box.h)))
    element_ = frame._element
    element_.getparent().remove(element_)
    canvas.add(element_)
    frame.name = "Table"
    element_.nvGraphicFramePr.cNvPr.set("descr", table["description"])
    properties = frame.table._tbl.tblPr
    properties.find(qname("a:tableStyleId")).text = _NO_STYLE
    frame.table.first_row, frame.table.first_col, frame.table.horz_banding = bool(heads), table["row_heads"], False
    for column, share in zip(frame.table.columns, shares, strict=True):
        column.width = round(box.w * share * EMU)
    for number, row in enumerate(cells):
        frame.table.rows[number].height = round(box.h / len(cells) * EMU)
        for index, paragraphs in enumerate(row):
            head = number < heads
            bold = head or (table["row_heads"] and index == 0)
            look = replace(style, bold=bold, colour="accent1" if head else None)
            cell = frame.table.cell(number, index)._tc
            _fill_cell(canvas, cell, paragraphs, look)
            _rule_cell(cell, float(table["gap"]), float(table["padding"]), head=head)


def _fill_cell(canvas: Canvas, cell: Element, paragraphs: Sequence[Element], style: Style) -> None:
    body = cell.get_or_add_txBody()
    if paragraphs:
        for old in body.findall(qname("a:p")):
            body.remove(old)
    for number, paragraph in enumerate(paragraphs):
        body.append(canvas.tidy(paragraph, style, first=number == 0))
        for run in paragraph.iter(qname("a:rPr")):
            run.set("sz", str(round(style.size * 0.75) * 100 if style.size else 2400))


def _rule_cell(cell: Element, gap: float, padding: float, *, head: bool) -> None:
    """A cell's space, and the line below it."""
    properties = cell.get_or_add_tcPr()
    right, edge = round(gap * EMU), round(padding * EMU)
    for name, value in (("marL", 0), ("marR", right), ("marT", edge), ("marB", edge)):
        properties.set(name, str(value))
    for side in ("lnL", "lnR", "lnT"):
        properties.append(element(f'<a:{side} w="0"><a:noFill/></a:{side}>'))
    width, colour = (4, "accent1") if head else (1.5, "accent3")
    properties.append(element(f'<a:lnB w="{round(width * EMU)}">{fill(colour)}</a:lnB>'))
    properties.append(element("<a:noFill/>"))
