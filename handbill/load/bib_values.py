"""The value of one BibTeX field: `{text}`, `"text"`, a number, a named string, or such pieces joined by `#`."""

from __future__ import annotations

import re
from collections.abc import Mapping

MONTHS = frozenset(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"))

_WORD = re.compile(r"[^\s#{}\",=]+")


class BadValue(ValueError):
    """A value that cannot be read. `message` has a place `{name}` for the field's name."""

    def __init__(self, code: str, message: str, *hints: str) -> None:
        super().__init__(message)
        self.code, self.message, self.hints = code, message, hints


def unwrapped(raw: str, strings: Mapping[str, str]) -> str:
    """The text of a value. Raises `BadValue`."""
    rest, pieces = raw.strip(), []
    if not rest:
        raise BadValue(
            "bibliography-field-empty",
            "The field “{name}” has no value.",
            "Write its value in braces, or delete the line.",
        )
    while rest:
        piece, rest = _piece(rest, strings)
        pieces.append(piece)
        rest = rest.lstrip()
        if rest and not rest.startswith("#"):
            raise BadValue(
                "bibliography-comma",
                "After the field “{name}” a comma is missing.",
                "Write a comma after its closing brace.",
            )
        rest = rest[1:].lstrip()
    return re.sub(r"\s+", " ", "".join(pieces)).strip()


def _piece(text: str, strings: Mapping[str, str]) -> tuple[str, str]:
    if text[0] in '{"':
        end = _closing(text)
        return text[1:end], text[end + 1 :]
    if text[0] in "“„”‘‚’":
        inside = re.split(r"[“”’‘]\s*,?\s*$", text[1:], maxsplit=1)[0].strip()
        raise BadValue("bibliography-string", "The value of “{name}” stands in curly quotation marks, which hold nothing together here.",
                       f"Put it in braces: {{{inside}}}.")  # fmt: skip
    word = _WORD.match(text)
    if word is None:
        raise BadValue("bibliography-value", "The value of “{name}” cannot be read.", "Put it in braces: {{…}}.")
    name = word[0].lower()
    if name.isdigit() or name in MONTHS:
        return word[0], text[word.end() :]
    if name in strings:
        return strings[name], text[word.end() :]
    raise BadValue("bibliography-string", f"The value of “{{name}}” is the bare word “{word[0]}”, and no @string has that name.",
                   f"Put it in braces: {{{text.strip()}}}.")  # fmt: skip


def _closing(text: str) -> int:
    """Index of the brace or quotation mark that closes the one at the beginning."""
    depth = 0
    for index, sign in enumerate(text):
        if index and text[index - 1] == "\\":
            continue
        if sign == "{":
            depth += 1
        elif sign == "}":
            depth -= 1
            if depth == 0 and text[0] == "{":
                return index
        elif sign == '"' and index and depth == 0 and text[0] == '"':
            return index
    raise BadValue("bibliography-brace", "The value of “{name}” is not closed.", "Close it with a brace.")
