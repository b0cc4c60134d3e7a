"""Where statements come from, and whether that still holds: REF-03, REF-07, REF-08."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from handbill.diagnostics import Diagnostic, Severity
from handbill.model import Entry, Project
from handbill.pieces import cited
from handbill.readability.english import any_of, hits, lists
from handbill.readability.sentence import Sentence
from handbill.reading import NOT_PROSE, Read, per_project, reading
from handbill.rules.bib_forms import is_date
from handbill.rules.language import judged
from handbill.rules.numbers import frequencies
from handbill.rules.registry import Context, rule
from handbill.schema import Role

_MONTH = 30.4375
_YEAR = re.compile(r"\b(?:1[89]\d\d|20\d\d)s?\b")
_FIGURE = re.compile(
    r"\d[\d.,]*\s?(?:%|per\s?cent|percent|million|thousand|people|patients|children|adults|mg|ml|years? old)\b", re.I
)
_FREE = frozenset({Role.GLOSSARY, Role.QUESTIONS, Role.ACTIONS, Role.CONTACT, Role.UNKNOWNS})
CLASSES = ("regulator", "health-service", "charity", "company", "journal")
"""Classes of sources, by who speaks in them."""


@dataclass(frozen=True)
class Claim:
    """A statement that needs a source: what kind of claim, the words that make it one, and the sources that it has."""

    kind: str
    words: str
    item: Read
    sentence: Sentence
    start: int
    end: int
    citations: tuple[str, ...]


@per_project
def claims(project: Project, form: str) -> Iterator[Claim]:
    """The claims of one form: numbers, dates, approvals, safety, cures, prices. Questions and “not known” are none."""
    items = [item for item in reading(project, form) if item.passage.kind not in NOT_PROSE or item.passage.citations]
    sources: dict[tuple[int, int], tuple[str, ...]] = {}
    for item in items:
        sources[item.group] = (*sources.get(item.group, ()), *item.passage.citations)
    lead: Read | None = None
    for item in items:
        own = sources[item.group]
        if item.passage.kind == "item" and lead is not None and not own:
            own = lead.passage.citations
        lead = item if item.passage.kind == "paragraph" else lead
        if item.passage.kind in NOT_PROSE or (item.section is not None and item.section.head.role in _FREE):
            continue
        for sentence in item.sentences():
            if (found := _claim(sentence.text)) is not None:
                kind, start, end = found
                yield Claim(
                    kind, sentence.text[start:end], item, sentence, sentence.start + start, sentence.start + end, own
                )


def _claim(text: str) -> tuple[str, int, int] | None:
    if text.endswith("?") or next(hits(any_of(lists()["unknowns"]), text), None) is not None:
        return None
    for kind in ("approval", "safety", "cure", "price"):
        if hit := next(hits(any_of(lists()[f"claims-{kind}"]), text), None):
            return kind, hit.start, hit.end
    for found, _ in frequencies(text):
        return "number", found.start(), found.end()
    for kind, pattern in (("number", _FIGURE), ("date", _YEAR)):
        if match := pattern.search(text):
            return kind, match.start(), match.end()
    return None


@rule(stage="load", code="claim-uncited", severity=Severity.ERROR, profiled=True)
def uncited(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A number, date, approval, risk or cure is stated without a source.

    These are what readers act on, and what changes first; somebody must be able to look each of them up (REF-03).
    Cite the source in the same paragraph, or at the end of the list.
    """
    if not any(True for _ in judged(project)):
        return
    for form in project.profile.forms:
        for claim in claims(project, form):
            if not claim.citations and claim.item.section is not None:
                yield context.found(f"This says something about {_SAID[claim.kind]} (“{claim.words}”) without a source.",
                                    claim.item.place(claim.start, claim.end),
                                    "Cite the source in the same paragraph, or at the end of the list.")  # fmt: skip


_SAID = {
    "approval": "an approval",
    "safety": "safety",
    "cure": "a cure",
    "price": "a price",
    "number": "a number",
    "date": "a date",
}


def _months(since: str, until: date) -> float | None:
    try:
        day = date.fromisoformat(since.strip("{} "))
    except ValueError:
        return None
    return (until - day).days / _MONTH


def _cited_entries(project: Project) -> Iterator[Entry]:
    keys = cited(project)
    return (entry for entry in project.bibliography if entry.key in keys and f"citation:{entry.key}" not in project.broken)


