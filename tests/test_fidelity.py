"""What an edition keeps is in every file, whole, once and in order: damage is found, and nothing else is."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

import pytest

from handbill.inspect.fidelity import Comparison, comparison
from handbill.inspect.fidelity_read import read_html, read_pptx
from handbill.inspect.fidelity_text import squeezed
from handbill.model import Document
from handbill.render.pptx import render_pptx
from handbill.render.revealjs import render_revealjs
from tests.conftest import edition
from tests.deck_case import case, document

TEXT = """
# What is it?

The dose is 0.5 mg per kg, not 5 mg. Store it at −20 °C, for 10–20 days, and do not shake it.

It helped 12 of 24 people (95% of them adults) in 2019. Nobody was harmed in the first 30 days[^1].

[^1]: They were asked by telephone.

- It treats a long-term disease in 1,250 patients.
- It costs $2.1 million, once in a lifetime.

1. Wash your hands for 20 seconds.
2. Take the vial of 10 ml out of the box.

| Drug  | Dose   | Effect           |
|-------|--------|------------------|
| First | 2.5 mg | lowers the fever |
| Other | 40 µg  | stops the pain   |

## When should I call?

Call us if your temperature is above 38.5 °C. Never take it with alcohol.
"""
SEED = 20260102
COUNT = 240

Paragraphs = list[str]


@cache
def parsed() -> Document:
    return document(TEXT, case().runner)


def handout(form: str = "html") -> Comparison:
    return comparison(parsed(), edition("handout"), form, "A title", {"contents": "Contents"})


def said(wanted: Comparison) -> Paragraphs:
    return [passage.text.replace("\ue000", "") for passage in wanted.passages]


def _word(paragraphs: Paragraphs, chance: random.Random) -> Paragraphs:
    at = chance.randrange(len(paragraphs))
    words = paragraphs[at].split()
    del words[chance.randrange(len(words))]
    return [*paragraphs[:at], " ".join(words), *paragraphs[at + 1 :]]


def _paragraph(paragraphs: Paragraphs, chance: random.Random) -> Paragraphs:
    at = chance.randrange(len(paragraphs))
    return paragraphs[:at] + paragraphs[at + 1 :]


def _twice(paragraphs: Paragraphs, chance: random.Random) -> Paragraphs:
    at = chance.randrange(len(paragraphs))
    return [*paragraphs[: at + 1], *paragraphs[at:]]


def _swapped(paragraphs: Paragraphs, chance: random.Random) -> Paragraphs:
    # The last is the footnote, which may stand anywhere.
    first, second = chance.sample(range(len(paragraphs) - 1), 2)
    out = list(paragraphs)
    out[first], out[second] = out[second], out[first]
    return out


def _rewritten(pattern: str, change: str | Callable[[re.Match[str]], str]) -> Callable[[Paragraphs, random.Random], Paragraphs]:
    def damage(paragraphs: Paragraphs, chance: random.Random) -> Paragraphs:
        places = [(at, found) for at, text in enumerate(paragraphs) for found in re.finditer(pattern, text)]
        at, found = chance.choice(places)
        text = paragraphs[at]
        new = found.expand(change) if isinstance(change, str) else change(found)
        return [*paragraphs[:at], text[: found.start()] + new + text[found.end() :], *paragraphs[at + 1 :]]

    return damage


DAMAGES = {
    "word": _word,
    "paragraph": _paragraph,
    "twice": _twice,
    "swapped": _swapped,
    "sentence": _rewritten(r"[A-Z][^.]+\.(?= |$)", ""),
    "number": _rewritten(r"\d+", ""),
    "digit": _rewritten(r"\d", lambda found: str((int(found[0]) + 1) % 10)),
    "point": _rewritten(r"(?<=\d)[.,](?=\d)", ""),
    "unit": _rewritten(r"\b(?:mg|kg|ml|µg)\b|°C|%", ""),
    "other unit": _rewritten(r"\b(?:mg|µg)\b", "g"),
    "minus": _rewritten("−", ""),
    "range": _rewritten("–", ""),
    "negation": _rewritten(r"\b(?:not|Never|Nobody)\b ?", ""),
}


@pytest.mark.parametrize("number", range(COUNT))
def test_every_damage_is_found(number: int) -> None:
    chance = random.Random(SEED + number)
    wanted = handout()
    name = list(DAMAGES)[number % len(DAMAGES)]
    damaged = DAMAGES[name](said(wanted), chance)
    assert damaged != said(wanted)
    assert not wanted.same(damaged), name
    found = wanted.faults("handout.html", damaged, parsed().source)
    assert found
    assert {fault.code for fault in found} <= {"text-lost", "text-doubled", "text-moved", "text-changed"}


def _as_printed(text: str) -> str:
    return text.replace("long-term", "long\u2011\nterm").replace("patients", "pati\u00adents").replace(" ", "\u202f").replace("first", "ﬁrst")


@pytest.mark.parametrize("form", ["pdf", "html", "epub"])
def test_layout_alone_is_no_damage(form: str) -> None:
    wanted = handout(form)
    assert wanted.same(said(wanted))
    assert wanted.same([_as_printed(text) for text in said(wanted)])
    assert wanted.same(["Contents", *said(wanted)])


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda p: p[:1] + p[2:], "text-lost"),
        (lambda p: [*p[:2], p[1], *p[2:]], "text-doubled"),
        (lambda p: [*p[:3], p[4], p[3], *p[5:]], "text-moved"),
        (lambda p: [t.replace("0.5 mg", "5.0 mg") for t in p], "text-changed"),
    ],
)
def test_the_fault_has_its_name(damage: Callable[[Paragraphs], Paragraphs], code: str) -> None:
    wanted = handout()
    found = wanted.faults("handout.html", damage(said(wanted)), parsed().source)
    assert code in {fault.code for fault in found}


def test_signs_and_points_count_and_spaces_do_not() -> None:
    assert squeezed("−5 mg") != squeezed("5 mg")
    assert squeezed("0.5") != squeezed("05")
    assert squeezed("10–20") != squeezed("1020")
    assert squeezed("well-\nknown “words”") == squeezed("wellknown words")


@cache
def deck(form: str) -> tuple[bytes, Comparison]:
    made = case()
    data, _ = made.render({"revealjs": render_revealjs, "pptx": render_pptx}[form], form)
    return data, comparison(made.document, made.edition, form, "Tap water", made.project.locale)


def _without_notes(comparing: Comparison) -> Comparison:
    return replace(comparing, passages=[p for p in comparing.passages if p.place != 4])


def test_decks_say_what_their_edition_keeps() -> None:
    page, wanted = deck("revealjs")
    assert wanted.same(read_html(page))
    assert not _without_notes(wanted).same(read_html(page))
    slides, wanted = deck("pptx")
    assert wanted.same(read_pptx(slides))


WORDS = ("chlorine", "0.3 mg/l", "50 mg/l", "0.010", "1,460", "1908", "Bottle-fed", "differ", "cheap", "Four steps", "holiday", "arrows")


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("form", ["revealjs", "pptx"])
def test_a_word_taken_out_of_a_finished_deck_is_missed(form: str, word: str) -> None:
    data, wanted = deck(form)
    read = {"revealjs": read_html, "pptx": read_pptx}[form]
    damaged = b"".join(_replaced(data, word)) if form == "revealjs" else _repacked(data, word)
    assert not wanted.same(read(damaged))


def _replaced(data: bytes, word: str) -> Iterator[bytes]:
    before, _, slides = data.partition(b'class="slides"')
    assert word.encode() in slides
    yield from (before, b'class="slides"', slides.replace(word.encode(), b""))


def _repacked(data: bytes, word: str) -> bytes:
    stream = io.BytesIO()
    changed = 0
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith(".xml") and "lides/" in name:
                changed += content.count(word.encode())
                content = content.replace(word.encode(), b"")
            new.writestr(name, content)
    assert changed
    return stream.getvalue()


NOTED = "A bad cab[^1] and b.[^2]\n\nThe end[^3] of it.\n\n- [ ] to do\n- [x] done\n\n[^1]: b\n\n[^2]: A note\n\n    with two parts.\n\n[^3]: The end\n"


def noted(form: str = "html") -> Comparison:
    return comparison(document(NOTED, case().runner), edition("handout"), form, "A title", {})


@pytest.mark.parametrize(
    "paragraphs",
    [
        ["A bad cab1 and b.2", "The end3 of it.", "to do", "☒ done", "1", "b", "A note", "with two parts.", "3. The end"],
        ["A bad cab", "b", "and b.", "A note", "with two parts.", "The end", "The end", "of it.", "to do", "x done"],
    ],
    ids=["at the end", "where they are called"],
)
def test_short_notes_are_found_where_notes_may_stand_and_nowhere_else(paragraphs: Paragraphs) -> None:
    assert noted().same(paragraphs)
    lost = [p for p in paragraphs if p != "with two parts."]
    assert not noted().same(lost) and not noted().same([*paragraphs, "b"])


def test_a_ticked_box_of_a_page_is_a_word() -> None:
    ticked = "<li><label><input type='checkbox' checked> done</label></li><li><label><input type='checkbox'> to do</label></li>"
    assert list(map(squeezed, read_html(f"<body>{ticked}</body>".encode()))) == ["xdone", "todo"]


def test_powerpoint_says_what_pictures_within_text_show() -> None:
    pictured = document("Look at ![a glass](asset:a.png) here.\n\n![Alone](asset:a.png)\n", case().runner)
    wanted = comparison(pictured, edition("slides", shape="deck"), "pptx", "A title", {})
    assert [p.text for p in wanted.passages if p.place == 1] == ["Look at a glass here."]
