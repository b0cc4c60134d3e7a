"""What is in a PowerPoint file, by reading it back with python-pptx."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from handbill.diagnostics import Diagnostic, error
from handbill.model import Facts

_EMU_PER_MM = 36000
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_SVG_BLIP = "{http://schemas.microsoft.com/office/drawing/2016/SVG/main}svgBlip"
_DECORATIVE = "{http://schemas.microsoft.com/office/drawing/2017/decorative}decorative"


def inspect_pptx(name: str, data: bytes) -> Facts:
    """Title, words, notes and pictures of each slide.

    `extra`: `notes`, a text each slide; `images`, (alt text, shape name) of all pictures; `alts`, the alt
    texts of each slide; `tables`, (head row?, row heads?, alt text) of all tables; `languages` of all runs
    ("" where a run has none); `shape_ids`, the numbers of each slide's shapes; `svg`, how many pictures
    have a drawing beside their pixels; `layouts` of the slides; `sections`, their names; `authors`.
    """
    from pptx import Presentation

    presentation = Presentation(io.BytesIO(data))
    slides = list(presentation.slides)
    shapes = [list(slide.shapes) for slide in slides]  # python-pptx makes them anew for everyone who asks
    size = (presentation.slide_width or 0) / _EMU_PER_MM, (presentation.slide_height or 0) / _EMU_PER_MM
    core = presentation.core_properties
    return Facts(
        name=name,
        pages=len(slides),
        page_sizes=tuple((round(size[0], 2), round(size[1], 2)) for _ in slides),
        texts=tuple(" ".join(" ".join(_texts(one)).split()) for one in shapes),
        titles=tuple(_title(slide) for slide in slides),
        fonts=tuple(sorted(_fonts(presentation))),
        language=core.language,
        title=core.title,
        links=tuple(link for slide in slides for link in _links(slide)),
        extra={
            "notes": tuple(_notes(slide) for slide in slides),
            "images": tuple((_alt(p), p.name) for one in shapes for p in _pictures(one)),
            "alts": tuple(tuple(_alt(p) for p in _pictures(one)) for one in shapes),
            "tables": tuple(_table(shape) for one in shapes for shape in one if shape.has_table),
            "languages": tuple(sorted({lang for slide in slides for lang in _languages(slide)})),
            "shape_ids": tuple(tuple(shape.shape_id for shape in one) for one in shapes),
            "svg": sum(1 for slide in slides for _ in slide._element.iter(_SVG_BLIP)),
            "layouts": tuple(slide.slide_layout.name for slide in slides),
            "sections": tuple(e.get("name") for e in presentation._element.iter() if str(e.tag).endswith("}section")),
            "authors": core.author,
        },
    )


def validate_pptx(facts: Facts) -> list[Diagnostic]:
    """What no file of ours may have: slides without titles of their own, silent pictures, words of no language."""
    out = [
        _broken("slide-untitled", f"Slide {number} has no title") for number, t in enumerate(facts.titles, 1) if not t
    ]
    for title, count in Counter(title.casefold() for title in facts.titles).items():
        if title and count > 1:
            out.append(_broken("slide-titles-equal", f"{count} slides have the title “{title}”"))
    if any(not alt.strip() for alt, _ in facts.extra["images"]):
        out.append(_broken("slide-picture-silent", "A picture on a slide has no alt text"))
    if any(not head for head, _, _ in facts.extra["tables"]):
        out.append(_broken("slide-table-headless", "A table on a slide has no head row"))
    if "" in facts.extra["languages"]:
        out.append(_broken("slide-language", "Some words on a slide do not say their language"))
    if any(len(set(ids)) < len(ids) for ids in facts.extra["shape_ids"]):
        out.append(_broken("slide-shape-ids", "Two shapes of a slide have the same number"))
    if not facts.language or not facts.title:
        out.append(_broken("deck-unnamed", "The file does not say its language and title"))
    return out


def _broken(code: str, message: str) -> Diagnostic:
    return error(code, f"{message}.", None, "If the source is in order, please report this as a bug.")


def _title(slide: Any) -> str:
    title = slide.shapes.title
    return "" if title is None else " ".join(title.text_frame.text.split())


def _texts(shapes: Sequence[Any]) -> Iterator[str]:
    """The words of a slide's shapes in reading order, without its number."""
    for shape in shapes:
        if shape.is_placeholder and shape.placeholder_format.type is not None and shape.placeholder_format.idx == 12:
            continue
        if shape.has_text_frame:
            yield shape.text_frame.text.replace("\v", " ")
        elif shape.has_table:
            yield from (cell.text for row in shape.table.rows for cell in row.cells)


def _notes(slide: Any) -> str:
    if not slide.has_notes_slide or slide.notes_slide.notes_text_frame is None:
        return ""
    return " ".join(slide.notes_slide.notes_text_frame.text.split())


def _pictures(shapes: Sequence[Any]) -> list[Any]:
    return [shape for shape in shapes if shape._element.tag == f"{_P}pic"]


def _alt(shape: Any) -> str:
    """The alt text; a shape marked as decoration needs none and is never a picture of ours."""
    properties = next(shape._element.iter(f"{_P}cNvPr"))
    return "" if properties.find(f".//{_DECORATIVE}") is not None else str(properties.get("descr", ""))


def _table(shape: Any) -> tuple[bool, bool, str]:
    return bool(shape.table.first_row), bool(shape.table.first_col), _alt(shape)


def _languages(slide: Any) -> Iterator[str]:
    parts = [slide._element, *([slide.notes_slide._element] if slide.has_notes_slide else [])]
    for part in parts:
        for run in part.iter(f"{_A}r"):
            properties = run.find(f"{_A}rPr")
            yield "" if properties is None else str(properties.get("lang", ""))


def _links(slide: Any) -> Iterator[str]:
    for relationship in slide.part.rels.values():
        if relationship.is_external:
            yield str(relationship.target_ref)


def _fonts(presentation: Any) -> set[str]:
    """The typefaces that the theme and the slides name."""
    from pptx.opc.constants import RELATIONSHIP_TYPE
    from pptx.oxml import parse_xml

    theme = parse_xml(presentation.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME).blob)
    named = [theme, *(slide._element for slide in presentation.slides)]
    faces = {str(latin.get("typeface")) for root in named for latin in root.iter(f"{_A}latin")}
    return {face for face in faces if face and not face.startswith("+")}
