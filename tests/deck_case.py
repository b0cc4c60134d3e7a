"""A small deck with one of everything, for the tests of all deck formats: real pandoc, no other tool."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from handbill.diagnostics import Report
from handbill.jobs import Runner
from handbill.load.files import Folder
from handbill.load.fonts import read_fonts
from handbill.load.house import read_edition, read_templates
from handbill.load.locale import read_locale
from handbill.model import Document, Edition, Entry, Figure, Project, Source
from handbill.pandoc_ast import attr, attr_of, div, para, text, transform
from handbill.runners.direct import DirectRunner
from handbill.schema import Publication
from handbill.text import Span
from handbill.tools import locate, pandoc
from handbill.tools.pptx.tool import Pptx

HERE = Path(__file__).parent
CASE = HERE / "cases" / "deck"
REPOSITORY = HERE.parent
ALT = "Flowchart. Water flows from the lake through a filter to the tap."
DESCRIPTION = "The chart has three steps: lake, filter, tap."

_PUBLICATION: dict[str, Any] = {
    "id": "water", "title": "Tap water", "summary": "One message.", "language": "en-GB", "version": "2", "status": "approved",
    "audience": "All", "authors": [{"name": "Ada Ng", "role": "writer"}], "publisher": {"name": "City Water Works"},
    "contact": {"text": "Ask us."}, "funding": "nobody", "last_reviewed": "2026-01-02", "next_review": "2027-01-02",
    "editions": ["slides"],
}  # fmt: skip
_ENTRIES = {
    "works": {"author": "{City Water Works}", "title": "{A year of samples}", "year": "2024"},
    "law": {"author": "Ng, Ada and Bo, Jo", "title": "{Limits for drinking water}", "year": "2021"},
}


@dataclass(frozen=True)
class Case:
    """What a renderer of decks is called with."""

    document: Document
    edition: Edition
    project: Project
    runner: Runner

    def render(self, render: Any, name: str) -> tuple[bytes, list[Any]]:
        data, diagnostics = render(
            self.document, self.edition, self.edition.spec.outputs[name], self.project, self.runner
        )
        assert data is not None, diagnostics
        return data, diagnostics


@cache
def case() -> Case:
    """The deck of `cases/deck/deck.md`, in the repository's own edition `slides`."""
    runner = DirectRunner({"pandoc": pandoc.Pandoc(locate.need(locate.find_pandoc()).path), "pptx": Pptx()})
    edition, project = house()
    return Case(document((CASE / "deck.md").read_text(encoding="utf-8"), runner), edition, project, runner)


@cache
def house() -> tuple[Edition, Project]:
    """The edition `slides` and a project with the repository's fonts and words."""
    report = Report()
    folder = Folder(REPOSITORY, report)
    edition = read_edition(folder, "slides", set())
    assert edition is not None, list(report)
    entries = tuple(Entry(key, "misc", fields, Span("references.bib", 1)) for key, fields in _ENTRIES.items())
    publication = Publication.model_validate(_PUBLICATION)
    project = Project(
        root="/nowhere", publication=publication, sections=(), data={}, diagrams={},
        bibliography=entries, bibliography_text="", editions={"slides": edition}, templates={},
        styles=read_templates(folder, set())[1], assets={}, fonts=read_fonts(folder), citation_style=b"", locale=read_locale(folder, publication, {}),
    )  # fmt: skip
    return edition, project


def document(markdown: str, runner: Runner) -> Document:
    """A tailored and cited document from Markdown; `.diagram` divs become figures."""
    bibliography = (CASE / "references.bib").read_text(encoding="utf-8")
    style = (HERE / "cases" / "numeric.csl").read_bytes()
    job = pandoc.convert(
        "deck.md",
        {"deck.md": markdown.encode(), **pandoc.citeproc_inputs(bibliography, style)},
        reader=pandoc.READER,
        writer="json",
        output="deck.json",
        options=pandoc.citeproc_options("en-GB"),
        label="deck",
    )
    (result,) = runner.run([job])
    assert not result.failed, result.diagnostics
    parsed = Document(ast=json.loads(result.outputs["deck.json"]), source=Source(markdown, ()))
    return with_figures(parsed)


def with_figures(parsed: Document) -> Document:
    """`parsed` with a drawing in place of every `.diagram`."""
    figures: dict[str, Figure] = {}

    def change(node: Any) -> Any:
        identifier, classes, _ = attr_of(node)
        if node["t"] != "Div" or "diagram" not in classes:
            return node
        figures[identifier] = Figure(
            identifier,
            "flow.svg",
            "flow.png",
            600,
            120,
            "From lake to tap",
            ALT,
            DESCRIPTION,
            ("Lake", "Filter", "Tap"),
        )
        image = {"t": "Image", "c": [attr(), text(ALT), ["asset:flow.svg", "From lake to tap"]]}
        caption = [None, [{"t": "Plain", "c": text("The way of the water.")}]]
        figure = {"t": "Figure", "c": [attr(identifier, ["diagram"]), caption, [{"t": "Plain", "c": [image]}]]}
        return [figure, div(attr("", ["long-description"]), [para(text(DESCRIPTION))])]

    blocks = transform(parsed.ast["blocks"], change)
    assets = {"flow.svg": (CASE / "flow.svg").read_bytes(), "flow.png": _pixels()}
    return replace(parsed, ast={**parsed.ast, "blocks": blocks}, figures=figures, assets=assets)


def _pixels() -> bytes:
    picture = Image.new("RGB", (1200, 240), "white")
    ImageDraw.Draw(picture).rectangle((20, 60, 320, 180), outline="#17506e", width=4)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
