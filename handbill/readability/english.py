"""Patterns of English that the language rules look for: passive verbs, abbreviations, vague words.

Word lists are data in `english.toml`; this module makes patterns of them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from handbill.readability.sentence import WORD

ABBREVIATION = re.compile(
    r"(?<![\w-])(?:[A-Z]\.){2,}|(?<![\w-])(?:[A-Z][A-Z0-9&]+|[A-Z]+[a-z]?[A-Z]+)(?:-[A-Z0-9]+)*(?=s?(?!\w))"
)
"""Two or more capitals in one word, figures among them: NHS, RNAs, CAR-T, RPE65, U.S."""
CAPITALS = re.compile(r"\b[A-Z]{2,}(?:[ ][A-Z]{2,}){2,}\b|\b[A-Z]{4,}(?:[ ][A-Z]{4,})+\b")
"""Words in a row that are all capitals."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found in a text: from `start` to just before `end`."""

    start: int
    end: int
    text: str


@cache
def lists() -> dict[str, tuple[str, ...]]:
    """The word lists by their names."""
    text = Path(__file__).with_name("english.toml").read_text(encoding="utf-8")
    return {name: tuple(words) for name, words in tomllib.loads(text).items()}


@cache
def any_of(words: tuple[str, ...]) -> re.Pattern[str] | None:
    """Finds any of some words or phrases, whole, upper or lower case; “~” at an end stands for any ending."""
    if not words:
        return None
    longest = sorted(set(words), key=len, reverse=True)
    pieces = (
        re.escape(word.rstrip("~")).replace(r"\ ", r"\s+") + (r"\w*" if word.endswith("~") else "") for word in longest
    )
    first = "".join(sorted({re.escape(word[0]) for word in longest}))  # most places are left at one glance
    return re.compile(rf"(?<![\w-])(?=[{first}])(?:{'|'.join(pieces)})(?![\w-])", re.IGNORECASE)


def hits(pattern: re.Pattern[str] | None, text: str) -> Iterator[Hit]:
    """Every match of a pattern."""
    for found in pattern.finditer(text) if pattern else ():
        yield Hit(found.start(), found.end(), found[0])


@cache
def _participles() -> frozenset[str]:
    return frozenset(lists()["participles"])


@cache
def _not_participles() -> frozenset[str]:
    return frozenset(lists()["not-participles"])


_BE = frozenset(
    {
        "am",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "being",
        "gets",
        "got",
        "get",
        "isn't",
        "aren't",
        "wasn't",
        "weren't",
    }
)
_BETWEEN = frozenset(
    {
        "not",
        "never",
        "also",
        "always",
        "often",
        "only",
        "then",
        "usually",
        "already",
        "still",
        "now",
        "being",
        "been",
        "first",
    }
)


def passives(text: str) -> Iterator[Hit]:
    """Verbs in the passive voice: a form of “be” and a past participle, with at most two adverbs between."""
    words = list(WORD.finditer(text))
    for index, word in enumerate(words):
        if word[0].lower().replace("’", "'") not in _BE:
            continue
        for after in words[index + 1 : index + 4]:
            low = after[0].lower()
            if _is_participle(low):
                yield Hit(word.start(), after.end(), text[word.start() : after.end()])
                break
            if low not in _BETWEEN and not low.endswith("ly"):
                break


def _is_participle(word: str) -> bool:
    if word in _not_participles():
        return False
    return word in _participles() or (len(word) > 4 and word.endswith("ed") and not word.endswith("eed"))


def overlap(one: Iterable[str], other: Iterable[str]) -> int:
    """How many words of substance two texts share, endings aside."""
    return len(_stems(one) & _stems(other))


def _stems(words: Iterable[str]) -> set[str]:
    small = frozenset(lists()["small-words"])
    low = (word.lower().replace("’", "'").removesuffix("'s") for word in words)
    return {re.sub(r"(?:ies|es|s|ing|ed|ly)$", "", word)[:7] for word in low if word not in small and len(word) > 2}
