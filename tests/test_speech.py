"""What is said for numbers, units, signs and short forms, in the words of the house's own files."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from handbill.diagnostics import Report
from handbill.load.files import Folder
from handbill.load.formats import read_speech
from handbill.schema_formats import NumberRules
from handbill.speech import Speaker, unsaid
from handbill.text import Span, Text

ROOT = Path(__file__).parents[1]


@cache
def speaker(language: str) -> Speaker:
    report = Report()
    speech = read_speech(Folder(ROOT, report), language)
    assert speech is not None, list(report)
    assert list(report) == []
    return Speaker(speech, language)


ENGLISH = {
    "About 3% of 1,234 people": "About three percent of one thousand two hundred and thirty-four people",
    "0.5 mg/kg, or 2–4 ml": "zero point five milligrams per kilogram, or two to four millilitres",
    "1 mg, then 40 µg at 37.5 °C": "one milligram, then forty micrograms at thirty-seven point five degrees Celsius",
    "It costs £2.5 million, or $1.": "It costs two point five million pounds, or one dollar.",
    "In 2017, in 1905 and in the 1990s": "In twenty seventeen, in nineteen oh-five and in the nineteen nineties",
    "in 2,000 and 2000 of 1,500": "in two thousand and two thousand of one thousand five hundred",
    "on 22 November 2026": "on the twenty-second of November twenty twenty-six",
    "the 1st, 2nd and 33rd": "the first, second and thirty-third",
    "Dr. Smith vs. the FDA, e.g. in NHS notes.": "Doctor Smith versus the F D A, for example in N H S notes.",
    "pills, ointments, etc. Then rest.": "pills, ointments, and so on. Then rest.",
    "mRNA, RPE65, CD19, RNAs, CAR-T": "m R N A, R P E sixty-five, C D nineteen, R N As, C A R-T",
    "CRISPR-Cas9 for SCID": "crisper-Cas nine for skid",
    "factor VIII, factor IX and Type II": "factor eight, factor nine and Type two",
    "Vitamin C, plan A, and I": "Vitamin C, plan A, and I",
    "See https://medlineplus.gov/genes-and.html.": "See medlineplus dot gov slash genes dash and dot html.",
    "At https://my.org/17984-x/2017": "At my dot org slash one seven nine eight four dash x slash twenty seventeen",
    "Write to ask.us@clinic.org": "Write to ask dot us at clinic dot org",
    "Call 0800 123 4567": "Call zero eight zero zero, one two three, four five six seven",
    "9-11 years, 2-year-old, 24/7": "nine to eleven years, two-year-old, twenty-four slash seven",
    "3 × 10 ± 1 ≥ 5 & H₂O": "three times ten plus or minus one at least five and H two O",
    "yes and/or no": "yes and or no",
    "[Internet] [2,3]": "(Internet) (two,three)",
    "CHAPTER": "C H A P T E R",
    "007": "zero zero seven",
}
NUMBERS = {
    # British English: “and” before tens and ones, behind hundreds or a thousand without hundreds.
    "en-GB": {
        "105": "one hundred and five", "1,005": "one thousand and five", "100": "one hundred", "1,100": "one thousand one hundred",
        "12,345": "twelve thousand three hundred and forty-five", "1,000,001": "one million and one", "0.5": "zero point five",
        "101st": "one hundred and first", "21": "twenty-one", "2017": "twenty seventeen",
    },
    "en-US": {"105": "one hundred five", "1,005": "one thousand five", "101st": "one hundred first", "2017": "twenty seventeen"},
    "en": {"105": "one hundred five"},
    "en-IE": {"105": "one hundred and five"},
    "fr": {"105": "cent cinq"},
}  # fmt: skip
FRENCH = {
    "Environ 3 % des 1 234 personnes": "Environ trois pour cent des mille deux cent trente-quatre personnes",
    "0,5 mg le 22 novembre": "zéro virgule cinq milligrammes le vingt-deux novembre",
    "p. ex. 1 sur 10": "par exemple un sur dix",
}


@pytest.mark.parametrize("text", ENGLISH)
def test_english(text: str) -> None:
    assert speaker("en-GB").say(text) == ENGLISH[text]


@pytest.mark.parametrize(("language", "written"), [(language, written) for language, numbers in NUMBERS.items() for written in numbers])
def test_numbers_of_a_country(language: str, written: str) -> None:
    assert speaker(language).say(written) == NUMBERS[language][written]


def test_rules_for_numbers_that_there_are_not_are_told() -> None:
    speech = read_speech(Folder(ROOT, Report()), "en-GB")
    assert speech is not None
    place = Span("templates/speech/en.yaml", 3, 4)
    rules = {"en-GB": NumberRules(cardinal=Text("spellout-cardinal-verbos", place))}
    [(name, known)] = Speaker(speech.model_copy(update={"numbers": rules}), "en-GB").unknown_rules()
    assert name.span == place
    assert "spellout-cardinal-verbose" in known
    assert list(Speaker(speech, "en-GB").unknown_rules()) == []


@pytest.mark.parametrize("text", FRENCH)
def test_french(text: str) -> None:
    assert speaker("fr").say(text) == FRENCH[text]


@pytest.mark.parametrize("text", [*ENGLISH, *FRENCH])
def test_what_is_said_needs_no_more_words(text: str) -> None:
    said = speaker("fr" if text in FRENCH else "en-GB").say(text)
    assert unsaid(said) == ()


def test_signs_without_words_are_told() -> None:
    assert unsaid(speaker("en").say("Rain ☂ and 5 ♥")) == ("☂", "♥")


def test_a_language_that_nobody_has_described_has_no_speech() -> None:
    assert read_speech(Folder(ROOT, Report()), "de-AT") is None
