"""Names of headings in a piece of a source, as they are when it is read after what stands before it.

pandoc names a heading by its words, and where an earlier one has that name already, appends the least number that makes it
another (pandoc's manual, “Extension: auto_identifiers”). Names that an author gave are kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator

from handbill.pandoc_ast import stringify

_HEADER = re.compile(r'\{"t":"Header","c":\[\d+,\["([^"]*)"')
_GIVEN = re.compile(r"[{\s]#([^\s{}]+)")
_NUMBERED = re.compile(r"(.+)-([1-9]\d*)")
_WORDLESS = "section"
_DECODER = json.JSONDecoder()


def named_apart(source: str, text: str, known: set[str]) -> str | None:
    """pandoc's JSON `text` of a piece, its headings named as if those in `known` stood before it; they join these.

    None where it is not certain what the whole would give.
    """
    found = list(_HEADER.finditer(text))
    if known.isdisjoint(match[1] for match in found):
        known.update(match[1] for match in found)
        return text
    given = set(_GIVEN.findall(source))
    here: set[str] = set()
    names: list[str] = []
    for match in found:
        old = match[1]
        new = old if old in given else _free(_own(old, _words(text, match.start()), here), known)
        if new is None or new in known:
            return None
        here.add(old)
        known.add(new)
        names.append(new)
    left = iter(names)
    return _HEADER.sub(lambda match: match[0][: match.start(1) - match.start()] + next(left) + '"', text)


def _own(name: str, words: str, here: Collection[str]) -> str | None:
    """The name that the heading's words give, of the one that it got after those in `here`; None when it is not certain."""
    fitting = [base for base in _bases(name, here) if (_letters(base) == words if words else base == _WORDLESS)]
    return fitting[0] if len(fitting) == 1 else None


def _bases(name: str, here: Collection[str]) -> Iterator[str]:
    """Names of which `name` may be made by a number."""
    if name not in here:
        yield name
    numbered = _NUMBERED.fullmatch(name)
    if numbered and all(other in here for other in _tries(numbered[1], int(numbered[2]))):
        yield numbered[1]


def _tries(base: str, number: int) -> Iterator[str]:
    """What is tried before a name gets a number."""
    yield base
    yield from (f"{base}-{less}" for less in range(1, number))


def _free(base: str | None, known: Collection[str]) -> str | None:
    if base is None or base not in known:
        return base
    number = 1
    while f"{base}-{number}" in known:
        number += 1
    return f"{base}-{number}"


def _words(text: str, start: int) -> str:
    """The letters and digits of the heading whose JSON begins at `start`, from its first letter on."""
    header, _ = _DECODER.raw_decode(text, start)
    whole = stringify(header["c"][2])
    first = next((index for index, letter in enumerate(whole) if letter.isalpha()), len(whole))
    return _letters(whole[first:])


def _letters(words: str) -> str:
    return "".join(filter(str.isalnum, words)).casefold()
