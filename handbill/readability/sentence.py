"""Sentences and words of a passage."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from handbill.known import known

WORD = re.compile(r"[^\W_](?:[^\W_]|[’'\-‑–./,&](?=[^\W_]))*")
"""A word: letters and digits, with hyphens, apostrophes, points and commas inside it (“follow-up”, “patient’s”, “0.5”, “U.S”)."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and where it stands in its passage."""

    text: str
    start: int
    end: int
    words: tuple[str, ...]


def _packed(found: tuple[Sentence, ...]) -> Any:
    return tuple((sentence.text, sentence.start, sentence.end, sentence.words) for sentence in found)


def _unpacked(kept: Any) -> tuple[Sentence, ...]:
    return tuple(Sentence(*members) for members in kept)


@known(_packed, _unpacked)
def sentences(text: str, language: str = "en") -> tuple[Sentence, ...]:
    """The sentences of one passage. The end of the passage ends the last one, full stop or not."""
    if not text:
        return ()
    from sentencex import get_sentence_boundaries  # Only a check of the language needs it.

    found: list[Sentence] = []
    for boundary in get_sentence_boundaries(language, text):
        piece: str = boundary["text"]
        start = boundary["start_index"] + len(piece) - len(piece.lstrip())
        words = tuple(match[0] for match in WORD.finditer(piece))
        if words:
            found.append(Sentence(piece.strip(), start, start + len(piece.strip()), words))
    return tuple(found)
