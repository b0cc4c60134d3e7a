"""Words that readers know, or are told: LANG-04 to LANG-09."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from handbill.diagnostics import Diagnostic, Severity
from handbill.markup import prose as masked
from handbill.model import Project
from handbill.pieces import complete, markdowns
from handbill.readability import names_pattern, scored
from handbill.readability.english import ABBREVIATION, CAPITALS, any_of, hits, lists, overlap, passives
from handbill.readability.sentence import WORD
from handbill.reading import Read, holding, naming, per_project, reading
from handbill.rules.language import declared, is_quoted, judged
from handbill.rules.leftovers import TO_DO
from handbill.rules.registry import Context, rule
from handbill.schema import Glossary, Role, Term

ALL_FORMS = ("full", "plain", "short")
_SOON = 3
"""Passages: an explanation so near to the first use still counts."""

_BEFORE = re.compile(
    r"\b(?:called|named|known as|or|means?|words?|terms?)\s+(?:an?\s+|the\s+)?[“‘\"(]?$", re.IGNORECASE
)
_AFTER = re.compile(
    r"^s?[”’\"]?(?:\s*\(|\s+(?:(?:is|are)\s+(?:an?|the|any|one|what|how|when|where)|means?|stands? for)\b|[,:]\s+(?:an?|the|which|that|who|or|meaning)\b|\s+[–—]\s)",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"^s?\s*\(([^()]*)\)")
_EMPHASIS = re.compile(
    r"(?<![\w*\\])\*(?![\s*])[^*\n]+?(?<![\s*\\])\*(?![\w*])|(?<![\w_\\])_(?![\s_])[^_\n]+?(?<![\s_\\])_(?![\w_])"
)
_UNDERLINED = re.compile(r"\]\{[^{}\n]*\.(?:underline|ul)\b[^{}\n]*\}", re.IGNORECASE)


def _glossary(project: Project) -> list[Term]:
    return [term for data in project.data.values() if isinstance(data, Glossary) for term in data.terms]


@per_project
def _words_read(project: Project, form: str) -> list[Read]:
    """What a reader has met before a word: all but headings and the glossary itself."""
    return [
        item for item in judged(project, (form,))
        if item.passage.kind != "heading" and (item.section is None or item.section.head.role is not Role.GLOSSARY)
    ]  # fmt: skip


@dataclass(frozen=True)
class _Use:
    """A term where it is first used, and the same term in the few passages after it."""

    term: Term
    item: Read
    found: re.Match[str]
    later: tuple[tuple[Read, re.Match[str]], ...] = ()


@per_project
def _first_uses(project: Project, form: str) -> Iterator[_Use]:
    if not complete(project):  # the first use may be in a section that could not be read
        return
    items = _words_read(project, form)
    index_of = {id(item): index for index, item in enumerate(items)}
    phrases = (*declared(project), str(project.publication.title))
    for term in _glossary(project):
        names = [str(name) for name in (term.term, *term.also)]
        candidates = tuple(naming(names, items))
        pattern = names_pattern(names) if candidates else None
        longer = _longer(term, phrases) if candidates else None
        uses = [
            (index_of[id(item)], item, found)
            for item in candidates
            if pattern and (found := _search(pattern, longer, item.words))
        ]
        if uses:
            first, item, match = uses[0]
            near = (use for use in uses[1:] if use[0] <= first + _SOON and use[1].section is item.section)
            yield _Use(term, item, match, tuple((other, found) for _, other, found in near))


def _search(pattern: re.Pattern[str], longer: re.Pattern[str] | None, words: str) -> re.Match[str] | None:
    found = pattern.search(words)
    if found is None or longer is None:
        return found
    return pattern.search(longer.sub(lambda hidden: "\0" * len(hidden[0]), words))


def _longer(term: Term, phrases: Iterable[str]) -> re.Pattern[str] | None:
    """The phrases that hold one of the term's words and more: “blood” is not explained where “blood test” stands."""
    own = [_even(word) for word in (term.term, *term.also)]
    even = ((phrase, _even(phrase)) for phrase in phrases)
    return names_pattern(phrase for phrase, words in even if words not in own and any(word in words for word in own))


def _even(word: str) -> str:
    return word.casefold().replace("-", " ")


