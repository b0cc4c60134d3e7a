"""Shapes with text, from paragraphs that pandoc wrote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from handbill.box import Box
from handbill.tools.pptx.xml import (
    EMU,
    LINE_SPACING,
    Element,
    decoration,
    element,
    fill,
    indent,
    points,
    qname,
    transform,
)

_LEVELS = range(1, 6)


@dataclass(frozen=True)
class Style:
    """How the text of a shape looks.

    size     pixels; None leaves it to the layout
    gap      space between list items, in parts of the size
    between  space between paragraphs, in parts of the size
    lead     space above the first paragraph, in pixels
    hang     how far a paragraph's first line hangs out to the left, in pixels
    inset    space inside the shape, in pixels
    anchor   t, ctr or b
    """

    size: float | None
    gap: float
    between: float
    lead: float = 0
    hang: float = 0
    inset: float = 0
    anchor: str = "t"
    ground: str | None = None
    bold: bool = False
    colour: str | None = None


class Canvas:
    """One slide being filled; numbers and names its shapes, and says the language of every word.

    step  the indent of a list level, in parts of the text size
    """

    def __init__(self, slide: Any, language: str, step: float) -> None:
        self._slide = slide
        self._step = step
        self._tree = slide.shapes._spTree
        self._language = language
        for shape in list(self._tree)[2:]:  # its first two children describe the tree itself
            self._tree.remove(shape)

    @property
    def next_id(self) -> int:
        return len(self._tree)

    def add(self, shape: Element) -> Element:
        """Puts a shape on top, under the next free number."""
        properties = next(shape.iter(qname("p:cNvPr")))
        properties.set("id", str(self.next_id))
        self._tree.append(shape)
        return shape

    def text(
        self,
        name: str,
        paragraphs: Sequence[Element],
        style: Style,
        box: Box | None = None,
        *,
        placeholder: str | None = None,
        then: tuple[Sequence[Element], Style] | None = None,
    ) -> None:
        """A placeholder of the layout, or a box of text of its own. Without paragraphs there is no shape.

        `placeholder` holds the attributes of its role; `then`, more paragraphs in another style.
        """
        if not paragraphs:
            return
        shape = element(_shape(name, style, box, placeholder, self._step))
        body = shape.find(qname("p:txBody"))
        for some, look in ((paragraphs, style), *((then,) if then else ())):
            for index, paragraph in enumerate(some):
                body.append(self.tidy(paragraph, look, first=index == 0))
        self.add(shape)

    def tidy(self, paragraph: Element, style: Style, *, first: bool) -> Element:
        """A paragraph of pandoc's with our indents and spaces, its language, and the style's weight and colour."""
        from pptx.util import Centipoints

        properties = paragraph.get_or_add_pPr()
        size = style.size or 32
        level = int(properties.get("lvl", 0))
        listed = properties.find(qname("a:buNone")) is None
        if properties.find(qname("a:buAutoNum")) is not None:
            properties.set("marL", str(indent(size, level, self._step) + _number(size)))
            properties.set("indent", str(-_number(size)))
        elif not listed and (level or int(properties.get("marL", 0))):  # goes on in a list item, or is quoted
            properties.set("lvl", str(max(0, level - 1)))
            properties.set("marL", str(indent(size, max(1, level), self._step)))
            properties.set("indent", "0")
        if style.hang:
            properties.set("marL", str(round(style.hang * EMU)))
            properties.set("indent", str(-round(style.hang * EMU)))
        space = style.lead if first else (style.gap if listed else style.between) * size
        properties.space_before = Centipoints(points(space))
        for run in paragraph.iter(qname("a:r"), qname("a:br"), qname("a:fld")):
            self._run(run.get_or_add_rPr(), style)
        return paragraph

    def _run(self, properties: Element, style: Style) -> None:
        properties.set("lang", self._language)
        properties.attrib.pop("sz", None)  # pandoc sets quotations in a size of its own
        if style.bold:
            properties.set("b", "1")
        if style.colour and properties.find(qname("a:hlinkClick")) is None:
            properties.insert(0, element(fill(style.colour)))

    def decorate(self, name: str, shape: str, box: Box, colour: str) -> None:
        """A shape that only looks nice."""
        self.add(element(decoration(0, name, shape, box, colour)))

    def number(self) -> None:
        """The slide's own number, which PowerPoint counts."""
        shape = element(
            '<p:sp><p:nvSpPr><p:cNvPr id="0" name="Slide Number"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>'
            '<p:nvPr><p:ph type="sldNum" idx="12"/></p:nvPr></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/><a:lstStyle/><a:p>'
            f'<a:fld id="{{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}}" type="slidenum"><a:rPr lang="{self._language}"/><a:t>‹#›</a:t></a:fld>'
            "</a:p></p:txBody></p:sp>"
        )
        self.add(shape)


def _shape(name: str, style: Style, box: Box | None, placeholder: str | None, step: float) -> str:
    """A shape that still has no paragraphs."""
    locks, role, look, box_only = '<a:spLocks noGrp="1"/>', f"<p:ph {placeholder}/>", "", ""
    if placeholder is None:
        locks, role = "", ""
        look = f'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>{fill(style.ground)}'
        box_only = "" if style.ground else ' txBox="1"'
    inset = round(style.inset * EMU)
    anchor = f' anchor="{style.anchor}"' if box else ""
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="0" name="{name}"/><p:cNvSpPr{box_only}>{locks}</p:cNvSpPr><p:nvPr>{role}</p:nvPr></p:nvSpPr>'
        f"<p:spPr>{transform(box) if box else ''}{look}</p:spPr>"
        f'<p:txBody><a:bodyPr wrap="square" lIns="{inset}" tIns="{inset}" rIns="{inset}" bIns="{inset}"{anchor}><a:normAutofit/></a:bodyPr>'
        f"<a:lstStyle>{_levels(style, placeholder, step)}</a:lstStyle></p:txBody></p:sp>"
    )


def _number(size: float) -> int:
    """The room of a list's numbers in EMU."""
    return round(size * 1.5 * EMU)


def _levels(style: Style, placeholder: str | None, step: float) -> str:
    """The list styles of a shape, so that what somebody types later has the size of what is there."""
    if style.size is None:
        return ""
    out = ""
    for level in _LEVELS if placeholder else range(1, 2):
        place = f' marL="{indent(style.size, level, step)}" indent="{-indent(style.size, 1, step)}"' if placeholder else ""
        spacing = "" if placeholder else f'<a:lnSpc><a:spcPct val="{LINE_SPACING}"/></a:lnSpc>'
        out += f'<a:lvl{level}pPr{place}>{spacing}<a:defRPr sz="{points(style.size)}"/></a:lvl{level}pPr>'
    return out
