"""Numbers that people can picture: NUM-01 to NUM-04."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache

from handbill.diagnostics import Diagnostic, Severity
from handbill.model import Project
from handbill.readability.english import any_of, hits, lists
from handbill.reading import Read
from handbill.rules.language import is_quoted, judged
from handbill.rules.registry import Context, rule
from handbill.rules.words import ALL_FORMS

_PERCENT = re.compile(r"\d[\d.,]*\s?%|\b(?:\d[\d.,]*|[a-z]+)\s+(?:per\s?cent|percent)\b", re.IGNORECASE)
_SMALL = r"\d{1,3}(?:[ ,\u00a0\u202f]\d{3})*|\d+|one|two|three|four|five|six|seven|eight|nine|ten"
_ROUND = rf"{_SMALL}|twelve|twenty|fifty|a hundred|a thousand|hundred|thousand|million"
_FREQUENCY = re.compile(
    rf"\b({_SMALL})\s+(?:in(?:\s+every)?|out\s+of(?:\s+every)?|of\s+every)\s+({_ROUND})\b", re.IGNORECASE
)
_WORDS = {
    word: number for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), 1
    )
} | {"twenty": 20, "fifty": 50, "hundred": 100, "a hundred": 100, "thousand": 1000, "a thousand": 1000, "million": 1_000_000}  # fmt: skip


_YEAR = re.compile(r"(?:19|20)\d\d|2100")
_COUNTED = re.compile(r"\s+(?:people|patients|persons|children|adults|babies|births|women|men|girls|boys|users|cases|doses|treated)\b")
"""What shows that a number of four figures counts people: “1 in 2000 people”, but “two in 2017”."""


def _is_year(number: str, after: str) -> bool:
    return _YEAR.fullmatch(number) is not None and not _COUNTED.match(after)


@lru_cache(maxsize=4096)  # several rules ask it of every passage
def frequencies(words: str) -> tuple[tuple[re.Match[str], int], ...]:
    """Natural frequencies (“1 in 7”, “3 out of 10 people”) and their second numbers."""
    found: list[tuple[re.Match[str], int]] = []
    for match in _FREQUENCY.finditer(words):
        whole = _number(match[2])
        if whole is not None and whole > 1 and not _is_year(match[2], words[match.end() :]):
            found.append((match, whole))
    return tuple(found)


def _number(text: str) -> int | None:
    digits = re.sub(r"[ ,\u00a0\u202f]", "", text)
    return int(digits) if digits.isdigit() else _WORDS.get(text.lower())


@rule(stage="load", code="number-percentage", severity=Severity.WARNING, profiled=True)
def percentage(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A percentage stands where people could be counted.

    “1 in 10 people” is understood by many more readers than “10%” (NUM-01).
    Write how many people out of how many.
    """
    for item in judged(project, ALL_FORMS, _PERCENT):
        for hit in hits(_PERCENT, item.words):
            if item.passage.kind != "heading":
                yield context.found(f"“{hit.text}” is a percentage.", item.place(hit.start, hit.end),
                                    "Write how many people out of how many, such as “1 in 10 people”.")  # fmt: skip


@rule(stage="load", code="frequency-vague", severity=Severity.ERROR, profiled=True)
def frequency(project: Project, context: Context) -> Iterator[Diagnostic]:
    """“Rare”, “common” or the like stands without a number.

    One reader takes “common” for one in two, another for one in a thousand (NUM-02).
    Add the number to it (“rare: fewer than 1 in 1,000 people”), or say that it is not known.
    """
    pattern, names = any_of(lists()["frequency"]), any_of(lists()["frequency-names"])
    for item in judged(project, ALL_FORMS, pattern):
        named = [(hit.start, hit.end) for hit in hits(names, item.words)]
        numbered = bool(frequencies(item.words) or _PERCENT.search(item.words))
        for hit in hits(pattern, item.words):
            inside = any(start <= hit.start and hit.end <= end for start, end in named)
            if not numbered and not inside and not _quoted(item, hit.start):
                yield context.found(f"“{hit.text}” stands here without a number.", item.place(hit.start, hit.end),
                                    "Say how many people out of how many, or that it is not known.")  # fmt: skip


def _quoted(item: Read, offset: int) -> bool:
    return any(sentence.start <= offset < sentence.end and is_quoted(item, sentence) for sentence in item.sentences())


@rule(stage="load", code="denominator-mixed", severity=Severity.WARNING, profiled=True)
def denominators(project: Project, context: Context) -> Iterator[Diagnostic]:
    """Numbers that belong together count out of different wholes.

    Many readers take 1 in 200 for more than 1 in 20, for 200 is the larger number (NUM-03).
    Count out of the same whole: 10 in 200 and 1 in 200.
    """
    together: defaultdict[object, list[tuple[Read, re.Match[str], int]]] = defaultdict(list)
    for item in judged(project, ALL_FORMS, _FREQUENCY):
        key = (item.form, item.group[0] if item.passage.kind == "cell" else item.group)
        together[key] += [(item, match, whole) for match, whole in frequencies(item.words)]
    for found in together.values():
        first = found[0][2] if found else 0
        for item, match, whole in found:
            if whole != first:
                yield context.found(f"“{match[0]}” counts out of {whole:,}, the number before it out of {first:,}.",
                                    item.place(match.start(), match.end()), "Count out of the same whole.")  # fmt: skip
                break


@rule(stage="load", code="risk-relative", severity=Severity.ERROR, profiled=True)
def relative(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A risk is compared without the two risks themselves.

    “Twice the risk” may mean from 1 to 2 in ten, or in a million (NUM-04).
    Give both risks: “2 in 1,000 people with it, 1 in 1,000 without it”.
    """
    pattern = any_of(lists()["relative"])
    for item in judged(project, ALL_FORMS, pattern):
        for hit in hits(pattern, item.words) if len(frequencies(item.words)) < 2 else ():
            yield context.found(f"“{hit.text}” compares risks that are not given.", item.place(hit.start, hit.end),
                                "Give both risks, out of the same whole.")  # fmt: skip
