"""Readability of a publication as numbers: each form as a whole, each section, and what costs most."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from handbill.model import Project
from handbill.readability import (
    Costly,
    Counts,
    Sentence,
    costly_sentences,
    costly_words,
    flesch_kincaid,
    grades,
    names_pattern,
    neutral,
    scored,
    total,
)
from handbill.reading import Read, prose, reading
from handbill.rules.language import declared
from handbill.text import Span

LIMIT = 10
"""How many sentences and words are named."""


@dataclass(frozen=True)
class Score:
    """The readability of one piece. `plain` scores it as it is, `neutral` without the names that must stay."""

    name: str
    title: str
    place: Span | None
    counts: Counts
    plain: dict[str, float | None]
    neutral: dict[str, float | None]


@dataclass(frozen=True)
class CostlySentence:
    """One of the sentences that cost the grade most, and where it stands."""

    sentence: Costly
    place: Span | None


@dataclass(frozen=True)
class FormScore:
    """One form of the text: full, plain or short."""

    form: str
    whole: Score
    sections: tuple[Score, ...]
    sentences: tuple[CostlySentence, ...]
    words: tuple[Costly, ...]


def scores(project: Project) -> tuple[FormScore, ...]:
    """The scores of the forms that the profile judges; none for a language that cannot be scored."""
    if not scored(str(project.publication.language)):
        return ()
    return tuple(found for form in project.profile.forms if (found := _form(project, form)) is not None)


def grade_of(project: Project) -> float | None:
    """The grade that an approval keeps: Flesch-Kincaid of the profile's first form, names left out."""
    if not scored(str(project.publication.language)):
        return None
    counts = neutral(_sentences(prose(reading(project, project.profile.forms[0]))), names_pattern(declared(project)))
    return round(flesch_kincaid(counts), 1) if counts else None


def _sentences(items: Iterable[Read]) -> list[Sentence]:
    return [sentence for item in items for sentence in item.sentences()]


def _form(project: Project, form: str) -> FormScore | None:
    items = list(prose(reading(project, form)))
    if not items:
        return None
    names = names_pattern(declared(project))

    def score(name: str, title: str, part: Sequence[Read]) -> Score:
        found = _sentences(part)
        return Score(
            name, title, part[0].place(0, 1), total(found), grades(total(found)), grades(neutral(found, names))
        )

    sections = []
    for section, group in groupby(items, key=lambda item: item.section):
        if section is not None:
            title = section.head.plain_title if form == "plain" and section.head.plain_title else section.head.title
            sections.append(score(str(section.head.id), str(title), list(group)))
    placed = [(item, sentence) for item in items for sentence in item.sentences()]
    costly = costly_sentences([sentence for _, sentence in placed], names, LIMIT)
    named = [
        CostlySentence(c, placed[c.index][0].place(placed[c.index][1].start, placed[c.index][1].end)) for c in costly
    ]
    words = costly_words([sentence for _, sentence in placed], names, LIMIT)
    return FormScore(form, score("", "The text as a whole", items), tuple(sections), tuple(named), tuple(words))
