"""Where in a diagram Mermaid's complaint belongs: its parsers say it in four ways, and some only say which words are wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_LINE = re.compile(r"\b[Ll]ine:? (\d+)")
_COLUMN = re.compile(r"\bline:? (\d+), column:? (\d+)")
_POINTER = re.compile(r"^(?:\.\.\.)?(.*)\n(-*)\^", re.MULTILINE)
_ENDS = re.compile(r"got '(?:1|EOF|EOF_IN_STRUCT|\$end)'|found end of (?:file|input)", re.IGNORECASE)
_LINE_END = re.compile(r"got '(?:NEWLINE|NL|EOL)'")
_WORD = re.compile(r'"[^"\n]+"|-?\d+(?:[.,]\d+)*|[^\W\d][\w.-]{1,}')
_OPENS = {"sequenceDiagram": re.compile(r"^\s*(?:alt|opt|loop|par|critical|break|rect|box)\b")}
_CLOSES = re.compile(r"^\s*end\b")
_BRACE = re.compile(r"[{}]")


@dataclass(frozen=True)
class Place:
    """Line and columns from 1 (0: not known); `opened` when something begins there that has no end."""

    line: int = 0
    column: int = 0
    end: int = 0
    opened: bool = False


def place(problem: Mapping[str, Any], code: str, said: str) -> Place:
    """The place of a complaint in the code of a diagram."""
    line = _told(problem, said)
    if _ENDS.search(said):
        return _opened(code) or _first(code, code.count("\n") + 1) or Place()
    if _LINE_END.search(said) and (whole := _first(code, line)) is not None:
        return whole
    if not _LINE.search(said) and (meant := _named(code, said)).line:
        return meant  # no parser said so, and what it was reading last is not what is wrong
    if exact := _COLUMN.search(said):
        return _sign(code, line or int(exact[1]), int(exact[2]))
    return _pointed(code, said, line) or _first(code, line) or _named(code, said)


def _told(problem: Mapping[str, Any], said: str) -> int:
    line = problem.get("line")
    if isinstance(line, int) and line > 0:
        return line
    found = _LINE.search(said)
    return int(found[1]) if found else 0


def _pointed(code: str, said: str, line: int) -> Place | None:
    """By the piece of the code that the complaint shows, its lines run together, with a pointer below it."""
    found = _POINTER.search(said)
    if found is None:
        return None
    cut = len(found[0]) - len(found[0].removeprefix("..."))
    shown, at = found[1], len(found[2]) - cut
    flat = code.replace("\n", "")
    starts = [i for i in range(len(flat)) if flat.startswith(shown, i)] if shown.strip() and 0 <= at <= len(shown) else []
    places = [spot for start in starts if (spot := _unflattened(code, start + at)) is not None]
    return min(places, key=lambda spot: abs(spot.line - line), default=None) if places else None


def _unflattened(code: str, offset: int) -> Place | None:
    """The place of the sign number `offset` when line ends are not counted; blanks are passed over."""
    count = 0
    for number, text in enumerate(code.split("\n"), 1):
        if offset < count + len(text):
            rest = text[offset - count :]
            if rest.strip():
                column = offset - count + len(rest) - len(rest.lstrip()) + 1
                word = re.match(r"\w+|\S", text[column - 1 :])
                return Place(number, column, column + (len(word[0]) if word else 1))
            offset = count + len(text)
        count += len(text)
    return None


def _sign(code: str, line: int, column: int) -> Place:
    lines = code.split("\n")
    inside = 0 < line <= len(lines) and 0 < column <= len(lines[line - 1])
    return Place(line, column, column + 1) if inside else (_first(code, line) or Place(line))


def _first(code: str, line: int) -> Place | None:
    """A line that is told without a column: from its first letter on."""
    lines = code.split("\n")
    if not line:
        return None
    line = min(line, len(lines))
    while line > 1 and not lines[line - 1].strip():
        line -= 1
    text = lines[line - 1]
    start = len(text) - len(text.lstrip())
    return Place(line, start + 1, len(text.rstrip()) + 1) if text.strip() else Place(line)


def _named(code: str, said: str) -> Place:
    """The line that holds most of the words of a complaint, when no other holds as many."""
    wanted = {word.strip('"') for word in _WORD.findall(said.replace("inactivate", "deactivate"))}
    lines = code.split("\n")
    scores = [len(wanted & {word.strip('"') for word in _WORD.findall(text)}) for text in lines]
    best = max(scores, default=0)
    if best == 0 or scores.count(best) != 1:
        return Place()
    return _first(code, scores.index(best) + 1) or Place()


def _opened(code: str) -> Place | None:
    """What is open at the end of a diagram: a block of a sequence diagram, or a brace."""
    lines = code.split("\n")
    kind = next((text.strip().split(maxsplit=1)[0] for text in lines if text.strip() and not text.lstrip().startswith(("%%", "---"))), "")
    opens = _OPENS.get(kind)
    stack: list[Place] = []
    for number, text in enumerate(lines, 1):
        start = len(text) - len(text.lstrip())
        if opens is not None and opens.match(text):
            stack.append(Place(number, start + 1, len(text.rstrip()) + 1, opened=True))
        elif opens is not None and _CLOSES.match(text) and stack:
            stack.pop()
        for brace in _BRACE.finditer(text) if opens is None else ():
            if brace[0] == "{":
                stack.append(Place(number, brace.start() + 1, brace.end() + 1, opened=True))
            elif stack:
                stack.pop()
    return stack[-1] if stack else None
