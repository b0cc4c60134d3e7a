"""Sentences, paragraphs and lists that can be followed, and the grade of reading that they ask: LANG-01 to LANG-03."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import groupby

from handbill.diagnostics import Diagnostic, Severity
from handbill.model import Project, Section
from handbill.readability import (
    SMOG_SENTENCES,
    Counts,
    Sentence,
    costly_sentences,
    costly_words,
    flesch_kincaid,
    names_pattern,
    neutral,
    scored,
    smog,
)
from handbill.reading import Read, holding, prose, reading
from handbill.rules.registry import Context, rule
from handbill.schema import Glossary
from handbill.text import Span

_QUOTED = ("quote",)


def judged(project: Project, forms: Iterable[str] = (), *patterns: re.Pattern[str] | None) -> Iterator[Read]:
    """What the language rules judge: the forms that the profile names, in a language that can be scored.

    With patterns only that in which one of them finds something; see `reading.holding`.
    """
    if scored(str(project.publication.language)) and not _names_unknown(project):
        for form in forms or project.profile.forms:
            items = reading(project, form)
            if not patterns:
                yield from items
                continue
            found = {id(item) for pattern in patterns for item in holding(pattern, items)}
            yield from (item for item in items if id(item) in found)


def _names_unknown(project: Project) -> bool:
    """Whether data could not be read that may be the glossary, whose words count as known."""
    lost = {name.removeprefix("insert:") for name in project.broken if name.startswith("insert:")} - project.diagrams.keys()
    return any(isinstance(project.data.get(name), Glossary | None) for name in lost)


def declared(project: Project) -> tuple[str, ...]:
    """Names that a reader must meet as they are: the publication's `names`, and the words that its glossary explains."""
    terms = [term for data in project.data.values() if isinstance(data, Glossary) for term in data.terms]
    return (*map(str, project.publication.names), *(str(word) for term in terms for word in (term.term, *term.also)))


def is_quoted(item: Read, sentence: Sentence) -> bool:
    """Whether a sentence is somebody else's: in a block of quotation, or mostly between quotation marks."""
    if item.passage.kind in _QUOTED:
        return True
    inside = sum(len(piece) for piece in _quotations(sentence.text))
    return inside > len(sentence.text) / 2


def _quotations(text: str) -> Iterator[str]:
    start = text.find("“")
    while start >= 0:
        end = text.find("”", start)
        yield text[start : end if end > 0 else len(text)]
        start = text.find("“", end) if end > 0 else -1


@rule(stage="load", code="language-not-scored", severity=Severity.NOTE, profiled=True)
def not_scored(project: Project, context: Context) -> Iterator[Diagnostic]:
    """The text is in a language whose readability cannot be scored.

    The formulas, word lists and the rules on sentences, terms, numbers and claims are made for English; nothing is guessed
    for other languages (LANG-01 to LANG-06, LANG-09, NUM-01 to NUM-04, REF-03).
    Have people who speak the language read the text.
    """
    language = str(project.publication.language)
    if not scored(language) and "language" not in project.broken:
        yield context.found(f"The language “{language}” is not scored: the rules of plain language know English only.",
                            project.spans.get(("language",)), "Have people who speak it read the text.")  # fmt: skip


