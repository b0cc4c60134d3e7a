"""slides.html: one file that a browser shows with no network, that keys and screen readers can use, and that reads
without a script. One browser for all tests of this file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from handbill.box import Box
from handbill.inspect.slides import inspect_revealjs, validate_revealjs
from handbill.render.deck_html import make_deck_page
from handbill.render.deck_picture import drawing
from handbill.render.revealjs import render_revealjs
from handbill.tools import locate
from handbill.tools.validators.chromium import axe
from tests.deck_case import ALT, DESCRIPTION, REPOSITORY, case

TITLES = (
    "Tap water", "One sentence", "Three things to know", "From lake to tap", "Since when?", "Limits by substance",
    "Lists and a note", "Two sides", "Sources", "About this document",
)  # fmt: skip
pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("revealjs")]


@pytest.fixture(scope="module")
def deck(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data, diagnostics = case().render(render_revealjs, "revealjs")
    assert diagnostics == []
    path = tmp_path_factory.mktemp("deck") / "slides.html"
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


class Shown:
    """A page of the deck, what it asked the network for, and its script errors."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.asked: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("pageerror", lambda problem: self.errors.append(str(problem)))
        page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)

    def open(self, path: Path, query: str = "") -> Shown:
        self.page.goto(path.as_uri() + query)
        if not query:
            self.page.wait_for_selector("html.ready")
        return self

    @property
    def said(self) -> str:
        """What the last change announced to a screen reader."""
        return str(self.page.text_content(".status-line"))

    def title(self) -> str:
        return str(self.page.text_content("section.present h1, section.present h2"))


@pytest.fixture
def shown(browser: Browser, deck: Path) -> Iterator[Shown]:
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    opened = Shown(context.new_page()).open(deck)
    yield opened
    assert opened.errors == []
    context.close()


def test_the_file_holds_every_slide_its_notes_and_the_words_of_its_pictures(deck: Path) -> None:
    facts = inspect_revealjs("slides.html", deck.read_bytes())
    assert facts.titles == TITLES
    assert (facts.language, facts.title) == ("en-GB", "Tap water")
    assert facts.texts[2] == (
        "Water in brief · Draft: not yet approved for use Three things to know Source A lake or a well Treatment Filtered, then kept clean with 0.3 mg/l chlorine [1] "
        "Limits Set by law Sources 1 City Water Works, 2024 · 2 Ng et al., 2021 3"
    )
    assert facts.extra["notes"][1] == "Say who checks it, and how often: 1,460 samples a year. [1,2]"
    assert facts.extra["alts"][3] == (ALT,)
    assert DESCRIPTION in facts.extra["descriptions"][3]
    assert "Longer after a holiday." in facts.texts[6]
    assert validate_revealjs(inspect_revealjs("x", deck.read_bytes())) == []


def test_the_same_document_gives_the_same_bytes(deck: Path) -> None:
    assert case().render(render_revealjs, "revealjs")[0] == deck.read_bytes()


def test_axe_finds_nothing_on_any_slide_and_nothing_sticks_out_at_two_sizes(deck: Path) -> None:
    assert axe(REPOSITORY, [deck]) == [()]


def test_it_opens_from_disk_and_asks_for_nothing_else(shown: Shown, deck: Path) -> None:
    for _ in TITLES:
        shown.page.keyboard.press("ArrowRight")
    assert {url for url in shown.asked if not url.startswith("data:")} == {deck.as_uri()}


def test_fonts_of_its_own_are_used(shown: Shown) -> None:
    assert shown.page.evaluate("document.fonts.check('700 50px \"Atkinson Hyperlegible Next\"')")
    assert shown.page.evaluate("[...document.fonts].filter((f) => f.status === 'loaded').length") >= 2


def test_keys_move_through_the_slides_and_each_is_announced_by_its_title(shown: Shown) -> None:
    said = [shown.said]
    for key in ("ArrowRight", "Space", "ArrowLeft", "End", "Home"):
        shown.page.keyboard.press(key)
        said.append(shown.said)
    assert said == [
        "Slide 1 / 10: Tap water", "Slide 2 / 10: One sentence", "Slide 3 / 10: Three things to know",
        "Slide 2 / 10: One sentence", "Slide 10 / 10: About this document", "Slide 1 / 10: Tap water",
    ]  # fmt: skip


def test_a_screen_reader_may_read_the_slide_itself_and_hears_nothing_twice(shown: Shown) -> None:
    assert shown.page.locator("[role=application]").count() == 0
    assert shown.page.locator("[aria-live]:not(.status-line)").count() == 0
    shown.page.keyboard.press("ArrowRight")
    snapshot = shown.page.locator("main").aria_snapshot()
    assert 'heading "One sentence"' in snapshot
    assert "Three things to know" not in snapshot
    assert shown.page.text_content("section.present [aria-level='1']") == "One sentence"


def test_tab_reaches_only_what_is_shown(shown: Shown) -> None:
    shown.page.keyboard.press("ArrowRight")
    reached = []
    for _ in range(8):
        shown.page.keyboard.press("Tab")
        reached.append(
            shown.page.evaluate(
                "document.activeElement.closest('.slides > section')?.id ?? document.activeElement.className"
            )
        )
    assert set(reached) <= {
        "one-sentence",
        "skip",
        "",
        "navigate-left enabled",
        "navigate-right enabled",
        "notes-panel",
        "reveal-viewport",
    }
    assert "one-sentence" in reached
    shown.page.keyboard.press("Shift+Tab")
    outline = shown.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"


