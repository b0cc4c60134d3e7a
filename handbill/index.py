"""The index page of a publication: every file with a picture of its first page, its size and a link."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

from handbill.diagnostics import Report
from handbill.jobs import Runner
from handbill.model import Edition, Project
from handbill.names import EPUB_COVER, EPUB_FOLDER, INDEX, INDEX_PAGE, REPORT
from handbill.publish import Store
from handbill.render import FORMATS
from handbill.render.page import (
    data_uri,
    fill_template,
    page_context,
    standing_words,
    style_sheets,
    trusted,
)
from handbill.render.ready import template_ready
from handbill.schema import Output
from handbill.text import Text
from handbill.tools.pdfium import picture_job, small_job

STYLES = ("fonts.css", "base.css", "index.css")
_WIDTH = 440
"""Pixels of a thumbnail: twice the size at which it is shown."""


@dataclass(frozen=True)
class Card:
    """One file as the index shows it. `thumbnail` is a `data:` address, empty when there is no picture."""

    file: str
    format: str
    size: str
    thumbnail: str
    page: str


@dataclass(frozen=True)
class Shelf:
    """The files of one edition."""

    name: str
    title: str
    summary: str
    cards: tuple[Card, ...]


def get_ready(project: Project) -> None:
    """Loads now what the page will need."""
    template_ready(next(iter(project.editions.values())), project, INDEX_PAGE)


def write_index(folder: Path, project: Project, runner: Runner, report: Report) -> None:
    """Writes `index.html` from the files that are in `folder` now."""
    shelves = [shelf for edition in project.editions.values() if (shelf := _shelf(folder, edition, runner)).cards]
    first = next(iter(project.editions.values()))
    output = Output(file=INDEX, styles=tuple(map(Text, STYLES)))
    told = "".join(f"{shelf.title}{shelf.summary}{''.join(card.page for card in shelf.cards)}" for shelf in shelves)
    css, _, problems = style_sheets(first, output, project, inline=True, letters=standing_words(project, first) + told)
    quality = REPORT if (folder / REPORT).is_file() else ""
    context = page_context(project, first, output) | {"css": trusted(css), "shelves": shelves, "quality": quality}
    html, faults = fill_template(first, project, INDEX_PAGE, context)
    report.extend([*problems, *faults])
    if html is not None and not problems:
        Store(folder, report).write(INDEX, html.encode())


def _shelf(folder: Path, edition: Edition, runner: Runner) -> Shelf:
    cards = tuple(
        Card(
            file=output.file,
            format=FORMATS[name].title,
            size=human_size((folder / output.file).stat().st_size),
            thumbnail=_thumbnail(folder, edition, output, runner),
            page=str(output.page or ""),
        )
        for name, output in edition.spec.outputs.items()
        if name in FORMATS and (folder / output.file).is_file()
    )
    return Shelf(edition.name, str(edition.spec.title), str(edition.spec.summary), cards)


def _thumbnail(folder: Path, edition: Edition, output: Output, runner: Runner) -> str:
    """The first page as a `data:` address: an EPUB's cover, a PDF's first page, for other files that of the edition's PDF."""
    path = folder / output.file
    if path.suffix == ".epub":
        return _cover(path, runner)
    paper = edition.spec.outputs.get("pdf")
    source = path if path.suffix == ".pdf" or paper is None else folder / paper.file
    if source.suffix != ".pdf" or not source.is_file():
        return ""
    (result,) = runner.run([picture_job(source.read_bytes(), page=0, width=_WIDTH, label="thumbnail")])
    return "" if result.failed else data_uri("page.png", result.outputs["page.png"])


def _cover(path: Path, runner: Runner) -> str:
    """An EPUB's cover, small; empty when it cannot be read."""
    try:
        with zipfile.ZipFile(path) as package:
            cover = package.read(EPUB_FOLDER + EPUB_COVER)
    except (OSError, KeyError, zipfile.BadZipFile):
        return ""
    (result,) = runner.run([small_job(cover, width=_WIDTH, label="thumbnail")])
    return "" if result.failed else data_uri("cover.png", result.outputs["small.png"])


def human_size(size: int) -> str:
    """Bytes in SI units (1 kB = 1000 B), as file managers show them."""
    if size < 1000:
        return f"{size} B"
    if size < 1_000_000:
        return f"{size / 1000:.0f} kB"
    return f"{size / 1_000_000:.1f} MB"
