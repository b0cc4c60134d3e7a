"""Every text of a project, with its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from handbill.markup import citations
from handbill.model import Project, Section
from handbill.text import Located, Markdown, Text

T = TypeVar("T")


class Same(Generic[T]):
    """A frozen value as a key, by its identity: a project's mappings cannot be hashed, and hashing much takes long."""

    __slots__ = ("value",)

    def __init__(self, value: T) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.value is self.value


@dataclass(frozen=True)
class Form:
    """One of the up to three texts of a section: `full`, `short` (slides) or `plain` (leaflet)."""

    name: str
    text: Markdown
    section: Section


def forms(project: Project) -> Iterator[Form]:
    """The texts of all sections, as far as they are written."""
    for section in project.sections:
        texts = (("full", section.body), ("short", section.head.short), ("plain", section.head.plain))
        for name, text in texts:
            if text is not None and text.strip():
                yield Form(name, text, section)


def complete(project: Project) -> bool:
    """Whether all sections could be read: otherwise nobody can tell what is unused."""
    return not any(name.startswith("section:") for name in project.broken)


def markdowns(project: Project) -> Iterator[Markdown]:
    """Every text written as Markdown: sections, data, diagrams' captions, the publication's own."""
    for text in texts(project):
        if isinstance(text, Markdown):
            yield text


def texts(project: Project) -> Iterator[Located]:
    """Every text that reaches a reader, Markdown or plain; diagrams' code is not among them."""
    return iter(_texts(Same(project)))


@lru_cache(maxsize=4)
def _texts(project: Same[Project]) -> tuple[Located, ...]:
    """Kept, because a dozen rules look at all texts and finding them takes longer than looking."""
    return tuple(_all_texts(project.value))


def _all_texts(project: Project) -> Iterator[Located]:
    yield from _inside(project.publication)
    for section in project.sections:
        yield from _inside(section.head)
        yield section.body
    for data in project.data.values():
        yield from _inside(data)
    for diagram in project.diagrams.values():
        yield from _inside(diagram.head)


def _inside(value: Any) -> Iterator[Located]:
    if isinstance(value, Text | Markdown):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _inside(getattr(value, name))
    elif isinstance(value, dict):
        for item in value.values():
            yield from _inside(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _inside(item)


def cited(project: Project) -> frozenset[str]:
    """The keys that a publication's texts cite."""
    return _cited(Same(project))


@lru_cache(maxsize=4)
def _cited(project: Same[Project]) -> frozenset[str]:
    return frozenset(found.text for text in markdowns(project.value) for found in citations(text))
