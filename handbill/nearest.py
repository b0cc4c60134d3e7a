"""Nearest spellings, as hints: one measure for every "did you mean"."""

from __future__ import annotations

from collections.abc import Iterable

_CLOSE = 70
_FEW = 12


def nearest(word: str, known: Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """The known words that resemble `word`, best first."""
    from rapidfuzz import fuzz, process  # Only mistakes need it, and it takes longer to load than a page to check.

    found = process.extract(
        word, sorted(set(known)), scorer=fuzz.ratio, processor=str.lower, score_cutoff=_CLOSE, limit=limit
    )
    return tuple(match for match, _, _ in found)


def did_you_mean(word: str, known: Iterable[str]) -> tuple[str, ...]:
    """Hints for a word that is not known: what it resembles, or all there are when they are few."""
    known = sorted(set(known))
    close = nearest(word, known)
    if close:
        return ("Did you mean " + " or ".join(f"“{name}”" for name in close) + "?",)
    if known and len(known) <= _FEW:
        return ("There is: " + ", ".join(known) + ".",)
    return ()
