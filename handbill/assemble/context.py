"""What templates see: plain data, nothing with behaviour."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import Enum
from types import SimpleNamespace
from typing import Any

from pydantic import BaseModel

from handbill.assemble.marks import Marks
from handbill.assemble.own_names import own_names, shared_addresses, told_apart
from handbill.governance import shown, standing
from handbill.model import Diagram, Project, Section
from handbill.text import Located, Markdown

INSERT = re.compile(r"^\[\[([^\[\]]+)\]\][ \t]*$")
FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
FORMS = ("full", "short", "plain")


def context_of(project: Project, marks: Marks) -> dict[str, Any]:
    """The variables of `source.md.j2`."""
    shared = shared_addresses(project)
    return {
        "publication": plain(shown(project)),
        "overdue": standing(project).overdue,
        "doubts": project.doubts,
        "sections": [_section(project, section, shared) for section in project.sections],
        "words": dict(project.locale),
    }


def plain(value: Any) -> Any:
    """Models as bare records of their fields; enumerations as their values; texts keep their places."""
    if isinstance(value, BaseModel):
        return SimpleNamespace(**{name: plain(getattr(value, name)) for name in type(value).model_fields})
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def _section(project: Project, section: Section, shared: frozenset[str]) -> SimpleNamespace:
    head = section.head
    texts = {"full": section.body, "short": head.short, "plain": head.plain}
    forms = [
        SimpleNamespace(
            name=name,
            title=head.plain_title if name == "plain" else None,
            parts=list(_parts(project, text, f"{head.id}-{name}", shared)),
        )
        for name in FORMS
        if (text := texts[name]) is not None and text.strip()
    ]
    record: SimpleNamespace = plain(head)
    record.forms = forms
    return record


def _parts(project: Project, text: Markdown, owner: str, shared: frozenset[str]) -> Iterator[SimpleNamespace]:
    """The text cut at its `[[name]]` lines: pieces of Markdown, data and diagrams in the author's order."""
    names = own_names(text, shared)
    for piece in split_inserts(text):
        if isinstance(piece, Markdown):
            if piece.strip():
                yield SimpleNamespace(kind="text", text=told_apart(piece, names, owner))
        elif piece in project.data:
            item = plain(project.data[piece])
            yield SimpleNamespace(kind=item.kind, id=str(piece), item=item, span=piece.span)
        elif piece in project.diagrams:
            yield _diagram(str(piece), project.diagrams[piece])


def _diagram(name: str, diagram: Diagram) -> SimpleNamespace:
    return SimpleNamespace(kind="diagram", id=name, head=plain(diagram.head), code=diagram.code)


def split_inserts(text: Markdown) -> Iterator[Markdown | Located]:
    """Pieces of Markdown and, as `Located`, the names in `[[name]]` lines; code blocks are left alone."""
    lines = text.split("\n")
    start, fence = 0, ""
    for index, line in enumerate(lines):
        opening = FENCE.match(line)
        if fence:
            if opening and line.strip().startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
            continue
        if opening:
            fence = opening[1]
            continue
        found = INSERT.match(line)
        if found:
            yield _slice(text, lines, start, index)
            span = text.line_span(index)
            yield Located(found[1].strip(), span.at(span.line, span.column + 2) if span else None)
            start = index + 1
    yield _slice(text, lines, start, len(lines))


def _slice(text: Markdown, lines: list[str], start: int, end: int) -> Markdown:
    spans = tuple(span for index in range(start, end) if (span := text.line_span(index)))
    return Markdown("\n".join(lines[start:end]), spans[0] if spans else None, spans)
