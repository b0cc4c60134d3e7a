"""The short form of a section: what a slide can carry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from handbill.diagnostics import Diagnostic, Severity
from handbill.markup import divs, headings, prose
from handbill.model import Project
from handbill.pieces import Form, forms
from handbill.rules.registry import Context, rule
from handbill.text import Span

MANY_WORDS = 40
TOO_MANY_WORDS = 60

_CITATION = re.compile(r"\[[^\[\]]*@[^\[\]]*\]")
_NOT_SEEN = re.compile(r"\{[^{}]*\}|(?<=\])\([^()\n]*\)|^[ ]*:{3,}.*$", re.MULTILINE)
_INSERT = re.compile(r"^\[\[[^\[\]]+\]\]", re.MULTILINE)
_WORD = re.compile(r"\w[\w'’-]*")


@dataclass(frozen=True)
class Slide:
    """One slide of a short form: its title, place, and the words that are seen (not the notes)."""

    title: str
    place: Span | None
    words: int


def slides(project: Project) -> Iterator[Slide]:
    """All slides that sections write themselves; none when no edition is a deck."""
    if any(edition.spec.shape == "deck" for edition in project.editions.values()):
        for form in forms(project):
            if form.name == "short":
                yield from _slides(form)


def _slides(form: Form) -> Iterator[Slide]:
    text = _seen(form.text)
    starts = [heading for heading in headings(form.text) if heading.level <= 2]
    ends = [heading.start for heading in starts[1:]] + [len(text)]
    first = starts[0].start if starts else len(text)
    if count := _count(text[:first]):
        start = len(form.text) - len(form.text.lstrip())
        yield Slide("", form.text.place(start, start + 1), count)
    for heading, end in zip(starts, ends, strict=False):
        place = form.text.place(heading.start, heading.end)
        yield Slide(heading.title.strip(), place, _count(text[heading.end : end]) + len(_WORD.findall(heading.title)))


def _seen(text: str) -> str:
    """The prose of a short form with the speaker notes blanked out."""
    seen = prose(text)
    opened: list[tuple[int, bool]] = []
    for opens, found in divs(text):
        if opens:
            opened.append((found.start, "notes" in found.text))
        elif opened:
            start, notes = opened.pop()
            if notes:
                seen = seen[:start] + " " * (found.end - start) + seen[found.end :]
    return seen


def _count(text: str) -> int:
    kept = _NOT_SEEN.sub("", _INSERT.sub("", _CITATION.sub("", text)))
    return len(_WORD.findall(kept))


@rule(stage="load", code="slide-title-missing", severity=Severity.ERROR)
def title_missing(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A slide has no title.

    People who listen to slides find their way by the titles.

    Begin each slide of “short:” with a line “## Title”.
    """
    for slide in slides(project):
        if not slide.title:
            yield context.found(
                "What stands here belongs to no slide with a title.", slide.place, "Write a line “## Title” above it."
            )


@rule(stage="load", code="slide-title-duplicate", severity=Severity.WARNING)
def title_duplicate(project: Project, context: Context) -> Iterator[Diagnostic]:
    """Two slides have the same title.

    In a list of slides nobody can tell them apart.

    Say in each title what its slide is about.
    """
    first: dict[str, Span | None] = {}
    for slide in slides(project):
        name = slide.title.casefold()
        if name and name in first:
            place = first[name]
            yield context.found(f"Another slide is called “{slide.title}” too.", slide.place, "Say what this slide is about.",
                                related=[(place, "the first one")] if place else [])  # fmt: skip
        first.setdefault(name, slide.place)


@rule(stage="load", code="slide-words", severity=Severity.WARNING)
def words(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A slide has too many words.

    People read a slide or listen to the speaker, not both; small letters cannot be read from afar.

    Keep to about 40 words; put the rest into “::: notes” or on another slide.
    """
    for slide in slides(project):
        if slide.words > MANY_WORDS:
            level = Severity.ERROR if slide.words > TOO_MANY_WORDS else Severity.WARNING
            yield context.found(f"This slide has {slide.words} words; about {MANY_WORDS} can be read from afar.", slide.place,
                                "Put the rest into “::: notes”, or on another slide.", severity=level)  # fmt: skip
