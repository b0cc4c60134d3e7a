"""The PowerPoint template: master and layouts of our own, made from the deck's theme.

python-pptx brings an empty presentation; every visible thing in it is replaced here. Layouts keep the
names by which pandoc and PowerPoint know them, and are 16:9.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from handbill.box import Box
from handbill.render.deck_boxes import EYEBROW_TOP, FINE_BOTTOM, NUMBER_WIDTH, TITLE_TOP
from handbill.render.deck_measure import INDENT
from handbill.render.deck_theme import HEIGHT, WIDTH, Theme
from handbill.tools.pptx.xml import (
    EMU,
    LINE_SPACING,
    decoration,
    element,
    fill,
    indent,
    points,
    qname,
    settled,
    transform,
)

EYEBROW, FINE, NUMBER, SUMMARY, LINE = 20, 21, 12, 22, 23
"""Indexes of our own placeholders: above the title, fine print, slide number, and on the title slide."""
STEP = INDENT * 0.82
"""The indent of a list level in parts of the text size."""


@dataclass(frozen=True)
class Slot:
    """A placeholder of a layout. `size` in pixels, `colour` of the theme, `anchor` t, ctr or b."""

    name: str
    type: str
    idx: int
    box: Box
    size: float = 0
    colour: str = ""
    bold: bool = False
    anchor: str = "t"
    align: str = "l"


def reference_pptx(theme: Theme) -> bytes:
    """The template as a file. The same theme gives the same bytes."""
    from pptx import Presentation
    from pptx.util import Emu

    presentation = Presentation()
    presentation.slide_width, presentation.slide_height = Emu(round(WIDTH * EMU)), Emu(round(HEIGHT * EMU))
    _set_theme(presentation.slide_master, theme)
    _master(presentation.slide_master, theme)
    layouts = layout_slots(theme)
    for layout in list(presentation.slide_layouts):
        if layout.name not in layouts:
            presentation.slide_layouts.remove(layout)
            continue
        _replace_shapes(
            layout, [_placeholder(slot, number) for number, slot in enumerate(layouts[layout.name], start=2)]
        )
        if layout.name == "Title Slide":
            _cover(layout)
    out = io.BytesIO()
    presentation.save(out)
    return settled(out.getvalue())


def layout_slots(theme: Theme) -> dict[str, list[Slot]]:
    """Every layout by its name: its placeholders in reading order."""
    margin, width = theme.length("margin"), theme.width
    size, fine = theme.length("title-size"), theme.length("fine-size")
    text = theme.lengths("text-sizes")[0]
    title = Slot("Title", "title", 0, Box(margin, TITLE_TOP, width, size * 1.25), size, "tx1", True)
    eyebrow = Slot(
        "Section", "body", EYEBROW, Box(margin, EYEBROW_TOP, width, 36), theme.length("eyebrow-size"), "accent1"
    )
    foot = Slot(
        "Sources", "body", FINE, Box(margin, FINE_BOTTOM - 56, width - NUMBER_WIDTH, 56), fine, "accent4", anchor="b"
    )
    number = Slot("Slide Number", "sldNum", NUMBER, Box(WIDTH - margin - 100, FINE_BOTTOM - 28, 100, 28), fine, "accent4",
                  anchor="b", align="r")  # fmt: skip
    area = Box(margin, 176, width, 440)
    half = (width - 48) / 2
    left, right = Box(margin, area.y, half, area.h), Box(margin + half + 48, area.y, half, area.h)
    head, tail = [title, eyebrow], [foot, number]

    def content(name: str, idx: int, box: Box) -> Slot:
        return Slot(name, "", idx, box, text)

    label = [Slot("Label Left", "body", 1, Box(left.x, left.y, half, 56), text, "accent1", True),
             Slot("Label Right", "body", 3, Box(right.x, right.y, half, 56), text, "accent1", True)]  # fmt: skip
    below = [Box(box.x, box.y + 64, box.w, box.h - 64) for box in (left, right)]
    return {
        "Title Slide": [
            Slot("Title", "ctrTitle", 0, Box(96, 132, 800, 120), 104, "bg1", True),
            Slot("Subtitle", "subTitle", 1, Box(96, 262, 800, 60), 42, "accent5"),
            Slot("Summary", "body", SUMMARY, Box(96, 352, 800, 180), 32, "bg1"),
            Slot("Version", "body", LINE, Box(96, 634, 1088, 42), 22, "accent5", anchor="b"),
        ],
        "Title and Content": [*head, content("Content", 1, area), *tail],
        "Section Header": [
            Slot("Title", "title", 0, Box(margin, 250, width, 130), size * 1.3, "tx1", True, "b"),
            Slot("Text", "body", 1, Box(margin, 396, width, 120), text, "accent4"),
            number,
        ],
        "Two Content": [*head, content("Left", 1, left), content("Right", 2, right), *tail],
        "Comparison": [
            *head, label[0], content("Left", 2, below[0]), label[1], content("Right", 4, below[1]), *tail,
        ],
        "Title Only": [*head, *tail],
        "Blank": [number],
        "Content with Caption": [
            *head, content("Content", 1, Box(left.x, area.y, width * 0.62, area.h)),
            Slot("Caption", "body", 2, Box(margin + width * 0.62 + 40, area.y, width * 0.38 - 40, area.h), 32, "accent4"), *tail,
        ],
    }  # fmt: skip


def _placeholder(slot: Slot, number: int) -> Any:
    kind = f' type="{slot.type}"' if slot.type else ""
    idx = f' idx="{slot.idx}"' if slot.idx else ""
    prompt = '<a:fld id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}" type="slidenum"><a:rPr/><a:t>‹#›</a:t></a:fld>'
    text = prompt if slot.type == "sldNum" else f"<a:r><a:rPr/><a:t>{escape(slot.name)}</a:t></a:r>"
    return element(
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="{escape(slot.name)} {number - 1}"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>'
        f"<p:nvPr><p:ph{kind}{idx}/></p:nvPr></p:nvSpPr><p:spPr>{transform(slot.box)}</p:spPr>"
        f'<p:txBody><a:bodyPr lIns="0" tIns="0" rIns="0" bIns="0" anchor="{slot.anchor}"><a:normAutofit/></a:bodyPr>'
        f"<a:lstStyle>{_style(slot)}</a:lstStyle><a:p>{text}</a:p></p:txBody></p:sp>"
    )


def _style(slot: Slot) -> str:
    """What differs from the master's text styles."""
    if not slot.colour:
        return ""
    plain = '<a:spcBef><a:spcPts val="0"/></a:spcBef><a:buNone/>' if slot.type not in ("title", "ctrTitle") else ""
    bold = f' b="{int(slot.bold)}"'
    return (
        f'<a:lvl1pPr marL="0" indent="0" algn="{slot.align}">{plain}<a:defRPr sz="{points(slot.size)}"{bold}>{fill(slot.colour)}'
        "</a:defRPr></a:lvl1pPr>"
    )


