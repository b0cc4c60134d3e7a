"""What the driver tells, in an author's words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from handbill.diagnostics import Diagnostic, error
from handbill.nearest import did_you_mean
from handbill.text import Span
from handbill.tools.mermaid.places import place
from handbill.tools.mermaid.types import TYPES

INPUT = "diagram.mmd"
_LIMIT = re.compile(r"limit exceeded|too many edges|maximum text size", re.IGNORECASE)
_AGAIN = "Build once more; if it happens again, make the diagram smaller or split it in two."


def complaint(problem: Mapping[str, Any], code: str, seconds: float) -> Diagnostic:
    """One problem of one diagram, at its line where that is known."""
    kind, said = problem["kind"], str(problem.get("words", ""))
    start = Span(INPUT, 1)
    if kind == "large" or (kind in ("syntax", "failed") and _LIMIT.search(said)):
        return error("diagram-too-large", "This diagram is larger than Mermaid draws.", start,
                     "Split it in two: nobody can follow so many parts on one page.", detail=said)  # fmt: skip
    if kind == "syntax" or (kind == "graph" and place({}, code, said).line):  # some mistakes show only when it is read
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
    at = place(problem, code, said)
    where = Span(INPUT, at.line or 1, at.column, at.line if at.end else 0, at.end)
    if at.opened:
        return error("diagram-syntax", "What begins here has no end.", where, "Write “}” or a line “end” where it ends.", detail=said)
    return error("diagram-syntax", f"Mermaid does not understand this {'place in the ' if at.column else ''}diagram.", where,
                 *_hints(code), detail=said)  # fmt: skip


def _hints(code: str) -> tuple[str, ...]:
    """How lines of this kind of diagram are written."""
    word = next((line.strip().split(maxsplit=1)[0] for line in code.splitlines() if line.strip() and not line.lstrip().startswith(("%%", "---"))), "")
    example = next((example for keyword, example in _EXAMPLES.items() if word.startswith(keyword)), None)
    general = "Look at this line and the one above it: quotes, brackets and arrows must be complete."
    return (general, example) if example else (general,)


_FLOW = "Put words with brackets, commas or quotes between double quotes: A[\"Cells (from the patient)\"] --> B[\"Next\"]. “end” in small letters is no name."
_EXAMPLES: Mapping[str, str] = {
    "flowchart": _FLOW,
    "graph": _FLOW,
    "sequenceDiagram": "A message is written Ann->>Bob: Hello; alt, opt, loop and par each need a line “end”.",
    "classDiagram": "Relations are written Animal <|-- Dog or Owner --> Dog.",
    "stateDiagram": "Steps are written Still --> Moving, with two hyphens; words follow a colon.",
    "erDiagram": "Relations are written PATIENT ||--o{ VISIT : has, with a word behind the colon.",
    "pie": "A part is written \"Name\" : 40, the name in double quotes; a number has a point and no comma, and is not negative.",
    "gantt": "A task is written Name : id, 2026-03-31, 3d, below a line “section …”.",
    "journey": "A step is written Wake up: 5: Ann, with a number from 1 to 5.",
    "mindmap": "One word stands at the left; all others are indented below it.",
    "timeline": "A line is written 1990 : What happened; more follows below it as “: more”.",
    "gitGraph": "The lines are commit, branch NAME, checkout NAME and merge NAME; a branch is made before it is checked out.",
    "quadrantChart": "A point is written Name: [0.3, 0.6], with numbers from 0 to 1; axes are written x-axis Low --> High.",
    "xychart": "The lines are x-axis [a, b], y-axis \"Name\" 0 --> 10, bar [1, 2] and line [1, 2].",
    "sankey": "Each line is From,To,10 with three parts.",
    "requirementDiagram": "risk is Low, Medium or High; verifymethod is Analysis, Inspection, Test or Demonstration.",
    "packet": "The bits follow each other without a gap: 0-7: \"A\", then 8-15: \"B\".",
    "block": "An arrow is written a --> b, with two hyphens.",
}  # fmt: skip
"""What to look for, by the first word of a diagram."""


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
