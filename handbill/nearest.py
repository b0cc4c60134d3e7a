"""Nearest spellings, as hints: one measure for every "did you mean"."""

from __future__ import annotations

from collections.abc import Iterable

_CLOSE = 70
_FEW = 12


def nearest(word: str, known: Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """The known words that resemble `word`, best first."""
    from rapidfuzz import fuzz, process  # Only mistakes need it, and it takes longer to load than a page to check.

    words = sorted(set(known))
    found = process.extract(word, words, scorer=fuzz.ratio, processor=str.lower, score_cutoff=_CLOSE, limit=limit)
    return tuple(match for match, _, _ in found) or tuple(other for other in words if _swapped(word.lower(), other.lower()))[:limit]


def _swapped(word: str, other: str) -> bool:
    """Whether two neighbouring letters changed places: in a short word that changes much."""
    apart = [index for index, (mine, its) in enumerate(zip(word, other, strict=False)) if mine != its]
    return len(word) == len(other) and len(apart) == 2 and apart[1] == apart[0] + 1 and word[apart[0]] == other[apart[1]] and word[apart[1]] == other[apart[0]]


def did_you_mean(word: str, known: Iterable[str]) -> tuple[str, ...]:
    """Hints for a word that is not known: what it resembles, or all there are when they are few."""
    known = sorted(set(known))
    close = nearest(word, known)
    if close:
        return ("Did you mean " + " or ".join(f"“{name}”" for name in close) + "?",)
    if known and len(known) <= _FEW:
        return ("There is: " + ", ".join(known) + ".",)
    return ()
