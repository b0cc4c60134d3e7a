"""What the driver tells, in an author's words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from handbill.diagnostics import Diagnostic, error
from handbill.nearest import did_you_mean
from handbill.text import Span
from handbill.tools.mermaid.types import TYPES

INPUT = "diagram.mmd"
_LINE = re.compile(r"\b[Ll]ine:? (\d+)")
_LIMIT = re.compile(r"limit exceeded|too many edges|maximum text size", re.IGNORECASE)
_AGAIN = "Build once more; if it happens again, make the diagram smaller or split it in two."


def complaint(problem: Mapping[str, Any], code: str, seconds: float) -> Diagnostic:
    """One problem of one diagram, at its line where that is known."""
    kind, said = problem["kind"], str(problem.get("words", ""))
    start = Span(INPUT, 1)
    if kind == "large" or (kind in ("syntax", "failed") and _LIMIT.search(said)):
        return error("diagram-too-large", "This diagram is larger than Mermaid draws.", start,
                     "Split it in two: nobody can follow so many parts on one page.", detail=said)  # fmt: skip
    if kind == "syntax" or (kind == "graph" and _told_line({}, code, said)):  # some mistakes show only when it is read
        return _syntax(problem, code, said)
    if kind == "config":
        names = [str(name) for name in problem.get("names", ())]
        return error(
            "diagram-config",
            f"This diagram sets {_listed(names)}, which a diagram may not set.",
            _where(code, names),
            "Take the setting out. Colours and type are the same in all diagrams (templates/diagrams/theme.yaml).",
        )
    if kind == "type":
        return refused_type(str(problem.get("type", "")))
    if kind == "time":
        return error("diagram-timeout", f"This diagram was not drawn within {seconds:.0f} seconds.", start,
                     "Make it smaller, or split it in two.")  # fmt: skip
    if kind == "graph":
        return error("diagram-failed", "Mermaid understands this diagram, but Handbill cannot put it into words.", start,
                     "Say it in a simpler way, and tell those who look after Handbill.", detail=said)  # fmt: skip
    if kind == "crash":
        return error("diagram-crash", "The browser broke down while it drew this diagram.", start, _AGAIN, detail=said)
    if "image" in said:
        return unsupported_labels(str(problem.get("type", "diagram")))
    return error("diagram-failed", "Mermaid can read this diagram but cannot draw it.", start,
                 "Take the newest parts out until it is drawn; the last one is what Mermaid cannot do.", detail=said)  # fmt: skip


def refused_type(identifier: str) -> Diagnostic:
    """The complaint about a kind of diagram that is not taken."""
    row = TYPES.get(identifier)
    start = Span(INPUT, 1)
    if row is None:
        return error("diagram-type-unknown", f"This version of Handbill does not know diagrams of the kind “{identifier}”.",
                     start, "Use another kind of diagram, or a picture with an alternative text.")  # fmt: skip
    return error("diagram-type-refused", f"A {row.name} cannot be used: {row.refused}.", start,
                 "Use another kind of diagram, or a picture with an alternative text.")  # fmt: skip


def unsupported_labels(identifier: str) -> Diagnostic:
    """The complaint about labels that are web pages in small."""
    name = TYPES[identifier].name if identifier in TYPES else identifier
    return error(
        "diagram-unsupported-labels",
        f"This {name} has labels with pictures, formulas or tables, which print and e-books cannot show.",
        Span(INPUT, 1),
        "Write the labels as plain words.",
    )


def browser_failed(said: str) -> Diagnostic:
    """The complaint that the browser did not start at all."""
    return error("browser-failed", "The browser that draws the diagrams did not start.", None,
                 "Run “build.py doctor” to see which browser is used.",
                 "Set HANDBILL_CHROMIUM to another Chromium or Chrome.", detail=said)  # fmt: skip


def _syntax(problem: Mapping[str, Any], code: str, said: str) -> Diagnostic:
    if "No diagram type detected" in said:
        first = next((line.strip() for line in code.splitlines() if line.strip()), "")
        keywords = sorted({row.keyword for row in TYPES.values() if not row.refused})
        hints = did_you_mean(first.partition(" ")[0], keywords)
        return error("diagram-type-unknown", "The first line does not name a kind of diagram that Mermaid knows.",
                     Span(INPUT, _first_line(code)), *hints, f"The kinds are: {', '.join(keywords)}.")  # fmt: skip
    line = min(_told_line(problem, code, said), code.count("\n") + 1)
    return error(
        "diagram-syntax",
        f"Mermaid does not understand this {'line of the ' if line else ''}diagram.",
        Span(INPUT, line or 1),
        "Look at this line and the one above it: quotes, brackets and arrows must be complete.",
        "Put words with brackets, commas or quotes between double quotes: A[\"Cells (from the patient)\"].",
        detail=said,
    )  # fmt: skip


def _told_line(problem: Mapping[str, Any], code: str, said: str) -> int:
    """The line that Mermaid names, or the only one that holds a word of its complaint; 0 when neither helps."""
    line = problem.get("line")
    if isinstance(line, int) and line > 0:
        return line
    if found := _LINE.search(said):
        return int(found[1])
    lines = code.splitlines()
    for word in sorted(re.findall(r"[^\s:'\"]{4,}", said), key=len, reverse=True):
        holding = [number for number, text in enumerate(lines, 1) if word in text]
        if len(holding) == 1:
            return holding[0]
    return 0


def _first_line(code: str) -> int:
    return next((number for number, line in enumerate(code.splitlines(), 1) if line.strip()), 1)


def _where(code: str, names: list[str]) -> Span:
    """The first line that mentions the innermost name."""
    last = [name.rpartition(".")[2] for name in names]
    for number, line in enumerate(code.splitlines(), 1):
        if any(name and name in line for name in last):
            return Span(INPUT, number)
    return Span(INPUT, 1)


def _listed(names: list[str]) -> str:
    quoted = [f"“{name}”" for name in names]
    return quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + f" and {quoted[-1]}"
