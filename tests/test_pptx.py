"""slides.pptx: real alt texts, titles, languages and notes; editable; valid; the same bytes every time."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openxml_audit import OpenXmlValidator
from PIL import Image
from pptx import Presentation

from handbill.inspect.pptx import inspect_pptx, validate_pptx
from handbill.render.deck_html import plan_deck
from handbill.render.deck_theme import read_theme
from handbill.render.pptx import render_pptx
from handbill.render.pptx_reference import layout_slots, reference_pptx
from handbill.runners.direct import DirectRunner
from handbill.tools.pptx.tool import Pptx, finishing_job
from handbill.tools.pptx.xml import EMU, element, points, settled
from tests.deck_case import ALT, DESCRIPTION, case, house

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("pptx")]

TITLES = (
    "Tap water", "One sentence", "Three things to know", "From lake to tap", "Since when?", "Limits by substance",
    "Lists and a note", "Two sides", "Sources", "About this document",
)  # fmt: skip
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


@pytest.fixture(scope="module")
def data() -> bytes:
    made, diagnostics = case().render(render_pptx, "pptx")
    assert diagnostics == []
    return made


@pytest.fixture(scope="module")
def slides(data: bytes) -> list[Any]:
    return list(Presentation(io.BytesIO(data)).slides)


def runs(slide: Any) -> list[tuple[str, Any]]:
    return [(run.findtext(f"{_A}t", ""), run.find(f"{_A}rPr")) for run in slide._element.iter(f"{_A}r")]


def shape(slide: Any, name: str) -> Any:
    return next(found for found in slide.shapes if found.name == name)


def test_words_that_are_not_those_of_the_plan_are_told(data: bytes) -> None:
    """What pandoc wrote has other slides, or another number of texts on one: nothing is put where it does not belong."""
    count = len(Presentation(io.BytesIO(data)).slides)
    slide = {"layout": "Blank", "pieces": 0, "shapes": []}
    for slides in ([slide], [{**slide, "pieces": 7}] * count):
        job = finishing_job(data, slides, {}, mark="|", language="en", step=1.0, chapters=[], about={"date": "2026-11-26T00:00:00"})
        (result,) = DirectRunner({"pptx": Pptx()}).run([job])
        assert result.failed and [found.code for found in result.diagnostics] == ["pptx-slides"]


def test_every_slide_says_what_the_deck_says(data: bytes) -> None:
    facts = inspect_pptx("slides.pptx", data)
    assert facts.titles == TITLES
    assert set(facts.page_sizes) == {(338.67, 190.5)}
    assert (facts.language, facts.title, facts.extra["authors"]) == ("en-GB", "Tap water", "Ada Ng")
    assert facts.texts[2] == (
        "Three things to know Water in brief · Draft: not yet approved for use Source A lake or a well Treatment Filtered, then kept "
        "clean with 0.3 mg/l chlorine [1] Limits Set by law Sources 1 City Water Works, 2024 · 2 Ng et al., 2021"
    )
    assert facts.texts[5].startswith("Limits by substance How it is treated · Draft: not yet approved for use Substance Limit Why Nitrate 50 mg/l")
    assert facts.texts[6].endswith("a Longer after a holiday.")
    assert "Use the cold tap Hot water takes more from the pipes. also for tea" in facts.texts[6]
    assert facts.texts[7] == "Two sides How it is treated · Draft: not yet approved for use cheap fresh"
    assert facts.extra["sections"] == (
        "Tap water",
        "Water in brief",
        "How it is treated",
        "Sources",
        "About this document",
    )
    assert validate_pptx(inspect_pptx("x", data)) == []


def test_notes_hold_what_is_said_and_the_words_of_the_picture(data: bytes) -> None:
    notes = inspect_pptx("slides.pptx", data).extra["notes"]
    assert notes[1] == "Say who checks it, and how often: 1,460 samples a year. [1,2]"
    assert notes[3] == f"The way of the water. Follow the arrows. This picture in words {DESCRIPTION}"
    assert "Paid for by" in notes[9]


def test_the_picture_carries_the_author_s_words_pixels_and_the_drawing(slides: list[Any]) -> None:
    picture = shape(slides[3], "flow")
    properties = picture._element.nvPicPr.cNvPr
    assert (properties.get("descr"), properties.get("title")) == (ALT, "From lake to tap")
    related = {rel.rId: rel.target_part for rel in slides[3].part.rels.values() if not rel.is_external}
    blip = next(picture._element.iter(f"{_A}blip"))
    vector = next(e for e in blip.iter() if e.tag.endswith("}svgBlip"))
    assert related[blip.get(f"{_R}embed")].content_type == "image/png"
    assert related[vector.get(f"{_R}embed")].content_type == "image/svg+xml"
    assert b"<text" in related[vector.get(f"{_R}embed")].blob


def test_the_picture_fills_the_slide_and_keeps_its_proportions(slides: list[Any]) -> None:
    picture = shape(slides[3], "flow")
    assert picture.width / picture.height == pytest.approx(600 / 120, rel=0.01)
    assert picture.width > 1000 * EMU


def test_every_word_knows_its_language(data: bytes, slides: list[Any]) -> None:
    assert inspect_pptx("slides.pptx", data).extra["languages"] == ("en-GB",)
    assert all(properties is not None for slide in slides for _, properties in runs(slide))


def test_shapes_are_numbered_apart_and_decoration_says_so(slides: list[Any]) -> None:
    for slide in slides:
        ids = [found.shape_id for found in slide.shapes]
        assert len(ids) == len(set(ids)) and min(ids) > 1
    bars = [found for found in slides[2].shapes if found.name.startswith("Bar")]
    assert len(bars) == 3
    assert [mark.get("val") for bar in bars for mark in bar._element.iter() if mark.tag.endswith("}decorative")] == [
        "1"
    ] * 3


def test_shapes_stand_in_reading_order_and_on_the_slide(slides: list[Any]) -> None:
    for slide in slides:
        assert slide.shapes[0] == slide.shapes.title
        for found in slide.shapes:
            assert found.left >= 0 and found.top >= 0
            assert found.left + found.width <= 1280 * EMU and found.top + found.height <= 720 * EMU
    names = [found.name for found in slides[2].shapes if not found.name.startswith("Bar")]
    assert names == ["Title", "Section", "Card 1", "Card 2", "Card 3", "Sources", "Slide Number"]


def test_tables_have_head_rows_row_heads_and_a_description(data: bytes, slides: list[Any]) -> None:
    ((head, row_heads, said),) = inspect_pptx("slides.pptx", data).extra["tables"]
    assert head and row_heads
    assert said.startswith("Two of the limits.")
    table = shape(slides[5], "Table").table
    assert [cell.text for cell in table.rows[1].cells] == ["Nitrate", "50 mg/l", "Bottle-fed babies [2]"]
    assert all(run.font.bold for row in table.rows for run in row.cells[0].text_frame.paragraphs[0].runs)


def test_text_is_24_points_or_more_but_for_the_small_lines(slides: list[Any]) -> None:
    for slide in slides:
        for found in slide.shapes:
            sizes = [int(e.get("sz")) for e in found._element.iter() if e.get("sz", "").isdigit()]
            if (
                found.name.startswith(("Content", "Card", "When", "What", "Text", "Title", "Table"))
                and slide is not slides[8]
            ):
                assert min(sizes) >= 2400, (found.name, sizes)
            assert min(sizes, default=1500) >= 1500


def test_lists_are_lists(slides: list[Any]) -> None:
    content = shape(slides[6], "Content 1")._element
    paragraphs = list(content.iter(f"{_A}p"))
    numbered = [p for p in paragraphs if p.find(f"{_A}pPr/{_A}buAutoNum") is not None]
    assert len(numbered) == 2
    assert [p.find(f"{_A}pPr").get("lvl") for p in paragraphs] == ["0", "0", "0", "1", "0"]


def test_citations_jump_to_the_sources_and_web_links_stay_links(slides: list[Any]) -> None:
    jumps = [
        (text, slides[1].part.rels[properties.find(f"{_A}hlinkClick").get(f"{_R}id")].target_part.partname)
        for text, properties in runs(slides[1])
        if properties.find(f"{_A}hlinkClick") is not None
    ]
    assert jumps == [("1", slides[8].part.partname)] * 2


def test_nothing_of_the_carrier_is_left(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        slides = [
            package.read(name).decode() for name in package.namelist() if re.match(r"ppt/slides/slide\d+\.xml", name)
        ]
    assert all("\ue000" not in xml for xml in slides)


def test_powerpoint_s_own_schemas_accept_it(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "slides.pptx"
    path.write_bytes(data)
    assert [str(problem) for problem in OpenXmlValidator().validate(path).errors] == []
    path.write_bytes(reference_pptx(theme()))
    assert [str(problem) for problem in OpenXmlValidator().validate(path).errors] == []


def test_the_same_document_gives_the_same_bytes(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    assert case().render(render_pptx, "pptx")[0] == data
    core = Presentation(io.BytesIO(data)).core_properties
    assert (core.created, core.modified) == (datetime(2026, 1, 2), datetime(2026, 1, 2))  # noqa: DTZ001  as the file has it


def test_a_picture_without_pixels_is_refused_at_its_place() -> None:
    known = case()
    figures = {name: replace(figure, png=None) for name, figure in known.document.figures.items()}
    document = replace(known.document, figures=figures)
    data, diagnostics = render_pptx(
        document, known.edition, known.edition.spec.outputs["pptx"], known.project, known.runner
    )
    assert (data, [d.code for d in diagnostics]) == (None, ["picture-no-png"])


def test_slides_and_paper_share_one_plan() -> None:
    known = case()
    plan, _ = plan_deck(known.document, known.edition, known.project)
    assert plan is not None
    card = shape(Presentation(io.BytesIO(case().render(render_pptx, "pptx")[0])).slides[2], "Card 1")
    box = plan.layouts[2].cards[0]
    assert (card.left, card.top) == (round(box.x * EMU), round(box.y * EMU))


# The template


def theme() -> Any:
    found, diagnostics = read_theme(house()[0])
    assert found is not None, diagnostics
    return found


def test_the_template_is_our_own_and_always_the_same() -> None:
    made = reference_pptx(theme())
    assert made == reference_pptx(theme())
    presentation = Presentation(io.BytesIO(made))
    assert [layout.name for layout in presentation.slide_layouts] == list(layout_slots(theme()))
    assert (presentation.slide_width, presentation.slide_height) == (1280 * EMU, 720 * EMU)
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        xml = package.read("ppt/theme/theme1.xml").decode()
    assert 'typeface="Arial"' in xml and "17506E" in xml and "Calibri" not in xml.split("<a:fmtScheme")[0]


def test_the_theme_s_colours_reach_the_template() -> None:
    other = replace(theme(), values={**theme().values, "accent": "#702060"})
    with zipfile.ZipFile(io.BytesIO(reference_pptx(other))) as package:
        assert "702060" in package.read("ppt/theme/theme1.xml").decode()


def test_placeholders_of_each_layout_have_indexes_of_their_own() -> None:
    for name, slots in layout_slots(theme()).items():
        assert len({slot.idx for slot in slots}) == len(slots), name


def test_small_pieces() -> None:
    assert points(32) == 2400
    assert points(26) == 1950
    assert element("<a:lstStyle/>").tag == f"{_A}lstStyle"
    assert element('<p:ph type="title"/>').get("type") == "title"


def test_a_settled_package_has_no_time_of_day() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr(zipfile.ZipInfo("b.xml", (2026, 1, 2, 3, 4, 6)), "b")
        package.writestr("[Content_Types].xml", "a")
    with zipfile.ZipFile(io.BytesIO(settled(out.getvalue()))) as package:
        assert [(i.filename, i.date_time) for i in package.infolist()] == [
            ("[Content_Types].xml", (1980, 1, 1, 0, 0, 0)), ("b.xml", (1980, 1, 1, 0, 0, 0)),
        ]  # fmt: skip


# What inspection notices


def spoilt(data: bytes, change: Callable[[Any], None]) -> bytes:
    presentation = Presentation(io.BytesIO(data))
    change(presentation)
    out = io.BytesIO()
    presentation.save(out)
    return out.getvalue()


def _silent(presentation: Any) -> None:
    shape(presentation.slides[3], "flow")._element.nvPicPr.cNvPr.attrib.pop("descr")


def _untitled(presentation: Any) -> None:
    presentation.slides[4].shapes.title.text_frame.clear()


def _twice(presentation: Any) -> None:
    presentation.slides[4].shapes.title.text_frame.text = "Two sides"


def _headless(presentation: Any) -> None:
    shape(presentation.slides[5], "Table").table.first_row = False


def _speechless(presentation: Any) -> None:
    runs(presentation.slides[1])[0][1].attrib.pop("lang")


def _same_number(presentation: Any) -> None:
    for properties in presentation.slides[1]._element.iter(
        "{http://schemas.openxmlformats.org/presentationml/2006/main}cNvPr"
    ):
        properties.set("id", "2")


def _nameless(presentation: Any) -> None:
    presentation.core_properties.title = ""


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_silent, "slide-picture-silent"), (_untitled, "slide-untitled"), (_twice, "slide-titles-equal"),
        (_headless, "slide-table-headless"), (_speechless, "slide-language"), (_same_number, "slide-shape-ids"),
        (_nameless, "deck-unnamed"),
    ],
)  # fmt: skip
def test_a_spoilt_file_is_noticed(data: bytes, change: Callable[[Any], None], code: str) -> None:
    assert code in [d.code for d in validate_pptx(inspect_pptx("x", spoilt(data, change)))]


def test_pixels_stay_as_they_were(slides: list[Any]) -> None:
    blob = shape(slides[3], "flow").image.blob
    with Image.open(io.BytesIO(blob)) as picture:
        assert picture.size == (1200, 240)
