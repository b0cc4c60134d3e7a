"""What PyYAML says, in words for people who never heard of a scalar."""

from __future__ import annotations

import re
from dataclasses import dataclass

import yaml

from handbill.diagnostics import Diagnostic, error
from handbill.text import Span

_KEY = re.compile(r"^\s*(- )?[\w-]+\s*:( |$)")
_TIGHT = re.compile(r"^\s*(- )?([\w-]+):(?=\S)")
_VALUE = re.compile(r"^\s*(?:- )*(?:[^\s:]+:\s+)?")
_ODD_COLON = re.compile(r"^\s*(?:- )?[\w-]+\s*(：|:[\u00a0\u2000-\u200b\u202f\u3000])")
_TIGHT_DASH = re.compile(r"^\s*-(?=\w[\w-]*:(?: |$))")
_BARE_NAME = re.compile(r"^(\s*)(?:- )?([\w-]+):[ \t]*([lIi1]?)[ \t]*$")
_PROSE = re.compile(r"^\s*(?!- )(?![\w-]+:(?: |$))\S+\s+\S")
_TEXT_ABOVE = re.compile(r"^\s*(?:- )?[\w-]+:\s*[|>][+-]?\d?\s*$")
_BLOCK = re.compile(r"[|>][+-]?\d?\s*$")
_INDENT = ("Lines of one group begin in the same column; what belongs to a name stands two spaces further right.",)


@dataclass(frozen=True)
class _Trouble:
    """Where PyYAML stopped (row and column from 0), what it said, and where the thing began that it was reading."""

    said: str
    context: str
    lines: list[str]
    row: int
    column: int
    began: tuple[int, int]

    @property
    def line(self) -> str:
        return self.lines[self.row] if self.row < len(self.lines) else ""

    @property
    def rest(self) -> str:
        return self.line[self.column :]

    @property
    def above(self) -> int | None:
        """The nearest row above with something on it."""
        return next((i for i in range(self.row - 1, -1, -1) if self.lines[i].strip()), None)


@dataclass(frozen=True)
class _Answer:
    code: str
    message: str
    row: int
    column: int
    hints: tuple[str, ...] = ()


def explain(problem: yaml.YAMLError, path: str, text: str, first_line: int) -> Diagnostic:
    """The diagnostic for an error of PyYAML's scanner or parser in `text`, whose first line has the number `first_line`."""
    if not isinstance(problem, yaml.MarkedYAMLError) or problem.problem_mark is None:
        detail = " ".join(str(problem).split())
        return error(
            "yaml-character",
            "This file holds a character that YAML does not allow.",
            Span(path, first_line),
            detail=detail,
        )
    lines = text.split("\n")
    mark, start = problem.problem_mark, problem.context_mark or problem.problem_mark
    row, column = mark.line, mark.column
    if row >= len(lines) or not "".join(lines[row:]).strip():
        row = max((i for i, line in enumerate(lines) if line.strip()), default=0)
        column = len(lines[row])
    said, context = str(problem.problem or ""), str(problem.context or "")
    answer = _answer(_Trouble(said, context, lines, row, column, (start.line, start.column)))
    place = Span(path, answer.row + first_line, answer.column + 1)
    return error(answer.code, answer.message, place, *answer.hints, detail=", ".join(filter(None, (context, said))))


def _answer(at: _Trouble) -> _Answer:
    indentation = at.line[: len(at.line) - len(at.line.lstrip())]
    if "\t" in indentation:
        return _Answer("yaml-tab", "This line is indented with a tab; YAML wants spaces.", at.row, indentation.index("\t"),
                       ("Replace each tab by two spaces.",))  # fmt: skip
    return _punctuation(at) or _structure(at)


def _punctuation(at: _Trouble) -> _Answer | None:
    """Quotes, backslashes and colons."""
    if "quoted scalar" in at.context and "end of stream" in at.said:
        return _Answer("yaml-quote", "A quotation mark is opened here and never closed.", *at.began,
                       ("Close it at the end of the text.",))  # fmt: skip
    if "escape" in at.said:
        return _Answer("yaml-escape", "A backslash in double quotes begins a special character, and this one is unknown.",
                       at.row, at.column, ("Write the text in single quotes, or double the backslash.",))  # fmt: skip
    if "mapping values are not allowed" in at.said:
        return _colon(at)
    if "could not find expected ':'" in at.said:
        return _no_colon(at)
    if "expected key" in at.said and (opened := _without_bar(at)) is not None:
        return opened
    return None