@rule(stage="load", code="source-stale", severity=Severity.WARNING, profiled=True, limits={"months": 12})
def stale(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A web page was read too long ago, or nobody says when.

    Web pages change without a word (REF-07).
    Read it again, check that it still says what is claimed, and write the day into “urldate”.
    """
    for entry in _cited_entries(project):
        if not entry.fields.get("url"):
            continue
        day = entry.fields.get("urldate", "").strip("{} ")
        if day and not is_date(day):
            continue  # told as no date at all
        months = _months(day, project.as_of)
        place = entry.field_spans.get("urldate") or entry.field_spans.get("url", entry.span)
        if months is None:
            yield context.found(
                f"Nothing says when the page of “{entry.key}” was read.", place, "Add urldate = {year-month-day}."
            )
        elif months > context.limit("months"):
            yield context.found(f"The page of “{entry.key}” was read {months:.0f} months ago; {context.limit('months'):g} are the most.",
                                place, "Read it again and write the day into “urldate”.")  # fmt: skip


@rule(stage="load", code="source-class", severity=Severity.WARNING, profiled=True)
def source_class(project: Project, context: Context) -> Iterator[Diagnostic]:
    """Nothing says who speaks in a source: its class or its publisher is missing.

    A company, a charity and a regulator see the same treatment with different eyes (REF-07).
    Write sourceclass = {regulator}, {health-service}, {charity}, {company} or {journal}, and for a web page who publishes it.
    """
    for entry in _cited_entries(project):
        given = entry.fields.get("sourceclass", "")
        if given not in CLASSES:
            said = (
                f"“{given}” is not a class of source"
                if given
                else f"Nothing says of which class the source “{entry.key}” is"
            )
            yield context.found(
                f"{said}.", entry.field_spans.get("sourceclass", entry.span), f"It is one of: {', '.join(CLASSES)}."
            )
        bodies = ("publisher", "organization", "institution")
        corporate = entry.fields.get("author", "").startswith("{")
        if entry.fields.get("url") and not corporate and not any(entry.fields.get(name) for name in bodies):
            yield context.found(
                f"Nothing says who publishes the page of “{entry.key}”.", entry.span, "Add organization = {…}."
            )


@rule(stage="load", code="claim-undated", severity=Severity.ERROR, profiled=True, limits={"months": 6})
def undated(project: Project, context: Context) -> Iterator[Diagnostic]:
    """Something that changes with time (an approval, a price) has no day on which it was looked up, or no regulator as its source.

    Approvals are narrowed and withdrawn; a text from last year may send people after a treatment that is no longer given
    (REF-08). The profile names the kinds of claim: approval, safety, price.
    Cite a source of the class “regulator”, and write the day of the look-up as “as_of:” at the head of the section or data.
    """
    classes = {entry.key: entry.fields.get("sourceclass") for entry in project.bibliography}
    if not project.bibliography or not any(True for _ in judged(project)):
        return  # without any source nobody can say whose statement it is, and that is told
    days = _as_of(project)
    for form in project.profile.forms:
        for claim in claims(project, form):
            if claim.kind not in context.values or claim.item.section is None:
                continue
            day = days.get(claim.item.text.span.path if claim.item.text.span else "", claim.item.section.head.as_of)
            wrong = []
            if not any(classes.get(key) == "regulator" for key in claim.citations):
                wrong.append("no regulator is cited for it")
            if day is None:
                wrong.append("no “as_of” says when it was looked up")
            elif (months := (project.as_of - day).days / _MONTH) > context.limit("months"):
                wrong.append(f"it was looked up {months:.0f} months ago, and {context.limit('months'):g} are the most")
            if wrong:
                yield context.found(f"“{claim.words}” changes with time: {' and '.join(wrong)}.", claim.item.place(claim.start, claim.end),
                                    "Look it up at a regulator, cite that, and write the day as “as_of:”.")  # fmt: skip


def _as_of(project: Project) -> dict[str, date]:
    """The days that data files give, by their path."""
    found = {}
    for data in project.data.values():
        day = getattr(data, "as_of", None)
        if day is not None and (span := _span(data)):
            found[span] = day
    return found


def _span(data: object) -> str | None:
    text = getattr(data, "title", None) or getattr(data, "caption", None)
    return text.span.path if text is not None and text.span else None