@rule(stage="load", code="sentence-long", severity=Severity.WARNING, profiled=True, limits={"warn": 20, "error": 30})
def sentence_long(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A sentence has too many words.

    After 20 words many readers have lost the beginning. Quotations are as they were written, and are let pass (LANG-01).
    Make two sentences of it, or a list.
    """
    for item in judged(project):
        for sentence in item.sentences():
            count = len(sentence.words)
            if count <= context.limit("warn") or is_quoted(item, sentence):
                continue
            severe = count > context.limit("error")
            yield context.found(f"This sentence has {count} words; {context.limit('warn'):g} are the most.",
                                item.place(sentence.start, sentence.end), "Make two sentences of it, or a list.",
                                severity=Severity.ERROR if severe else None)  # fmt: skip


@rule(stage="load", code="paragraph-long", severity=Severity.WARNING, profiled=True, limits={"sentences": 3})
def paragraph_long(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A paragraph has too many sentences.

    White space lets readers breathe and find their place again (LANG-02).
    Begin a new paragraph, or make a list.
    """
    for item in judged(project):
        count = len(item.sentences())
        if item.passage.kind == "paragraph" and count > context.limit("sentences"):
            yield context.found(f"This paragraph has {count} sentences; {context.limit('sentences'):g} are the most.",
                                item.place(0, 1), "Begin a new paragraph, or make a list.")  # fmt: skip


@rule(stage="load", code="list-long", severity=Severity.WARNING, profiled=True, limits={"items": 6})
def list_long(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A list has too many items.

    Nobody keeps more than six or seven things in mind (LANG-02).
    Make two lists of it, each with a heading or a sentence of its own.
    """
    items = (item for item in judged(project) if item.passage.kind == "item" and item.words)
    for _, group in groupby(items, key=lambda item: (item.form, item.section and item.section.head.id, item.group)):
        found = list(group)
        if len(found) > context.limit("items"):
            yield context.found(f"This list has {len(found)} items; {context.limit('items'):g} are the most.", found[0].place(0, 1),
                                "Make two lists of it.")  # fmt: skip


@rule(
    stage="load", code="reading-grade", severity=Severity.WARNING, profiled=True,
    limits={"warn": 8, "error": 10, "smog-warn": 9.5, "smog-error": 11, "words": 100, "worse": 0.5},
)  # fmt: skip
def reading_grade(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A section, or the whole text, is too hard to read.

    Half of all adults read at the level of eleven-year-olds or below. The grade is Flesch-Kincaid for every section of
    at least 100 words, SMOG where there are 30 sentences; names that readers must meet as they are (the glossary's words
    and “names:”) are left out. A formula only points: it does not know whether a text is good (LANG-03).
    Shorten the sentences and change the words that the hint names.
    """
    names = names_pattern(declared(project))
    for form in project.profile.forms:
        items = list(prose(judged(project, (form,))))
        groups: list[tuple[Section | None, list[Read]]] = [(None, items)]
        groups += [(section, list(found)) for section, found in groupby(items, key=lambda item: item.section)]
        for number, (section, part) in enumerate(groups):
            sentences = [sentence for item in part for sentence in item.sentences()]
            counts = neutral(sentences, names)
            if counts and counts.words >= context.limit("words") and (number == 0 or section is not None):
                what = f"The section “{section.head.id}”" if section else "The text as a whole"
                place = (
                    part[0].place(0, 1) if section else project.spans.get(("profile",)) or project.spans.get(("id",))
                )
                hint = partial(_advice, sentences, names)
                yield from _graded(context, f"{what} ({form} form)", counts, place, hint)
                if section is None:
                    yield from _worse(context, form, counts, place)


def _graded(
    context: Context, what: str, counts: Counts, place: Span | None, hint: Callable[[], str]
) -> Iterator[Diagnostic]:
    measures = [("Flesch-Kincaid", flesch_kincaid(counts), "warn", "error")]
    if counts.sentences >= SMOG_SENTENCES:
        measures.append(("SMOG", smog(counts), "smog-warn", "smog-error"))
    for name, grade, warn, error in measures:
        if round(grade, 1) > context.limit(warn):
            severity = Severity.ERROR if round(grade, 1) > context.limit(error) else None
            yield context.found(f"{what} has the reading grade {grade:.1f} by {name}; {context.limit(warn):g} is the most.", place,
                                hint(), severity=severity)  # fmt: skip


def _worse(context: Context, form: str, counts: Counts, place: Span | None) -> Iterator[Diagnostic]:
    approval = context.project.publication.approval
    if approval is None or approval.grade is None or form != context.project.profile.forms[0]:
        return
    grade = flesch_kincaid(counts)
    if grade > approval.grade + context.limit("worse"):
        yield context.found(f"The text has become harder: grade {grade:.1f} after {approval.grade:g} at the last approval.", place,
                            "Look at what was added since.")  # fmt: skip


def _advice(sentences: list[Sentence], names: re.Pattern[str] | None) -> str:
    words = ", ".join(f"“{word.text}”" for word in costly_words(sentences, names, 3))
    hard = costly_sentences(sentences, names, 1)
    begin = hard[0].text.split() if hard else []
    first = f"The sentence “{' '.join(begin[:6])} …” costs most. " if begin else ""
    return f"{first}Long words that come often: {words}." if words else first or "Shorten the sentences."
