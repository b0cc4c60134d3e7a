"""Complaints for people and for programs: text, JSON, GitHub annotations, SARIF.

Text looks like a good compiler's: place, sentence, the author's own line with the spot underlined,
hints, other places that matter. The line is read from the file at that moment; when that is not
possible the rest is shown all the same.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TextIO
from unicodedata import combining, east_asian_width
from urllib.parse import quote

from handbill import __version__
from handbill.diagnostics import Diagnostic, Severity
from handbill.text import Span

_RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}
_STYLE = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.NOTE: "bold cyan"}
_WIDTH = 110
_LONGEST = 5 * 1024 * 1024

Line = list[tuple[str, str]]
"""Pieces of an output line, each with its style's name ("" for plain)."""


def show(found: Iterable[Diagnostic], root: Path, form: str, stream: TextIO) -> None:
    """Writes complaints to a stream.

    root   the project's folder, below which the excerpts are read
    form   a key of `FORMS`
    """
    source_lines.cache_clear()  # The author may have mended the file since the last time.
    FORMS[form](ordered(dict.fromkeys(found)), root, stream)  # a fault of the house is found by every publication


def ordered(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Worst first, then by place."""
    nowhere = Span("")
    return sorted(found, key=lambda d: (_RANK[d.severity], d.span or nowhere, d.code, d.message))


def totals(found: Sequence[Diagnostic]) -> str:
    """How many of each kind, in words: "2 errors, 1 warning"; empty when there are none."""
    count = Counter(d.severity for d in found)
    return ", ".join(f"{count[s]} {s.value}{'s' if count[s] > 1 else ''}" for s in _RANK if count[s])


def _text(found: Sequence[Diagnostic], root: Path, stream: TextIO) -> None:
    lines = [line for diagnostic in found for line in (*_told(diagnostic, root), [])]
    if found:
        lines.append([(totals(found), "bold")])
    if _colourful(stream):
        from rich.console import Console
        from rich.text import Text

        console = Console(file=stream, highlight=False, soft_wrap=True)
        for line in lines:
            console.print(Text.assemble(*line))
        return
    for line in lines:
        stream.write("".join(piece for piece, _ in line).rstrip() + "\n")


def _colourful(stream: TextIO) -> bool:
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _told(found: Diagnostic, root: Path) -> Iterator[Line]:
    place = [("  ", ""), (printable(str(found.span)), "underline")] if found.span else []
    edition = [(f"  ({printable(found.edition)})", "dim")] if found.edition else []
    yield [(f"{found.severity.value}[{found.code}]", _STYLE[found.severity]), *place, *edition]
    yield [("  " + printable(found.message), "bold")]
    if found.span:
        yield from _excerpt(found.span, root, _STYLE[found.severity])
    for hint in found.hints:
        yield [("  → ", "green"), (printable(hint), "")]
    for span, words in found.related:
        yield [("  see ", "dim"), (printable(str(span)), "underline"), (f" ({printable(words)})", "dim")]
        yield from _excerpt(span, root, "blue")
    for step in found.trail:
        yield [(f"  {printable(step)}", "dim")]
    for line in found.detail.splitlines()[:6]:
        yield [("  | " + printable(line), "dim")]


def _excerpt(span: Span, root: Path, style: str) -> Iterator[Line]:
    """The author's line and, below it, marks under the span."""
    if not span.line:
        return
    lines = source_lines(root, span.path)
    if span.line > len(lines):
        return
    text = lines[span.line - 1].replace("\t", " ")
    start = max(0, span.column - 1)
    end = span.end_column - 1 if span.end_line == span.line and span.end_column else start + 1
    end = len(text) if span.end_line > span.line else end
    before = max(0, start - _WIDTH // 2) if len(text) > _WIDTH else 0
    shown, cut = text[before : before + _WIDTH], "…" if before else ""
    number = str(span.line)
    yield [(f"  {number} │ ", "dim"), (cut + printable(shown), "")]
    if span.column:
        indent = cells(cut + printable(text[before:start]))
        length = max(1, cells(printable(text[start : min(end, before + _WIDTH)])))
        yield [(f"  {' ' * len(number)} │ ", "dim"), (" " * indent + "^" * length, style)]


@cache
def source_lines(root: Path, path: str) -> tuple[str, ...]:
    """The lines of a project's file; none when it has gone, is huge or is no text."""
    try:
        file = root / path
        if not file.is_file() or file.stat().st_size > _LONGEST:
            return ()
        text = file.read_bytes().decode("utf-8", "replace")
    except (OSError, ValueError):
        return ()
    return tuple(text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n"))


def cells(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def printable(text: str) -> str:
    """The text with everything that could steer a terminal made visible."""
    return "".join(c if c.isprintable() else " " if c in "\n\t" else f"\\u{ord(c):04x}" for c in text)


def _json(found: Sequence[Diagnostic], root: Path, stream: TextIO) -> None:
    count = Counter(d.severity for d in found)
    summary = {f"{severity.value}s": count[severity] for severity in _RANK}
    _dump({"version": 1, "summary": summary, "diagnostics": [as_json(d) for d in found]}, stream)


def as_json(found: Diagnostic) -> dict[str, Any]:
    """One complaint as JSON values: what is not known is null or empty, lines and columns count from 1."""
    return {
        "severity": found.severity.value,
        "code": found.code,
        "message": found.message,
        **_place(found.span),
        "hints": list(found.hints),
        "related": [{**_place(span), "message": words} for span, words in found.related],
        "trail": list(found.trail),
        "detail": found.detail,
        "edition": found.edition or None,
    }


def _place(span: Span | None) -> dict[str, Any]:
    if span is None:
        return dict.fromkeys(("path", "line", "column", "endLine", "endColumn"))
    return {
        "path": span.path, "line": span.line or None, "column": span.column or None,
        "endLine": span.end_line or None, "endColumn": span.end_column or None,
    }  # fmt: skip


def _dump(value: Any, stream: TextIO) -> None:
    stream.write(json.dumps(value, indent=2, ensure_ascii=True) + "\n")


_GITHUB = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def _github(found: Sequence[Diagnostic], root: Path, stream: TextIO) -> None:
    for item in found:
        fields = {"title": item.code}
        if item.span:
            place = _place(item.span)
            names = {"file": "path", "line": "line", "col": "column", "endLine": "endLine", "endColumn": "endColumn"}
            fields |= {name: str(place[key]) for name, key in names.items() if place[key]}
        words = ",".join(f"{name}={_escaped(value, ':,')}" for name, value in fields.items())
        body = _escaped("\n".join((item.message, *item.hints)))
        stream.write(f"::{_GITHUB[item.severity]} {words}::{body}\n")


def _escaped(text: str, more: str = "") -> str:
    """As GitHub's workflow commands want it: percent codes for line ends and for the signs in `more`."""
    for sign in "%\r\n" + more:
        text = text.replace(sign, f"%{ord(sign):02X}")
    return text.encode("utf-8", "backslashreplace").decode()


_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def _sarif(found: Sequence[Diagnostic], root: Path, stream: TextIO) -> None:
    codes = sorted({item.code for item in found})
    driver = {"name": "Handbill", "version": __version__, "rules": [{"id": code} for code in codes]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(item, codes.index(item.code)) for item in found],
    }
    _dump({"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, stream)


def _result(item: Diagnostic, index: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": item.code,
        "ruleIndex": index,
        "level": item.severity.value,
        "message": {"text": "\n".join((item.message, *item.hints))},
    }
    if item.span:
        result["locations"] = [_location(item.span)]
    if item.related:
        result["relatedLocations"] = [{**_location(s), "message": {"text": words}} for s, words in item.related]
    return result


def _location(span: Span) -> dict[str, Any]:
    place: dict[str, Any] = {
        "artifactLocation": {"uri": quote(span.path, errors="surrogateescape"), "uriBaseId": "%SRCROOT%"}
    }
    if span.line:
        names = {"startLine": "line", "startColumn": "column", "endLine": "endLine", "endColumn": "endColumn"}
        known = _place(span)
        place["region"] = {name: known[key] for name, key in names.items() if known[key]}
    return {"physicalLocation": place}


FORMS: Mapping[str, Callable[[Sequence[Diagnostic], Path, TextIO], None]] = {
    "text": _text,
    "json": _json,
    "github": _github,
    "sarif": _sarif,
}
"""The forms in which complaints are shown."""
