"""What Jinja2 says about a mistake of syntax, in our words and at its own place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TAG = re.compile(r"\{%-?\s*(\w+)")
_ANY = re.compile(r"\{\{|\{%")
_CLOSED = {"{{": "}}", "{%": "%}", "{#": "#}", "{##": "##}"}
_CHARACTER = re.compile(r"unexpected char .* at (\d+)$", re.DOTALL)
_UNKNOWN_TAG = re.compile(r"unknown tag '([^']+)'(?:.*innermost block that needs to be closed is '([^']+)')?", re.DOTALL)
_BLOCK_OPEN = re.compile(r"innermost block that needs to be closed is '([^']+)'")
_NO_SUCH = re.compile(r"No (filter|test) named '([^']+)'")
_GOT = re.compile(r"got '([^']+)'|unexpected '([^']+)'")
_ENDS = frozenset(("else", "elif", *(f"end{name}" for name in ("if", "for", "block", "set", "macro", "call", "filter", "with", "raw", "autoescape"))))
_TWICE = re.compile(r"block '([^']+)' defined twice")


@dataclass(frozen=True)
class Mistake:
    """The sentence, what to do, and the place: line and columns from 1, 0 when not known. `word` is the name that is wrong."""

    message: str
    hints: tuple[str, ...]
    line: int
    column: int = 0
    end: int = 0
    word: str = ""


def mistake(said: str, line: int, text: str) -> Mistake:
    """The mistake that Jinja2 reports with the words `said` at a line of a template's text."""
    lines = text.split("\n")
    row = lines[line - 1] if 0 < line <= len(lines) else ""
    return _open(said, text) or _named(said, line, row) or _odd(said, line, row, text)


def _open(said: str, text: str) -> Mistake | None:
    """Something that is opened and never closed: Jinja2 only says where the text ends."""
    if "nexpected end of template" not in said and "Missing end of" not in said:
        return None
    if block := _BLOCK_OPEN.search(said):
        opened: list[int] = []
        for found in _TAG.finditer(text):
            if found[1] == block[1]:
                opened.append(found.start())
            elif found[1] == f"end{block[1]}" and opened:
                opened.pop()
        if opened:
            return _at(text, opened[-1], f"This “{{% {block[1]} … %}}” is never closed.", f"Write {{% end{block[1]} %}} where it ends.")
    for sign in ("{##", "{#") if "comment" in said else ("{{", "{%"):
        start = text.rfind(sign)
        if start >= 0 and _CLOSED[sign] not in text[start:]:
            return _at(text, start, f"This “{sign}” is never closed.", f"Write {_CLOSED[sign]} where it ends.", len(sign))
    return None


def _at(text: str, offset: int, message: str, hint: str, length: int = 2) -> Mistake:
    line, column = text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
    return Mistake(message, (hint,), line, column, column + length)


def _named(said: str, line: int, row: str) -> Mistake | None:
    """A name that is not known: of a filter, a test, a tag, or of a block that is there twice."""
    if none := _NO_SUCH.search(said):
        return _word(none[2], f"There is no {none[1]} “{none[2]}” for templates.", (), line, row)
    if tag := _UNKNOWN_TAG.search(said):
        ends = tag[1] in _ENDS
        hints: tuple[str, ...] = ()
        if tag[2]:
            message, hints = f"“{tag[1]}” stands here, but “{tag[2]}” is still open.", (f"Write {{% end{tag[2]} %}} first.",)
        elif ends:
            message, hints = f"Nothing is open here that “{tag[1]}” could belong to.", ("Delete it, or look for what should be above it.",)
        else:
            message, hints = f"Templates know no “{tag[1]}”.", hints
        return _word(tag[1], message, hints, line, row)
    if twice := _TWICE.search(said):
        return _word(twice[1], f"The block “{twice[1]}” is there twice.", ("Give one of them another name.",), line, row)
    return None


def _word(word: str, message: str, hints: tuple[str, ...], line: int, row: str) -> Mistake:
    found = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", row)
    return Mistake(message, hints, line, found.start() + 1, found.end() + 1, word) if found else Mistake(message, hints, line, word=word)


def _odd(said: str, line: int, row: str, text: str) -> Mistake:
    """A sign or a word where none should be, or the other way round."""
    hint = "Look for a bracket, a quotation mark or a comma that is missing or too much."
    if sign := _CHARACTER.search(said):
        found = _at(text, int(sign[1]), "Templates do not understand this sign here.", hint, 1)
        return found if found.line == line else Mistake(found.message, found.hints, line)
    got = next((next(filter(None, found.groups())) for found in _GOT.finditer(said)), "")
    for start, end in _tags(row):
        inside = row[start:end]
        at = re.search(rf"(?<!\w){re.escape(got)}(?!\w)" if got.isalnum() else re.escape(got), inside[2:]) if got and "end of" not in got else None
        if at is not None:
            column = start + 2 + at.start() + 1
            return Mistake(f"“{got}” is too much here, or something is missing before it.", (hint,), line, column, column + len(got))
    begins = next(_tags(row), (-1, -1))[0]
    return Mistake("Something is missing in this line of the template.", (hint,), line, begins + 1, begins + 3 if begins >= 0 else 0)


def _tags(row: str) -> Iterator[tuple[int, int]]:
    """Begin and end of each `{{ … }}` and `{% … %}` of a line."""
    for found in _ANY.finditer(row):
        end = row.find(_CLOSED[found[0]], found.end())
        yield found.start(), len(row) if end < 0 else end + 2
