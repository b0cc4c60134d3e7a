"""What is asked of the line, and one publication on its way along it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from handbill.diagnostics import Diagnostic, Report
from handbill.publish import Store

if TYPE_CHECKING:  # the command line knows orders long before it needs the values
    from handbill.model import Artifact, Document, Project, Source

STAGES = ("load", "assemble", "parse", "draw", "tailor", "cite", "render", "inspect")


@dataclass(frozen=True)
class Order:
    """What is to be made. Empty `editions` or `formats` mean all that a publication names."""

    root: Path
    output: Path
    publications: tuple[str, ...]
    named: bool = False
    """Whether they were asked for by name, or are all that there are."""
    editions: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    stop_after: str = "inspect"
    strict: bool = False
    workers: int = 2
    quiet: bool = False
    """Write nothing: the line only looks."""
    print_marks: bool = False
    """The press-ready variant of each edition for paper, with bleed and crop marks, instead of the edition itself."""
    as_of: date | None = None
    """The day by which reviews and sources are judged; today when left out."""
    release: bool = False
    """Refuse what is not approved as it stands, past its review, or rests on sources that are not verified."""

    def reaches(self, stage: str) -> bool:
        """Whether the line goes on at least to `stage`."""
        return STAGES.index(self.stop_after) >= STAGES.index(stage)


_EDITION = re.compile(r"templates/editions/([^/]+)/")


def _edition_of(problem: Diagnostic) -> str:
    """The edition in whose own files a mistake stands; empty for any other place."""
    found = _EDITION.match(problem.span.path) if problem.span is not None else None
    return found[1] if found else ""


@dataclass
class Work:
    """One publication on its way along the line."""

    name: str
    report: Report = field(default_factory=Report)
    found: Report = field(default_factory=Report)
    """What the rules found, before the publication's decisions about them."""
    project: Project | None = None
    source: Source | None = None
    document: Document | None = None
    artifacts: list[Artifact] = field(default_factory=list)
    written: list[Path] = field(default_factory=list)
    parts: dict[str, tuple[Mapping[str, str], bool]] = field(default_factory=dict)
    """For each file: fingerprints of what it was made of, and whether it was made now or was remembered."""

    def going(self, order: Order) -> bool:
        """Whether nothing found so far stops the line.

        A mistake in one edition's own files stops that edition only, one for which something sound stands in stops
        nothing. A release has no mistake, or is none.
        """
        if order.release or (self.project is not None and not self.project.editions):
            return not self.report.failed
        return all(problem.contained or _edition_of(problem) for problem in self.report.errors)

    def broken(self) -> frozenset[str]:
        """The editions that cannot be made, for their own files have errors."""
        return frozenset(name for problem in self.report.errors if (name := _edition_of(problem)))

    def store(self, order: Order) -> Store:
        """Where the publication's files are written."""
        return Store(order.output / self.name, self.report)

    def stop_here(self, order: Order, stage: str) -> None:
        """`--stop-after` writes the value that the stage made."""
        if order.stop_after == stage and self.document is not None and not order.quiet:
            store = self.store(order)
            store.write_ast("document.json", self.document.ast)
            for name, data in self.document.assets.items():
                store.write(name, data)
