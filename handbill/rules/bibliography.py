"""Entries of references.bib: complete, well formed, each there once.

A fault in an entry that this publication cites is an error; in any other entry it is a warning, for
it does not touch what is printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from bibtexparser.middlewares.names import split_multiple_persons_names

from handbill.diagnostics import Diagnostic, Severity
from handbill.model import Entry, Project
from handbill.nearest import did_you_mean, nearest
from handbill.pieces import cited
from handbill.rules.bib_model import FIELDS, MONTHS, REQUIRED
from handbill.rules.registry import Context, rule
from handbill.schema import Status
from handbill.text import Span

_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>{}]+")
_DOI_ADDRESS = re.compile(r"(?i)^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)(10\..+)$")
_URL = re.compile(r"https?://[^\s/?#]+\.[^\s/?#.]{2,}(?:[/?#]\S*)?")
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_BODY = re.compile(
    r"\b(?:Administration|Agency|Association|Authority|Cent(?:er|re)|Clinic|College|Commission|Committee|Council|Department|"
    r"Foundation|Group|Hospital|Inc|Institutes?|Laboratory|Library|Ltd|Ministry|Network|Office|Organi[sz]ation|"
    r"Pharmaceuticals|Program(?:me)?|Project|Service|Society|Trust|Universit\w+)\b"
)
_JOINED = re.compile(r"\s*(?:;|\\?&)\s*|\s*\bet\.? al\b\.?")
_VERIFIED = ("yes", "partly", "no")


def _entries(project: Project) -> Iterator[tuple[Entry, Severity]]:
    """Each entry that could be read, and how bad a fault in it is for this publication."""
    keys = cited(project)
    for entry in project.bibliography:
        if f"citation:{entry.key}" not in project.broken:
            yield entry, Severity.ERROR if entry.key in keys else Severity.WARNING


def _at(entry: Entry, *names: str) -> Span:
    return next((entry.field_spans[name] for name in names if name in entry.field_spans), entry.span)


@rule(stage="load", code="bibliography-type", severity=Severity.ERROR)
def entry_type(project: Project, context: Context) -> Iterator[Diagnostic]:
    """An entry is of a type that does not exist.

    Nobody knows how to print it, nor what it should say.

    Write a type such as @article, @book, @online, @report or @misc.
    """
    for entry, severity in _entries(project):
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
    for entry, severity in _entries(project):
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
        yield context.found(f"The source “{entry.key}” is not fully verified{lacks}.", _at(entry, "verified"),
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
    for entry, _ in _entries(project):
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
    for entry, severity in _entries(project):
        value = entry.fields.get("verified", "yes")
        if value not in _VERIFIED:
            yield context.found(
                f"“verified” cannot be “{value}”.",
                _at(entry, "verified"),
                *did_you_mean(value, _VERIFIED),
                severity=severity,
            )


@rule(stage="load", code="bibliography-doi", severity=Severity.ERROR)
def doi(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A DOI is not well formed.

    Its link would lead nowhere.

    Write what follows doi.org/, such as 10.1000/182.
    """
    for entry, severity in _entries(project):
        value = entry.fields.get("doi", "").strip()
        if value and value[-1] in ".,;":
            yield context.found(f"The DOI “{value}” ends in “{value[-1]}”, which does not belong to it.", _at(entry, "doi"),
                                f"Write only “{value.rstrip('.,;')}”.", severity=severity)  # fmt: skip
        elif value and not _DOI.fullmatch(value):
            address = _DOI_ADDRESS.match(value)
            hint = f"Write only “{address[1]}”." if address else "A DOI begins with “10.”, four or more digits and “/”."
            yield context.found(f"“{value}” is not a DOI.", _at(entry, "doi"), hint, severity=severity)


@rule(stage="load", code="bibliography-isbn", severity=Severity.ERROR)
def isbn(project: Project, context: Context) -> Iterator[Diagnostic]:
    """An ISBN or ISSN cannot be right: its check digit does not fit.

    A reader could not order the book.

    Copy the number again from the book or its publisher's page.
    """
    for entry, severity in _entries(project):
        for name in ("isbn", "issn"):
            value = entry.fields.get(name, "").strip()
            if value and not _valid_number(name, value):
                yield context.found(f"“{value}” is not an {name.upper()}: its check digit does not fit.", _at(entry, name),
                                    "Copy the number again.", severity=severity)  # fmt: skip


def _valid_number(name: str, value: str) -> bool:
    from stdnum import isbn as isbn_number  # Few bibliographies need it.
    from stdnum import issn as issn_number

    return bool(isbn_number.is_valid(value) if name == "isbn" else issn_number.is_valid(value))