def _replace_shapes(page: Any, shapes: list[Any]) -> None:
    tree = page.shapes._spTree
    for shape in list(tree)[2:]:  # its first two children describe the tree itself
        tree.remove(shape)
    tree.extend(shapes)


def _cover(layout: Any) -> None:
    """The title slide's ground and its two rings."""
    content = layout._element.find(qname("p:cSld"))
    content.insert(0, element(f"<p:bg><p:bgPr>{fill('tx2')}<a:effectLst/></p:bgPr></p:bg>"))
    tree = layout.shapes._spTree
    for number, (box, inside, line) in enumerate(
        [(Box(881, 97, 326, 326), None, f'<a:ln w="{26 * EMU}">{fill("accent2")}</a:ln>'),
         (Box(910, 300, 120, 120), "accent6", "<a:ln><a:noFill/></a:ln>")],
        start=30,
    ):  # fmt: skip
        tree.insert(number - 28, element(decoration(number, "Ring", "ellipse", box, inside, line)))


def _master(master: Any, theme: Theme) -> None:
    slots = layout_slots(theme)["Title and Content"]
    shapes = [
        _placeholder(s, n) for n, s in enumerate([slots[0], Slot("Text", "body", 1, slots[2].box), slots[-1]], start=2)
    ]
    _replace_shapes(master, shapes)
    styles = master._element.find(qname("p:txStyles"))
    master._element.replace(styles, element(_text_styles(theme)))


