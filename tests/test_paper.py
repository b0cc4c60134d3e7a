"""Paper: what is measured in pages made by hand and by the real engine, and what the rules say to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from handbill.diagnostics import Diagnostic, Report
from handbill.inspect.layout import Block, Box, Layout, Line, Sheet, layout_of
from handbill.inspect.origins import words_of
from handbill.inspect.panels import PanelFacts, Spill
from handbill.inspect.paper import PaperFacts
from handbill.inspect.pdf_read import read_pdf
from handbill.inspect.typography import MM, measure_type
from handbill.model import Drawing, Edition, Facts, Figure, Project
from handbill.pandoc_ast import attr, div, para, stringify, text, walk
from handbill.paper import Paper, Place
from handbill.render.press_ready import press_ready
from handbill.rules import judge
from handbill.schema import Panel, Role
from handbill.tailor.letters import legible
from handbill.tailor.lists import tables_as_lists
from handbill.text import Span
from handbill.tools.weasyprint import WeasyPrintTool, weasyprint_job

FONTS = Path(__file__).parent.parent / "node_modules" / "@fontsource"
FONT = FONTS / "atkinson-hyperlegible-next" / "files" / "atkinson-hyperlegible-next-latin-400-normal.woff"
A4 = (Sheet(210, 297),)
SPAN = Span("content/sample/sections/one.md", 7, 3)


def paragraph(*lines: str, size: float = 12, leading: float = 1.4, left: float = 20, top: float = 30, right: float | None = None,
              tags: tuple[str, ...] = ("Document", "P")) -> Block:  # fmt: skip
    """Lines of type whose letters are half as wide as high, ragged unless `right` says where they all end."""
    made = []
    for number, words in enumerate(lines):
        base = top + number * size * leading * MM
        end = right if right is not None else left + len(words) * size * MM / 2
        made.append(Line(1, words, Box(left, base - size * MM * 0.7, end, base), base, ((size, len(words)),)))
    return Block(tags, tuple(made), page=1)


def type_of(*blocks: Block, words: str = "", safe: float = 5) -> Any:
    body = [line.text for block in blocks for line in block.lines]
    return measure_type(Layout(A4, blocks), words or " ".join(body), body, safe)


LONG = ("one two three four five six seven eight nine", "ten eleven twelve thirteen fourteen", "fifteen sixteen seventeen eighteen",
        "nineteen twenty and one more", "and the end of it all")  # fmt: skip


def test_type_is_measured() -> None:
    small = paragraph("the small print", size=9.5, top=100, tags=("Document", "Note", "P"))
    found = type_of(paragraph(*LONG), small)
    assert found.body == 12
    assert (found.smallest.value, found.smallest.line.text) == (9.5, "the small print")
    assert found.measure.value == 35
    assert found.leading.value == pytest.approx(1.4, abs=0.01)
    assert (found.flush, found.hyphenated, found.overlaps, found.outside) == ((), (), (), ())


def test_only_the_sections_make_the_body() -> None:
    text, imprint = paragraph("short text"), paragraph("much more of an imprint in small letters", size=9, top=80)
    found = measure_type(Layout(A4, (text, imprint)), "", ["Short text."], 5)
    assert found.body == 12


def test_justified_divided_overlapping_and_outlying_lines_are_found() -> None:
    flush = paragraph(*LONG, right=120)
    assert [line.text for line in type_of(flush).flush] == [LONG[0]]
    divided = paragraph("a long adminis-", "tration of it", top=80)
    assert [s.line.text for s in type_of(divided, words="a long administration of it").hyphenated] == [
        "a long adminis-"
    ]
    compound = paragraph("a well-", "known thing", top=80)
    assert type_of(compound, words="a well-known thing; wellknown").hyphenated == ()
    [(one, other)] = type_of(paragraph("below"), paragraph("above", left=22, top=30.5)).overlaps
    assert {one.text, other.text} == {"below", "above"}
    [outlier] = type_of(paragraph("near", left=2)).outside
    assert outlier.value == pytest.approx(3)


def test_a_picture_may_draw_letters_as_it_likes() -> None:
    label, other = (paragraph(word, tags=("Document", "Figure")) for word in ("a", "b"))
    assert type_of(label, other).overlaps == ()


def test_words_are_compared_by_their_letters() -> None:
    assert words_of("“Outside the body.” It’s [1,2] Straße") == [
        "outside",
        "the",
        "body",
        "it",
        "s",
        "1",
        "2",
        "strasse",
    ]
    assert words_of("基因治疗 DNA") == ["基", "因", "治", "疗", "dna"]
    assert words_of("שלום עולם") == words_of("םולש םלוע")  # as a PDF gives it


# The rules


@pytest.fixture
def told(make_project: Callable[..., Project], make_edition: Callable[..., Edition]) -> Callable[..., list[Diagnostic]]:
    """What the rules say to measurements: layout or parts of `Typography` or panels, and the edition's promises."""

    def judged(layout: Layout | None = None, *, pages: int = 1, panels: tuple[PanelFacts, ...] = (), sections: Any = (),
               paper: dict[str, Any] | None = None, **changes: Any) -> list[Diagnostic]:  # fmt: skip
        edition = make_edition("leaflet", forms=["plain"], paper=paper or {}, outputs={"pdf": {"file": "leaflet.pdf"}})
        project = make_project(*sections, editions={"leaflet": edition})
        layout = layout or Layout(A4, (paragraph(*LONG),))
        body = [line.text for line in layout.lines]
        measured = replace(measure_type(layout, " ".join(body), body, edition.spec.paper.safe), **changes)
        facts = Facts("leaflet.pdf", pages=pages, extra={"paper": PaperFacts(layout, measured, panels)})
        report = Report()
        judge("inspect", facts, project, report, edition=edition)
        return list(report)

    return judged


