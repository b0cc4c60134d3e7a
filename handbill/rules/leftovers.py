"""What was to be replaced before printing: notes to oneself, and days that no calendar has."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator

from handbill.diagnostics import Diagnostic, Severity
from handbill.markup import words
from handbill.model import Project
from handbill.pieces import markdowns
from handbill.rules.diagrams import diagrams
from handbill.rules.registry import Context, rule

TO_DO = re.compile(r"(?<!\w)(?:TODO|TO DO|FIXME|XXX+|TBC|TBD|TK|NN)(?!\w)")
"""Words in capitals by which people mark what is still to be written. They are no abbreviations to be explained."""
_FILLER = re.compile(
    r"\blorem ipsum\b|\?{3,}"
    r"|\[(?:insert|add|fill in|enter|your|name of|phone number|telephone number|date of|to be)\b[^\[\]\n]*\](?![(\[{:])"
    r"|<(?:insert|add|fill in|enter|your|name of)\b[^<>\n]*>",
    re.IGNORECASE,
)

_MONTHS = {name: number for number, name in enumerate(calendar.month_name) if name}
_MONTH = "|".join(_MONTHS)
_DAYS = (
    re.compile(r"(?<![\d-])(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?![\d-])"),
    re.compile(r"(?<![\d.])(?P<day>\d{1,2})\.[ ]?(?P<month>\d{1,2})\.[ ]?(?P<year>(?:19|20)\d\d)(?!\d)"),
    re.compile(rf"(?<!\w)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<name>{_MONTH})(?:,? (?P<year>\d{{4}}))?(?!\w)"),
    re.compile(rf"(?<!\w)(?P<name>{_MONTH}) (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<year>\d{{4}}))?(?![\w:.]\w)"),
    re.compile(r"(?<![\d/])(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>(?:19|20)\d\d)(?![\d/])"),
)
_DIGIT = re.compile(r"\d")
_LEAP_YEAR = 2024
"""For a day of no year: the 29th of February may be one."""


@rule(stage="load", code="text-placeholder", severity=Severity.WARNING)
def placeholder(project: Project, context: Context) -> Iterator[Diagnostic]:
    """The text holds a note to oneself, or words that stand for others.

    “TODO”, “XXX”, “[insert phone number]” and the like would be printed as they stand.

    Write what belongs there, or delete it.
    """
    for text in markdowns(project):
        masked = words(text)
        for pattern in (TO_DO, _FILLER):
            for found in pattern.finditer(masked):
                yield context.within(text, found.start(), found.end(), f"“{found[0]}” is still to be replaced.",
                                     "Write what belongs there, or delete it.")  # fmt: skip


@rule(stage="load", code="date-impossible", severity=Severity.ERROR)
def impossible(project: Project, context: Context) -> Iterator[Diagnostic]:
    """The text names a day that no calendar has.

    Who is told to come on the 31st of April comes on the wrong day.

    Look the day up. A number that is no date can be written without the dots.
    """
    for text in markdowns(project):
        masked = words(text) if _DIGIT.search(text) else ""
        for pattern in _DAYS if masked else ():
            for found in pattern.finditer(masked):
                if not _is_day(found):
                    yield context.within(text, found.start(), found.end(), f"There is no day “{found[0]}”.", "Look the day up.")
    for code_in, start, code in diagrams(project):  # Mermaid counts on: the 31st of February is the 3rd of March
        for found in _DAYS[0].finditer(code):
            if not _is_day(found):
                yield context.within(code_in, start + found.start(), start + found.end(), f"There is no day “{found[0]}”.", "Look the day up.")


def _is_day(found: re.Match[str]) -> bool:
    """Whether what was found is a day; with slashes, in either order of day and month."""
    year = int(found["year"] or _LEAP_YEAR)
    named = found.groupdict().get("name")
    day, month = int(found["day"]), _MONTHS[named] if named else int(found["month"])
    if _has(year, month, day):
        return True
    return "/" in found[0] and _has(year, day, month)


def _has(year: int, month: int, day: int) -> bool:
    return 1 <= month <= 12 and year >= 1 and 1 <= day <= calendar.monthrange(year, month)[1]