def _text_styles(theme: Theme) -> str:
    size = theme.lengths("text-sizes")[0]
    spacing = f'<a:lnSpc><a:spcPct val="{LINE_SPACING}"/></a:lnSpc>'
    levels = "".join(
        f'<a:lvl{n}pPr marL="{indent(size, n, STEP)}" indent="{-indent(size, 1, STEP)}" algn="l" defTabSz="914400" rtl="0" eaLnBrk="1" latinLnBrk="0" hangingPunct="1">'
        f'{spacing}<a:spcBef><a:spcPts val="{points(size * 0.4)}"/></a:spcBef><a:buClr><a:schemeClr val="accent1"/></a:buClr>'
        f'<a:buSzPct val="110000"/><a:buFont typeface="Arial"/><a:buChar char="•"/><a:defRPr sz="{points(size)}" kern="1200">{fill("tx1")}{_FACES}</a:defRPr></a:lvl{n}pPr>'
        for n in range(1, 6)
    )
    title = (
        '<a:lvl1pPr algn="l" defTabSz="914400" rtl="0" eaLnBrk="1" latinLnBrk="0" hangingPunct="1"><a:lnSpc><a:spcPct val="95000"/></a:lnSpc>'
        f'<a:spcBef><a:spcPct val="0"/></a:spcBef><a:buNone/><a:defRPr sz="{points(theme.length("title-size"))}" b="1" kern="1200">{fill("tx1")}'
        '<a:latin typeface="+mj-lt"/><a:ea typeface="+mj-ea"/><a:cs typeface="+mj-cs"/></a:defRPr></a:lvl1pPr>'
    )
    other = f'<a:lvl1pPr marL="0" algn="l"><a:defRPr sz="{points(32)}">{fill("tx1")}{_FACES}</a:defRPr></a:lvl1pPr>'
    return (
        f"<p:txStyles><p:titleStyle>{title}</p:titleStyle><p:bodyStyle>{levels}</p:bodyStyle>"
        f"<p:otherStyle>{other}</p:otherStyle></p:txStyles>"
    )


_FACES = '<a:latin typeface="+mn-lt"/><a:ea typeface="+mn-ea"/><a:cs typeface="+mn-cs"/>'


def _set_theme(master: Any, theme: Theme) -> None:
    """Colours and typefaces of the theme part; PowerPoint's users change them there, for all slides at once."""
    from pptx.opc.constants import RELATIONSHIP_TYPE
    from pptx.oxml import parse_xml

    part = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    root = parse_xml(part.blob)
    root.set("name", "Handbill")
    elements = root.find(qname("a:themeElements"))
    colours = {
        "dk1": "ink", "lt1": "paper", "dk2": "deep", "lt2": "tint", "accent1": "accent", "accent2": "glow", "accent3": "rule",
        "accent4": "muted", "accent5": "soft-on-deep", "accent6": "glow-bright", "hlink": "accent", "folHlink": "accent",
    }  # fmt: skip
    scheme = "".join(f'<a:{slot}><a:srgbClr val="{theme.colour(name)}"/></a:{slot}>' for slot, name in colours.items())
    face = escape(theme.name("office-font"), {'"': "&quot;"})
    fonts = "".join(
        f'<a:{kind}><a:latin typeface="{face}"/><a:ea typeface=""/><a:cs typeface=""/></a:{kind}>'
        for kind in ("majorFont", "minorFont")
    )
    elements.replace(
        elements.find(qname("a:clrScheme")), element(f'<a:clrScheme name="Handbill">{scheme}</a:clrScheme>')
    )
    elements.replace(
        elements.find(qname("a:fontScheme")), element(f'<a:fontScheme name="Handbill">{fonts}</a:fontScheme>')
    )
    from lxml import etree

    part._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