def _explained(term: Term, item: Read, found: re.Match[str]) -> bool:
    words = item.words
    before, after = words[: found.start()], words[found.end() :]
    if before.count("(") > before.count(")") or _BEFORE.search(before) or _AFTER.match(after):
        return True
    own = {word.casefold() for name in (term.term, *term.also) for word in WORD.findall(name)}
    around = [word for word in WORD.findall(words) if word.casefold() not in own]
    return overlap(WORD.findall(term.definition), around) >= 2


@rule(stage="load", code="term-unexplained", severity=Severity.ERROR, profiled=True)
def term_unexplained(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A word of the glossary is used, but nothing near its first use explains it.

    Few readers turn to the glossary: what a word means must stand where it is first read, or right after (LANG-04).
    Say it in plain words first, with the term in brackets: “harm to other genes (insertional mutagenesis)”.
    """
    for form in project.profile.forms:
        for use in _first_uses(project, form):
            if not any(_explained(use.term, item, found) for item, found in ((use.item, use.found), *use.later)):
                yield context.found(f"“{use.found[0]}” is used here for the first time ({form} form), but not explained.",
                                    use.item.place(use.found.start(), use.found.end()),
                                    f"The glossary says: {' '.join(use.term.definition.split())}")  # fmt: skip


@rule(stage="load", code="term-order", severity=Severity.WARNING, profiled=True)
def term_order(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A word of the glossary stands before the plain words that explain it.

    Who does not know the word stops there; the other way round they learn it in passing (LANG-04).
    Write the plain words first, and the term in brackets.
    """
    for form in project.profile.forms:
        for use in _first_uses(project, form):
            inside = _BRACKETED.match(use.item.words[use.found.end() :])
            also = {str(word).casefold() for word in (use.term.term, *use.term.also)}
            if inside and not ABBREVIATION.search(inside[1]) and inside[1].casefold() not in also:
                yield context.found(f"“{use.found[0]}” stands before its explanation ({form} form).",
                                    use.item.place(use.found.start(), use.found.end()),
                                    f"Write “{inside[1]} ({use.found[0]})”.")  # fmt: skip


@rule(stage="load", code="acronym-unexpanded", severity=Severity.ERROR, profiled=True)
def acronym(project: Project, context: Context) -> Iterator[Diagnostic]:
    """An abbreviation is used before its full form.

    Who does not know it cannot even look it up (LANG-05).
    Write it out at its first use, with the abbreviation in brackets, or put it in the glossary. The profile lists those
    that everybody knows; “names:” in publication.yaml takes names of genes and products.
    """
    known = {*context.values, *(word for name in declared(project) for word in _tokens(name))}
    for form in project.profile.forms:
        seen: set[str] = set()
        for item in holding(ABBREVIATION, _words_read(project, form)):
            for hit in hits(ABBREVIATION, item.words):
                word = hit.text.replace(".", "")
                if word in known or word in seen or TO_DO.fullmatch(hit.text):
                    continue
                seen.add(word)
                before, after = item.words[: hit.start], item.words[hit.end :]
                if before.count("(") <= before.count(")") and not _BRACKETED.match(after) and not _AFTER.match(after):
                    yield context.found(f"“{hit.text}” is used here for the first time ({form} form), but not written out.",
                                        item.place(hit.start, hit.end), f"Write it out: “the full words ({word})”.")  # fmt: skip


def _tokens(name: str) -> Iterator[str]:
    yield name
    for hit in hits(ABBREVIATION, name):
        yield hit.text.replace(".", "")


@rule(stage="load", code="voice-passive", severity=Severity.WARNING, profiled=True)
def passive(project: Project, context: Context) -> Iterator[Diagnostic]:
    """The main message, or a step to take, is in the passive voice.

    “The form must be filled in” does not say by whom; “Fill in the form” does (LANG-06).
    Say who does it.
    """
    for item in judged(project):
        main = item.section is None
        if item.passage.kind != "heading" and (main or (item.section and item.section.head.role is Role.ACTIONS)):
            for hit in passives(item.words):
                yield context.found(f"“{hit.text}” is passive: it does not say who acts.", item.place(hit.start, hit.end),
                                    "Say who does it.")  # fmt: skip


@rule(stage="load", code="title-long", severity=Severity.ERROR, profiled=True, limits={"characters": 65})
def title_long(project: Project, context: Context) -> Iterator[Diagnostic]:
    """The title is too long.

    Lists and search results cut it off after some 65 characters (LANG-07).
    Keep the subject in the title; the rest can go into “subtitle:”.
    """
    title = project.publication.title
    if len(title) > context.limit("characters"):
        yield context.found(f"The title has {len(title)} characters; {context.limit('characters'):g} are the most.", title.place(0, len(title)),
                            "Move a part of it to “subtitle:”.")  # fmt: skip


@rule(stage="load", code="heading-not-question", severity=Severity.WARNING, profiled=True)
def heading_question(project: Project, context: Context) -> Iterator[Diagnostic]:
    """The heading of a section is not a question.

    Readers come with questions and look for their own among the headings (LANG-07). The profile names the roles of sections.
    Write the heading as a reader would ask it: “What are the risks?”.
    """
    for section in project.sections:
        head = section.head
        titles = [head.title] if section.body.strip() else []
        titles += [head.plain_title] if head.plain_title else []
        for title in titles if head.role.value in context.values else ():
            if not title.rstrip().endswith(("?", "؟", "？")):
                yield context.found(f"The heading “{title}” is not a question.", title.place(0, len(title)),
                                    "Write it as a reader would ask it.")  # fmt: skip


@rule(stage="load", code="text-emphasis", severity=Severity.WARNING, profiled=True)
def emphasis(project: Project, context: Context) -> Iterator[Diagnostic]:
    """Words are in italics or underlined.

    Slanted letters are hard to read for weak eyes and for people with dyslexia; underlined words look like links (LANG-08).
    Use **bold**, and little of it.
    """
    for text in markdowns(project):
        for pattern, what in ((_EMPHASIS, "in italics"), (_UNDERLINED, "underlined")):
            for found in pattern.finditer(masked(text)):
                yield context.found(
                    f"These words are {what}.", text.place(found.start(), found.end()), "Use **bold**, or nothing."
                )


@rule(stage="load", code="text-capitals", severity=Severity.WARNING, profiled=True)
def capitals(project: Project, context: Context) -> Iterator[Diagnostic]:
    """Several words in a row are in capitals.

    Words are known by their shape, and capitals have none; screen readers may spell them out (LANG-08).
    Write small letters, and **bold** where it matters.
    """
    for form in ALL_FORMS:
        for item in holding(CAPITALS, reading(project, form)):
            for hit in hits(CAPITALS, item.words):
                yield context.found(
                    f"“{hit.text}” is all in capitals.", item.place(hit.start, hit.end), "Write small letters."
                )


@rule(stage="load", code="word-vague", severity=Severity.WARNING, profiled=True)
def vague(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A word praises, or says nothing exact.

    Patients hear hope in “breakthrough” and a number in “good chance”; neither is there (LANG-09). The profile lists the
    words; what others said in quotation marks is let pass.
    Say what is known, in numbers where there are any.
    """
    pattern = any_of(context.values)
    for item in judged(project, ALL_FORMS, pattern):
        for sentence in item.sentences():
            for hit in hits(pattern, sentence.text):
                if not is_quoted(item, sentence):
                    yield context.found(f"“{hit.text}” praises, or says nothing exact.",
                                        item.place(sentence.start + hit.start, sentence.start + hit.end),
                                        "Say what is known, in numbers where there are any.")  # fmt: skip


@rule(stage="load", code="cure-uncited", severity=Severity.WARNING, profiled=True)
def cure(project: Project, context: Context) -> Iterator[Diagnostic]:
    """The text speaks of a cure without a source.

    No other word raises as much hope (LANG-09).
    Cite the source in the same paragraph or list, or choose another word.
    """
    if not scored(str(project.publication.language)):
        return
    pattern = any_of(lists()["claims-cure"])
    for form in ALL_FORMS:
        items = reading(project, form)
        cited = {item.group for item in items if item.passage.citations}
        for item in holding(pattern, items):
            explains = item.section is not None and item.section.head.role is Role.GLOSSARY
            for hit in hits(pattern, item.words) if item.group not in cited and not explains else ():
                yield context.found(f"“{hit.text}” stands here without a source.", item.place(hit.start, hit.end),
                                    "Cite the source in the same paragraph or list.")  # fmt: skip
