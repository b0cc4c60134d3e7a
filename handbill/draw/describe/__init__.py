"""The words of a diagram, made from its own graph by wording templates (`templates/diagrams/describe/`).

A language has one folder: `alt.txt.j2` for the short words, `<form>.md.j2` for the long ones. Values
that go into them are data: they are escaped, so that no label turns into Markdown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from handbill.dates import long_date
from handbill.draw.describe.forms import FORMS
from handbill.jobs import Job
from handbill.templating import Compiled, Given
from handbill.tools import own

HERE = Path(__file__).parent

WORDS = "words.json"
LONGEST_ALT = 125
"""Characters: what a screen reader says in one breath."""

_FOLDER = "diagrams/describe"
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_ENDS_ITSELF = re.compile(r"[.?!…:;][”»’ ]*$")


@dataclass(frozen=True)
class Words:
    """Short and long words for one diagram; `long` is Markdown, empty when only the author can write it."""

    alt: str
    long: str


class Wording:
    """The wording templates of one language."""

    def __init__(self, templates: Mapping[str, str], language: str) -> None:
        """`language` is a BCP 47 tag; `fr` serves `fr-CA`."""
        there = {name.split("/")[2] for name in templates if name.startswith(f"{_FOLDER}/") and name.count("/") > 2}
        self.tongue = next((tag for tag in (language, language.split("-")[0]) if tag in there), "")
        """The folder that is used; empty when nobody has written the words of this language."""
        mine = f"{_FOLDER}/{self.tongue}/"
        self._inputs = {name: text.encode() for name, text in templates.items() if name.startswith(mine)}
        self._language = language
        self._jinja = ImmutableSandboxedEnvironment(
            loader=Given(templates), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
            bytecode_cache=Compiled(f"diagrams {language}", *_code()),
        )  # fmt: skip
        self._jinja.filters.update(
            day=partial(_day, language=language), many=_many, stop=_stop, ranges=_ranges, inner=_inner
        )

    def job(self, graph: Mapping[str, Any], form: str, title: str = "") -> Job:
        """What `describe` says of these is remembered as the result of this Job, whose one output is `WORDS`."""
        args = {"language": self._language, "form": form, "title": title}
        graph_data = json.dumps(graph, ensure_ascii=False).encode()
        return Job("words", _version(), args, {**self._inputs, "graph.json": graph_data}, (WORDS,), "words of a diagram")

    def describe(self, graph: Mapping[str, Any], form: str, title: str = "") -> Words:
        """The words for a graph (see graph.js) in the form `form`, a key of `FORMS`; short words only when it is "".

        Raises what Jinja2 raises for a mistake in a wording template.
        """
        kind = {"type": graph["type"], "form": form}
        values = {"title": title or graph.get("title", ""), **(FORMS[form](graph) if form else {})}
        long = self._fill(f"{form}.md.j2", {**_each(values, escape), **kind}) if form else ""
        alt = self._fill("alt.txt.j2", {**_each(values, _one_line), **kind})
        return Words(_first_short(alt.splitlines()), _tidy(long))

    def _fill(self, name: str, values: Mapping[str, Any]) -> str:
        return self._jinja.get_template(f"{_FOLDER}/{self.tongue}/{name}").render(**values)


@cache
def _version() -> str:
    """Our own code, and the packages that it rests on."""
    return f"{own.packages('jinja2', 'babel')}, {own.code(_code())}"


@cache
def _code() -> tuple[Path, ...]:
    """The files of ours that make words."""
    return (*sorted(HERE.glob("*.py")), *(HERE.parents[1] / name for name in ("templating.py", "dates.py")))


def escape(value: str) -> str:
    """Data as Markdown that shows exactly its characters, on one line."""
    return _PUNCTUATION.sub(r"\\\1", _one_line(value))


def _one_line(value: str) -> str:
    return " ".join(value.split())


def _each(value: Any, change: Callable[[str], str]) -> Any:
    """The same value with every text in it changed: a template gets nothing that could turn into markup."""
    if isinstance(value, str):
        return change(value)
    if is_dataclass(value) and not isinstance(value, type):
        return _each({item.name: getattr(value, item.name) for item in fields(value)}, change)
    if isinstance(value, Mapping):
        return {key: _each(item, change) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_each(item, change) for item in value]
    return value


def _stop(words: str) -> str:
    """A sentence: with a full stop, unless it ends itself."""
    return words if _ENDS_ITSELF.search(words) else f"{words}."


def _inner(words: str) -> str:
    """Words that stand in quotation marks: quotation marks of their own become single ones."""
    return re.sub(r"[“”«»„]", lambda mark: "’" if mark[0] in "”»" else "‘", words)


def _day(value: date | None, language: str) -> str:
    return long_date(value, language)


def _many(items: Iterable[Any], word: str) -> str:
    """A list in words: `a, b and c`."""
    parts = [str(item) for item in items]
    return ", ".join(parts[:-1]) + f" {word} {parts[-1]}" if len(parts) > 1 else "".join(parts)


def _ranges(numbers: Sequence[int], to: str) -> list[str]:
    """Numbers with runs of three and more drawn together: `1`, `4 to 7`."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    return [text for part in parts for text in ([f"{part[0]} {to} {part[-1]}"] if len(part) > 2 else map(str, part))]


def _first_short(candidates: Sequence[str]) -> str:
    """The first that is short enough; the last one cut at a word when none is."""
    tried = [line.strip() for line in candidates if line.strip()]
    for line in tried:
        if len(line) <= LONGEST_ALT:
            return line
    return tried[-1][: LONGEST_ALT - 1].rsplit(" ", 1)[0] + "…" if tried else ""


def _tidy(markdown: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in markdown.splitlines())).strip()
