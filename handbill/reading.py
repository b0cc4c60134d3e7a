"""What people read of a publication, in reading order: passages with their sections and places.

The first thing is the summary, then section by section, with data and diagrams' captions where they
stand. The language rules and the quality report both go through it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, wraps
from typing import TypeVar

from handbill.model import Project, Section
from handbill.pieces import Same
from handbill.readability import Passage, Sentence, passages, plain_passage, sentences
from handbill.schema import Data, DataTable, Glossary, ItemList, KeyPoints, Timeline
from handbill.text import Located, Markdown, Span

T = TypeVar("T")


@dataclass(frozen=True)
class Read:
    """One passage that somebody reads, and where it stands.

    form     full, short or plain
    section  None for the publication's own texts (summary, disclaimer ...)
    group    block and part of it: the passages of one list, or of one row of a table, share both
    """

    form: str
    section: Section | None
    text: Located
    passage: Passage
    group: tuple[int, int]

    @property
    def words(self) -> str:
        return self.passage.text

    def sentences(self) -> tuple[Sentence, ...]:
        return sentences(self.passage.text)

    def place(self, start: int = 0, end: int | None = None) -> Span | None:
        """The author's place of some characters of the passage; of all of it when left out."""
        first, last = self.passage.at(start, len(self.passage.text) if end is None else end)
        return self.text.place(first, last)


def per_project(function: Callable[[Project, str], Iterable[T]]) -> Callable[[Project, str], tuple[T, ...]]:
    """Remembers what a function found in one form of a project, for the rules that look at the same thing."""

    @lru_cache(maxsize=8)
    def remembered(key: Same[Project], form: str) -> tuple[T, ...]:
        return tuple(function(key.value, form))

    @wraps(function)
    def called(project: Project, form: str) -> tuple[T, ...]:
        return remembered(Same(project), form)

    return called


@per_project
def reading(project: Project, form: str) -> Iterable[Read]:
    """All that is read in one form of the publication, headings and inserted data included."""
    collector = _Collector(form)
    if form != "short":
        collector.markdown(project.publication.summary)
        collector.block += 1
    for section in project.sections:
        text = {"full": section.body, "short": section.head.short, "plain": section.head.plain}[form]
        if text is None or not text.strip():
            continue
        collector.section = section
        for passage in passages(text):
            if passage.kind == "insert":
                collector.insert(project, passage.text)
            else:
                collector.add(text, passage, passage.block)
        collector.block += 1
    return collector.found


def holding(pattern: re.Pattern[str] | None, items: tuple[Read, ...]) -> Iterator[Read]:
    """Those items in whose words a pattern finds something; one search through all of them, for most have nothing.

    items  as one call of a function of `per_project` gave them
    The pattern must not be one that goes across a NUL, nor look for the beginning or the end of a text.
    """
    text, starts = _joined(Same(items))
    last = -1
    for found in pattern.finditer(text) if pattern is not None else ():
        index = bisect_right(starts, found.start()) - 1
        if index != last:
            yield items[index]
        last = index


def naming(names: Iterable[str], items: tuple[Read, ...]) -> Iterator[Read]:
    """Those items in which the first word of some name stands, upper or lower case: others cannot hold the name."""
    text, starts = _lowered(Same(items))
    found: set[int] = set()
    for word in {first[0].lower() for name in names if (first := name.split())}:
        at = text.find(word)
        while at >= 0:
            index = bisect_right(starts, at) - 1
            found.add(index)
            at = text.find(word, starts[index + 1]) if index + 1 < len(starts) else -1
    return (items[index] for index in sorted(found))


@lru_cache(maxsize=16)
def _lowered(items: Same[tuple[Read, ...]]) -> tuple[str, list[int]]:
    return _with_starts([item.words.lower() for item in items.value])


@lru_cache(maxsize=16)
def _joined(items: Same[tuple[Read, ...]]) -> tuple[str, list[int]]:
    return _with_starts([item.words for item in items.value])


def _with_starts(words: Sequence[str]) -> tuple[str, list[int]]:
    """Texts with a NUL between them, and where each begins."""
    starts, size = [], 0
    for text in words:
        starts.append(size)
        size += len(text) + 1
    return "\0".join(words), starts


class _Collector:
    def __init__(self, form: str) -> None:
        self.form = form
        self.section: Section | None = None
        self.block = 0
        self.found: list[Read] = []

    def add(self, text: Located, passage: Passage, part: int) -> None:
        self.found.append(Read(self.form, self.section, text, passage, (self.block, part)))

    def markdown(self, text: Markdown | None, kind: str = "", part: int = 0) -> None:
        """A text of its own, such as a caption; `kind` says what each of its paragraphs is."""
        for passage in passages(text) if text is not None else ():
            self.add(text or Markdown(), replace(passage, kind=kind or passage.kind), part or passage.block)

    def insert(self, project: Project, name: str) -> None:
        self.block += 1
        if name in project.data:
            for part, kind, text in _texts(project.data[name]):
                if isinstance(text, Markdown):
                    self.markdown(text, kind, part)
                elif text is not None:
                    self.add(text, replace(plain_passage(text), kind=kind), part)
        elif name in project.diagrams:
            self.markdown(project.diagrams[name].head.caption, "caption", -1)
            self.markdown(project.diagrams[name].head.description)
        self.block += 1


def _texts(data: Data) -> Iterator[tuple[int, str, Located | None]]:
    """The texts of a piece of data in reading order: in which part of it each stands, and what it is to its reader."""
    match data:
        case KeyPoints():
            yield -1, "heading", data.title
            for part, point in enumerate(data.items, 1):
                yield part, "label", point.label
                yield part, "paragraph", point.text
        case DataTable():
            yield -1, "caption", data.caption
            yield from ((-1, "heading", column.title) for column in data.columns)
            for part, row in enumerate(data.rows, 1):
                yield from ((part, "cell", row.get(column.key)) for column in data.columns)
            yield -1, "paragraph", data.note
        case Timeline():
            yield -1, "heading", data.title
            for part, event in enumerate(data.events, 1):
                yield part, "label", event.when
                yield part, "label", event.title
                yield part, "paragraph", event.text
        case Glossary():
            yield -1, "heading", data.title
            for part, term in enumerate(data.terms, 1):
                yield part, "term", term.term
                yield part, "definition", term.definition
        case ItemList():
            yield -1, "heading", data.title
            yield -1, "paragraph", data.intro
            yield from ((1, "item", item) for item in data.items)


NOT_PROSE = frozenset({"heading", "term", "label", "caption"})
"""Kinds of passages that are no sentences: headings, labels, names of things."""


def prose(read: Iterable[Read]) -> Iterator[Read]:
    """Without headings, labels and captions: what readability is scored on."""
    return (item for item in read if item.passage.kind not in NOT_PROSE and item.words)