def said(found: list[Diagnostic], code: str) -> str:
    """The one complaint of a code; empty when there is none."""
    matching = [f"{d.severity}: {d.message}" for d in found if d.code == code]
    assert len(matching) < 2
    return matching[0] if matching else ""


def test_good_type_passes(told: Callable[..., list[Diagnostic]]) -> None:
    assert told() == []


def test_small_type(told: Callable[..., list[Diagnostic]]) -> None:
    small = Layout(A4, (paragraph(*LONG, size=11),))
    assert (
        said(told(small), "type-small")
        == "error: The running text of leaflet.pdf is 11 points; at least 12 are promised."
    )
    note = Layout(A4, (paragraph(*LONG), paragraph("tiny", size=8, top=90, tags=("Document", "Note"))))
    assert "8 points, for instance “tiny” on page 1; nothing may be under 9" in said(told(note), "type-small")
    large = {"body": 18, "smallest": 16}
    assert len(told(Layout(A4, (paragraph(*LONG, size=15),)), paper=large)) == 2
    assert told(Layout(A4, (paragraph(*LONG, size=18),)), paper=large) == []


@pytest.mark.parametrize(("length", "severity"), [(70, ""), (71, "warning"), (80, "warning"), (81, "error")])
def test_long_lines(told: Callable[..., list[Diagnostic]], length: int, severity: str) -> None:
    lines = Layout((Sheet(420, 297),), (paragraph("x" * length, "x" * length, "end"),))
    assert said(told(lines, paper={"size": "A4"}), "line-long").partition(":")[0] == severity
    assert said(told(lines, paper={"measure": 0}), "line-long") == ""


def test_tight_lines(told: Callable[..., list[Diagnostic]]) -> None:
    assert "1.1 type sizes apart" in said(told(Layout(A4, (paragraph(*LONG, leading=1.1),))), "leading-tight")
    assert said(told(Layout(A4, (paragraph(*LONG, leading=1.2),))), "leading-tight") == ""


def test_edges_and_hyphens(told: Callable[..., list[Diagnostic]]) -> None:
    assert said(told(Layout(A4, (paragraph(*LONG, right=120),))), "text-justified").startswith("error: One paragraph")
    divided = Layout(A4, (paragraph("an adminis-", "tration", "administration"),))
    assert "“an adminis-” on page 1" in said(told(divided), "text-hyphenated")


