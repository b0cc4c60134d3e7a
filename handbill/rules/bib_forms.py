"""Fields of references.bib that must have a certain form: numbers, addresses, dates and names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from handbill.diagnostics import Diagnostic, Severity
from handbill.known import known
from handbill.model import Project
from handbill.rules.bib_entries import at, entries
from handbill.rules.bib_model import MONTHS
from handbill.rules.registry import Context, rule

_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>{}]+")
_DOI_ADDRESS = re.compile(r"(?i)^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)(10\..+)$")
_URL = re.compile(r"https?://[^\s/?#]+\.[^\s/?#.]{2,}(?:[/?#]\S*)?")
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_BODY = re.compile(
    r"\b(?:Administration|Agency|Association|Authority|Cent(?:er|re)|Clinic|College|Commission|Committee|Council|Department|"
    r"Foundation|Group|Hospital|Inc|Institutes?|Laboratory|Library|Ltd|Ministry|Network|Office|Organi[sz]ation|"
    r"Pharmaceuticals|Program(?:me)?|Project|Service|Society|Trust|Universit\w+)\b"
)
_PERCENT = re.compile(r"(?<!\\)%")
_VERBATIM = frozenset(("url", "doi", "eprint", "file", "verified", "verifiednote", "sourceclass", "keywords", "abstract", "urldate"))
"""Fields that are read sign by sign, or are never printed."""
_JOINED = re.compile(r"\s*(?:;|\\?&)\s*|\s*\bet\.? al\b\.?")


@rule(stage="load", code="bibliography-doi", severity=Severity.ERROR)
def doi(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A DOI is not well formed.

    Its link would lead nowhere.

    Write what follows doi.org/, such as 10.1000/182.
    """
    for entry, severity in entries(project):
        value = entry.fields.get("doi", "").strip()
        if value and value[-1] in ".,;":
            yield context.found(f"The DOI “{value}” ends in “{value[-1]}”, which does not belong to it.", at(entry, "doi"),
                                f"Write only “{value.rstrip('.,;')}”.", severity=severity)  # fmt: skip
        elif value and not _DOI.fullmatch(value):
            address = _DOI_ADDRESS.match(value)
            hint = f"Write only “{address[1]}”." if address else "A DOI begins with “10.”, four or more digits and “/”."
            yield context.found(f"“{value}” is not a DOI.", at(entry, "doi"), hint, severity=severity)


@rule(stage="load", code="bibliography-isbn", severity=Severity.ERROR)
def isbn(project: Project, context: Context) -> Iterator[Diagnostic]:
    """An ISBN or ISSN cannot be right: its check digit does not fit.

    A reader could not order the book.

    Copy the number again from the book or its publisher's page.
    """
    for entry, severity in entries(project):
        for name in ("isbn", "issn"):
            value = entry.fields.get(name, "").strip()
            if value and not _valid_number(name, value):
                yield context.found(f"“{value}” is not an {name.upper()}: its check digit does not fit.", at(entry, name),
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
    for entry, severity in entries(project):
        value = (
            entry.fields.get("url", "").replace("\\_", "_").replace("\\%", "%").replace("\\&", "&").replace("\\#", "#")
        )
        if value and not _URL.fullmatch(value):
            yield context.found(f"“{value}” is not the address of a web page.", at(entry, "url"),
                                "Copy the whole address, from https:// on.", severity=severity)  # fmt: skip


@rule(stage="load", code="bibliography-date", severity=Severity.ERROR)
def dates(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A date, year or month cannot be one.

    It would be printed wrongly or not at all.

    Write a date as 2026-03-31, 2026-03 or 2026, a year with four digits, and a month as jan to dec or 1 to 12.
    """
    for entry, severity in entries(project):
        for name in ("date", "urldate", "origdate", "eventdate"):
            value = entry.fields.get(name, "").strip("{}")
            if value and not all(part in ("", "..") or is_date(part) for part in value.split("/", 1)):
                yield context.found(
                    f"“{value}” is not a date.",
                    at(entry, name),
                    "Write it as 2026-03-31, 2026-03 or 2026.",
                    severity=severity,
                )
            elif any(_DATE.fullmatch(part) and part > context.project.as_of.isoformat() for part in value.split("/", 1)):
                yield context.found(f"The day “{value}” lies in the future.", at(entry, name), "Check the date.", severity=severity)
        year = entry.fields.get("year", "").strip("{}")
        if re.fullmatch(r"\d{4}", year) and int(year) > context.project.as_of.year + 1:
            yield context.found(f"The year {year} lies in the future.", at(entry, "year"), "Check the year.", severity=severity)
        if year and not re.fullmatch(r"\d{4}", year):
            yield context.found(f"“{year}” is not a year.", at(entry, "year"), "Write four digits.", severity=severity)
        month = entry.fields.get("month", "").strip("{}")
        if month and month.lower().rstrip(".") not in {*MONTHS, *_MONTHS} and not re.fullmatch(r"0?[1-9]|1[0-2]", month):
            yield context.found(
                f"“{month}” is not a month.", at(entry, "month"), "Write jan to dec, or 1 to 12.", severity=severity
            )


_MONTHS = frozenset(
    ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december", "sept")
)


def is_date(text: str) -> bool:
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
    for entry, _ in entries(project):
        for name in ("author", "editor"):
            value = entry.fields.get(name, "")
            for person in _persons(value):
                sign = _JOINED.search(re.sub(r"\{[^{}]*\}", "", person))
                if sign and not person.startswith("{"):
                    yield context.found(f"“{sign[0].strip()}” does not join names here, so they are taken for one person.", at(entry, name),
                                        "Write “and” between persons, and “and others” for the rest.")  # fmt: skip
                elif person.count(",") > 2:
                    yield context.found("These names are joined by commas, so they are taken for one person.", at(entry, name),
                                        "Write “and” between them: {Smith, Ann and Lee, Bo}.")  # fmt: skip
                elif _BODY.search(person) and not person.startswith("{") and "," not in person:
                    yield context.found(f"“{person}” looks like an organisation, but is taken for a person.", at(entry, name),
                                        f"Put it in two pairs of braces: {name} = {{{{{person}}}}}.")  # fmt: skip


@known(tuple, tuple)
def _persons(value: str) -> tuple[str, ...]:
    """The persons of a field, as they will be taken apart."""
    from bibtexparser.middlewares.names import split_multiple_persons_names  # loads all of its middlewares

    return tuple(split_multiple_persons_names(value))


@rule(stage="load", code="bibliography-percent", severity=Severity.ERROR)
def percent(project: Project, context: Context) -> Iterator[Diagnostic]:
    r"""A field holds a “%”, and what follows it is lost.

    BibTeX is a format of TeX, where “%” begins a remark: “After 50% of it” is printed as “After 50”.

    Put a backslash before it: 50\%.
    """
    for entry, severity in entries(project):
        for name, value in entry.fields.items():
            found = _PERCENT.search(value)
            if found and name not in _VERBATIM:
                place = at(entry, name)
                inside = place.end_line == place.line and place.column + found.start() < place.end_column
                yield context.found(f"From “%” on, the field “{name}” is not printed.",
                                    replace(place, column=place.column + found.start(), end_column=place.column + found.end()) if inside else place,
                                    f"Write “{value[max(0, found.start() - 12) : found.start()].lstrip()}\\%”.", severity=severity)  # fmt: skip
