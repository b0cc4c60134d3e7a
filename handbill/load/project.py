"""All files of one publication, read, checked and put together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from handbill.diagnostics import Diagnostic, Report, error
from handbill.finding import discover
from handbill.jobs import frozen
from handbill.load.bibliography import read_bibliography
from handbill.load.citation_styles import citation_style
from handbill.load.content import read_data, read_diagrams, read_sections
from handbill.load.files import Folder
from handbill.load.fonts import read_fonts
from handbill.load.formats import BrailleTables, check_braille, read_braille, read_speech
from handbill.load.house import edition_names, read_editions, read_templates
from handbill.load.listing import check_folders
from handbill.load.locale import read_locale
from handbill.load.pictures import read_pictures
from handbill.load.profile import read_profile
from handbill.load.publication import draft_in_doubt, read_publication
from handbill.load.theme import check_theme
from handbill.load.yaml_tree import Path as YamlPath
from handbill.model import Project
from handbill.nearest import did_you_mean
from handbill.pieces import cited
from handbill.schema import Publication
from handbill.text import Span


def load_metadata(root: Path, publication_id: str, report: Report) -> Publication | None:
    """Only `publication.yaml`, for lists; None when it has errors."""
    own = Report()
    found = read_publication(Folder(root, own), publication_id)
    report.extend(own)
    return None if own.failed else found.publication


def load(root: Path, publication_id: str, report: Report, as_of: date | None = None) -> Project | None:
    """Everything that one publication is made of, as it stands on a day (today when left out).

    Complaints go to `report`. A project comes back even after mistakes, with what could be read, so
    that the rules find the other mistakes too; None only when there is no such publication.
    """
    if publication_id not in discover(root):
        report.add(_unknown_publication(root, publication_id))
        return None
    folder = Folder(root, report)
    base = f"content/{publication_id}"
    home = read_publication(folder, publication_id)
    check_folders(folder, base)
    broken = {"publication"} if home.broken else set(home.lost)
    bibliography = read_bibliography(folder)
    data = read_data(folder, base, broken)
    diagrams = read_diagrams(folder, base, data, broken)
    assets = read_pictures(folder, base, broken)
    publication, spans = home.publication, home.tree.spans
    sections = read_sections(folder, base, home, edition_names(folder), broken)
    templates, styles = read_templates(folder, broken)
    profile, profile_spans, is_known = read_profile(folder, publication, spans)
    doubts = home.doubts if is_known else home.doubts | {"profile"}
    editions = read_editions(folder, publication, spans, broken)
    wanted = {name for edition in editions.values() for name in edition.spec.outputs}
    language = str(publication.language)
    braille = read_braille(folder, publication, broken) if "braille" in wanted or publication.braille else BrailleTables({}, None)
    if diagrams or any("mermaid" in section.body for section in sections):
        check_theme(folder)
    check_braille(folder, editions.values(), braille.named)
    project = Project(
        root=str(root),
        publication=draft_in_doubt(publication, doubts),
        sections=sections,
        data=data,
        diagrams=diagrams,
        bibliography=bibliography.entries,
        bibliography_text="",
        editions=editions,
        templates=templates,
        styles=styles,
        assets=assets,
        fonts=read_fonts(folder),
        citation_style=citation_style(str(publication.citation_style), spans.get(("citation_style",)), report),
        locale=read_locale(folder, publication, spans, tell="language" not in home.lost),
        spans={**spans, **_under("@key", home.tree.keys), **_under("@profile", profile_spans)},
        doubts=doubts,
        profile=profile,
        braille=braille.own,
        braille_tables=frozen(braille.named),
        speech=read_speech(folder, language) if wanted & {"script", "ssml"} else None,
        as_of=as_of or datetime.now(UTC).date(),
        broken=frozenset(broken | bibliography.broken),
        installed=tuple(folder.installed),
    )
    return replace(project, bibliography_text=bibliography.text_of(cited(project)))


def _under(name: str, spans: Mapping[YamlPath, Span]) -> dict[YamlPath, Span]:
    """Places under a name of their own: those of keys, and those of another file."""
    return {(name, *path): span for path, span in spans.items()}


def _unknown_publication(root: Path, publication_id: str) -> Diagnostic:
    known = discover(root)
    hints = did_you_mean(publication_id, known) or ("Make the folder and write its publication.yaml.",)
    return error("publication-unknown", f"There is no publication “{publication_id}” (no content/{publication_id}/publication.yaml).",
                 Span("content"), *hints)  # fmt: skip