@rule(stage="load", code="bibliography-url", severity=Severity.ERROR)
def url(project: Project, context: Context) -> Iterator[Diagnostic]:
    """The address of a web page is not well formed.

    Its link would lead nowhere.

    Copy the whole address, from https:// on, without spaces.
    """
    for entry, severity in _entries(project):
        value = (
            entry.fields.get("url", "").replace("\\_", "_").replace("\\%", "%").replace("\\&", "&").replace("\\#", "#")
        )
        if value and not _URL.fullmatch(value):
            yield context.found(f"“{value}” is not the address of a web page.", _at(entry, "url"),
                                "Copy the whole address, from https:// on.", severity=severity)  # fmt: skip


@rule(stage="load", code="bibliography-date", severity=Severity.ERROR)
def dates(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A date, year or month cannot be one.

    It would be printed wrongly or not at all.

    Write a date as 2026-03-31, 2026-03 or 2026, a year with four digits, and a month as jan to dec or 1 to 12.
    """
    for entry, severity in _entries(project):
        for name in ("date", "urldate", "origdate", "eventdate"):
            value = entry.fields.get(name, "").strip("{}")
            if value and not all(part in ("", "..") or _is_date(part) for part in value.split("/", 1)):
                yield context.found(
                    f"“{value}” is not a date.",
                    _at(entry, name),
                    "Write it as 2026-03-31, 2026-03 or 2026.",
                    severity=severity,
                )
            elif any(_DATE.fullmatch(part) and part > context.project.as_of.isoformat() for part in value.split("/", 1)):
                yield context.found(f"The day “{value}” lies in the future.", _at(entry, name), "Check the date.", severity=severity)
        year = entry.fields.get("year", "").strip("{}")
        if re.fullmatch(r"\d{4}", year) and int(year) > context.project.as_of.year + 1:
            yield context.found(f"The year {year} lies in the future.", _at(entry, "year"), "Check the year.", severity=severity)
        if year and not re.fullmatch(r"\d{4}", year):
            yield context.found(f"“{year}” is not a year.", _at(entry, "year"), "Write four digits.", severity=severity)
        month = entry.fields.get("month", "").strip("{}")
        if month and month.lower().rstrip(".") not in {*MONTHS, *_MONTHS} and not re.fullmatch(r"0?[1-9]|1[0-2]", month):
            yield context.found(
                f"“{month}” is not a month.", _at(entry, "month"), "Write jan to dec, or 1 to 12.", severity=severity
            )


_MONTHS = frozenset(
    ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december", "sept")
)


def _is_date(text: str) -> bool:
    found = _DATE.fullmatch(text.rstrip("~?%"))
    if found is None:
        return False
    try:
        date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        return False
    return True


@rule(stage="load", code="bibliography-names", severity=Severity.WARNING)
def names(project: Project, context: Context) -> Iterator[Diagnostic]:
    """The names of authors are written so that they will be taken apart wrongly.

    “World Health Organization” would become a person whose family name is Organization; names joined by commas become one person.

    Put an organisation in two pairs of braces, and “and” between persons.
    """
    for entry, _ in _entries(project):
        for name in ("author", "editor"):
            value = entry.fields.get(name, "")
            for person in split_multiple_persons_names(value):
                sign = _JOINED.search(re.sub(r"\{[^{}]*\}", "", person))
                if sign and not person.startswith("{"):
                    yield context.found(f"“{sign[0].strip()}” does not join names here, so they are taken for one person.", _at(entry, name),
                                        "Write “and” between persons, and “and others” for the rest.")  # fmt: skip
                elif person.count(",") > 2:
                    yield context.found("These names are joined by commas, so they are taken for one person.", _at(entry, name),
                                        "Write “and” between them: {Smith, Ann and Lee, Bo}.")  # fmt: skip
                elif _BODY.search(person) and not person.startswith("{") and "," not in person:
                    yield context.found(f"“{person}” looks like an organisation, but is taken for a person.", _at(entry, name),
                                        f"Put it in two pairs of braces: {name} = {{{{{person}}}}}.")  # fmt: skip


@rule(stage="load", code="bibliography-duplicate", severity=Severity.WARNING)
def duplicate(project: Project, context: Context) -> Iterator[Diagnostic]:
    """Two entries are probably the same source.

    It would be printed twice, with two numbers.

    Keep one of them, and cite it everywhere.
    """
    first: dict[str, Entry] = {}
    for entry, _ in _entries(project):
        title = re.sub(r"[\W_]+", " ", entry.fields.get("title", "")).casefold().strip()
        year = entry.fields.get("year") or entry.fields.get("date", "")[:4]
        marks = [f"doi {entry.fields['doi'].casefold()}"] if entry.fields.get("doi") else []
        marks += [f"title {title} {year} {entry.fields.get('author', '').casefold()}"] if title else []
        twin = next((first[mark] for mark in marks if mark in first), None)
        if twin is not None:
            yield context.found(f"“{entry.key}” and “{twin.key}” are probably the same source.", entry.span, "Keep one of them.",
                                related=[(twin.span, "the other one")])  # fmt: skip
        first.update({mark: entry for mark in marks if mark not in first})
