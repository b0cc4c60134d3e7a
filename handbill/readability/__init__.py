"""How hard a text is to read: passages of Markdown, sentences, syllables, published formulas.

Pure functions over strings. English only: `SCORED` names the languages that can be scored.
"""

from __future__ import annotations

from handbill.readability.formulas import FORMULAS, SMOG_SENTENCES, Counts, flesch_kincaid, grades, smog
from handbill.readability.passage import Passage, passages, plain_passage
from handbill.readability.scores import (
    Costly,
    costly_sentences,
    costly_words,
    counts_of,
    names_pattern,
    neutral,
    total,
)
from handbill.readability.sentence import Sentence, sentences
from handbill.readability.syllable import syllables

SCORED = ("en",)
"""Primary language tags that can be scored."""


def scored(language: str) -> bool:
    """Whether texts in a language (a BCP 47 tag) can be scored."""
    return language.split("-")[0].lower() in SCORED


__all__ = [
    "FORMULAS", "SCORED", "SMOG_SENTENCES", "Costly", "Counts", "Passage", "Sentence", "costly_sentences",
    "costly_words", "counts_of", "flesch_kincaid", "grades", "names_pattern", "neutral", "passages", "plain_passage",
    "scored", "sentences", "smog", "syllables", "total",
]  # fmt: skip
