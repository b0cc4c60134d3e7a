"""Decks: which slides a document makes, where everything stands on them, and what an author is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handbill.diagnostics import Severity
from handbill.model import Document, Edition, Entry, Figure, Source, Standing
from handbill.pandoc_ast import attr, div, document, header, para, stringify, text
from handbill.render.deck import Deck, Kind, Slide, make_deck
from handbill.render.deck_boxes import is_timeline
from handbill.render.deck_fit import Layout, lay_out
from handbill.render.deck_html import plan_deck
from handbill.render.deck_items import items_of
from handbill.render.deck_measure import Measure, column_shares, measure_of, with_widths
from handbill.render.deck_sources import short_name
from handbill.render.deck_theme import Theme, read_theme
from handbill.schema import Status
from handbill.text import Span
from tests.deck_case import house

DRAFT = "Draft: not yet approved for use"

Node = dict[str, Any]


def doc(*blocks: Node, source: str = "", figures: dict[str, Figure] | None = None) -> Document:
    return Document(ast=document(list(blocks)), source=Source(source, ()), figures=figures or {})


def slide_heading(words: str) -> Node:
    return header(2, attr(words.lower().replace(" ", "-")), text(words))


def section(words: str) -> Node:
    return header(1, attr(words.lower()), text(words))


def notes(words: str) -> Node:
    return div(attr("", ["notes"]), [para(text(words))])


def bold(words: str) -> Node:
    return {"t": "Strong", "c": text(words)}


def cite(*keys: str) -> Node:
    return {"t": "Cite", "c": [[{"citationId": key} for key in keys], text("[1]")]}


def bullets(*items: list[Node]) -> Node:
    return {"t": "BulletList", "c": [[{"t": "Plain", "c": item}] for item in items]}


def figure(identifier: str, *classes: str, caption: str = "") -> Node:
    image = {"t": "Image", "c": [attr(), text("An alt"), [f"asset:{identifier}.svg", ""]]}
    said = [{"t": "Plain", "c": text(caption)}] if caption else []
    return {"t": "Figure", "c": [attr(identifier, classes), [None, said], [{"t": "Plain", "c": [image]}]]}


def references(*keys: str) -> Node:
    entries = []
    for number, key in enumerate(keys, start=1):
        margin = {"t": "Span", "c": [attr("", ["csl-left-margin"]), text(f"{number}.")]}
        right = {"t": "Span", "c": [attr("", ["csl-right-inline"]), text(f"A work by {key}. " + "Many words. " * 9)]}
        entries.append(div(attr(f"ref-{key}", ["csl-entry"]), [para([margin, right])]))
    return div(attr("refs", ["references"]), entries)


def deck_of(*blocks: Node, source: str = "") -> tuple[Deck, list[Any]]:
    return make_deck(doc(*blocks, source=source), house()[1])


def slides_of(*blocks: Node) -> list[Slide]:
    """The slides after the title slide."""
    return list(deck_of(*blocks)[0].slides[1:])


def theme() -> Theme:
    found, diagnostics = read_theme(house()[0])
    assert found is not None, diagnostics
    return found


def measure() -> Measure:
    return measure_of(theme(), house()[1])


def laid_out(slide: Slide, source: Document | None = None) -> tuple[Layout, list[Any]]:
    return lay_out(slide, theme(), measure(), source or doc())


# Which slides


def test_each_level_2_heading_is_a_slide_under_the_title_of_its_section() -> None:
    slides = slides_of(
        section("Risks"), slide_heading("Common ones"), para(text("a")), slide_heading("Rare ones"), para(text("b"))
    )
    assert [(stringify(s.eyebrow), s.name) for s in slides] == [(f"Risks · {DRAFT}", "Common ones"), (f"Risks · {DRAFT}", "Rare ones")]


def test_a_section_with_text_but_no_slide_is_a_slide_and_does_not_say_its_title_twice() -> None:
    (slide,) = slides_of(section("Risks"), para(text("There are some.")))
    assert (slide.name, stringify(slide.eyebrow)) == ("Risks", f"Tap water · {DRAFT}")


def test_every_slide_says_what_keeps_it_from_use() -> None:
    """A slide may be shown without the others."""
    _, project = house()
    whole = doc(section("Risks"), slide_heading("Common ones"), para(text("a")))
    for standing, said in (
        (Standing(Status.APPROVED, "fits", False, 9), "Risks"),
        (Standing(Status.APPROVED, "fits", True, -9), "Risks · Review overdue"),
        (Standing(Status.DRAFT, "outdated", True, -9), f"Risks · {DRAFT} · Review overdue"),
    ):
        deck, _ = make_deck(whole, replace(project, settled=standing))
        assert [stringify(slide.eyebrow) for slide in deck.slides[1:]] == [said]


def test_wrappers_around_slides_are_opened() -> None:
    assert [s.name for s in slides_of(div(attr(), [section("Risks"), slide_heading("One"), para(text("x"))]))] == [
        "One"
    ]


def test_notes_before_the_first_slide_of_a_section_go_to_it() -> None:
    (slide,) = slides_of(section("Risks"), notes("first"), slide_heading("One"), para(text("x")), notes("second"))
    assert stringify(slide.notes).split() == ["first", "second"]


def test_the_masthead_is_the_title_slide() -> None:
    masthead = div(attr("", ["masthead"]), [div(attr("", ["title"]), [para(text("Vaccines"))])])
    deck, _ = deck_of(masthead)
    assert (deck.slides[0].kind, deck.slides[0].name, list(deck.masthead)) == (Kind.TITLE, "Vaccines", ["title"])


def test_a_document_without_masthead_has_a_title_slide_all_the_same() -> None:
    assert deck_of()[0].slides[0].name == "Tap water"


def test_a_diagram_is_apart_from_the_text_its_caption_is_said_and_its_words_are_kept() -> None:
    words = div(attr("", ["long-description"]), [para(text("It has three steps."))])
    (slide,) = slides_of(slide_heading("Chart"), figure("flow", "diagram", caption="The way."), words, notes("Look."))
    assert slide.exhibit is not None
    assert slide.body == []
    assert stringify(slide.description).strip() == "It has three steps."
    assert stringify(slide.notes).split() == ["The", "way.", "Look."]


def test_the_caption_of_a_photograph_is_fine_print() -> None:
    (slide,) = slides_of(slide_heading("Lake"), figure("lake", caption="Photo: A. Ng"))
    assert stringify(slide.fine).strip() == "Photo: A. Ng"


def test_a_picture_alone_in_a_paragraph_is_an_exhibit() -> None:
    image = {"t": "Image", "c": [attr(), text("A lake"), ["asset:lake.png", ""]]}
    (slide,) = slides_of(slide_heading("Lake"), para([image]))
    assert slide.exhibit is not None and slide.exhibit["t"] == "Figure"


def test_a_second_picture_gets_a_slide_of_its_own_and_the_author_is_told_where() -> None:
    deck, diagnostics = deck_of(slide_heading("Two"), figure("a"), figure("b"), source="## Two")
    assert [s.name for s in deck.slides[1:]] == ["Two", "Two (2)"]
    assert [d.code for d in diagnostics] == ["slide-crowded"]


def test_equal_titles_are_told_apart_and_reported() -> None:
    deck, diagnostics = deck_of(slide_heading("Risks"), para(text("a")), slide_heading("risks"), para(text("b")))
    assert [s.name for s in deck.slides[1:]] == ["Risks", "risks (2)"]
    assert [d.code for d in diagnostics] == ["slide-title-twice"]


def test_a_box_is_its_content() -> None:
    box = div(attr("", ["key-points"]), [div(attr("", ["box-title"]), [para(text("Key"))]), para(text("inside"))])
    (slide,) = slides_of(slide_heading("Key"), box)
    assert [stringify(b).strip() for b in slide.body] == ["inside"]


def test_footnotes_become_fine_print_with_marks() -> None:
    note = {"t": "Note", "c": [para(text("After a holiday."))]}
    (slide,) = slides_of(slide_heading("Tap"), para([*text("Let it run"), note]))
    assert stringify(slide.body).strip() == "Let it runa"
    assert stringify(slide.fine).strip() == "a After a holiday."


def test_an_imprint_shows_its_disclaimer_and_keeps_the_rest_in_the_notes() -> None:
    definitions = {"t": "DefinitionList", "c": [[text("Version"), [[para(text("2"))]]]]}
    imprint = div(attr("", ["imprint"]), [para(text("No advice.")), definitions])
    (slide,) = slides_of(section("About"), imprint)
    assert slide.kind is Kind.ABOUT
    assert stringify(slide.body).strip() == "No advice."
    assert "Version" in stringify(slide.notes)


# Sources


def test_a_slide_names_the_works_cited_on_it_with_their_numbers() -> None:
    slides = slides_of(
        slide_heading("One"), para([*text("Safe"), cite("law")]), section("Sources"), references("works", "law")
    )
    assert [(s.number, s.name) for s in slides[0].sources] == [("2", "Ng et al., 2021")]
    assert slides[1].kind is Kind.SOURCES


def test_a_paragraph_of_nothing_but_citations_is_only_at_the_foot() -> None:
    slides = slides_of(
        slide_heading("One"), para(text("Safe.")), para([cite("works")]), section("S"), references("works")
    )
    assert [stringify(b).strip() for b in slides[0].body] == ["Safe."]
    assert [s.key for s in slides[0].sources] == ["works"]


def test_a_picture_without_citations_takes_the_sources_of_its_notes() -> None:
    said = div(attr("", ["notes"]), [para([*text("Look."), cite("works")])])
    slides = slides_of(slide_heading("One"), figure("flow", "diagram"), said, section("S"), references("works"))
    assert [s.key for s in slides[0].sources] == ["works"]


def test_a_reference_leads_back_to_the_first_slide_that_uses_it() -> None:
    back = {"t": "Link", "c": [attr("", ["backlink"]), text("1."), ["#cite-works", "Back"]]}
    entry = div(attr("ref-works"), [para([{"t": "Span", "c": [attr("", ["csl-left-margin"]), [back]]}])])
    slides = slides_of(
        slide_heading("One"), para(text("x")), slide_heading("Two"), para([cite("works")]),
        section("S"), div(attr("refs"), [entry]),
    )  # fmt: skip
    assert "'#two'" in str(slides[2].body)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"author": "{World Health Organization and others}"}, "World Health Organization and others"),
        ({"author": "Ng, Ada", "year": "2021"}, "Ng, 2021"),
        ({"author": "Ada Ng and Jo Bo"}, "Ng et al."),
        ({"title": "{Pros, Cons \\& Examples}"}, "Pros, Cons & Examples"),
        ({}, "key"),
    ],
)
def test_short_names(fields: dict[str, str], name: str) -> None:
    assert short_name(Entry("key", "misc", fields, Span("references.bib", 1))) == name


# Labelled items


def test_labelled_list_items_become_cards_that_begin_with_a_capital() -> None:
    items, rest = items_of(
        [bullets([bold("Source:"), *text(" a lake")], [bold("mRNA:"), *text(" mRNA")]), para(text("after"))]
    )
    assert [(stringify(i.label), stringify(i.text)) for i in items] == [("Source", "A lake"), ("mRNA", "mRNA")]
    assert stringify(rest).strip() == "after"


def test_labelled_paragraphs_become_cards_too() -> None:
    items, rest = items_of([para([bold("For:"), *text(" cheap")]), para([bold("Against:"), *text(" dull")])])
    assert [stringify(i.label) for i in items] == ["For", "Against"]
    assert rest == []


@pytest.mark.parametrize(
    "entry", [[*text("plain")], [bold("Add"), *text(" a copy")], [bold("Label:")]], ids=["plain", "no end", "no text"]
)
def test_other_lists_stay_lists(entry: list[Node]) -> None:
    listed = bullets([bold("One:"), *text(" x")], entry)
    assert items_of([listed]) == ((), [listed])


def test_dates_make_a_timeline_and_one_of_them_may_be_a_word() -> None:
    def labelled(*labels: str) -> Slide:
        items, _ = items_of([bullets(*([bold(f"{label}:"), *text(" x")] for label in labels))])
        return Slide("s", Kind.CONTENT, text("S"), items=items)

    assert is_timeline(labelled("1854", "1908 to 1914", "Today"))
    assert not is_timeline(labelled("1854", "Then", "Today"))


# Where everything stands


def inside(layout: Layout) -> bool:
    boxes = [
        layout.title,
        layout.content,
        *([layout.body] if layout.body.h else []),
        *layout.cards,
        *([layout.exhibit] if layout.exhibit else []),
    ]
    return all(
        b.x >= 79.9 and b.y >= 0 and b.x + b.w <= 1200.1 and b.y + b.h <= layout.content.y + layout.content.h + 0.1
        for b in boxes
    )


def test_few_words_are_large_and_many_are_small_but_never_below_24_points() -> None:
    few, _ = laid_out(Slide("s", Kind.CONTENT, text("Few"), body=[bullets(text("one"), text("two"))]))
    many, complaints = laid_out(Slide("s", Kind.CONTENT, text("Many"), body=[bullets(*[text("some words " * 9)] * 5)]))
    assert few.size == 46
    assert many.size == 32
    assert complaints == []


def test_a_full_slide_shrinks_and_its_author_is_told_the_line() -> None:
    source = doc(source="\n## Full\n")
    source = replace(source, source=SourceAt("\n## Full\n"))
    layout, complaints = laid_out(
        Slide("s", Kind.CONTENT, text("Full"), body=[bullets(*[text("some words " * 9)] * 8)]), source
    )
    assert layout.size < 32
    assert [(d.code, d.severity, d.span) for d in complaints] == [
        ("slide-full", Severity.WARNING, Span("source.md", 2, 1))
    ]


def test_a_slide_that_cannot_hold_its_text_is_an_error() -> None:
    _, complaints = laid_out(Slide("s", Kind.CONTENT, text("Over"), body=[para(text("word " * 900))]))
    assert [(d.code, d.severity) for d in complaints] == [("slide-overflow", Severity.ERROR)]


def test_a_long_title_is_a_warning() -> None:
    _, complaints = laid_out(Slide("s", Kind.CONTENT, text("Words and " * 20), body=[para(text("x"))]))
    assert [d.code for d in complaints] == ["slide-title-long"]


class SourceAt(Source):
    """A source whose places are its own lines."""

    def __init__(self, words: str) -> None:
        super().__init__(words, ())

    def find(self, needle: str, occurrence: int = 0) -> Span | None:
        position = self.text.find(needle)
        return Span("source.md", self.text.count("\n", 0, position) + 1, 1) if position >= 0 else None


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.integers(1, 3), st.integers(1, 14)), min_size=2, max_size=6),
    st.integers(1, 12),
)
def test_cards_stay_on_the_slide_and_apart(sizes: list[tuple[int, int]], title: int) -> None:
    words = bullets(*([bold("Label " * a + ":"), *text(" Some words" * b)] for a, b in sizes))
    items, rest = items_of([words])
    slide = Slide("s", Kind.CONTENT, text("Title " * title), items=items, body=rest)
    layout, complaints = laid_out(slide)
    if any(d.code == "slide-overflow" for d in complaints):
        return
    assert inside(layout)
    for index, card in enumerate(layout.cards):
        assert all(
            card.x + card.w + 20 <= other.x or other.x + other.w + 20 <= card.x
            or card.y + card.h + 20 <= other.y or other.y + other.h + 20 <= card.y
            for other in layout.cards[index + 1 :]
        )  # fmt: skip


@pytest.mark.parametrize(("width", "height"), [(600, 120), (300, 900), (500, 500)])
@pytest.mark.parametrize("words", [0, 12])
def test_a_picture_is_as_large_as_its_place_and_keeps_its_proportions(width: int, height: int, words: int) -> None:
    known = {"flow": Figure("flow", "flow.svg", None, width, height, "", "An alt", "")}
    body = [para(text("word " * words))] if words else []
    slide = Slide("s", Kind.CONTENT, text("Chart"), body=body, exhibit=figure("flow", "diagram"))
    layout, _ = laid_out(slide, doc(figures=known))
    box = layout.exhibit
    assert box is not None and inside(layout)
    assert box.w / box.h == pytest.approx(width / height)
    assert box.h > 340 or box.w > 500
    assert not words or layout.body.x + layout.body.w <= box.x or layout.body.y + layout.body.h <= box.y


def test_a_picture_whose_words_nobody_can_read_is_reported_at_its_own_place() -> None:
    place = Span("diagrams/flow.mmd", 3, 1)
    known = {"flow": Figure("flow", "flow.svg", None, 400, 1200, "", "An alt", "", ("Lake",), place)}
    _, complaints = laid_out(Slide("s", Kind.CONTENT, text("C"), exhibit=figure("flow", "diagram")), doc(figures=known))
    assert [(d.code, d.span) for d in complaints] == [("slide-figure-small", place)]


def test_references_are_shared_out_evenly() -> None:
    edition, project = house()
    keys = [f"k{number}" for number in range(20)]
    plan, _ = plan_deck(
        doc(slide_heading("One"), para([cite(*keys)]), section("Sources"), references(*keys)), edition, project
    )
    assert plan is not None
    lists = [s for s in plan.deck.slides if s.kind is Kind.SOURCES]
    counts = [len(s.body[0]["c"][1]) for s in lists]
    assert sum(counts) == 20
    assert max(counts) - min(counts) <= 2
    assert [s.name for s in lists] == [f"Sources ({n}/{len(lists)})" for n in range(1, len(lists) + 1)]


def test_columns_of_a_table_get_the_room_that_their_words_need() -> None:
    def cell(words: str) -> list[Any]:
        return [attr(), {"t": "AlignDefault"}, 1, 1, [{"t": "Plain", "c": text(words)}]]

    spec = [{"t": "AlignDefault"}, {"t": "ColWidthDefault"}]
    rows = [[attr(), [cell("Lead"), cell("A very long explanation of why")]]]
    table = {"t": "Table", "c": [attr(), [None, []], [spec, spec], [attr(), []], [[attr(), 0, [], rows]], [attr(), []]]}
    narrow, wide = column_shares(with_widths(table, measure()))
    assert narrow < 0.3 < wide
    assert narrow + wide == pytest.approx(1)


def test_text_is_measured_with_the_deck_s_own_fonts() -> None:
    known = measure()
    assert known.width("W", 100) > 2 * known.width("i", 100)
    assert known.width("Water", 100, bold=True) > known.width("Water", 100)
    assert known.lines(text("one two three"), 40, 1000) == 1
    assert known.lines([*text("one"), {"t": "LineBreak"}, *text("two")], 40, 1000) == 2
    assert known.lines(text("one two three"), 40, known.width("one two", 40) + 1) == 2


def test_without_fonts_text_is_estimated() -> None:
    assert Measure(None, None).width("Water", 10) > 20


# The theme


def themed(**changes: str) -> Edition:
    edition = house()[0]
    sheet = edition.files["theme.css"].decode()
    for old, new in changes.items():
        sheet = sheet.replace(old.replace("__", "--"), new)
    return replace(edition, files={**edition.files, "theme.css": sheet.encode()})


def test_colours_that_are_too_close_stop_the_build_at_their_line() -> None:
    found, diagnostics = read_theme(themed(**{"__muted: #4a5b65": "--muted: #9aabb5"}))
    assert found is None
    (complaint,) = diagnostics
    lines = themed().files["theme.css"].decode().split("\n")
    line = next(number for number, words in enumerate(lines, 1) if "--muted" in words)
    assert (complaint.code, complaint.span) == ("contrast-low", Span("templates/editions/slides/theme.css", line, 1))


@pytest.mark.parametrize(
    "change", [("__ink: #1b1f23", "--ink: dark"), ("__ink:", "--inc:"), ("__margin: 80px", "--margin: wide")]
)
def test_a_theme_with_a_value_missing_or_unreadable_is_refused(change: tuple[str, str]) -> None:
    found, diagnostics = read_theme(themed(**dict([change])))
    assert found is None
    assert {d.code for d in diagnostics} == {"theme-value"}


def test_an_edition_without_a_theme_is_refused() -> None:
    found, diagnostics = read_theme(replace(house()[0], files={}))
    assert (found, [d.code for d in diagnostics]) == (None, ["theme-missing"])
