"""YAML as an author's text: every value a string, every value and key with its place.

Nothing is guessed from a value's looks (`no` stays "no", `1.10` stays "1.10"): the schema converts.
Only nothing at all, `~` and `null` mean "no value".
What YAML can do and a content file has no use for (anchors, tags, several documents) is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import yaml

from handbill.diagnostics import Diagnostic, Report, error
from handbill.load import yaml_looks
from handbill.load.yaml_places import located
from handbill.load.yaml_words import explain
from handbill.text import Span

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_AMBIGUOUS = re.compile(
    r"(?i:y|n|yes|no|on|off|true|false|0x[0-9a-f_]+|0o?[0-7_]+|0b[01_]+|[+-]?\.(?:inf|nan)|[+-]?[\d.]+e[+-]?\d+)"
    r"|[+-]?\d+\.\d*0|[+-]?0\d+|[+-]?\d+(?::\d\d)+(?:\.\d*)?|[+-]?\d[\d,_]*[,_]\d+|\d{4}-\d\d?-\d\d?"
)
_INVISIBLE = re.compile("[\u00a0\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u2064\ufeff]")

MAX_DEPTH = 20
MAX_NODES = 100_000

Path = tuple[str | int, ...]
Value = Any
"""`None` (nothing written), `Located`, `list[Value]` or `dict[str, Value]`."""


@dataclass
class Tree:
    """A YAML document. `spans` and `keys` give the places of values and of keys by their path."""

    path: str
    value: Value = None
    spans: dict[Path, Span] = field(default_factory=dict)
    keys: dict[Path, Span] = field(default_factory=dict)
    ambiguous: dict[Path, str] = field(default_factory=dict)
    """Values without quotes that other YAML readers take for a number, a time or a truth."""
    told: set[Path] = field(default_factory=set)
    """Values of which nothing is left, and about which that was said."""

    def span(self, path: Path) -> Span:
        """The place of a value, or of the nearest thing around it."""
        while path and path not in self.spans:
            path = path[:-1]
        return self.spans.get(path) or Span(self.path, 1, 1)

    def key_span(self, path: Path) -> Span:
        """The place of a key, or of the value when it is an item of a list."""
        return self.keys.get(path) or self.span(path)


class _Refused(Exception):
    def __init__(self, diagnostic: Diagnostic) -> None:
        self.diagnostic = diagnostic


def read_yaml(path: str, text: str, report: Report, first_line: int = 1) -> Tree | None:
    """The tree of one YAML text whose first line is line `first_line` of the file; None after a complaint."""
    builder = _Builder(path, text, report, first_line)
    try:
        return builder.build()
    except yaml.YAMLError as problem:
        report.add(explain(problem, path, text, first_line))
    except _Refused as refused:
        report.add(refused.diagnostic)
    return None


class _Builder:
    def __init__(self, path: str, text: str, report: Report, first_line: int) -> None:
        self.path, self.report, self.shift = path, report, first_line
        self.lines = text.split("\n")
        self.events: Iterator[Any] = yaml.parse(text, Loader=_Loader)
        self.tree = Tree(path)
        self.nodes = 0

    def build(self) -> Tree:
        next(self.events)
        event = next(self.events)
        if isinstance(event, yaml.StreamEndEvent):
            return self.tree
        self.tree.value = self._node(next(self.events), ())
        next(self.events)
        event = next(self.events)
        if not isinstance(event, yaml.StreamEndEvent):
            raise self._refuse("yaml-documents", "A second document begins here (a line “---”); a file holds one.", event,
                               "Delete the line, or move what follows to a file of its own.")  # fmt: skip
        return self.tree

    def _span(self, event: Any) -> Span:
        start, end = event.start_mark, event.end_mark
        return Span(self.path, start.line + self.shift, start.column + 1, end.line + self.shift, end.column + 1)

    def _refuse(self, code: str, message: str, event: Any, *hints: str) -> _Refused:
        return _Refused(error(code, message, self._span(event), *hints))

    def _node(self, event: Any, path: Path) -> Value:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise self._refuse(
                "yaml-too-big", f"The file has more than {MAX_NODES:,} values.", event, "Split the file."
            )
        if len(path) > MAX_DEPTH:
            raise self._refuse("yaml-too-deep", f"Lists and groups are nested more than {MAX_DEPTH} deep here.", event)
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
            raise self._refuse("yaml-anchor", f"A value that begins with “{sign}” has a special meaning in YAML that is not used here.",
                               event, f"Put the text in quotes if it really begins with “{sign}”.")  # fmt: skip
        if event.tag is not None:
            raise self._refuse("yaml-tag", "A value that begins with “!” has a special meaning in YAML that is not used here.",
                               event, "Put the text in quotes if it really begins with “!”.")  # fmt: skip
        span = self.tree.spans[path] = self._span(event)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        return self._scalar(event, path, span)

    def _scalar(self, event: Any, path: Path, span: Span) -> Value:
        if event.style in (None, ""):
            if event.value in ("", "~", "null"):
                if not event.value and (lost := yaml_looks.nothing(event, span, self.lines)) is not None:
                    self.report.add(lost)
                    self.tree.told.add(path)
                return None
            if (bullets := yaml_looks.no_list(event, span, self.lines)) is not None:
                raise _Refused(bullets)
            self.report.extend(yaml_looks.plain(event, span, self.lines))
            if _AMBIGUOUS.fullmatch(event.value):
                self.tree.ambiguous[path] = str(event.value)
        elif event.style in ("|", ">"):
            if (lost := yaml_looks.bar_line(event, span, self.lines)) is not None:
                self.report.add(lost)
            if event.style == ">" and (joined := yaml_looks.joined(event, span, self.lines)) is not None:
                self.report.add(joined)
                event = yaml_looks.kept(event, self.lines)  # so that its lines are looked at all the same
        return located(event, span, self.lines, self.shift)

    def _sequence(self, path: Path) -> list[Value]:
        items: list[Value] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self._node(event, (*path, len(items))))
        return items

    def _mapping(self, path: Path) -> dict[str, Value]:
        mapping: dict[str, Value] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent) or event.anchor or event.tag:
                if (meant := yaml_looks.braces(event, self._span(event), self.lines)) is not None:
                    raise _Refused(meant)
                raise self._refuse("yaml-key", "This cannot be the name of a value.", event,
                                   "Put text that begins with a special sign such as [ { * & ! in quotes.")  # fmt: skip
            key, span = str(event.value), self._span(event)
            if (hidden := _INVISIBLE.search(key)) and event.style in (None, ""):
                self.report.add(_hidden(key, hidden, span))
                key = _INVISIBLE.sub("", key)
            value = next(self.events)
            inner = (*path, key)
            if key in mapping:
                first = self.tree.keys[inner]
                self.report.add(_duplicate(key, span, first))
                self._node(value, (*path, f"{key}\0{span.line}"))
                continue
            self.tree.keys[inner] = span
            mapping[key] = self._node(value, inner)
        return mapping


def _hidden(key: str, found: re.Match[str], span: Span) -> Diagnostic:
    place = replace(span, column=span.column + found.start(), end_line=span.line, end_column=span.column + found.end())
    plain = _INVISIBLE.sub("", key)
    return error("character-invisible", f"The name “{plain}” holds an invisible character (U+{ord(found[0]):04X}).", place,
                 f"Type the name again: {plain}.")  # fmt: skip


def _duplicate(key: str, span: Span, first: Span) -> Diagnostic:
    found = error(
        "yaml-duplicate-key",
        f"“{key}” is written twice in the same group.",
        span,
        "Keep one of them and delete the other.",
    )
    return replace(found, related=((first, "the first one"),))
