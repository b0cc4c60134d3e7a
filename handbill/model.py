"""The values that the stages hand to each other. Frozen; nothing here does anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from handbill.schema import Data, DiagramHead, EditionFile, Output, Publication, SectionHead, Status
from handbill.schema_formats import BrailleTable, Speech
from handbill.schema_governance import NO_PROFILE, Profile
from handbill.text import Markdown, Span

Ast = Mapping[str, Any]
"""pandoc's document as its JSON says it: `pandoc-api-version`, `meta`, `blocks`. Never changed in place."""


@dataclass(frozen=True)
class Section:
    """One section file: its front matter and its full text."""

    head: SectionHead
    body: Markdown
    span: Span


@dataclass(frozen=True)
class Diagram:
    """One `.mmd` file. `code` starts at line `code_line` of the file."""

    id: str
    head: DiagramHead
    code: Markdown
    span: Span


@dataclass(frozen=True)
class Entry:
    """One entry of the bibliography, as bibtexparser read it."""

    key: str
    type: str
    fields: Mapping[str, str]
    span: Span
    field_spans: Mapping[str, Span] = field(default_factory=dict)
    """Where the value of each field stands."""
    name_spans: Mapping[str, Span] = field(default_factory=dict)
    """Where the name of each field stands."""


@dataclass(frozen=True)
class Edition:
    """One edition and the files that shape it (name -> bytes: style sheets, page templates)."""

    spec: EditionFile
    files: Mapping[str, bytes]
    span: Span

    @property
    def name(self) -> str:
        return self.spec.name


@dataclass(frozen=True)
class Standing:
    """How a publication stands on a day."""

    status: Status
    """The status that holds: `approved` only with a fitting approval."""
    approval: Literal["none", "fits", "outdated"]
    overdue: bool
    days: int
    """Days to the next review; less than 0 when it is past."""


@dataclass(frozen=True)
class Project:
    """Everything that was read for one publication; no stage after `load` opens a file of the project."""

    root: str
    publication: Publication
    sections: tuple[Section, ...]
    data: Mapping[str, Data]
    diagrams: Mapping[str, Diagram]
    bibliography: tuple[Entry, ...]
    bibliography_text: str
    """`references.bib` with all but the cited entries blanked out, line for line."""
    editions: Mapping[str, Edition]
    templates: Mapping[str, str]
    """Jinja2 templates by their path below `templates/`."""
    styles: Mapping[str, bytes]
    """Shared style sheets and page templates by their path below `templates/`."""
    assets: Mapping[str, bytes]
    """Pictures by their path below the publication's folder."""
    fonts: Mapping[str, bytes]
    """Font files by file name."""
    citation_style: bytes
    locale: Mapping[str, str]
    """Words of the publication's language that the engine itself prints."""
    spans: Mapping[tuple[str | int, ...], Span] = field(default_factory=dict)
    """Where each value of publication.yaml stands, by its path of keys and indexes."""
    broken: frozenset[str] = frozenset()
    """What is there but could not be read, as `section:ID`, `insert:NAME`, `citation:KEY`, `publication` or `bibliography`; complained of already."""
    doubts: frozenset[str] = frozenset()
    """Keys of publication.yaml about its judging that hold something wrong; complained of already. Until then it is a draft."""
    profile: Profile = NO_PROFILE
    braille: BrailleTable | None = None
    """How it is written in Braille, when that is known and an edition asks for it."""
    braille_tables: Mapping[str, BrailleTable] = field(default_factory=dict)
    """All the Braille that the house knows by a name, which an output may choose."""
    speech: Speech | None = None
    """How its language is spoken, when that is known and an edition asks for it."""
    as_of: date = date.min
    """The day by which reviews and sources are judged: today, unless another was asked for."""
    settled: Standing | None = None
    """How it stands, where that was found out already: for a part of a project, whose content nobody can judge."""
    installed: tuple[str, ...] = ()
    """The files of installed packages (fonts, web slides) that were looked for, by their whole paths."""

    def braille_of(self, output: Output) -> BrailleTable | None:
        """The Braille of an output: its own choice, else the publication's; None where liblouis shall choose."""
        return self.braille if output.table is None else self.braille_tables.get(output.table)