def _structure(at: _Trouble) -> _Answer:
    """Lists, brackets and indentation."""
    if "block scalar" in at.context:
        return _Answer("yaml-block", "After “|” or “>” the text begins on the next line.", at.row, at.column,
                       ("Move the text to the next line, indented by two spaces.",))  # fmt: skip
    if "block sequence entries" in at.said:
        return _Answer("yaml-list", "A list cannot begin on the same line as its name.", at.row, at.column,
                       ("Put each “- ” on a line of its own below.",))  # fmt: skip
    if "cannot start any token" in at.said or "mapping keys are not" in at.said or at.rest.startswith(","):
        return _quotes_needed(at, at.row, at.column)
    if "alias" in at.context or "anchor" in at.context or "tag" in at.context:
        return _quotes_needed(at, *at.began)
    if "flow" in at.context or "expected node content" in at.said:
        return _bracket(at)
    return _misplaced(at)


def _misplaced(at: _Trouble) -> _Answer:
    before = at.line[: at.column].rstrip()
    if before.endswith(("'", '"')) and "expected key" in at.said:
        if (opened := _opened_above(at, before[-1])) is not None:
            return _Answer("yaml-quote", "A quotation mark is opened here and never closed.", *opened,
                           ("Close it at the end of the text.",))  # fmt: skip
        return _Answer("yaml-quote", "Text goes on here after a closing quotation mark.", at.row, at.column,
                       ("Put the whole value in the other kind of quotes.",
                        "Inside single quotes a single quote is written twice: 'it''s'."))  # fmt: skip
    if before.endswith(("]", "}")):
        value = _VALUE.match(at.line)
        return _quotes_needed(at, at.row, value.end() if value else at.column)
    if "expected '-' indicator" in at.said:
        return _Answer("yaml-indent", "This line breaks off the list above: it has no “- ” and stands at the list's own column.",
                       at.row, at.column, ("Begin the line with “- ”, or move it to the left or right.",))  # fmt: skip
    return _Answer(
        "yaml-indent",
        "This line is indented differently from the lines that it belongs to.",
        at.row,
        at.column,
        _INDENT,
    )


def _opened_above(at: _Trouble, quote: str) -> tuple[int, int] | None:
    """Where a line further up opens a value with the same kind of quotes and does not close it."""
    for row in range(at.row - 1, max(-1, at.row - 40), -1):
        line = at.lines[row]
        value = _VALUE.match(line)
        start = value.end() if value else 0
        if line[start : start + 1] == quote:
            return (row, start) if line.count(quote, start) == 1 else None
    return None


def _quotes_needed(at: _Trouble, row: int, column: int) -> _Answer:
    value = at.lines[row][column:].strip()
    quote = "'" if '"' in value else '"'
    return _Answer("yaml-quote-needed", f"A value that begins with “{value[:1]}” must stand in quotes.", row, column,
                   (f"Write {quote}{value}{quote}.",))  # fmt: skip


def _bracket(at: _Trouble) -> _Answer:
    """A bracket of `[...]` or `{...}` with no partner: the opening one when there is one."""
    opened: list[tuple[int, int]] = []
    for row in range(
        min(at.began[0], at.row) if "sequence" in at.context or "mapping" in at.context else 0, at.row + 1
    ):
        for column, sign in enumerate(at.lines[row] if row < at.row else at.line[: at.column]):
            if sign in "[{":
                opened.append((row, column))
            elif sign in "]}" and opened:
                opened.pop()
    if not opened:
        return _Answer("yaml-bracket", f"“{at.rest[:1]}” stands here with nothing that it closes.", at.row, at.column,
                       ("Put the text in quotes.",))  # fmt: skip
    row, column = opened[-1]
    closing = "]" if at.lines[row][column] == "[" else "}"
    return _Answer("yaml-bracket", f"A bracket is opened here and not closed with “{closing}”.", row, column,
                   ("Close the bracket, or put text that begins with [ or { in quotes.",))  # fmt: skip


