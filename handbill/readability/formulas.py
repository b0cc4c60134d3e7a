"""Readability formulas as they were published, over counts.

With W words, S sentences, Y syllables, P words of three or more syllables, C letters and digits:

    Flesch reading ease     206.835 - 1.015 W/S - 84.6 Y/W            Flesch 1948
    Flesch-Kincaid grade    0.39 W/S + 11.8 Y/W - 15.59               Kincaid et al. 1975
    SMOG grade              3.1291 + 1.0430 sqrt(30 P/S)              McLaughlin 1969, for 30 sentences or more
    Gunning Fog index       0.4 (W/S + 100 P/W)                       Gunning 1952
    Coleman-Liau index      0.0588 (100 C/W) - 0.296 (100 S/W) - 15.8 Coleman and Liau 1975
    Automated Readability   4.71 C/W + 0.5 W/S - 21.43                Smith and Senter 1967

All but the first are years of school in the United States. Each needs at least one sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import sqrt

SMOG_SENTENCES = 30
"""SMOG was made on samples of 30 sentences; on fewer it says little."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What a text is made of."""

    words: int = 0
    sentences: int = 0
    syllables: int = 0
    long_words: int = 0
    """Words of three or more syllables."""
    letters: int = 0
    """Letters and digits."""

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.words + other.words, self.sentences + other.sentences, self.syllables + other.syllables,
            self.long_words + other.long_words, self.letters + other.letters,
        )  # fmt: skip

    def __sub__(self, other: Counts) -> Counts:
        return self + Counts(-other.words, -other.sentences, -other.syllables, -other.long_words, -other.letters)

    def __bool__(self) -> bool:
        return self.words > 0 and self.sentences > 0

    @staticmethod
    def sum(counts: Iterable[Counts]) -> Counts:
        """All of them together."""
        rows = [count.packed() for count in counts]
        return Counts(*map(sum, zip(*rows, strict=True))) if rows else Counts()

    def packed(self) -> tuple[int, ...]:
        """The five numbers, in their order here."""
        return self.words, self.sentences, self.syllables, self.long_words, self.letters

    @staticmethod
    def unpacked(numbers: Iterable[int]) -> Counts:
        """The counts of which `packed` made these."""
        return Counts(*numbers)


def flesch(n: Counts) -> float:
    """Flesch reading ease: 100 is very easy, 0 very hard."""
    return 206.835 - 1.015 * n.words / n.sentences - 84.6 * n.syllables / n.words


def flesch_kincaid(n: Counts) -> float:
    """Flesch-Kincaid grade level."""
    return 0.39 * n.words / n.sentences + 11.8 * n.syllables / n.words - 15.59


def smog(n: Counts) -> float:
    """SMOG grade; its standard error is 1.5 grades."""
    return 3.1291 + 1.0430 * sqrt(30 * n.long_words / n.sentences)


def fog(n: Counts) -> float:
    """Gunning's Fog index; every word of three syllables counts as hard, names and compounds too."""
    return 0.4 * (n.words / n.sentences + 100 * n.long_words / n.words)


def coleman_liau(n: Counts) -> float:
    """Coleman-Liau index."""
    return 0.0588 * 100 * n.letters / n.words - 0.296 * 100 * n.sentences / n.words - 15.8


def automated(n: Counts) -> float:
    """Automated Readability Index."""
    return 4.71 * n.letters / n.words + 0.5 * n.words / n.sentences - 21.43


FORMULAS: Mapping[str, Callable[[Counts], float]] = {
    "flesch-kincaid": flesch_kincaid,
    "smog": smog,
    "fog": fog,
    "coleman-liau": coleman_liau,
    "ari": automated,
    "flesch": flesch,
}


def grades(n: Counts) -> dict[str, float | None]:
    """Every formula's result to one decimal; None where the text is too short for it."""
    return {
        name: None if not n or (name == "smog" and n.sentences < SMOG_SENTENCES) else round(formula(n), 1)
        for name, formula in FORMULAS.items()
    }