@dataclass(frozen=True)
class FromContent:
    """A line of the source that an author wrote: the column of the source where it begins, and its place."""

    span: Span
    column: int = 1


@dataclass(frozen=True)
class FromTemplate:
    """A line of the source that a template wrote."""

    path: str
    line: int


@dataclass(frozen=True)
class Generated:
    """A line of the source that the engine wrote itself."""

    stage: str


Origin = FromContent | FromTemplate | Generated


@dataclass(frozen=True)
class Source:
    """The one Markdown text, and where each of its lines came from (`origins[i]`: line i+1, left to right)."""

    text: str
    origins: tuple[tuple[Origin, ...], ...]

    def author_span(self, line: int, column: int = 1) -> Span | None:
        """The author's place of a place in the source; the nearest author's line above it when a template wrote it."""
        for index in range(min(line, len(self.origins)) - 1, -1, -1):
            found = [o for o in self.origins[index] if isinstance(o, FromContent)]
            if not found:
                continue
            if index + 1 != line:
                return found[-1].span
            best = found[0]
            for origin in found:
                if origin.column <= column:
                    best = origin
            return best.span.at(best.span.line, best.span.column + max(0, column - best.column))
        return None

    def place(self, line: int, column: int = 1) -> Span | None:
        """The place of whoever wrote a place in the source: an author or, where no author wrote in the line, a template."""
        origins = self.origins[line - 1] if 0 < line <= len(self.origins) else ()
        template = next((origin for origin in origins if isinstance(origin, FromTemplate)), None)
        if template is None or any(isinstance(origin, FromContent) for origin in origins):
            return self.author_span(line, column)
        return Span(template.path, template.line)

    def find(self, needle: str, occurrence: int = 0) -> Span | None:
        """The author's place where `needle` stands for the n-th time (from 0) in the source; None when it does not."""
        first_line = needle.split("\n", 1)[0]
        if not first_line:
            return None
        position = -1
        for _ in range(occurrence + 1):
            position = self.text.find(first_line, position + 1)
            if position < 0:
                return None
        line = self.text.count("\n", 0, position) + 1
        return self.place(line, position - self.text.rfind("\n", 0, position))


@dataclass(frozen=True)
class Drawing:
    """Another drawing of a figure: the SVG asset's name, its size and its smallest type in CSS pixels."""

    svg: str
    width: float
    height: float
    smallest: float


@dataclass(frozen=True)
class Figure:
    """A diagram or picture ready for every format.

    `svg`, `png` name assets of the document; width and height are CSS pixels of the drawing.
    """

    id: str
    svg: str | None
    png: str | None
    width: float
    height: float
    title: str
    alt: str
    description: str
    """The long description as Markdown; empty when the alt text says everything."""
    labels: tuple[str, ...] = ()
    """The words in the picture, in reading order."""
    span: Span | None = None
    smallest: float = 0.0
    """The smallest type in the drawing, in CSS pixels; 0 when nothing is known of it."""
    narrow: Drawing | None = None
    """The same drawing laid out narrower, where an edition needs large letters."""


@dataclass(frozen=True)
class Formula:
    """A drawn formula: its SVG asset, and its size in ems of the text around it; `depth` is below the line of writing.

    `simple` says the same with letters and signs (pandoc inlines); empty where that is not enough.
    """

    svg: str
    width: float
    height: float
    depth: float
    display: bool
    simple: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Document:
    """pandoc's AST with what belongs to it. A formula in it is an `Image` of the class `math`, its words the alt text."""

    ast: Ast
    source: Source
    figures: Mapping[str, Figure] = field(default_factory=dict)
    formulas: Mapping[str, Formula] = field(default_factory=dict)
    """By the names of their assets."""
    assets: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Artifact:
    """One finished file, not yet written."""

    name: str
    edition: str
    format: str
    data: bytes
    output: Output


@dataclass(frozen=True)
class Facts:
    """What inspection saw in a finished file."""

    name: str
    pages: int = 0
    page_sizes: tuple[tuple[float, float], ...] = ()
    """Width and height of each page in millimetres."""
    texts: tuple[str, ...] = ()
    """The text of each page, slide or chapter."""
    titles: tuple[str, ...] = ()
    fonts: tuple[str, ...] = ()
    language: str = ""
    title: str = ""
    tagged: bool = False
    links: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
