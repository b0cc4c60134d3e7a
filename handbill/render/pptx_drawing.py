"""What is to stand on a slide, as values: the shapes that `handbill.tools.pptx` makes of pandoc's words."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

from handbill.box import Box
from handbill.render.deck_measure import CELL_GAP, CELL_PADDING, ITEM_GAP, PARAGRAPH_GAP
from handbill.tools.pptx.shapes import Style
from handbill.tools.pptx.tool import TITLE

style = partial(Style, size=None, gap=ITEM_GAP, between=PARAGRAPH_GAP)
"""A style that differs from the usual one in what is given."""


@dataclass
class Drawing:
    """One slide being planned. Shapes stand in reading order, and take the pieces of pandoc's text in theirs."""

    layout: str
    shapes: list[dict[str, Any]] = field(default_factory=list)
    taken: int = 0

    def values(self) -> dict[str, Any]:
        """The slide as `finishing_job` wants it."""
        return {"layout": self.layout, "pieces": self.taken, "shapes": self.shapes}

    def title(self, look: Style, box: Box, role: str) -> None:
        """The slide's own title."""
        self._text("Title", TITLE, look, box, f'type="{role}"')

    def text(self, name: str, look: Style, box: Box | None = None, role: str | None = None, then: Style | None = None) -> None:
        """The next piece, in a placeholder of the layout with the attributes `role` or in a box of its own.

        `then` is the style of one piece more in the same shape.
        """
        piece = self._next()
        self._text(name, piece, look, box, role, None if then is None else {"piece": self._next(), "style": asdict(then)})

    def _text(
        self, name: str, piece: int, look: Style, box: Box | None, role: str | None, then: dict[str, Any] | None = None
    ) -> None:
        self._add("text", name=name, piece=piece, style=asdict(look), box=_sides(box), placeholder=role, then=then)

    def decorate(self, name: str, shape: str, box: Box, colour: str) -> None:
        """A shape that only looks nice."""
        self._add("decoration", name=name, shape=shape, box=_sides(box), colour=colour)

    def number(self) -> None:
        """The slide's own number."""
        self._add("number")

    def table(self, shape: tuple[int, int], box: Box, look: Style, **told: Any) -> None:
        """A table of so many rows and columns, each cell the next piece. `told` is what `add_table` asks for besides."""
        rows, columns = shape
        cells = [[self._next() for _ in range(columns)] for _ in range(rows)]
        self._add("table", cells=cells, box=_sides(box), style=asdict(look), gap=CELL_GAP, padding=CELL_PADDING, **told)

    def picture(self, box: Box, **told: Any) -> None:
        """A picture. `told` is what `add_picture` asks for besides, and the names of its files."""
        self._add("picture", box=_sides(box), **told)

    def _add(self, kind: str, **told: Any) -> None:
        self.shapes.append({"kind": kind, **told})

    def _next(self) -> int:
        self.taken += 1
        return self.taken - 1


def _sides(box: Box | None) -> list[float] | None:
    return None if box is None else [box.x, box.y, box.w, box.h]


