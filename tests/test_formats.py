"""Plain text, Braille and scripts for reading aloud: made by the real tools, read back, damaged, refused."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest
from lxml import etree

from handbill.diagnostics import Diagnostic, Report, Severity
from handbill.inspect import INSPECTORS
from handbill.inspect.fidelity_formats import compare_format
from handbill.inspect.formats import check_format, words_of_braille
from handbill.linear import pieces, said
from handbill.load.files import Folder
from handbill.load.formats import read_braille, read_speech
from handbill.load.house import read_edition
from handbill.model import Artifact, Document, Edition, Formula, Project
from handbill.pandoc_ast import attr, text
from handbill.render import FORMATS
from handbill.runners.direct import DirectRunner
from handbill.schema import Publication
from handbill.schema_formats import BrailleTable, NumberRules
from handbill.text import Span, Text
from handbill.tools import locate, pandoc
from handbill.tools.braille import tool as braille_tool
from handbill.tools.braille.tool import Braille, said_by, writing_job
from tests.deck_case import REPOSITORY, document, house

pytestmark = pytest.mark.e2e

TEXT = """
# What is it?

The dose is 0.5 mg per kg, not 5 mg. Store it at −20 °C, for 10–20 days, and do not shake it. [@works]

It helped 12 of 24 people (95% of them adults) in 2019. Nobody was harmed in the first 30 days[^1]. See [the rules](https://example.org/rules), i.e. <https://example.org/a/very/long/address/that/no/line/of/braille/can/hold.html>.

[^1]: They were asked by telephone.

::: {#way .diagram}
:::

- It treats a long-term disease in 1,250 patients.
    - For some, it is the NHS, NIH AND FDA that pay.
- It costs £2.1 million, once in a lifetime.

1. Wash your hands for 20 seconds.
2. Take the vial of 10 ml out of the box.

     Keep the box.

Vial
: A small bottle.

## When should I call?

Call us if your temperature is above 38.5 °C. Never take it with alcohol, “not even a little”.
"""
NAMES = ("text", "braille", "script", "ssml")


@cache
def runner() -> DirectRunner:
    return DirectRunner({
        "pandoc": pandoc.Pandoc(locate.need(locate.find_pandoc()).path),
        "liblouis": Braille(locate.need(locate.find_louis()).path),
    })  # fmt: skip


def project(language: str = "en-GB") -> Project:
    folder = Folder(REPOSITORY, Report())
    known = house()[1]
    publication: Publication = known.publication.model_copy(update={"language": Text(language)})
    spans = {("language",): Span("content/water/publication.yaml", 5, 11)}
    braille = read_braille(folder, publication, set())
    return replace(known, publication=publication, spans=spans, braille=braille.own, braille_tables=braille.named, speech=read_speech(folder, language))


@cache
def formats() -> Edition:
    edition = read_edition(Folder(REPOSITORY, Report()), "formats", set())
    assert edition is not None
    return edition


@cache
def parsed(markdown: str = TEXT) -> Document:
    return document(markdown, runner())


def made(name: str, text: str = TEXT, language: str = "en-GB", table: str = "") -> tuple[Artifact, list[Diagnostic]]:
    output = formats().spec.outputs[name]  # type: ignore[index]
    output = output.model_copy(update={"table": Text(table)}) if table else output
    data, problems = FORMATS[name].render(parsed(text), formats(), output, project(language), runner())
    return Artifact(output.file, "formats", name, data or b"", output), problems


def faults(artifact: Artifact, text: str = TEXT) -> list[Diagnostic]:
    facts = INSPECTORS[artifact.format](artifact.name, artifact.data)
    return [*check_format(artifact, facts, None), *compare_format(artifact, facts, parsed(text), project(), runner())]


@pytest.mark.parametrize("name", NAMES)
def test_a_good_file_has_no_fault(name: str) -> None:
    artifact, problems = made(name)
    assert problems == []
    assert faults(artifact) == []


def test_the_order_of_reading_is_that_of_the_page() -> None:
    found = [(piece.kind, piece.level, piece.marker) for piece in pieces(parsed().ast["blocks"])]
    assert found[:4] == [("heading", 1, ""), ("paragraph", 0, ""), ("paragraph", 0, ""), ("note", 0, "1")]
    assert found[4:6] == [("caption", 0, ""), ("description", 0, "")]
    assert found[6:9] == [("item", 1, ""), ("item", 2, ""), ("item", 1, "")]
    assert found[9:12] == [("item", 1, "1."), ("item", 1, "2."), ("paragraph", 1, "")]
    assert found[12:14] == [("term", 0, ""), ("meaning", 0, "")]


def test_plain_text_reads_well() -> None:
    text = made("text")[0].data.decode()
    assert "What is it?\n===========" in text
    assert "When should I call?\n-------------------" in text
    assert "  - It treats a long-term disease in 1,250 patients.\n    - For some" in text
    assert "  1. Wash your hands for 20 seconds.\n  2. Take the vial" in text
    assert "the rules <https://example.org/rules>" in " ".join(text.split())
    assert "The way of the water.\n\nThe chart has three steps: lake, filter, tap." in text
    assert "Note 1: They were asked by telephone." in text
    assert max(len(line) for line in text.split("\n") if "https" not in line) <= 72


def test_a_picture_that_nobody_describes_is_told_by_its_alternative_text() -> None:
    text = "Look.\n\n![A nurse holds a vial.](nurse.png)\n\nThen ask.\n"
    for name in NAMES:
        artifact, problems = made(name, text)
        assert problems == [], name
        assert faults(artifact, text) == [], name
    assert "Picture: A nurse holds a vial." in made("text", text)[0].data.decode()


def test_what_is_read_aloud() -> None:
    script = " ".join(made("script")[0].data.decode().split())
    assert "Section. What is it?" in script
    assert "zero point five milligrams per kg" in script.replace("per kilogram", "per kg")
    assert "ten to twenty days" in script
    assert "A list of two points. It treats" in script
    assert "Number one. Wash your hands for twenty seconds." in script
    assert "thirty-eight point five degrees Celsius" in script
    assert "The picture in words. The chart has three steps" in script
    assert "[2]" not in script
    assert not re.search(r"\d", script)


def test_ssml_is_what_the_standard_wants() -> None:
    root = etree.fromstring(made("ssml")[0].data)
    space = "{http://www.w3.org/2001/10/synthesis}"
    assert (root.tag, root.get("version"), root.get("{http://www.w3.org/XML/1998/namespace}lang")) == (f"{space}speak", "1.1", "en-GB")
    assert {element.getparent().tag for element in root.iter(f"{space}s")} == {f"{space}p"}
    assert {element.get("strength") for element in root.iter(f"{space}break")} == {"strong", "x-strong"}
    sentences = ["".join(element.itertext()).strip() for element in root.iter(f"{space}s")]
    assert "Nobody was harmed in the first thirty days." in sentences
    [artifact] = [replace(made("ssml")[0], data=made("ssml")[0].data.replace(b"<emphasis>", b"<b>").replace(b"</emphasis>", b"</b>"))]
    assert [fault.code for fault in faults(artifact)] == ["format-broken"]


def _cut(data: bytes, pattern: str, new: str, chance: random.Random) -> bytes:
    text = data.decode()
    found = chance.choice(list(re.finditer(pattern, text)))
    return (text[: found.start()] + found.expand(new) + text[found.end() :]).encode()


WORDS = r"(?<= )(?![0-9 ]+\b)[a-z]{3,}(?=[ ,.\n])"
DAMAGES: dict[str, tuple[tuple[str, ...], Callable[[bytes, random.Random], bytes]]] = {
    "word": (("text", "script"), lambda data, chance: _cut(data, WORDS, "", chance)),
    "other word": (("text", "script"), lambda data, chance: _cut(data, WORDS, "something", chance)),
    "digit": (("text",), lambda data, chance: _cut(data, r"(?<=\d)\d", "7", random.Random(3))),
    "paragraph": (("text",), lambda data, chance: _cut(data, r"\n\n[A-Z][^\n]+(\n[^\n]+)*\n\n", "\n\n", chance)),
    "twice": (("text", "script"), lambda data, chance: _cut(data, r"(\n\n[A-Z][^\n]{40,}(?:\n[^\n]+)*\n\n)", r"\1\1", chance)),
    "sentence": (("ssml",), lambda data, chance: _cut(data, r"<s>(?!A list|Number|The picture in|Section|Part|End|A note|A picture)[^<]+</s>", "<s/>", chance)),
    "number": (("ssml", "script"), lambda data, chance: _cut(data, r"\b(twelve|twenty-four|thirty|ten)\b", "eleven", chance)),
    "cell": (("braille",), lambda data, chance: _cut(data, r"(?<=[A-Z])[A-Z](?=[A-Z])", "", chance)),
    "cells": (("braille",), lambda data, chance: _cut(data, r"(?<= )[A-Z!]{2,}(?= )", "", chance)),
    "line": (("braille",), lambda data, chance: _cut(data, r"\r\n[^\r#]{20,}\r\n", "\r\n\r\n", chance)),
}  # fmt: skip


@pytest.mark.parametrize(("damage", "name"), [(damage, name) for damage, (names, _) in DAMAGES.items() for name in names])
def test_damage_is_found(damage: str, name: str) -> None:
    artifact, _ = made(name)
    for seed in range(3):
        hurt = DAMAGES[damage][1](artifact.data, random.Random(seed))
        assert hurt != artifact.data
        assert faults(replace(artifact, data=hurt)), (damage, seed)


def test_lines_that_are_longer_than_promised_are_told() -> None:
    artifact, _ = made("text")
    wide = replace(artifact, output=artifact.output.model_copy(update={"width": 40}))
    assert [fault.code for fault in faults(wide)] == ["format-broken"]
    artifact, _ = made("braille")
    narrow = replace(artifact, output=artifact.output.model_copy(update={"width": 30, "lines": 20}))
    assert [fault.code for fault in faults(narrow)] == ["format-broken", "format-broken"]


# Braille

HARD = [
    "“Gene therapy” costs £2.5 million (about 3%), i.e. 1–2 in 10. It’s well-known – really!",
    "RPE65 and SMN1, CD19; ADA-SCID; CRISPR-Cas9; mRNA, the NHS, NIH AND FDA.",
    "5 °C ≥ 3 × 10 ± 1 µg/ml & 50% α β-thalassaemia €5 $4 … “x” ‘y’ — z",
    "Haemophilia A and B. 22 November 2026. 1. 2) a) naïve café",
    "the child will be blind, great people, quickly in the character of time",
    "TAR DNA THE END OF IT", "1,000 patients; 9-11; 0.5 mg", "dis-ease can’t he’d rock ’n’ roll",
    "See https://medlineplus.gov/genesandgenetherapy.html or a@b.org, C++, H₂O.",
    "but can do every from go have just knowledge like more not people quite rather so that us very will it you as",
]  # fmt: skip


@pytest.mark.parametrize("language", ["en-GB", "en-US", "en"])
def test_contracted_braille_comes_back_as_it_was_written(language: str) -> None:
    text = "\n\n".join(HARD)
    artifact, problems = made("braille", text, language)
    assert problems == []
    read = words_of_braille(artifact.data, artifact.output, project(language), runner())
    assert read != []
    assert faults(artifact, text) == []


def test_an_output_may_have_another_braille_than_its_language() -> None:
    contracted, _ = made("braille")
    artifact, problems = made("braille", table="ueb-uncontracted")
    assert problems == []
    assert len(artifact.data) > len(contracted.data)
    assert faults(artifact) == []
    read = " ".join(words_of_braille(artifact.data, artifact.output, project(), runner()))
    assert "temperature is above 38.5" in read


def test_the_braille_of_both_countries_is_the_unified_one() -> None:
    for language in ("en-GB", "en-US", "en-NZ"):
        known = project(language).braille
        assert known is not None
        assert known.table == "en-ueb-g2.ctb"


def test_every_table_of_the_house_is_one_of_liblouis() -> None:
    for known in project().braille_tables.values():
        (result,) = runner().run([writing_job(["word"], "en", {"table": str(known.table)})])
        assert said_by(result)[1] == str(known.table)


def test_a_table_that_liblouis_lacks_is_one_sentence_where_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    place = Span("templates/braille.yaml", 7, 12)
    lost = BrailleTable(table=Text("en-nowhere.ctb", place), title=Text("None"))
    known = replace(project(), braille=lost)
    monkeypatch.setattr("tests.test_formats.project", lambda language="en-GB": known)
    artifact, [problem] = made("braille")
    assert artifact.data == b""
    assert problem.code == "braille-table-missing"
    assert problem.span == replace(place, end_line=7, end_column=12 + len("en-nowhere.ctb"))


def test_english_is_contracted_and_french_is_not() -> None:
    def cells(text: str, language: str) -> str:
        known = project(language).braille
        assert known is not None
        (result,) = runner().run([writing_job([text], language, {"table": str(known.table)})])
        return str(said_by(result)[0][0]["cells"])

    assert cells("the people", "en-GB") == "⠮⠀⠏"
    assert cells("les gens", "fr") == "⠇⠑⠎⠀⠛⠑⠝⠎"


def test_a_sign_without_cells_is_told_at_the_authors_line() -> None:
    artifact, problems = made("braille", "Take an umbrella ☂ with you.")
    assert artifact.data == b""
    assert [(d.code, d.severity) for d in problems] == [("braille-sign-missing", Severity.ERROR)]
    assert "☂" in problems[0].message


def test_words_that_would_be_read_otherwise_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The table of the United States before 2016 does not say numbers in one way only: its Braille is refused."""
    known = project()
    assert known.braille is not None
    old = known.braille.model_copy(update={"table": Text("en-us-g2.ctb"), "letters": None})
    monkeypatch.setattr("tests.test_formats.project", lambda language="en-GB": replace(known, braille=old))
    artifact, problems = made("braille", "Take 1,000 mg.")
    assert artifact.data == b""
    assert [d.code for d in problems] == ["braille-differs"]
    assert "“1,000” would be read in Braille as" in problems[0].message


def test_a_language_that_liblouis_has_but_nobody_tried_comes_with_a_warning() -> None:
    artifact, [problem] = made("braille", "Terapia genowa leczy choroby.", "pl")
    assert b"  .TERAPIA GENOWA" in artifact.data
    assert (problem.code, problem.severity) == ("braille-untried", Severity.WARNING)
    assert str(problem.span) == "content/water/publication.yaml:5:11"


@pytest.mark.parametrize("language", ["tlh", "zz", "en-x"])
def test_a_language_without_a_table_is_one_sentence_at_its_line(language: str) -> None:
    artifact, problems = made("braille", "Hab.", language)
    if language.startswith("en"):
        assert problems == []
        return
    assert artifact.data == b""
    assert [(d.code, str(d.span)) for d in problems] == [("braille-language-missing", "content/water/publication.yaml:5:11")]


def test_a_language_that_nobody_speaks_here_is_one_sentence_at_its_line() -> None:
    for name in ("script", "ssml"):
        artifact, [problem] = made(name, "Hab.", "tlh")
        assert artifact.data == b""
        assert (problem.code, str(problem.span)) == ("speech-language-missing", "content/water/publication.yaml:5:11")


def test_rules_for_numbers_that_there_are_not_are_one_sentence_where_they_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    known, place = project(), Span("templates/speech/en.yaml", 119, 22)
    assert known.speech is not None
    rules = {"en-GB": NumberRules(cardinal=Text("spellout-cardinal-verbos", place))}
    monkeypatch.setattr("tests.test_formats.project", lambda language="en-GB": replace(known, speech=known.speech.model_copy(update={"numbers": rules})))
    artifact, [problem] = made("script")
    assert artifact.data == b""
    assert problem.code == "speech-rule-unknown"
    assert problem.span == replace(place, end_line=119, end_column=22 + len("spellout-cardinal-verbos"))
    assert "spellout-cardinal-verbose" in problem.hints[0]


def test_a_sign_that_nobody_can_say_is_a_warning() -> None:
    artifact, [problem] = made("script", "Take an umbrella ☂ with you.")
    assert artifact.data
    assert (problem.code, problem.severity) == ("speech-sign-missing", Severity.WARNING)


def test_a_missing_liblouis_keeps_nothing_else_from_being_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locate, "_open_library", lambda _: None)
    monkeypatch.setattr(braille_tool, "_version", braille_tool._version.__wrapped__)
    artifact, [problem] = made("braille")
    assert (artifact.data, problem.code) == (b"", "tool-missing")
    assert any("apt-get install liblouis" in hint for hint in problem.hints)


def test_the_words_of_inlines() -> None:
    assert said([{"t": "Str", "c": "A"}, {"t": "Space"}, {"t": "Str", "c": "b"}]) == "A b"


def test_a_formula_stands_in_letters_for_readers_and_in_words_for_a_voice() -> None:
    """A drawn formula is an image of the class `math` whose alternative text are its words."""
    image = {"t": "Image", "c": [attr("", ["math"]), text("p is less than 0.05"), ["asset:f.svg", ""]]}
    blocks = [{"t": "Para", "c": [{"t": "Str", "c": "Here"}, {"t": "Space"}, image]}]
    known = Formula("f.svg", 4, 1, 0.2, display=False, simple=tuple(text("p < 0.05")))
    whole = replace(parsed(), ast={**parsed().ast, "blocks": blocks}, formulas={"f.svg": known})
    for name, words in (("text", "Here p < 0.05"), ("script", "Here p is less than zero point zero five")):
        output = formats().spec.outputs[name]  # type: ignore[index]
        data, problems = FORMATS[name].render(whole, formats(), output, project(), runner())
        assert problems == []
        assert data is not None
        assert words in data.decode()
        artifact = Artifact(output.file, "formats", name, data, output)
        assert compare_format(artifact, INSPECTORS[name](output.file, data), whole, project(), runner()) == []