def _without_bar(at: _Trouble) -> _Answer | None:
    """A name with nothing, or with a letter that looks like a bar, before several lines of text: “|” is missing."""
    for row in range(at.row, max(-1, at.row - 200), -1):
        line = at.lines[row]
        if not (found := _BARE_NAME.match(line)) or not any(map(str.strip, at.lines[row + 1 : at.row + 1])):
            continue
        inside = [below for below in at.lines[row + 1 : at.row + 1] if below.strip()]
        indent = len(found[1])
        if not all(len(below) - len(below.lstrip()) > indent for below in inside) or not any(_PROSE.match(below) for below in inside):
            return None
        if found[3]:
            return _Answer("yaml-block", f"After “{found[2]}:” stands a letter that only looks like a bar.", row, found.start(3),
                           ("Write “|”, the vertical bar.",))  # fmt: skip
        return _Answer("yaml-block", f"Several lines of text stand below “{found[2]}:”, but no “|” behind it.", row, len(line.rstrip()),
                       (f"Write “{found[2]}: |”.",))  # fmt: skip
    return None


def _colon(at: _Trouble) -> _Answer:
    start = len(at.line) - len(at.line.lstrip())
    above = at.above
    if opened := _without_bar(at):
        return opened
    if ": " in at.line[: at.column]:
        name, _, value = at.line.strip().partition(": ")
        value = value[1:-1] if value[0] in "“„”" and value[-1] in "”“" else value.replace('"', "'")
        return _Answer("yaml-colon-in-text", "A second “: ” stands in this line, so YAML cannot tell the name from the text.",
                       at.row, at.column, (f'Put the text in straight quotes: {name}: "{value}"',))  # fmt: skip
    for row in (at.row if above is None else above, at.row):
        if dash := _TIGHT_DASH.match(at.lines[row]):
            return _Answer("yaml-list", "A space is missing after the “-”.", row, dash.end() - 1,
                           ("Write “- ” before the first name of each item.",))  # fmt: skip
    if above is not None and (odd := _ODD_COLON.match(at.lines[above])):
        return _odd_colon(above, odd)
    if above is not None and not _KEY.match(at.lines[above]) and ":" not in at.lines[above]:
        return _Answer("yaml-colon", "A colon is missing: each line here is “name: value”.", above,
                       len(at.lines[above]) - len(at.lines[above].lstrip()),
                       ("Write “name: value”, with a space after the colon.",))  # fmt: skip
    return _Answer(
        "yaml-indent", "This line is indented differently from the lines that it belongs to.", at.row, start, _INDENT
    )


def _odd_colon(row: int, found: re.Match[str]) -> _Answer:
    if found[1] == "：":
        return _Answer("yaml-colon", "This colon is another character that only looks like one.", row, found.start(1),
                       ("Type “:” and a space.",))  # fmt: skip
    return _Answer("yaml-colon", "The space after this colon is a special one (a no-break space or the like).", row, found.start(1) + 1,
                   ("Delete it and type an ordinary space.",))  # fmt: skip


def _no_colon(at: _Trouble) -> _Answer:
    row, column = at.began
    if odd := _ODD_COLON.match(at.lines[row]):
        return _odd_colon(row, odd)
    above = next((i for i in range(row - 1, -1, -1) if at.lines[i].strip()), None)
    if above is not None and _BLOCK.search(at.lines[above]):
        return _Answer("yaml-indent", "The text after “|” or “>” must be indented.", row, column,
                       ("Put two spaces before each line of the text.",))  # fmt: skip
    if at.lines[row].lstrip().startswith(("{{", "{%")):
        return _quotes_needed(at, row, column)
    if tight := _TIGHT.match(at.lines[row]):
        return _Answer("yaml-colon", f"A space is missing after “{tight[2]}:”.", row, tight.end(),
                       ("Write “name: value”, with a space after the colon.",))  # fmt: skip
    if equals := re.match(r"\s*[\w-]+[ \t]*(=)", at.lines[row]):
        return _Answer("yaml-colon", "A colon belongs here, not an equals sign: each line is “name: value”.", row, equals.start(1),
                       ("Write “name: value”, with a space after the colon.",))  # fmt: skip
    hints = ["Write “name: value”, with a space after the colon."]
    if above is not None:
        hints.append("If it is more of the text above, put two spaces before it" + (
            "." if _in_block(at.lines, row) else ", and put that text in quotes." if re.match(r"^\s*[\w-]+:\s+[^\s|>]", at.lines[above]) else "."))  # fmt: skip
    return _Answer("yaml-colon", "A colon is missing: each line here is “name: value”.", row, column, tuple(hints))


def _in_block(lines: list[str], row: int) -> bool:
    """Whether the text above a line is that of a “|”."""
    for line in reversed(lines[:row]):
        if line.strip() and not line.startswith((" ", "\t")):
            return bool(_TEXT_ABOVE.match(line))
    return False
