"""The index page of a publication: every file with a picture of its first page, its size and a link."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from handbill.diagnostics import Report, error
from handbill.jobs import Runner
from handbill.model import Edition, Project
from handbill.publish import Store
from handbill.render import FORMATS
from handbill.render.page import data_uri, find_file, page_context, page_environment, style_sheets, trusted
from handbill.schema import Output
from handbill.text import Text
from handbill.tools.pdfium import picture_job

NAME = "index.html"
TEMPLATE = "index.html.j2"
STYLES = ("fonts.css", "base.css", "index.css")
_WIDTH = 440
"""Pixels of a thumbnail: twice the size at which it is shown."""


@dataclass(frozen=True)
class Card:
    """One file as the index shows it."""

    file: str
    edition: str
    summary: str
    format: str
    size: str
    thumbnail: str
    page: str


def write_index(folder: Path, project: Project, runner: Runner, report: Report) -> None:
    """Writes `index.html` from the files that are in `folder` now."""
    cards = [card for edition in project.editions.values() for card in _cards(folder, edition, runner)]
    first = next(iter(project.editions.values()))
    output = Output(file=NAME, styles=tuple(map(Text, STYLES)))
    css, _, problems = style_sheets(first, output, project, inline=True)
    template = find_file(first, project, TEMPLATE, "pages")
    if template is None:
        problems.append(error("edition-file-missing", f"The page template “{TEMPLATE}” is not there", first.span))
    report.extend(problems)
    if template is not None and not problems:
        context = page_context(project, first, output) | {"css": trusted(css), "cards": cards}
        Store(folder, report).write(NAME, page_environment().from_string(template.decode()).render(context).encode())


def _cards(folder: Path, edition: Edition, runner: Runner) -> list[Card]:
    cards = []
    for name, output in edition.spec.outputs.items():
        path = folder / output.file
        if name in FORMATS and path.is_file():
            cards.append(
                Card(
                    file=output.file,
                    edition=str(edition.spec.title),
                    summary=str(edition.spec.summary),
                    format=FORMATS[name].title,
                    size=human_size(path.stat().st_size),
                    thumbnail=_thumbnail(folder, edition, path, runner),
                    page=str(output.page or ""),
                )
            )
    return cards


def _thumbnail(folder: Path, edition: Edition, path: Path, runner: Runner) -> str:
    """The first page as a `data:` address: of the file itself, or of the edition's PDF when the file has no pages."""
    pdf = next((folder / o.file for n, o in edition.spec.outputs.items() if n == "pdf"), path)
    source = path if path.suffix == ".pdf" else pdf
    if source.suffix != ".pdf" or not source.is_file():
        return ""
    (result,) = runner.run([picture_job(source.read_bytes(), page=0, width=_WIDTH, label="thumbnail")])
    return "" if result.failed else data_uri("page.png", result.outputs["page.png"])


def human_size(size: int) -> str:
    """Bytes in SI units (1 kB = 1000 B), as file managers show them."""
    if size < 1000:
        return f"{size} B"
    if size < 1_000_000:
        return f"{size / 1000:.0f} kB"
    return f"{size / 1_000_000:.1f} MB"


