"""Finishing of PowerPoint files: pandoc's words put into the shapes that were planned, and the file described.

pandoc writes one slide with one text for each slide of the deck. Its pieces (section, cards, cells, fine print) are
divided by paragraphs that hold a mark; shapes name them by number.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from handbill.box import Box
from handbill.diagnostics import error
from handbill.jobs import Job, Result
from handbill.tools import own
from handbill.tools.pptx.picture import add_picture
from handbill.tools.pptx.sections import add_sections
from handbill.tools.pptx.shapes import Canvas, Style
from handbill.tools.pptx.table import add_table
from handbill.tools.pptx.xml import Element, qname, settled

OUTPUT = "slides.pptx"
TITLE = -1
"""The number of the slide's own title among its pieces."""
_WORDS = "words.pptx"


class Pptx:
    """Runs finishing Jobs (see `finishing_job`)."""

    name = "pptx"

    def version(self) -> str:
        return _version()

    def execute(self, jobs: Sequence[Job]) -> list[Result]:
        return [self._execute(job) for job in jobs]

    def _execute(self, job: Job) -> Result:
        try:
            return Result({OUTPUT: _finished(job)})
        except (_OtherWords, zipfile.BadZipFile) as problem:
            words = error("pptx-slides", f"The PowerPoint file cannot be put together: {problem}")
            return Result(diagnostics=(words,), failed=True)


class _OtherWords(Exception):
    """pandoc's file is not what was planned."""


def finishing_job(
    words: bytes,
    slides: Sequence[Mapping[str, Any]],
    pictures: Mapping[str, bytes],
    *,
    mark: str,
    language: str,
    step: float,
    chapters: Sequence[tuple[str, int]],
    about: Mapping[str, str],
    label: str = "",
) -> Job:
    """The Job that makes `slides.pptx`.

    words     pandoc's file
    slides    of each its `layout` by name, how many `pieces` it has, and its `shapes` in reading order: each with a `kind`
              (`text`, `decoration`, `number`, `table`, `picture`) and what the functions here say of it
    pictures  PNG and SVG files by the names that shapes call them by
    mark      what divides the pieces
    step      the indent of a list level, in parts of the text size
    chapters  names of the file's sections, and how many slides each has
    about     the file's properties, by python-pptx's names; `date` (ISO 8601) is when it was made and changed
    """
    args = {
        "slides": list(slides), "mark": mark, "language": language, "step": step,
        "chapters": [list(chapter) for chapter in chapters], "about": dict(about),
    }  # fmt: skip
    return Job("pptx", _version(), args, {_WORDS: words, **pictures}, (OUTPUT,), label)


@cache
def _version() -> str:
    return ", ".join((own.packages("python-pptx", "lxml"), own.machine(), own.code(Path(__file__).parent.glob("*.py"))))


def _finished(job: Job) -> bytes:
    from pptx import Presentation

    presentation = Presentation(io.BytesIO(job.inputs[_WORDS]))
    planned = job.args["slides"]
    if len(presentation.slides) != len(planned):
        raise _OtherWords(f"pandoc made {len(presentation.slides)} slides of {len(planned)}")
    layouts = {layout.name: layout for layout in presentation.slide_layouts}
    for slide, plan in zip(presentation.slides, planned, strict=True):
        _compose(slide, plan, layouts[plan["layout"]], job)
    add_sections(presentation, job.args["chapters"])
    _describe(presentation, job.args["about"])
    out = io.BytesIO()
    presentation.save(out)
    return settled(out.getvalue())


def _compose(slide: Any, plan: Mapping[str, Any], layout: Any, job: Job) -> None:
    """Puts what pandoc wrote for one slide where the plan wants it."""
    pieces = _pieces(slide, job.args["mark"])
    if len(pieces) != plan["pieces"]:
        raise _OtherWords(f"pandoc made {len(pieces)} texts of {plan['pieces']} of a slide")
    texts = dict(enumerate(pieces)) | {TITLE: list(slide.shapes.title._element.iter(qname("a:p")))}
    _use_layout(slide, layout)
    canvas = Canvas(slide, job.args["language"], job.args["step"])
    for shape in plan["shapes"]:
        match shape["kind"]:
            case "text":
                _text(canvas, shape, texts)
            case "decoration":
                canvas.decorate(shape["name"], shape["shape"], Box(*shape["box"]), shape["colour"])
            case "number":
                canvas.number()
            case "table":
                cells = [[texts[piece] for piece in row] for row in shape["cells"]]
                add_table(canvas, slide, shape, cells, Style(**shape["style"]))
            case "picture":
                svg = job.inputs[shape["svg"]] if shape["svg"] else None
                add_picture(canvas, slide, shape, job.inputs[shape["png"]], svg)
    if slide.has_notes_slide:
        for run in slide.notes_slide._element.iter(qname("a:r")):
            run.get_or_add_rPr().set("lang", job.args["language"])


def _text(canvas: Canvas, shape: Mapping[str, Any], texts: Mapping[int, list[Element]]) -> None:
    """`piece` in a `style` and, unless the layout says where, a `box`; `placeholder` and `then` as `Canvas.text` has them."""
    then = shape["then"]
    canvas.text(
        shape["name"],
        texts[shape["piece"]],
        Style(**shape["style"]),
        Box(*shape["box"]) if shape["box"] else None,
        placeholder=shape["placeholder"],
        then=(texts[then["piece"]], Style(**then["style"])) if then else None,
    )


def _pieces(slide: Any, mark: str) -> list[list[Element]]:
    """The paragraphs of the slide that pandoc wrote, cut at the marks."""
    pieces: list[list[Element]] = []
    for shape in slide.placeholders:
        if shape.placeholder_format.idx == 0:
            continue
        for paragraph in list(shape._element.iter(qname("a:p"))):
            if "".join(run.text or "" for run in paragraph.iter(qname("a:t"))).strip() == mark:
                pieces.append([])
            elif pieces:
                pieces[-1].append(paragraph)
    return pieces


def _use_layout(slide: Any, layout: Any) -> None:
    from pptx.opc.constants import RELATIONSHIP_TYPE

    for relationship in slide.part.rels.values():
        if relationship.reltype == RELATIONSHIP_TYPE.SLIDE_LAYOUT:
            relationship._target = layout.part


def _describe(presentation: Any, about: Mapping[str, str]) -> None:
    core = presentation.core_properties
    for name in sorted(about.keys() - {"date"}):
        setattr(core, name, about[name])
    core.created = core.modified = datetime.fromisoformat(about["date"])
    core.revision = 1
