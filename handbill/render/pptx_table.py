"""Tables in PowerPoint: a head row and row heads that are marked as such, lines instead of boxes."""

from __future__ import annotations

from typing import Any

from handbill.pandoc_ast import Node, stringify
from handbill.render.deck import Slide
from handbill.render.deck_boxes import Box
from handbill.render.deck_measure import CELL_GAP, CELL_PADDING, column_shares
from handbill.render.pptx_shapes import Canvas, Style
from handbill.render.pptx_xml import EMU, Element, element, fill, qname

_NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"


def add_table(
    canvas: Canvas, slide: Any, table: Node, cells: list[list[list[Element]]], box: Box, size: float, planned: Slide
) -> None:
    """Puts a table on the slide whose cells hold the paragraphs of `cells`."""
    columns = len(table["c"][2])
    heads = len(table["c"][3][1])
    row_heads = any(body[1] for body in table["c"][4])
    frame = slide.shapes.add_table(len(cells), columns, *(round(v * EMU) for v in (box.x, box.y, box.w, box.h)))
    element_ = frame._element
    element_.getparent().remove(element_)
    canvas.add(element_)
    frame.name = "Table"
    element_.nvGraphicFramePr.cNvPr.set("descr", stringify(planned.fine).strip() or planned.name)
    properties = frame.table._tbl.tblPr
    properties.find(qname("a:tableStyleId")).text = _NO_STYLE
    frame.table.first_row, frame.table.first_col, frame.table.horz_banding = bool(heads), row_heads, False
    for column, share in zip(frame.table.columns, column_shares(table), strict=True):
        column.width = round(box.w * share * EMU)
    for number, row in enumerate(cells):
        frame.table.rows[number].height = round(box.h / len(cells) * EMU)
        for index, paragraphs in enumerate(row):
            head = number < heads
            style = Style(size, bold=head or (row_heads and index == 0), colour="accent1" if head else None)
            _fill_cell(canvas, frame.table.cell(number, index)._tc, paragraphs, style, head=head)


def _fill_cell(canvas: Canvas, cell: Element, paragraphs: list[Element], style: Style, *, head: bool) -> None:
    body = cell.get_or_add_txBody()
    if paragraphs:
        for old in body.findall(qname("a:p")):
            body.remove(old)
    for number, paragraph in enumerate(paragraphs):
        body.append(canvas.tidy(paragraph, style, first=number == 0))
        for run in paragraph.iter(qname("a:rPr")):
            run.set("sz", str(round(style.size * 0.75) * 100 if style.size else 2400))
    properties = cell.get_or_add_tcPr()
    right, edge = round(CELL_GAP * EMU), round(CELL_PADDING * EMU)
    for name, value in (("marL", 0), ("marR", right), ("marT", edge), ("marB", edge)):
        properties.set(name, str(value))
    for side in ("lnL", "lnR", "lnT"):
        properties.append(element(f'<a:{side} w="0"><a:noFill/></a:{side}>'))
    width, colour = (4, "accent1") if head else (1.5, "accent3")
    properties.append(element(f'<a:lnB w="{round(width * EMU)}">{fill(colour)}</a:lnB>'))
    properties.append(element("<a:noFill/>"))
