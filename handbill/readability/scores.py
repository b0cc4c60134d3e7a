"""Counts of sentences, with and without the names that an author cannot replace; what costs a text most."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from handbill.known import known
from handbill.readability.formulas import Counts, flesch_kincaid
from handbill.readability.sentence import WORD, Sentence
from handbill.readability.syllable import syllables

STAND_IN = "it"
"""What is counted in place of a name in the second score: one short word."""


@dataclass(frozen=True, slots=True)
class Costly:
    """A sentence or a word, and by how much the grade would fall without it (a word: if it had one syllable)."""

    text: str
    cost: float
    count: int = 1
    """Words of the sentence; times that the word is used."""
    index: int = 0
    """Which of the sentences that were given."""


@known(pack=Counts.packed, unpack=Counts.unpacked)
def counts_of(words: tuple[str, ...]) -> Counts:
    """One sentence of these words."""
    lengths = [syllables(word) for word in words]
    letters = sum(char.isalnum() for word in words for char in word)
    return Counts(len(words), 1, sum(lengths), sum(length >= 3 for length in lengths), letters)


def total(sentences: Iterable[Sentence]) -> Counts:
    """The counts of several sentences."""
    return Counts.sum(counts_of(sentence.words) for sentence in sentences)


def names_pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    """Finds any of the names as whole words, the longest first, with a plural or possessive ending; None without names."""
    longest = sorted({re.sub(r"\s+", " ", name.strip()) for name in names if name.strip()}, key=len, reverse=True)
    if not longest:
        return None
    words = "|".join(re.escape(name).replace(r"\ ", r"[\s-]+") for name in longest)
    first = "".join(sorted({re.escape(name[0]) for name in longest}))  # most places are left at one glance
    return re.compile(rf"(?<!\w)(?=[{first}])(?:{words})(?:[’']s|e?s)?(?!\w)", re.IGNORECASE)


@known(pack=Counts.packed, unpack=Counts.unpacked)
def _neutral(text: str, names: str) -> Counts:
    """A sentence with “it” in place of every name; `names` is the pattern that finds them."""
    words = tuple(found[0] for found in WORD.finditer(re.sub(names, STAND_IN, text, flags=re.IGNORECASE)))
    return counts_of(words) if words else Counts()


def neutral(sentences: Iterable[Sentence], names: re.Pattern[str] | None) -> Counts:
    """The counts of several sentences as if a short word stood for every name."""
    if names is None:
        return total(sentences)
    return Counts.sum(_neutral(sentence.text, names.pattern) for sentence in sentences)


def costly_sentences(
    sentences: Sequence[Sentence], names: re.Pattern[str] | None = None, limit: int = 10
) -> list[Costly]:
    """The sentences without which the Flesch-Kincaid grade would fall most; names count as one short word."""
    whole = neutral(sentences, names)
    found = []
    for index, sentence in enumerate(sentences):
        rest = whole - neutral((sentence,), names)
        if rest and (cost := flesch_kincaid(whole) - flesch_kincaid(rest)) > 0:
            found.append(Costly(sentence.text, cost, len(sentence.words), index))
    return sorted(found, key=lambda costly: -costly.cost)[:limit]


def costly_words(sentences: Iterable[Sentence], names: re.Pattern[str] | None = None, limit: int = 10) -> list[Costly]:
    """The long words that raise the grade most by how long they are and how often they come; names left out."""
    used: Counter[str] = Counter()
    number = 0
    for sentence in sentences:
        number += len(sentence.words)
        text = names.sub(STAND_IN, sentence.text) if names else sentence.text
        used.update(found[0].replace("’", "'").lower() for found in WORD.finditer(text))
    found = [
        Costly(word, 11.8 * count * (syllables(word) - 1) / number, count)
        for word, count in used.items()
        if syllables(word) >= 3
    ]
    return sorted(found, key=lambda costly: (-costly.cost, costly.text))[:limit]
