"""All files of one publication, read, checked and put together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from handbill.diagnostics import Diagnostic, Report, error
from handbill.jobs import frozen
from handbill.load.bibliography import read_bibliography
from handbill.load.content import read_data, read_diagrams, read_sections
from handbill.load.files import MAX_PICTURE, Folder
from handbill.load.house import read_citation_style, read_editions, read_fonts, read_locale, read_templates
from handbill.load.nearest import did_you_mean
from handbill.load.publication import read_publication
from handbill.model import Project
from handbill.schema import Publication
from handbill.text import Span

PICTURES = (".png", ".jpg", ".jpeg", ".svg")


def discover(root: Path) -> list[str]:
    """The publications of a project: folders below `content/` that have a `publication.yaml`, sorted."""
    content = root / "content"
    if not content.is_dir():
        return []
    return sorted(folder.name for folder in content.iterdir() if (folder / "publication.yaml").is_file())


def load_metadata(root: Path, publication_id: str, report: Report) -> Publication | None:
    """Only `publication.yaml`, for lists."""
    found = read_publication(Folder(root, report), publication_id)
    return None if found is None else found[0]


def load(root: Path, publication_id: str, report: Report) -> Project | None:
    """Everything that one publication is made of.

    Complaints go to `report`. A project comes back even after mistakes, with what could be read, so
    that the rules find the other mistakes too; None only when there is nothing to look at.
    """
    if publication_id not in discover(root):
        report.add(_unknown_publication(root, publication_id))
        return None
    folder = Folder(root, report)
    base = f"content/{publication_id}"
    found = read_publication(folder, publication_id)
    if found is None:
        return None
    publication, spans = found
    sections = read_sections(folder, base, publication, spans)
    data = read_data(folder, base)
    diagrams = read_diagrams(folder, base)
    editions = read_editions(folder, publication, spans)
    bibliography, text = read_bibliography(folder)
    templates, styles = read_templates(folder)
    return Project(
        root=str(root),
        publication=publication,
        sections=sections,
        data=data,
        diagrams=diagrams,
        bibliography=bibliography,
        bibliography_text=text,
        editions=editions,
        templates=templates,
        styles=styles,
        assets=frozen(dict(_pictures(folder, base))),
        fonts=read_fonts(folder),
        citation_style=read_citation_style(publication, spans, report),
        locale=read_locale(folder, publication.language, report),
        spans=spans,
    )


def _unknown_publication(root: Path, publication_id: str) -> Diagnostic:
    known = discover(root)
    hints = did_you_mean(publication_id, known) or ("Make the folder and write its publication.yaml.",)
    return error("publication-unknown", f"There is no publication “{publication_id}” (no content/{publication_id}/publication.yaml).",
                 Span("content"), *hints)  # fmt: skip


def _pictures(folder: Folder, base: str) -> Iterator[tuple[str, bytes]]:
    for path in folder.walk(f"{base}/figures"):
        if path.lower().endswith(PICTURES):
            data = folder.read_bytes(path, MAX_PICTURE)
            if data is not None:
                yield path.removeprefix(f"{base}/"), data
