"""Where a colour of a finished file was written: in a style sheet, a page template, the diagrams' theme or a diagram."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import tinycss2

from handbill.colour import Colour, colour_of
from handbill.inspect.cascade_look import Declared
from handbill.model import Edition, Project
from handbill.pieces import forms
from handbill.schema import Output
from handbill.sheets import sheets_of
from handbill.text import Span

_COLOUR = re.compile(r"(?<=[:,])\s*(#[0-9a-fA-F]{3,6}|[a-z]+)\b")
"""A colour in a diagram's `style` or `classDef`."""
_HEX = re.compile(r"#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b")


class Written(NamedTuple):
    """A declaration of a style sheet, with its place."""

    span: Span
    selector: str
    name: str
    value: Sequence[Any]


def place_of(declared: Declared | None, colour: Colour, edition: Edition, output: Output, project: Project) -> Span:
    """The line that sets `colour`: the custom property that the declaration uses, else the declaration, else wherever it is written.

    A later sheet wins over an earlier one; the edition's own file when it is found nowhere.
    """
    paper = output.file.endswith(".pdf")
    sheets = [w for name, text in sheets_of(edition, output, project) for w in _written(name, text, paper=paper)]
    candidates = [written for written in reversed(sheets) if colour_of(_bare(written.value)) == colour]
    used = _names(declared.value) if declared is not None else []
    fitting = [w.span for w in candidates if w.name in used]
    if declared is not None:
        same = [w.span for w in reversed(sheets) if (w.selector, w.name) == (declared.selector, declared.name)]
        return next(iter([*fitting, *same]), edition.span)
    texts = [w.span for w in candidates if w.name == "color" or w.name.startswith("--")]
    return next(iter(texts), None) or _anywhere(colour, edition, output, project) or edition.span


def in_diagrams(colours: Sequence[Colour], words: str, project: Project) -> Span | None:
    """The line of an author's diagram that sets one of the colours, else the line with the first of the words."""
    codes = [diagram.code for diagram in project.diagrams.values()]
    codes += [form.text for form in forms(project) if "mermaid" in form.text]
    lines = [(line, span) for code in codes for line, span in zip(str(code).split("\n"), code.line_spans, strict=False)]
    for line, span in lines:
        if any(colour_of(found) in colours for found in _COLOUR.findall(line)):
            return span
    return next((span for line, span in lines if words and words in line), None)


def _written(path: str, sheet: str, *, paper: bool) -> Iterator[Written]:
    yield from _rules(path, tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True), "", paper=paper)


def _rules(path: str, rules: Sequence[Any], selector: str, *, paper: bool) -> Iterator[Written]:
    for rule in rules:
        if rule.type == "declaration":
            name = rule.name if rule.name.startswith("--") else rule.lower_name
            yield Written(Span(path, rule.source_line, rule.source_column), selector, name, rule.value)
        elif rule.type in ("qualified-rule", "at-rule") and rule.content is not None:
            above = tinycss2.serialize(rule.prelude).strip() if rule.type == "qualified-rule" else selector
            inner = tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
            if rule.type == "qualified-rule" or _meant(rule, paper=paper):
                yield from _rules(path, inner, above, paper=paper)


def _meant(rule: Any, *, paper: bool) -> bool:
    """Whether an at-rule is meant for paper, or for a screen."""
    words = tinycss2.serialize(rule.prelude).lower()
    return not (("print" in words and not paper) or (("screen" in words or "prefers-" in words) and paper))


def _bare(value: Sequence[Any]) -> Any:
    tokens = [token for token in value if token.type not in ("whitespace", "comment")]
    return tokens[0] if len(tokens) == 1 else ""


def _names(value: Sequence[Any]) -> list[str]:
    """The custom properties that a value is made of."""
    uses = [token for token in value if token.type == "function" and token.lower_name == "var"]
    return [next((part.value for part in use.arguments if part.type == "ident"), "") for use in uses]


def _anywhere(colour: Colour, edition: Edition, output: Output, project: Project) -> Span | None:
    """A line of the page template or of the diagrams' theme that names the colour."""
    name = str(output.template or "page.html.j2")
    own = f"templates/editions/{edition.name}/{name}", edition.files.get(name)
    files = (own, (f"templates/pages/{name}", project.styles.get(f"pages/{name}")),
             *((f"templates/{path}", data) for path, data in project.styles.items() if path.startswith("diagrams/")))  # fmt: skip
    for path, data in files:
        for number, line in enumerate((data or b"").decode(errors="replace").split("\n"), start=1):
            for found in _HEX.finditer(line):
                if colour_of(found[0]) == colour:
                    return Span(path, number, found.start() + 1)
    return None
