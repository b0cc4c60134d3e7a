"""The sources of one slide, short enough for its foot; the whole references follow at the end of the deck."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handbill.model import Document, Entry, Project
from handbill.pandoc_ast import attr_of, citations, has_class, stringify, walk

_AND = re.compile(r"\s+and\s+")


@dataclass(frozen=True)
class Source:
    """One work: its number in the list (empty in a style without numbers) and a name that fits a line."""

    key: str
    number: str
    name: str


class Sources:
    """The list of references of a document, to find in it what a slide cites."""

    def __init__(self, document: Document, project: Project) -> None:
        self._numbers = _numbers(document.ast["blocks"])
        self._entries = {entry.key: entry for entry in project.bibliography}

    def of(self, shown: Any) -> tuple[Source, ...]:
        """The works cited in `shown`, each once, in the order of the list."""
        cited = set(citations(shown))
        return tuple(Source(key, number, self._name(key)) for key, number in self._numbers.items() if key in cited)

    def _name(self, key: str) -> str:
        return short_name(self._entries[key]) if key in self._entries else key


def _numbers(blocks: Any) -> Mapping[str, str]:
    """Each reference's number as citeproc wrote it, by key, in the order of the list."""
    found: dict[str, str] = {}
    for node in walk(blocks):
        identifier = attr_of(node)[0] if node["t"] == "Div" else ""
        if identifier.startswith("ref-"):
            margin = next((n for n in walk(node) if n["t"] == "Span" and has_class(n, "csl-left-margin")), None)
            found[identifier.removeprefix("ref-")] = stringify(margin).strip(" .[]()") if margin else ""
    return found


def short_name(entry: Entry) -> str:
    """Who says it: the institution or first author, or else the title; with the year when it is known."""
    names = _names(entry.fields.get("shortauthor") or entry.fields.get("author") or entry.fields.get("editor") or "")
    title = _plain(entry.fields.get("shorttitle") or entry.fields.get("title") or entry.key)
    who = title if not names else names[0] if len(names) == 1 else f"{names[0]} et al."
    year = _plain(entry.fields.get("date") or entry.fields.get("year") or "")[:4]
    return f"{who}, {year}" if year.isdigit() else who


def _names(field: str) -> list[str]:
    """The family names of people, and institutions whole."""
    out = []
    for name in _AND.split(field.strip()) if not field.strip().startswith("{") else [field]:
        if name.strip().startswith("{"):
            out.append(_plain(name))
        elif "," in name:
            out.append(_plain(name.split(",")[0]))
        elif name.strip():
            out.append(_plain(name).split()[-1])
    return out


def _plain(value: str) -> str:
    """A BibTeX field without its braces and escapes."""
    return re.sub(r"\\([&%$#_{}])", r"\1", value).replace("{", "").replace("}", "").strip()
