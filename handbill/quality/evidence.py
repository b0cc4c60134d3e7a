"""The evidence table: every claim of the text, its sources, and what about them is not verified."""

from __future__ import annotations

from dataclasses import dataclass

from handbill.model import Entry, Project
from handbill.pieces import cited
from handbill.readability import scored
from handbill.rules.evidence import claims
from handbill.text import Span

_BRACES = str.maketrans("", "", "{}\\")


@dataclass(frozen=True)
class Source:
    """One cited source as the report shows it."""

    key: str
    title: str
    who: str
    kind: str
    verified: str
    note: str
    read: str
    place: Span

    @property
    def sound(self) -> bool:
        return self.verified == "yes"


@dataclass(frozen=True)
class Row:
    """One claim, its place and its sources."""

    kind: str
    sentence: str
    place: Span | None
    sources: tuple[Source, ...]

    @property
    def lacking(self) -> str:
        """What is missing about its evidence, in words; empty when nothing is."""
        if not self.sources:
            return "no source"
        doubtful = [source.key for source in self.sources if not source.sound]
        if not doubtful:
            return ""
        if len(doubtful) < len(self.sources):
            return "not fully verified: " + ", ".join(doubtful)
        return "no source is fully verified"


def sources(project: Project) -> dict[str, Source]:
    """The cited sources by their keys, in the bibliography's order."""
    keys = cited(project)
    return {entry.key: _source(entry) for entry in project.bibliography if entry.key in keys}


def _source(entry: Entry) -> Source:
    fields = {name: str(value).translate(_BRACES).strip() for name, value in entry.fields.items()}
    who = next(
        (fields[name] for name in ("author", "editor", "organization", "publisher", "institution") if fields.get(name)),
        "",
    )
    return Source(entry.key, fields.get("title", ""), who, fields.get("sourceclass", ""), fields.get("verified", "yes"),
                  fields.get("verifiednote", ""), fields.get("urldate", ""), entry.span)  # fmt: skip


def evidence(project: Project) -> tuple[Row, ...]:
    """The claims of the forms that the profile judges, each sentence once; none for a language that cannot be scored."""
    if not scored(str(project.publication.language)):
        return ()
    known = sources(project)
    rows: dict[tuple[str, Span | None], Row] = {}
    for form in project.profile.forms:
        for claim in claims(project, form):
            place = claim.item.place(claim.start, claim.end)
            found = tuple(known[key] for key in dict.fromkeys(claim.citations) if key in known)
            rows.setdefault((claim.sentence.text, place), Row(claim.kind, claim.sentence.text, place, found))
    return tuple(rows.values())