def test_overlaps_margins_sizes_pages_and_bleed(told: Callable[..., list[Diagnostic]]) -> None:
    over = Layout(A4, (paragraph("below"), paragraph("above", left=22, top=30.5)))
    assert "are printed over each other" in said(told(over), "text-overlap")
    assert "is 3 mm too near to the edge" in said(told(Layout(A4, (paragraph("near", left=2),))), "paper-margin")
    foot = Layout(A4, (paragraph("foot", left=2, tags=("Artifact",)),))
    assert "is 3 mm too near to the edge" in said(told(foot, panels=(panel(),)), "paper-margin")
    assert said(told(Layout(A4, (paragraph("near", left=2),)), panels=(panel(),)), "paper-margin") == ""
    assert "Page 1 of leaflet.pdf is 148 by 210 mm, not 210 by 297" in said(
        told(Layout((Sheet(148, 210),), ())), "paper-size"
    )
    assert told(Layout((Sheet(148, 210),), ()), paper={"size": "A5"}) == []
    assert said(told(pages=3, paper={"pages": 2}), "paper-pages") == "error: leaflet.pdf has 3 pages and must have 2."
    assert said(told(pages=2, paper={"pages": 2}), "paper-pages") == ""
    assert "less than 3 mm of bleed" in said(told(paper={"marks": True}), "paper-bleed")
    bled = Layout((Sheet(210, 297, (3, 3, 3, 3)),), (paragraph(*LONG),))
    assert told(bled, paper={"marks": True}) == []


def panel(words: int = 100, spills: tuple[Spill, ...] = (), *, roles: tuple[Role, ...] = (Role.RISKS,)) -> PanelFacts:
    described = Panel(name="middle", title="middle panel", roles=roles, words=120)
    return PanelFacts(described, Place("middle", 1, 100, 100), words, Box(108, 10, 192, 200), spills, SPAN)


def test_a_panel_that_holds_its_text_passes(told: Callable[..., list[Diagnostic]]) -> None:
    assert told(panels=(panel(),)) == []


def test_a_panel_that_does_not(told: Callable[..., list[Diagnostic]]) -> None:
    below = (Spill("below", SPAN, 2, 9, 11.5, "first words of it"), Spill("below", SPAN.at(9), 1, 4, 18.2, "and more"))
    [found] = told(panels=(panel(110, below),))
    assert (found.code, found.span) == ("panel-overflow", SPAN)
    assert (
        found.message
        == "The text of the middle panel is 18.2 mm too long: 3 lines (13 words) do not fit, from “first words of it” on."
    )
    assert "97 of the panel's 110 words fit" in found.hints[0]
    assert [place.line for place, _ in found.related] == [9]
    beside = (Spill("beside", SPAN, 1, 1, 12.0, "Donaudampfschifffahrt"),)
    assert said(told(panels=(panel(100, beside),)), "panel-overflow").endswith(
        "“Donaudampfschifffahrt” is 12 mm too wide for the middle panel."
    )
    lost = (Spill("lost", SPAN, 0, 30, 0, "hidden words"),)
    assert "30 words of the middle panel are not on the paper" in said(
        told(panels=(panel(100, lost),)), "panel-overflow"
    )


def test_word_budget_and_empty_panels(told: Callable[..., list[Diagnostic]], make_section: Callable[..., Any]) -> None:
    assert (
        said(told(panels=(panel(121),)), "panel-words") == "warning: The middle panel has 121 words; its budget is 120."
    )
    assert "no section has the role risks." in said(told(panels=(panel(0),)), "panel-empty")
    risks = make_section("risks", "Text.", role="risks")
    assert "no text in the form `plain` is in “risks”" in said(
        told(panels=(panel(0),), sections=(risks,)), "panel-empty"
    )


def test_other_files_are_not_judged_as_paper(
    make_project: Callable[..., Project], make_edition: Callable[..., Edition]
) -> None:
    report = Report()
    judge("inspect", Facts("slides.pdf", pages=99), make_project(), report, edition=make_edition(paper={"pages": 2}))
    assert list(report) == []


# Tailoring for paper


def test_a_table_becomes_a_list() -> None:
    def cell(words: str) -> list[Any]:
        return [attr(), {"t": "AlignDefault"}, 1, 1, [{"t": "Plain", "c": text(words)}]]

    rows = [[attr(), [cell("Hemgenix"), cell("Haemophilia B")]], [attr(), [cell("Other"), cell("Something")]]]
    head = [attr(), [[attr(), [cell("Therapy"), cell("Condition")]]]]
    table = {"t": "Table", "c": [attr("t1"), [None, [{"t": "Plain", "c": text("All of them")}]], [], head,
                                 [[attr(), 0, [], rows]], [attr(), []]]}  # fmt: skip
    [made] = tables_as_lists([table])
    assert stringify(made).split("\n") == [
        "All of them",
        "Hemgenix",
        "Condition",
        "Haemophilia B",
        "Other",
        "Condition",
        "Something",
        "",
    ]
    assert [node["t"] for node in walk(made) if node["t"] in ("Table", "BulletList")] == ["BulletList", "BulletList"]


