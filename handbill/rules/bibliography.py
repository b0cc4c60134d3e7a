"""Entries of references.bib: complete, each there once, verified.

A fault in an entry that this publication cites is an error; in any other entry it is a warning, for
it does not touch what is printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from handbill.diagnostics import Diagnostic, Severity
from handbill.model import Entry, Project
from handbill.nearest import did_you_mean, nearest
from handbill.pieces import cited
from handbill.rules.bib_entries import at, entries
from handbill.rules.bib_model import FIELDS, REQUIRED
from handbill.rules.registry import Context, rule
from handbill.schema import Status

_VERIFIED = ("yes", "partly", "no")


@rule(stage="load", code="bibliography-type", severity=Severity.ERROR)
def entry_type(project: Project, context: Context) -> Iterator[Diagnostic]:
    """An entry is of a type that does not exist.

    Nobody knows how to print it, nor what it should say.

    Write a type such as @article, @book, @online, @report or @misc.
    """
    for entry, severity in entries(project):
        if entry.type not in REQUIRED:
            place = entry.span.at(entry.span.line, max(1, entry.span.column - len(entry.type) - 1))
            yield context.found(f"There is no type of entry “@{entry.type}”.", place, *did_you_mean(entry.type, REQUIRED),
                                severity=severity)  # fmt: skip


@rule(stage="load", code="bibliography-field-missing", severity=Severity.ERROR)
def field_missing(project: Project, context: Context) -> Iterator[Diagnostic]:
    """An entry lacks what a source of its type must say.

    A reader could not find the source.

    Add the field. When it could not be found out, say so with verified = {partly} or {no}; nothing is ever guessed.
    """
    for entry, severity in entries(project):
        missing = _missing(entry)
        if missing and entry.fields.get("verified", "yes") not in ("partly", "no"):
            yield context.found(f"The source “{entry.key}” (@{entry.type}) has no {_listed(missing)}.", entry.span,
                                "Add it, or write verified = {partly} if it could not be found out.", severity=severity)  # fmt: skip


@rule(stage="load", code="bibliography-unverified", severity=Severity.WARNING)
def unverified(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A source that this publication cites is not fully verified.

    The page marks it. A draft may have such sources; an approved publication may not.

    Look the source up, complete it, and write verified = {yes} with the day in “verifiednote”.
    """
    severity = _BY_STATUS[project.publication.status]
    keys = cited(project)
    for entry in project.bibliography:
        if entry.key not in keys or entry.fields.get("verified", "yes") not in ("partly", "no"):
            continue
        missing = _missing(entry)
        lacks = f": it has no {_listed(missing)}" if missing else ""
        yield context.found(f"The source “{entry.key}” is not fully verified{lacks}.", at(entry, "verified"),
                            severity=severity)  # fmt: skip


_BY_STATUS = {Status.DRAFT: Severity.NOTE, Status.REVIEW: Severity.WARNING, Status.APPROVED: Severity.ERROR}


def _missing(entry: Entry) -> list[frozenset[str]]:
    inherited = {"crossref", "xdata"} & entry.fields.keys()
    needs = () if inherited else REQUIRED.get(entry.type, ())
    lost = [names for names in needs if not any(entry.fields.get(name, "").strip("{} ") for name in names)]
    misspelt = {close[0] for name in entry.fields if name not in FIELDS and (close := nearest(name, FIELDS, 1))}
    return [names for names in lost if not names & misspelt]


_SAID = {"journaltitle": "journal", "url": "address (url)"}
_FIRST = ("author", "date", "journaltitle", "institution", "url")


def _listed(missing: list[frozenset[str]]) -> str:
    """The missing fields in words, the usual one of each set of alternatives."""
    names = [next((name for name in _FIRST if name in needed), min(needed)) for needed in missing]
    return ", no ".join(_SAID.get(name, name) for name in names)


@rule(stage="load", code="bibliography-field-unknown", severity=Severity.WARNING)
def field_unknown(project: Project, context: Context) -> Iterator[Diagnostic]:
    """The name of a field is probably misspelt.

    A field that nobody knows is not printed.

    Correct its name. Fields of your own are fine when they resemble no known one.
    """
    for entry, _ in entries(project):
        for name in entry.fields:
            if name not in FIELDS and (close := nearest(name, FIELDS, 1)):
                place = entry.name_spans.get(name, entry.span)
                yield context.found(f"“{name}” is not the name of a field.", place, f"Did you mean “{close[0]}”?")


@rule(stage="load", code="bibliography-verified", severity=Severity.ERROR)
def verified(project: Project, context: Context) -> Iterator[Diagnostic]:
    """The field “verified” says something else than yes, partly or no.

    Whether the page marks the source depends on it.

    Write verified = {yes}, {partly} or {no}.
    """
    for entry, severity in entries(project):
        value = entry.fields.get("verified", "yes")
        if value not in _VERIFIED:
            yield context.found(
                f"“verified” cannot be “{value}”.",
                at(entry, "verified"),
                *did_you_mean(value, _VERIFIED),
                severity=severity,
            )


@rule(stage="load", code="bibliography-duplicate", severity=Severity.WARNING)
def duplicate(project: Project, context: Context) -> Iterator[Diagnostic]:
    """Two entries are probably the same source.

    It would be printed twice, with two numbers.

    Keep one of them, and cite it everywhere.
    """
    first: dict[str, Entry] = {}
    for entry, _ in entries(project):
        title = re.sub(r"[\W_]+", " ", entry.fields.get("title", "")).casefold().strip()
        year = entry.fields.get("year") or entry.fields.get("date", "")[:4]
        marks = [f"doi {entry.fields['doi'].casefold()}"] if entry.fields.get("doi") else []
        marks += [f"title {title} {year} {entry.fields.get('author', '').casefold()}"] if title else []
        twin = next((first[mark] for mark in marks if mark in first), None)
        if twin is not None:
            yield context.found(f"“{entry.key}” and “{twin.key}” are probably the same source.", entry.span, "Keep one of them.",
                                related=[(twin.span, "the other one")])  # fmt: skip
        first.update({mark: entry for mark in marks if mark not in first})
