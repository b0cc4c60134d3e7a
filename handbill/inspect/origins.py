"""The passages of an edition, and the places where their author wrote them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from handbill.model import Document, Edition, Project, Section
from handbill.pandoc_ast import Node, attr_of, has_class, stringify
from handbill.text import Located, Span

_LEAVES = frozenset({"Para", "Plain", "Header", "CodeBlock", "LineBlock"})
_STOPS = frozenset({"Cite", "Math", "RawInline", "Image", "Note", "Code"})
_UNSEEN = frozenset({"Image", "RawInline"})
"""A picture's words stand beside it in the file, not on the paper."""
_FEW = 8
"""So many first words are enough to find a passage again."""

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")


def words_of(text: str) -> list[str]:
    """The words of a text as they are compared: letters and digits only; one sign of a script without spaces is a word.

    PDFium gives the letters of a right-to-left word from left to right, so that such a word and its mirror image are one.
    """
    words = (unicodedata.normalize("NFKC", word).casefold() for word in _WORD.findall(text))
    return [min(word, word[::-1]) if unicodedata.bidirectional(word[0]) in ("R", "AL") else word for word in words]


@dataclass(frozen=True)
class Passage:
    """One paragraph, heading, list item or cell: its words as printed, and where it belongs.

    `section` is the id of its section, empty in a part that is none. `beginning` are its first words as
    they stand in the source, up to the first thing that reads differently there.
    """

    text: str
    panel: str
    section: str
    beginning: tuple[str, ...]
    heading: bool


def passages(document: Document, project: Project) -> Iterator[Passage]:
    """Every passage of an edition, in the order of the document."""
    sections = {str(section.head.id) for section in project.sections}
    panel = section = ""
    for node in _leaves(document.ast["blocks"]):
        if node["t"] == "Div":
            panel, section = attr_of(node)[0].removeprefix("panel-"), ""
            continue
        if node["t"] == "Header" and node["c"][0] == 1:
            section = name if (name := attr_of(node)[0]) in sections else ""
        if text := " ".join(stringify(node, _UNSEEN).split()):
            words = re.findall(r"[^\W_]+", _beginning(node))[:_FEW]
            yield Passage(text, panel, section, tuple(words), node["t"] == "Header")


def _leaves(value: Any) -> Iterator[Node]:
    """Panels (before what is in them) and blocks of words."""
    if isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, dict):
        if value.get("t") in _LEAVES:
            yield value
            return
        if value.get("t") == "Div" and has_class(value, "panel"):
            yield value
        for item in value.values():
            yield from _leaves(item)


def _beginning(node: Node) -> str:
    content = node["c"][2] if node["t"] == "Header" else node["c"]
    return stringify(list(_until_stop(content))) if isinstance(content, list) else ""


def _until_stop(inlines: Any) -> Iterator[Node]:
    for inline in inlines:
        if not isinstance(inline, dict) or _stops(inline):
            return
        yield inline


def _stops(value: Any) -> bool:
    """Whether a node is, or holds, something that reads differently in the source."""
    if isinstance(value, dict):
        return value.get("t") in _STOPS or _stops(value.get("c"))
    return isinstance(value, list) and any(map(_stops, value))


class Places:
    """Finds passages in the author's files."""

    def __init__(self, document: Document, edition: Edition, project: Project) -> None:
        self._source = document.source
        self._forms = edition.spec.forms
        self._sections: Mapping[str, Section] = {str(section.head.id): section for section in project.sections}

    def of(self, passage: Passage) -> Span | None:
        """Where the passage was written: its own first words, else its section; None for what no author wrote."""
        section = self._sections.get(passage.section)
        if section is not None and passage.heading:
            return self._title(section)
        found = list(self._find(passage.beginning))
        if section is None:
            return found[0] if found else None
        lines = self._lines(section)
        inside = [span for span in found if span.path == section.span.path and span.line in lines]
        elsewhere = [span for span in found if span.path != section.span.path]
        return next(iter([*inside, *elsewhere]), section.span)

    def _find(self, words: tuple[str, ...]) -> Iterator[Span]:
        if not words:
            return
        text = self._source.text
        for match in re.finditer(r"[\W_]+".join(map(re.escape, words)), text):
            if span := self._source.author_span(
                text.count("\n", 0, match.start()) + 1, match.start() - text.rfind("\n", 0, match.start())
            ):
                yield span

    def _title(self, section: Section) -> Span:
        form = self._form(section)[0]
        title = section.head.plain_title if form == "plain" and section.head.plain_title else section.head.title
        return title.span or section.span

    def _form(self, section: Section) -> tuple[str, Located]:
        """The form of the section that this edition shows."""
        head = section.head
        texts: Mapping[str, Located | None] = {"full": section.body, "short": head.short, "plain": head.plain}
        for form in self._forms:
            if (text := texts[form]) is not None and text.strip():
                return form, text
        return "full", section.body

    def _lines(self, section: Section) -> range:
        spans = self._form(section)[1].line_spans
        return range(spans[0].line, spans[-1].line + 1) if spans else range(0)