def test_citations_lead_to_the_list_and_back(shown: Shown) -> None:
    shown.page.keyboard.press("ArrowRight")
    shown.page.click("section.present .body a[href='#ref-works']")
    shown.page.wait_for_selector("section#references.present")
    assert shown.title() == "Sources"


def test_notes_are_shown_beside_the_slide_without_a_second_window(shown: Shown) -> None:
    shown.page.keyboard.press("ArrowRight")
    assert not shown.page.is_visible(".notes-panel")
    shown.page.keyboard.press("t")
    assert "1,460 samples" in str(shown.page.text_content(".notes-panel"))
    shown.page.keyboard.press("ArrowRight")
    assert "from country to country" in str(shown.page.text_content(".notes-panel"))
    shown.page.click("text=Speaker notes >> nth=0")
    assert not shown.page.is_visible(".notes-panel")


def test_the_speaker_s_window_gets_the_notes(shown: Shown, deck: Path) -> None:
    shown.page.keyboard.press("ArrowRight")
    with shown.page.expect_popup() as opening:
        shown.page.keyboard.press("s")
    window = opening.value
    window.locator(".speaker-controls-notes .value", has_text="1,460").wait_for()
    window.close()


def test_nothing_moves(shown: Shown) -> None:
    assert shown.page.evaluate("Reveal.getConfig().transition") == "none"
    calm = shown.page.context.browser.new_context(reduced_motion="reduce") if shown.page.context.browser else None
    assert calm is not None
    page = calm.new_page()
    page.goto(shown.page.url)
    page.wait_for_selector("html.ready")
    moving = "[...document.querySelectorAll('*')].filter((e) => getComputedStyle(e).transitionDuration !== '0s').length"
    assert page.evaluate(moving) == 0
    calm.close()


def test_without_a_script_it_is_a_page_to_read(browser: Browser, deck: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(deck.as_uri())
    for title in TITLES:
        assert page.locator(f"h1:text-is('{title}'), h2:text-is('{title}')").is_visible(), title
    assert page.locator("text=1,460 samples a year").is_visible()
    assert page.locator(f".long-description >> text={DESCRIPTION}").is_visible()
    assert page.locator("h1").count() == 1
    context.close()


def test_on_a_narrow_screen_it_is_a_page_that_does_not_scroll_sideways(browser: Browser, deck: Path) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto(deck.as_uri())
    assert page.evaluate("document.documentElement.className") == ""
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()


def test_it_prints_every_slide_with_its_notes(shown: Shown) -> None:
    import pypdfium2

    with pypdfium2.PdfDocument(shown.page.pdf()) as printed:
        words = " ".join(page.get_textpage().get_text_range() for page in printed)
    for title in TITLES:
        assert title in " ".join(words.split())
    assert "1,460 samples" in words


def test_every_slide_is_one_page_of_the_paper_deck() -> None:
    known = case()
    page, diagnostics = make_deck_page(
        known.document, known.edition, known.edition.spec.outputs["pdf"], known.project, known.runner, inline=False
    )
    assert page is not None and diagnostics == []
    assert page.html.count("<section") == len(TITLES)
    assert "1,460 samples" not in page.html
    assert f'alt="{ALT} {DESCRIPTION}"' in page.html
    assert {"flow.svg", "atkinson-hyperlegible-next-latin-400-normal.woff"} <= set(page.files)


def test_a_deck_without_reveal_js_says_what_to_do() -> None:
    known = case()
    bare = replace(known.edition, files={n: d for n, d in known.edition.files.items() if not n.startswith("vendor/")})
    data, diagnostics = render_revealjs(
        known.document, bare, bare.spec.outputs["revealjs"], known.project, known.runner
    )
    assert (data, [d.code for d in diagnostics]) == (None, ["vendor-missing"])


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b'aria-label="Flowchart', b'aria-name="Flowchart', "slide-picture-silent"),
        (b'<h2 id="since-when-title">Since when?</h2>', b"", "slide-untitled"),
        (b">Since when?</h2>", b">Two sides</h2>", "slide-titles-equal"),
        (b' lang="en-GB"', b"", "deck-unnamed"),
        (b"<body>", b'<body><script src="https://example.org/x.js"></script>', "deck-loads"),
        (b"</style>", b"@import url(https://example.org/x.css);</style>", "deck-loads"),
    ],
)
def test_a_spoilt_deck_is_noticed(deck: Path, old: bytes, new: bytes, code: str) -> None:
    spoilt = deck.read_bytes().replace(old, new, 1)
    assert spoilt != deck.read_bytes()
    assert code in [d.code for d in validate_revealjs(inspect_revealjs("x", spoilt))]


def test_one_drawing_may_stand_on_two_slides() -> None:
    figure, data = case().document.figures["flow"], case().document.assets["flow.svg"]
    first, second = (str(drawing(data, figure, scope, Box(0, 0, 600, 120))) for scope in ("a", "b"))
    assert 'id="a--tip"' in first and "url(#a--tip)" in first
    assert 'id="b--tip"' in second and "<title>" not in second
    assert any_attribute(first, "aria-label") == ALT


def any_attribute(svg: str, name: str) -> Any:
    from lxml import etree

    return etree.fromstring(svg).get(name)


def test_only_fonts_that_the_deck_needs_are_inside(deck: Path) -> None:
    page = deck.read_text(encoding="utf-8")
    assert page.count("@font-face") == 2
    assert len(page) < 600_000
