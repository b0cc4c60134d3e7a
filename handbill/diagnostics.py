"""Complaints about an author's work, as values.

A stage that finds something wrong puts a `Diagnostic` into the `Report` and goes on, so that all
mistakes of a stage are shown at once. Only the command line prints them. Exceptions are for bugs
and for Ctrl-C.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from handbill.text import Span


class Severity(StrEnum):
    """How bad it is: an error stops the line after the stage; the others do not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One complaint.

    code      a stable slug such as `citation-unknown`
    message   one sentence in the author's words
    span      the author's own file and place, never the assembled text
    hints     what to do about it, most useful first
    trail     what was being done ("while assembling section history")
    related   other places that matter, each with a few words
    detail    the tool's own words, when a tool complained
    edition   the edition it concerns, when it concerns only one
    contained whether something sound stands in for what is wrong: an error all the same, but files can be made
    """

    severity: Severity
    code: str
    message: str
    span: Span | None = None
    hints: tuple[str, ...] = ()
    trail: tuple[str, ...] = ()
    related: tuple[tuple[Span, str], ...] = ()
    detail: str = ""
    edition: str = ""
    contained: bool = False

    def during(self, step: str) -> Diagnostic:
        """The same complaint with one more step of its trail."""
        return replace(self, trail=(*self.trail, step))

    def in_edition(self, edition: str) -> Diagnostic:
        """The same complaint, of one edition only."""
        return replace(self, edition=edition)

    def within_bounds(self) -> Diagnostic:
        """The same complaint, about something for which something sound stands in."""
        return replace(self, contained=True)

    def located(self, span: Span | None) -> Diagnostic:
        """The same complaint at `span`, unless it has a place already: low code gives the reason, the caller the place."""
        return self if self.span is not None or span is None else replace(self, span=span)


def error(code: str, message: str, span: Span | None = None, *hints: str, detail: str = "") -> Diagnostic:
    """A `Diagnostic` of severity error."""
    return Diagnostic(Severity.ERROR, code, message, span, hints, detail=detail)


def warning(code: str, message: str, span: Span | None = None, *hints: str, detail: str = "") -> Diagnostic:
    """A `Diagnostic` of severity warning."""
    return Diagnostic(Severity.WARNING, code, message, span, hints, detail=detail)


def note(code: str, message: str, span: Span | None = None, *hints: str, detail: str = "") -> Diagnostic:
    """A `Diagnostic` of severity note."""
    return Diagnostic(Severity.NOTE, code, message, span, hints, detail=detail)


def to_values(found: Diagnostic) -> dict[str, Any]:
    """A complaint as JSON values."""
    return asdict(found)


def from_values(item: Mapping[str, Any]) -> Diagnostic:
    """The complaint that `to_values` made these values of."""
    return Diagnostic(
        severity=Severity(item["severity"]),
        code=item["code"],
        message=item["message"],
        span=Span(**item["span"]) if item["span"] else None,
        hints=tuple(item["hints"]),
        trail=tuple(item["trail"]),
        related=tuple((Span(**span), words) for span, words in item["related"]),
        detail=item["detail"],
        edition=item["edition"],
        contained=item["contained"],
    )


class Report:
    """The complaints of one run: append-only, each kept once."""

    def __init__(self) -> None:
        self._items: dict[Diagnostic, None] = {}

    def add(self, *diagnostics: Diagnostic) -> None:
        for item in diagnostics:
            self._items.setdefault(item)

    def extend(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.add(*diagnostics)

    def revise(self, change: Callable[[Diagnostic], Diagnostic | None]) -> None:
        """Puts `change(d)` in place of each diagnostic; None takes it away."""
        self._items = {changed: None for d in self._items if (changed := change(d)) is not None}

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(tuple(self._items))

    def __len__(self) -> int:
        return len(self._items)

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        return tuple(d for d in self._items if d.severity is Severity.ERROR)

    @property
    def failed(self) -> bool:
        """Whether anything found so far must stop the line."""
        return any(d.severity is Severity.ERROR for d in self._items)
