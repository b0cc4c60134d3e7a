"""How much room text takes, from the deck's own fonts."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from typing import Any

from PIL import ImageFont

from handbill.formulas import DISPLAY_GAP, formula_size, is_display, is_formula
from handbill.model import Project
from handbill.pandoc_ast import Blocks, Inlines, Node, attr_of, has_class, stringify
from handbill.render.deck_theme import Theme

LEADING = 1.3
"""Line height of text, in parts of its size. The style sheet and the PowerPoint template say the same."""
PARAGRAPH_GAP, ITEM_GAP, INDENT = 0.55, 0.38, 1.1
"""Space between paragraphs and between list items, and a list's indent, in parts of the text size."""
CELL_GAP, CELL_PADDING = 24.0, 9.0
"""Space between the columns of a table, and above and below the text of a cell, in pixels."""

_EM = 100
_GUESS = 0.53  # mean advance of a letter in ems, when there is no font to ask
_SAFETY = 1.03  # Arial, which PowerPoint files use, is this much wider; and no two engines shape text alike
Word = tuple[str, bool]


class Measure:
    """Widths and heights in pixels."""

    def __init__(self, regular: bytes | None, bold: bytes | None) -> None:
        self._fonts = (_font(regular) if regular else None, _font(bold) if bold else None)

    def width(self, text: str, size: float, bold: bool = False) -> float:
        """Of a text on one line."""
        font = self._fonts[bold]
        return (float(font.getlength(text)) / _EM if font else len(text) * _GUESS) * size * _SAFETY

    def lines(self, inlines: Inlines, size: float, width: float, bold: bool = False) -> int:
        """How many lines the text takes in a column of `width`."""
        count, used = 1, 0.0
        space = self.width(" ", size, bold)
        for word, heavy in _words(inlines, bold):
            if word == "\n":
                count, used = count + 1, 0.0
                continue
            wide = self.width(word, size, heavy)
            if used and used + space + wide > width:
                count, used = count + 1, 0.0
            used += wide + (space if used else 0)
            count += int(wide // width) if wide > width else 0
        return count

    def longest(self, inlines: Inlines, size: float, bold: bool = False) -> float:
        """The width of the longest word."""
        return max((self.width(word, size, heavy) for word, heavy in _words(inlines, bold)), default=0.0)

    def height(self, blocks: Blocks, size: float, width: float, item_gap: float = ITEM_GAP) -> float:
        """Of blocks one below the other; they stand at least as far apart as the items of a list."""
        heights = [self._block(block, size, width, item_gap) for block in blocks]
        return sum(heights) + max(PARAGRAPH_GAP, item_gap) * size * max(0, len(heights) - 1)

    def _block(self, block: Node, size: float, width: float, item_gap: float) -> float:
        kind: str = block["t"]
        content: Any = block.get("c")
        if kind in ("Para", "Plain"):
            return self._paragraph(content, size, width)
        if kind == "Header":
            return self.lines(content[2], size, width, bold=True) * size * LEADING
        if kind in ("BulletList", "OrderedList"):
            entries: list[Blocks] = content if kind == "BulletList" else content[1]
            inner = width - INDENT * size
            return sum(self.height(e, size, inner) for e in entries) + item_gap * size * (len(entries) - 1)
        if kind == "DefinitionList":
            return float(sum(self._definition(term, texts, size, width) for term, texts in content))
        if kind == "LineBlock":
            return float(sum(self.lines(line, size, width) for line in content)) * size * LEADING
        if kind == "CodeBlock":
            return float(content[1].count("\n") + 1) * size * LEADING
        if kind == "Table":
            return self.table(block, size, width)
        if kind == "Div" and has_class(block, "columns"):
            share = width / max(1, len(content[1])) - INDENT * size
            return max((self.height(c["c"][1], size, share) for c in content[1] if c["t"] == "Div"), default=0.0)
        if kind in ("Div", "BlockQuote"):
            return self.height(content[1] if kind == "Div" else content, size, width - (0 if kind == "Div" else size))
        return 0.0

    def _paragraph(self, inlines: Inlines, size: float, width: float) -> float:
        """Of a paragraph; a formula on a line of its own has that line for itself, a tall one within a line makes it taller."""
        drawn = [node for node in inlines if is_formula(node)]
        rest = [node for node in inlines if not is_display(node)]
        own = sum(formula_size(node)[1] + 2 * DISPLAY_GAP for node in drawn if is_display(node))
        taller = sum(max(0.0, formula_size(node)[1] - LEADING) for node in drawn if not is_display(node))
        written = self.lines(rest, size, width) * LEADING if stringify(rest).strip() else 0.0
        return (written + own + taller) * size

    def _definition(self, term: Inlines, texts: list[Blocks], size: float, width: float) -> float:
        told = sum(self.height(t, size, width - INDENT * size) for t in texts)
        return self.lines(term, size, width, bold=True) * size * LEADING + told + ITEM_GAP * size

    def table(self, table: Node, size: float, width: float) -> float:
        """Of a table whose columns share `width` as pandoc's column specifications say."""
        shares = column_shares(table)
        room = [width * share - CELL_GAP for share in shares]
        return sum(self._row(row, size, room) for row in rows_of(table))

    def _row(self, row: list[Any], size: float, room: list[float]) -> float:
        heights = [self.height(cell[4], size, wide) for cell, wide in zip(row, room, strict=False)]
        return max([size * LEADING, *heights]) + 2 * CELL_PADDING


def column_shares(table: Node) -> list[float]:
    """The width of each column as a share of the table's, adding up to 1."""
    given = [spec[1].get("c") for spec in table["c"][2]]
    fallback = 1 / max(1, len(given))
    shares = [float(value) if value else fallback for value in given]
    return [share / sum(shares) for share in shares]


def with_widths(table: Node, measure: Measure) -> Node:
    """The table with a width for each column: as it was given, or after what stands in it."""
    specs = table["c"][2]
    if any(spec[1]["t"] == "ColWidth" for spec in specs):
        return table
    rows = rows_of(table)
    needs = [max(_natural(row[index], measure) for row in rows if index < len(row)) for index in range(len(specs))]
    fresh = [
        [spec[0], {"t": "ColWidth", "c": round(need / sum(needs), 4)}] for spec, need in zip(specs, needs, strict=True)
    ]
    return {"t": "Table", "c": [*table["c"][:2], fresh, *table["c"][3:]]}


def _natural(cell: Any, measure: Measure) -> float:
    """How wide a cell would like to be, in ems: its text on one line, but long texts wrap gladly."""
    text = max((measure.width(line, 1, bold=True) for line in stringify(cell[4]).split("\n")), default=0.0)
    return min(max(text, 4.0), 24.0) + 1.0


def rows_of(table: Node) -> list[list[Any]]:
    """The cells of every row, heads first."""
    head, bodies = table["c"][3][1], table["c"][4]
    return [row[1] for row in [*head, *(row for body in bodies for part in (body[2], body[3]) for row in part)]]


def measure_of(theme: Theme, project: Project) -> Measure:
    """A measure with the theme's two fonts."""
    regular, bold = (project.fonts.get(theme.name(n)) for n in ("measure-with", "measure-bold-with"))
    return Measure(regular, bold)


@lru_cache(maxsize=16)
def _font(data: bytes) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(BytesIO(data), _EM, layout_engine=ImageFont.Layout.BASIC)


def _words(inlines: Inlines, bold: bool) -> list[Word]:
    """The words of a text, each with whether it is bold; a line break is the word `\\n`."""
    words: list[Word] = []
    glue = False  # whether the next piece continues the last word
    for piece, heavy in _pieces(inlines, bold):
        if piece in (" ", "\n"):
            glue = False
            if piece == "\n":
                words.append(("\n", heavy))
        elif glue and words:
            words[-1] = (words[-1][0] + piece, words[-1][1] or heavy)
        else:
            words.append((piece, heavy))
            glue = True
    return words


def _pieces(inlines: Any, bold: bool) -> list[Word]:
    out: list[Word] = []
    for node in inlines:
        kind, content = node["t"], node.get("c")
        if kind == "Str":
            out.append((content, bold))
        elif kind in ("Space", "SoftBreak"):
            out.append((" ", bold))
        elif kind == "LineBreak":
            out.append(("\n", bold))
        elif kind in ("Code", "Math"):
            out += [(word, bold) for part in content[1].split(" ") for word in (part, " ")][:-1]
        elif is_formula(node):  # as wide as so many letters
            out.append(("n" * max(1, round(formula_size(node)[0] / _GUESS)), bold))
        elif kind == "Quoted":
            out += [("“", bold), *_pieces(content[1], bold), ("”", bold)]
        elif kind in ("Strong", "Emph", "Underline", "Strikeout", "SmallCaps", "Superscript", "Subscript"):
            out += _pieces(content, bold or kind == "Strong")
        elif kind in ("Span", "Cite", "Link") and "visually-hidden" not in attr_of(node)[1]:
            out += _pieces(content[1], bold)
    return out
