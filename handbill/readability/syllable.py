"""How many syllables an English word has: our lexicon, then the pronouncing dictionary, then a count by rule.

British spelling is brought to American for the look-up, for the dictionary is American; the number of
syllables is the same. Figures count as one word of one syllable; letters that are spelled out (DNA)
count as they are read.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from handbill.known import known
from handbill.readability.dictionary import pronounced

_SPLIT = re.compile(r"[-‑–./,&]")
_LETTERS = re.compile(r"(?:[A-Z]\.?){2,}s?")
_POSSESSIVE = re.compile(r"[’']s?$")
_SPELLING = (
    (re.compile(r"haem"), "hem"), (re.compile(r"aem"), "em"), (re.compile(r"ae(?=[dost])"), "e"),
    (re.compile(r"oe(?=[dmst])"), "e"), (re.compile(r"our(?=$|s|ed|ing|ite|able|less|ful)"), "or"),
    (re.compile(r"is(?=(?:e|ed|er|es|ing|ation|ations)$)"), "iz"), (re.compile(r"ys(?=(?:e|ed|er|es|ing)$)"), "yz"),
    (re.compile(r"tre(?=s?$)"), "ter"), (re.compile(r"ence(?=s?$)"), "ense"), (re.compile(r"ogue(?=s?$)"), "og"),
    (re.compile(r"ll(?=(?:ed|ing|er|ers)$)"), "l"), (re.compile(r"mme(?=s?$)"), "m"), (re.compile(r"lph"), "lf"),
)  # fmt: skip
_ENDINGS = (
    ("’s", 0), ("'s", 0), ("ness", 1), ("ly", 1), ("less", 1), ("ful", 1), ("like", 1), ("ment", 1), ("s", 0),
    ("ing", 1), ("al", 1),
)  # fmt: skip
_PREFIXES = (("immuno", 3), ("neuro", 2), ("cardio", 3), ("micro", 2), ("multi", 2), ("inter", 2), ("over", 2),
             ("under", 2), ("anti", 2), ("re", 1), ("un", 1), ("non", 1), ("pre", 1), ("sub", 1), ("self", 1))  # fmt: skip

_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(
    r"(?:[^laeiouy]e|[aeiouy]le|[^aeiouytdl]ed|[^aeiouycgsxzhl]es|[aeiouy]l(?:es|ed)|e(?:ment|less|ful|ness)s?)$"
)
_APART = re.compile(
    r"i[aou](?!n$|us$)|[^gq]ua(?!r)|eo(?!us)|ia$|ism$|[aeiou]ing$|[^aeiou]ier$|uou|eu[mn]$|io$|dnt$|riet|quie"
)
_TOGETHER = re.compile(r"[cst]i(?:on|al|ous|an|ent)|geo(?:n|us)|gious?")


@known(int, int)
def syllables(word: str) -> int:
    """The syllables of one word as it is read out, at least 1."""
    if not any(char.isalpha() for char in word):
        return 1
    if (ours := lexicon().get(_plain(word))) is not None:
        return ours
    if _LETTERS.fullmatch(word):
        return sum(3 if letter == "W" else 1 for letter in word if letter.isupper())
    parts = [part for part in _SPLIT.split(word) if part]
    if len(parts) > 1:
        whole = _known(_plain(word))
        return whole if whole is not None else sum(syllables(part) for part in parts)
    if any(char.isdigit() for char in word):
        return _mixed(word)
    return _letters_only(_plain(word))


def _plain(word: str) -> str:
    return word.replace("’", "'").lower()


def _mixed(word: str) -> int:
    """Letters and figures, such as RPE65 or CD19: the letters one by one when they are capitals, the figures one."""
    pieces = re.findall(r"[^\W\d_]+|[\W\d_]+", word)
    return sum(1 if not piece[0].isalpha() else len(piece) if piece.isupper() else syllables(piece) for piece in pieces)


def _letters_only(word: str) -> int:
    found = _known(word)
    if found is None:
        found = _derived(word)
    return counted(word) if found is None else found


def _known(word: str) -> int | None:
    """The syllables of a word in the lexicon or the dictionary, in its own spelling or the American one."""
    bare = _POSSESSIVE.sub("", word)
    found = _looked_up(word)
    if found is None and bare != word:
        found = _looked_up(bare)
    if found is None and (spelt := american(bare)) != bare:
        found = _looked_up(spelt)
    return found


def _looked_up(form: str) -> int | None:
    return lexicon()[form] if form in lexicon() else pronounced(form)


def _derived(word: str) -> int | None:
    """The syllables of a word whose stem is known: “monitorings”, “haematological”, “reinfused”."""
    for ending, more in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) > 2 and (stem := _known(word[: -len(ending)])) is not None:
            return stem + more
    for prefix, more in _PREFIXES:
        if (
            word.startswith(prefix)
            and len(word) - len(prefix) > 3
            and (rest := _known(word[len(prefix) :])) is not None
        ):
            return more + rest
    return None


def american(word: str) -> str:
    """A British spelling as American dictionaries have it; most other words unchanged."""
    for pattern, spelling in _SPELLING:
        word = pattern.sub(spelling, word)
    return word


@cache
def lexicon() -> dict[str, int]:
    """Our own words: medical and British ones that the dictionary lacks or says otherwise."""
    lines = Path(__file__).with_name("lexicon.txt").read_text(encoding="utf-8").splitlines()
    found: dict[str, int] = {}
    for line in lines:
        if line.strip() and not line.startswith("#"):
            word, count = line.split()
            found[word] = int(count)
    return found


def counted(word: str) -> int:
    """A count by rule, for words that nothing knows: groups of vowels, less the silent ones, plus those said apart."""
    plain = re.sub(r"[^a-z]", "", word.lower())
    groups = len(_VOWELS.findall(plain))
    groups -= len(_SILENT.findall(plain)) if groups > 1 else 0
    groups += len(_APART.findall(plain)) - len(_TOGETHER.findall(plain))
    return max(1, groups)
