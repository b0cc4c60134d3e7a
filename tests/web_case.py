"""A small page with one of everything, for the tests of the web page and the EPUB: real tools, no browser."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from PIL import Image

from handbill.cite import cite
from handbill.diagnostics import Report
from handbill.governance import digest
from handbill.load.files import Folder
from handbill.load.fonts import read_fonts
from handbill.load.house import read_edition, read_templates
from handbill.load.locale import read_locale
from handbill.model import Document, Edition, Entry, Project
from handbill.pandoc_ast import Node, attr_of, transform
from handbill.runners.direct import DirectRunner
from handbill.schema import Publication
from handbill.schema_governance import Approval
from handbill.text import Span, Text
from handbill.tools import locate, pandoc
from handbill.tools.pdf_validator import PdfValidator
from handbill.tools.pdfium import Pdfium
from handbill.tools.weasyprint import WeasyPrintTool
from tests.deck_case import HERE, REPOSITORY, Case, document

CASE = HERE / "cases" / "page"
PUBLICATION: dict[str, Any] = {
    "id": "water", "title": "Tap water", "subtitle": "Where it comes from and what is in it", "summary": "One message.",
    "language": "en-GB", "version": "2", "status": "draft", "audience": "All", "authors": [{"name": "Ada Ng", "role": "writer"}],
    "publisher": {"name": "City Water Works"}, "contact": {"text": "Ask us."}, "funding": "nobody", "keywords": ["water"],
    "last_reviewed": "2026-01-02", "next_review": "2027-01-02", "editions": ["handout"],
}  # fmt: skip


@cache
def project(**changes: Any) -> Project:
    """A project with the repository's edition `handout`, fonts, words and styles."""
    folder, publication = Folder(REPOSITORY, Report()), Publication.model_validate({**PUBLICATION, **changes})
    edition = read_edition(folder, "handout", set())
    assert edition is not None
    entries = tuple(Entry(key, "misc", {}, Span("references.bib", 1)) for key in ("works", "law"))
    return Project(
        root="/nowhere", publication=publication, sections=(), data={}, diagrams={}, bibliography=entries,
        bibliography_text="", editions={"handout": edition}, templates={}, styles=read_templates(folder, set())[1], assets={},
        fonts=read_fonts(folder), citation_style=b"", locale=read_locale(folder, publication, {}),
    )  # fmt: skip


def approved() -> Project:
    """The project, approved exactly as it stands."""
    given = project(status="approved")
    approval = Approval(by=Text("B. Doctor"), role=Text("editor"), date=date(2026, 1, 2), digest=digest(given))
    return replace(given, publication=given.publication.model_copy(update={"approval": approval}))


@cache
def case() -> Case:
    """The page of `cases/page/page.md`. The tools stay warm for all tests of a process."""
    tools = {
        "pandoc": pandoc.Pandoc(locate.need(locate.find_pandoc()).path),
        "weasyprint": WeasyPrintTool(1),
        "pdfium": Pdfium(),
        "pdf-validator": PdfValidator(),
    }
    runner = DirectRunner(tools)
    read = document((CASE / "page.md").read_text(encoding="utf-8"), runner)
    read = replace(read, assets={**read.assets, "glass.png": _glass()})
    cited = cite(read, read, project(), runner, Report())
    assert cited is not None
    return Case(cited, project().editions["handout"], project(), runner)


def changed(given: Case, change: Callable[[Node], Any]) -> Document:
    """The case's document with a change in every node."""
    return replace(given.document, ast={**given.document.ast, "blocks": transform(given.document.ast["blocks"], change)})


def without_alt(node: Node) -> Node:
    """Takes the words from the picture of the glass."""
    if node["t"] == "Image" and node["c"][2][0].endswith("glass.png"):
        return {"t": "Image", "c": [node["c"][0], [], node["c"][2]]}
    return node


def without_description(node: Node) -> Node | None:
    """Takes the long description of the diagram away."""
    return None if node["t"] == "Div" and "long-description" in attr_of(node)[1] else node


def _glass() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (160, 120), "#17506e").save(stream, "PNG")
    return stream.getvalue()


__all__ = ["Case", "Edition", "approved", "case", "changed", "project", "without_alt", "without_description"]
