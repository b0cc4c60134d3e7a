"""What PyYAML says, in words for people who never heard of a scalar."""

from __future__ import annotations

import re

import yaml

from handbill.diagnostics import Diagnostic, error
from handbill.text import Span

_KEY = re.compile(r"^\s*(- )?[\w-]+\s*:( |$)")


def explain(problem: yaml.YAMLError, path: str, text: str, first_line: int) -> Diagnostic:
    """The diagnostic for an error of PyYAML's scanner or parser in `text`."""
    detail = " ".join(str(problem).split())
    mark = getattr(problem, "problem_mark", None)
    if mark is None:
        return error("yaml-character", "This file holds a character that YAML does not allow.", Span(path, first_line), detail=detail)
    lines = text.split("\n")
    row, column = mark.line, mark.column
    if row >= len(lines) or (row == len(lines) - 1 and not lines[row].strip()):
        row = _last_written(lines)
        column = len(lines[row])
    start = getattr(problem, "context_mark", None)
    code, message, hints, place = _words(str(problem.problem or ""), str(problem.context or ""), lines, (row, column), start)
    return error(code, message, Span(path, place[0] + first_line, place[1] + 1), *hints, detail=detail)


def _last_written(lines: list[str]) -> int:
    return max((i for i, line in enumerate(lines) if line.strip()), default=0)


Answer = tuple[str, str, tuple[str, ...], tuple[int, int]]


def _words(said: str, context: str, lines: list[str], at: tuple[int, int], start: yaml.Mark | None) -> Answer:
    row, column = at
    line = lines[row] if row < len(lines) else ""
    began = (start.line, start.column) if start is not None else at
    rest = line[column:]
    if "\t" in line[: len(line) - len(line.lstrip())] or rest.startswith("\t"):
        return "yaml-tab", "This line is indented with a tab; YAML wants spaces.", ("Replace the tab by two spaces.",), (row, line.find("\t"))
    if "quoted scalar" in context and "end of stream" in said:
        return "yaml-quote", "A quotation mark is opened here and never closed.", ("Close it at the end of the text.",), began
    if "escape character" in said:
        return "yaml-escape", "A backslash in double quotes begins a special character, and this one is unknown.", (
            "Write the text in single quotes, or double the backslash.",), (row, column)  # fmt: skip
    if "mapping values are not allowed" in said:
        return _colon(lines, row, column)
    if "could not find expected ':'" in said:
        place = began if start is not None else (row, 0)
        return "yaml-colon", "A colon is missing: each line here is “name: value”.", ("Write “name: value”, with a space after the colon.",), place
    if "cannot start any token" in said:
        sign = rest[:1]
        return "yaml-quote-needed", f"A value that begins with “{sign}” must stand in quotes.", (f'Write "{rest.strip()}".',), (row, column)
    if "flow" in context:
        closing = "]" if "sequence" in context or "node" in context else "}"
        return "yaml-bracket", f"A bracket is opened here and not closed with “{closing}”.", (
            "Close the bracket, or put text that begins with [ or { in quotes.",), began  # fmt: skip
    if "expected node content" in said:
        return "yaml-bracket", f"“{rest[:1]}” stands here with nothing that it closes.", ("Put the text in quotes.",), (row, column)
    if "block sequence entries" in said:
        return "yaml-list", "A list cannot begin on the same line as its name.", ("Put each “- ” on a line of its own below.",), (row, column)
    if "expected '-' indicator" in said:
        return "yaml-indent", "This line breaks the list above: it is indented like the list, but has no “- ”.", (
            "Begin the line with “- ”, or move it to the left or right.",), (row, column)  # fmt: skip
    if "did not find expected key" in said and line[:column].rstrip().endswith(("'", '"')):
        return "yaml-quote", "Text goes on here after a closing quotation mark.", (
            "Put the whole value in the other kind of quotes, or double a quote inside single quotes ('it''s').",), (row, column)  # fmt: skip
    return "yaml-indent", "This line is indented differently from the lines that it belongs to.", (
        "Lines of one group begin in the same column; what belongs to a name stands two spaces further right.",), (row, column)  # fmt: skip


def _colon(lines: list[str], row: int, column: int) -> Answer:
    line = lines[row]
    above = next((i for i in range(row - 1, -1, -1) if lines[i].strip()), None)
    inside = line[:column]
    if _KEY.match(line) and inside.count(": ") == 0:
        if above is not None and not _KEY.match(lines[above]) and ":" not in lines[above]:
            return "yaml-colon", "A colon is missing: each line here is “name: value”.", (
                "Write “name: value”, with a space after the colon.",), (above, len(lines[above]) - len(lines[above].lstrip()))  # fmt: skip
        return "yaml-indent", "This line is indented differently from the lines that it belongs to.", (
            "Lines of one group begin in the same column.",), (row, len(line) - len(line.lstrip()))  # fmt: skip
    name, _, value = line.partition(": ")
    return "yaml-colon-in-text", "A second “: ” stands in this line, so YAML cannot tell the name from the text.", (
        f'Put the text in quotes: {name.strip()}: "{value.strip()}"',), (row, column)  # fmt: skip