def diagram(figure: Figure) -> list[Any]:
    image = {"t": "Image", "c": [attr(), text("alt"), [f"asset:{figure.svg}", ""]]}
    drawn = {"t": "Figure", "c": [attr(figure.id), [None, []], [{"t": "Plain", "c": [image]}]]}
    return [div(attr("", ["diagram-block"]), [drawn, div(attr("", ["long-description"]), [para(text("In words."))])])]


def drawing(width: float, narrow: Drawing | None = None) -> Figure:
    return Figure("route", "route.svg", None, width, 400, "", "alt", "", smallest=16, narrow=narrow)


def image_of(blocks: Any) -> tuple[str, str]:
    [image] = [node for node in walk(blocks) if node["t"] == "Image"]
    return image["c"][2][0], dict(image["c"][0][2]).get("width", "")


def test_large_print_takes_the_drawing_whose_letters_are_large_enough() -> None:
    paper = Paper(body=18, smallest=16)
    blocks, notes = legible(diagram(figure := drawing(300)), {"route": figure}, paper)
    assert (image_of(blocks), notes) == (("asset:route.svg", "119.1mm"), [])
    figure = drawing(800, Drawing("route-narrow.svg", 400, 500, 16))
    blocks, notes = legible(diagram(figure), {"route": figure}, paper)
    assert (image_of(blocks)[0], notes) == ("asset:route-narrow.svg", [])
    figure = drawing(800)
    blocks, notes = legible(diagram(figure), {"route": figure}, paper)
    assert [note.code for note in notes] == ["diagram-in-words"]
    assert stringify(blocks).strip() == "In words."


def test_other_editions_take_every_drawing_as_it_is() -> None:
    figure = drawing(800)
    assert legible(diagram(figure), {"route": figure}, Paper()) == (diagram(figure), [])


def test_the_press_ready_variant_is_the_edition_with_marks(make_edition: Callable[..., Edition]) -> None:
    plain = make_edition("leaflet", outputs={"pdf": {"file": "leaflet.pdf"}, "html": {"file": "leaflet.html"}})
    variant = press_ready(plain)
    assert variant is not None
    assert (variant.name, variant.spec.paper.marks) == ("leaflet", True)
    assert {name: output.file for name, output in variant.spec.outputs.items()} == {"pdf": "leaflet-press.pdf"}
    assert press_ready(make_edition("slides", shape="deck", outputs={"pdf": {"file": "slides.pdf"}})) is None


# The real engine


@pytest.fixture(scope="module")
def engine() -> Iterator[WeasyPrintTool]:
    tool = WeasyPrintTool(1)
    yield tool
    tool.close()


@pytest.mark.e2e
def test_the_same_is_measured_in_a_real_pdf(engine: WeasyPrintTool) -> None:
    words = "administration of internationally representative recommendations " * 12
    page = f"""<html lang="en"><title>T</title><style>
      @font-face {{ font-family: Body; src: url(body.woff) }} body {{ font-family: Body; margin: 0 }}
      @page {{ size: A5; margin: 10mm; @bottom-center {{ content: "running foot"; font-size: 7pt }} }}
      p {{ font: 10pt/1.1 Body; text-align: justify; hyphens: auto }} h1 {{ position: absolute; top: 30mm }}
      .out {{ margin-left: -8mm }}</style><h1>Heading</h1><p>{words}</p><p class="out">{words}</p></html>"""
    [result] = engine.execute([weasyprint_job(page, {"body.woff": FONT.read_bytes()})])
    layout = layout_of(read_pdf(result.outputs["document.pdf"]))
    found = measure_type(layout, words, [words], 5)
    assert [(sheet.width, sheet.height) for sheet in layout.sheets] == [pytest.approx((148, 210), abs=0.1)]
    assert (found.body, found.smallest.value, found.smallest.line.text) == (10, 7, "running foot")  # type: ignore[union-attr]
    assert found.leading is not None
    assert found.leading.value == pytest.approx(1.1, abs=0.02)
    assert len(found.flush) == 2
    assert found.hyphenated
    assert {words for pair in found.overlaps for words in (pair[0].text, pair[1].text)} >= {"Heading"}
    assert max(sample.value for sample in found.outside) == pytest.approx(3, abs=0.5)
