"""The web page: what is mended in pandoc's HTML, which fonts it carries, and how a browser shows it. One browser for all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree, html
from playwright.sync_api import Browser, Page, sync_playwright

from handbill.inspect.web import inspect_html
from handbill.inspect.web_checks import validate_web
from handbill.render.drawing import inline_svg, letters_of
from handbill.render.faces import Face, faces, needed, without_unneeded_faces
from handbill.render.html import finish_page, render_html
from handbill.tools import locate
from handbill.tools.validators.java import nu_html
from tests.web_case import REPOSITORY, case, project

WORDS = project().locale
SHEET = project().styles["styles/fonts.css"].decode()
FONTS = project().fonts
LATIN = "atkinson-hyperlegible-next-latin-400-normal.woff2"


def finished(body: str, head: str = '<header id="page-head"></header>') -> html.HtmlElement:
    page = f'<!DOCTYPE html><html lang="en"><head><title>Tap water</title></head><body>{head}<main id="text">{body}</main></body></html>'
    return html.document_fromstring(finish_page(page, WORDS))


def main_of(page: html.HtmlElement) -> str:
    main = page.get_element_by_id("text")
    return (main.text or "") + "".join(etree.tostring(kid, encoding="unicode", method="html") for kid in main)


# What is mended


def test_the_title_stands_before_the_contents() -> None:
    page = finished('<section class="masthead"><h1>Tap water</h1></section><section><h2>One</h2></section>')
    assert [kid.get("class") for kid in page.get_element_by_id("page-head")] == ["masthead"]
    assert "masthead" not in main_of(page)


def test_a_page_without_a_masthead_has_its_title_as_heading() -> None:
    assert finished("<section><h2>One</h2></section>").get_element_by_id("page-head").findtext("h1") == "Tap water"


@pytest.mark.parametrize(
    ("written", "mended"),
    [
        ('<span abbr="ultraviolet">UV</span>', '<abbr title="ultraviolet">UV</abbr>'),
        ('<div alt="x" width="10px" class="">a</div>', "<div>a</div>"),
        ('<p id="a">1</p><p id="a">2</p>', '<p id="a">1</p><p>2</p>'),
        ('<img src="data:x">', '<img src="data:x" alt="">'),
        ('<img src="data:x" alt="A" title="A tip">', '<img src="data:x" alt="A">'),
        ('<input type="checkbox" checked="">', '<input type="checkbox" checked>'),
        ('<figcaption aria-hidden="true">A</figcaption>', "<figcaption>A</figcaption>"),
        ('<section id="notes"><ol><li>1</li></ol></section>', '<div id="notes"><ol><li>1</li></ol></div>'),
        ('<a href="#ref-x">1</a>', '<a href="#ref-x" role="doc-biblioref">1</a>'),
        ('<a href="#cite-x" class="backlink">1</a>', '<a href="#cite-x" class="backlink" role="doc-backlink">1</a>'),
        ('<a href="#n" class="footnote-back">^</a>', '<a href="#n" class="footnote-back"> Back to the text</a>'),
        ('<ol start="3"><li>x</li></ol>', '<ol start="3"><li>x</li></ol>'),
    ],
)
def test_pandocs_habits_are_mended(written: str, mended: str) -> None:
    assert main_of(finished(written)) == mended


TABLE = (
    "<table><caption>Limits</caption><thead><tr><th></th><th>Cold</th><th>Warm</th></tr></thead>"
    "<tbody><tr><th>x</th><td>yes</td><td>no</td></tr></tbody></table>"
)


def test_cells_say_what_heads_them() -> None:
    text = main_of(finished(TABLE))
    assert '<thead><tr><td></td><th scope="col">Cold</th>' in text, "an empty corner heads nothing"
    assert '<th scope="row">x</th><td data-label="Cold">yes</td><td data-label="Warm">no</td>' in text
    assert '<table class="cards">' in text


def test_a_table_may_scroll_and_a_keyboard_can_reach_it() -> None:
    box = finished(TABLE).find(".//table").getparent()
    assert (box.get("class"), box.get("tabindex"), box.get("role")) == ("table-box", "0", "group")
    assert finished(TABLE).get_element_by_id(box.get("aria-labelledby")).tag == "caption"
    bare = finished(TABLE.replace("<caption>Limits</caption>", "")).find(".//table").getparent()
    assert bare.get("aria-label") == "Cold · Warm · x"


@pytest.mark.parametrize("table", [TABLE.replace("<td>yes", '<td rowspan="2">yes'), TABLE.replace("<th>Warm</th>", "").replace("<td>no</td>", "")])
def test_small_tables_and_tables_with_joined_cells_stay_tables(table: str) -> None:
    assert "cards" not in main_of(finished(table))


FIGURE = (
    '<figure id="flow" class="diagram"><svg width="600" height="9" viewBox="0 0 1 1" role="img" aria-label="A chart."></svg></figure>'
)


def test_a_long_description_can_be_opened_below_its_picture() -> None:
    page = finished(FIGURE + '<div class="long-description"><p>It has three steps.</p></div><p>On.</p>')
    details = page.find(".//details")
    assert details.findtext("summary") == "This picture in words"
    assert details.findtext("p") == "It has three steps."
    assert page.find(".//svg").get("aria-details") == details.get("id") == "flow-description"
    assert details.getnext().text == "On."


def test_a_description_elsewhere_is_tied_to_its_picture_too() -> None:
    link = '<div class="description-link"><p><a href="#d">In words</a></p></div>'
    assert finished(FIGURE + link + '<section id="d"><h2>D</h2></section>').find(".//svg").get("aria-details") == "d"
    assert finished(FIGURE + link).find(".//svg").get("aria-details") is None


def test_a_drawing_scrolls_in_a_box_with_its_name() -> None:
    box = finished(FIGURE).find(".//svg").getparent()
    assert (box.get("aria-label"), box.get("style")) == ("A chart.", "--width: 600px")


def test_drawings_of_one_page_keep_their_ids_apart() -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><title>Tip</title><marker id="m"/><marker id="ed"/><path id="mm" fill="#edf4f7" marker-end="url(#m)"/></svg>'
    text = inline_svg(svg, 'A "chart"', "flow")
    assert 'id="flow--m"' in text
    assert "url(#flow--m)" in text
    assert 'id="flow--mm"' in text
    assert 'fill="#edf4f7"' in text
    assert "Tip" not in text
    assert 'aria-label="A &quot;chart&quot;"' in text


def test_the_letters_of_a_drawing_are_its_words_alone() -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><title>T</title><text><tspan>Collect</tspan> cells</text><text>é</text></svg>'
    assert letters_of(svg.encode()) == "Collect cells é"


# Fonts


def face(family: str, file: str, *ranges: tuple[int, int], descriptors: str = "font-weight: 400") -> Face:
    return Face(family, descriptors, file, ranges)


def test_each_letter_is_set_in_the_first_family_that_has_it() -> None:
    hebrew = "noto-sans-hebrew-hebrew-400-normal.woff2"
    found = [face("First", LATIN), face("Second", LATIN), face("Third", hebrew)]
    assert [f.family for f in needed(found, "abc", FONTS)] == ["First"]
    assert [f.family for f in needed(found, "abc ש", FONTS)] == ["First", "Third"]
    assert needed(found, "漢", FONTS) == ()


def test_a_range_keeps_letters_out_and_a_font_without_them_does_too() -> None:
    assert needed([face("A", LATIN, (0x400, 0x4FF))], "abc", FONTS) == ()
    assert needed([face("A", LATIN, (0, 0xFFFF))], "\u2191", FONTS) == (), "the package's range names an arrow that its font lacks"


def test_ranges_are_read_in_every_form() -> None:
    sheet = '@font-face{font-family:"X";src:url("font:a.woff2");unicode-range:U+26, U+0-7F,u+4??}'
    assert faces(sheet)[0].ranges == ((0x26, 0x26), (0, 0x7F), (0x400, 0x4FF))


def test_a_page_in_english_carries_two_files_and_the_rest_of_its_sheet() -> None:
    kept = without_unneeded_faces(SHEET + " p { color: red }", "Tap water", FONTS)
    assert [f.file for f in faces(kept)] == [LATIN, LATIN.replace("400", "700")]
    assert "color: red" in kept
    assert "hebrew" in without_unneeded_faces(SHEET + r' p::before { content: "\5d0" }', "Tap", FONTS)
    assert "missing.woff2" in without_unneeded_faces('@font-face{font-family:X;src:url("font:missing.woff2")}', "", FONTS)


# In a browser


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data, diagnostics = case().render(render_html, "html")
    assert diagnostics == []
    path = tmp_path_factory.mktemp("page") / "handout.html"
    path.write_bytes(data)
    return path


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = locate.need(locate.find_chromium()).path
    shut = ["--host-resolver-rules=MAP * ~NOTFOUND", "--disable-gpu", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=shut)
        yield started
        started.close()


@pytest.mark.e2e
@pytest.mark.xdist_group("page-case")
class TestPage:
    @pytest.fixture
    def page(self, browser: Browser, written: Path) -> Iterator[Page]:
        context = browser.new_context(viewport={"width": 320, "height": 640})
        page = context.new_page()
        page.goto(written.as_uri())
        yield page
        context.close()

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("width", [320, 1280])
    def test_axe_finds_nothing_nothing_is_asked_for_and_nothing_sticks_out(
        self, browser: Browser, written: Path, scheme: str, width: int
    ) -> None:
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True)  # type: ignore[arg-type]
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(written.as_uri())
        page.add_script_tag(path=locate.need(locate.find_npm_package(REPOSITORY, "axe-core", "axe.min.js")).path)
        found = page.evaluate("async () => (await axe.run(document, {resultTypes: ['violations']})).violations.map(v => v.id)")
        assert found == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
        context.close()

    def test_the_first_key_skips_to_the_text(self, page: Page) -> None:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        assert page.locator(".skip").bounding_box()["x"] >= 0  # type: ignore[index]
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "text"

    def test_a_description_opens_with_a_key_and_is_always_printed(self, page: Page) -> None:
        words = page.get_by_text("The chart has three steps", exact=False)
        assert not words.is_visible()
        page.emulate_media(media="print")
        assert words.bounding_box()["height"] > 5  # type: ignore[index]
        page.emulate_media(media="screen")
        page.locator("summary").focus()
        page.keyboard.press("Enter")
        assert words.is_visible()

    def test_on_a_phone_the_rows_of_a_table_are_cards_with_labels(self, page: Page) -> None:
        label = "getComputedStyle(document.querySelector('td[data-label]'), '::before').content"
        assert "Substance" in page.evaluate(label)
        page.set_viewport_size({"width": 1280, "height": 800})
        assert page.evaluate(label) == "none"

    def test_letters_of_a_drawing_stay_legible_on_a_phone(self, page: Page) -> None:
        assert page.evaluate("document.querySelector('figure svg').getBoundingClientRect().width") >= 0.7 * 600

    def test_it_is_valid_and_has_nothing_that_our_own_checks_find(self, written: Path) -> None:
        assert nu_html(REPOSITORY, [written]) == [()]
        facts = inspect_html(written.name, written.read_bytes())
        assert validate_web(facts) == []
        assert WORDS["draft_notice"] in facts.texts[0]
        assert facts.extra["images"][0][0] == "Flowchart. Water flows from the lake through a filter to the tap."
