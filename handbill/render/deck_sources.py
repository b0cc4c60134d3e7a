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


def sources_of(shown: Any, document: Document, project: Project) -> tuple[Source, ...]:
    """The works cited in `shown`, each once, in the order of the list of references."""
    cited = set(citations(shown))
    numbers = _numbers(document.ast["blocks"])
    entries = {entry.key: entry for entry in project.bibliography}
    keys = [key for key in numbers if key in cited]
    return tuple(Source(key, numbers[key], short_name(entries[key]) if key in entries else key) for key in keys)


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
    names = _names(entry.fields.get("author") or entry.fields.get("editor") or "")
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
