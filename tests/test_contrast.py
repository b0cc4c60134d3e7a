"""Contrast: computed from the colours that really meet, in the finished PDF and in the cascade of a page."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from lxml import html

from handbill.colour import Colour, colour_of, contrast, needed
from handbill.diagnostics import Diagnostic
from handbill.inspect.cascade import DARK, LIGHT, Cascade
from handbill.inspect.cascade_look import Look
from handbill.inspect.contrast import check_contrast
from handbill.inspect.pdf import inspect_pdf
from handbill.inspect.pdf_read import read_pdf
from handbill.model import Artifact, Diagram, Edition, Facts, Project
from handbill.schema import DiagramHead, Output
from handbill.text import Span
from handbill.tools.weasyprint import WeasyPrintTool, weasyprint_job
from tests.conftest import REPOSITORY, located

FONT = REPOSITORY / "node_modules/@fontsource/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-400-normal.woff"
Looks = dict[str, tuple[str, str]]


def colour(words: str) -> Colour:
    found = colour_of(words)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000", "white", 21), ("#777777", "#ffffff", 4.48), ("hsl(0 0% 100%)", "rgb(255, 255, 255)", 1), ("oklch(1 0 0)", "black", 21)],
)
def test_contrast_is_the_ratio_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(colour(one), colour(other)) == pytest.approx(ratio, abs=0.01)


def test_alpha_mixes_with_the_ground() -> None:
    assert str(colour("rgb(0 0 0 / 50%)").over(colour("#fff"))) == "#808080"
    assert colour_of("currentcolor") is None and colour_of("16px") is None


@pytest.mark.parametrize(("points", "bold", "ratio"), [(17.9, False, 4.5), (18, False, 3), (14, True, 3), (13.9, True, 4.5)])
def test_large_text_needs_less(points: float, bold: bool, ratio: float) -> None:
    assert needed(points, bold=bold) == ratio


def seen(css: str, body: str, scheme: str = LIGHT) -> Looks:
    """Colour and ground of each text."""
    cascade = Cascade([css])
    page = html.document_fromstring(f"<html><head><style>{css}</style></head><body>{body}</body></html>")
    return {words: (str(look.seen), str(look.ground)) for words, look in cascade.looks(page, {scheme: Look()})}


CASES = [
    ("p {color: #111} .a {color: #222}", '<p class="a">x</p>', "#222222", "#ffffff"),  # specificity
    (".a {color: #222} p {color: #111}", '<p class="a">x</p>', "#222222", "#ffffff"),
    ("p {color: #111 !important} .a {color: #222}", '<p class="a">x</p>', "#111111", "#ffffff"),
    ("p {color: #111} p {color: #222}", "<p>x</p>", "#222222", "#ffffff"),  # the later rule
    ("div {color: #111}", "<div><p>x</p></div>", "#111111", "#ffffff"),  # inheritance
    (":root {--c: #333} p {color: var(--c)}", "<p>x</p>", "#333333", "#ffffff"),
    (":root {--c: #333} .d {--c: #444} p {color: var(--c)}", '<div class="d"><p>x</p></div>', "#444444", "#ffffff"),
    ("p {color: var(--none, #555)}", "<p>x</p>", "#555555", "#ffffff"),
    ("div {background: #eee} p {background: none}", "<div><p>x</p></div>", "#000000", "#eeeeee"),
    ("div {background: #000} p {background: rgb(255 255 255 / 50%)}", "<div><p>x</p></div>", "#000000", "#808080"),
    ("p {opacity: 0.5}", "<p>x</p>", "#808080", "#ffffff"),
    ("p {background: #123 url(a.png)}", "<p>x</p>", "#000000", "None"),
    ("p {background: linear-gradient(red, blue)}", "<p>x</p>", "#000000", "None"),
    ("p {color: #111} @media print {p {color: #999}}", "<p>x</p>", "#111111", "#ffffff"),
    ("p {color: #111} @media (prefers-color-scheme: dark) {p {color: #999}}", "<p>x</p>", "#111111", "#ffffff"),
    ("p {color: #111} @supports (color: red) {p {color: #999}}", "<p>x</p>", "#999999", "#ffffff"),
    ("p {color: #111}", '<p style="color: #777">x</p>', "#777777", "#ffffff"),
    ("li:nth-child(even) {background: #eee}", "<ul><li>y</li><li>x</li></ul>", "#000000", "#eeeeee"),
    ("a[href^=x] {color: #abc}", '<a href="y">y</a><a href="x">x</a>', "#aabbcc", "#ffffff"),
    ("#b {color: #abc}", '<p id="a">y</p><p id="b">x</p>', "#aabbcc", "#ffffff"),
    ('p::before {content: "x"; color: #abc}', "<p>y</p>", "#aabbcc", "#ffffff"),
    ("p {color: currentcolor} div {color: #abc}", "<div><p>x</p></div>", "#aabbcc", "#ffffff"),
    ("p:unheard-of {color: red} p::odd(1) {color: red} p {color: #abc}", "<p>x</p>", "#aabbcc", "#ffffff"),
]


@pytest.mark.parametrize(("css", "body", "front", "ground"), CASES)
def test_the_cascade_gives_what_a_browser_gives(css: str, body: str, front: str, ground: str) -> None:
    assert seen(css, body)["x"] == (front, ground)


def test_what_is_not_shown_is_not_judged() -> None:
    shown = seen(".a {display: none} .b {visibility: hidden}", '<p class="a">a</p><p class="b">b</p><p hidden>c</p><p>d</p><svg><text>e</text></svg>')
    assert set(shown) == {"d"}


def test_the_dark_scheme_is_followed_when_a_sheet_has_one() -> None:
    css = "p {color: #111} @media (prefers-color-scheme: dark) {html {background: #000} p {color: #999}}"
    assert Cascade([css]).schemes == (LIGHT, DARK) and Cascade(["p {color: #111}"]).schemes == (LIGHT,)
    assert seen(css, "<p>x</p>", DARK)["x"] == ("#999999", "#000000")


@pytest.mark.parametrize(
    ("css", "pixels", "weight"),
    [
        ("", 16, 400), ("p {font-size: 2em}", 32, 400), ("html {font-size: 10px} p {font-size: 150%}", 15, 400),
        ("p {font: bold 12pt/1.4 serif}", 16, 700), ("p {font-size: clamp(2rem, 5vw, 4rem); font-weight: 600}", 32, 600),
    ],
)  # fmt: skip
def test_size_and_weight_are_known(css: str, pixels: float, weight: int) -> None:
    ((_, look),) = Cascade([css]).looks(html.document_fromstring("<html><body><p>x</p></body></html>"), {LIGHT: Look()})
    assert (look.pixels, look.weight) == (pytest.approx(pixels), weight)


# The check


SHEET = ":root {\n  --ink: #1b1f23;\n  --pale: #999999;\n}\np { color: var(--ink); }\n.note { color: var(--pale); }\n.big { color: var(--pale); font-size: 3em; }\n"


@pytest.fixture
def judge(make_project: Callable[..., Project], make_edition: Callable[..., Edition]) -> Callable[..., list[Diagnostic]]:
    def run(data: bytes, form: str, file: str, facts: Facts | None = None, sheet: str = SHEET, **more: Any) -> list[Diagnostic]:
        output = Output.model_validate({"file": file, "styles": ["own.css"]})
        edition = replace(make_edition(outputs={form: {"file": file, "styles": ["own.css"]}}), files={"own.css": sheet.encode()})
        artifact = Artifact(file, edition.name, form, data, output)
        return check_contrast(artifact, facts or Facts(file), edition, make_project(**more))

    return run


def page(body: str, sheet: str = SHEET) -> bytes:
    return f"<!DOCTYPE html><html><head><style>{sheet}</style></head><body>{body}</body></html>".encode()


def test_a_pale_colour_of_a_page_is_told_at_the_line_that_sets_it(judge: Callable[..., list[Diagnostic]]) -> None:
    assert judge(page("<p>fine</p>"), "html", "a.html") == []
    (complaint,) = judge(page('<p>fine</p><p class="note">pale</p><p class="note">pale again</p>'), "html", "a.html")
    assert (complaint.code, complaint.span) == ("contrast-low", Span("templates/editions/handout/own.css", 3, 3))
    assert "#999999 on #ffffff has a contrast of 2.8:1" in complaint.message and "“pale”" in complaint.message


def test_large_text_may_be_paler(judge: Callable[..., list[Diagnostic]]) -> None:
    sheet = SHEET.replace("#999999", "#888888")
    assert judge(page('<p class="big">x</p>', sheet), "html", "a.html", sheet=sheet) == []
    assert judge(page('<p class="note">x</p>', sheet), "html", "a.html", sheet=sheet)


def test_a_book_is_judged_by_day_and_by_night(judge: Callable[..., list[Diagnostic]]) -> None:
    def book(css: str) -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as package:
            package.writestr("EPUB/a.css", css)
            package.writestr("EPUB/a.xhtml", '<html xmlns="http://www.w3.org/1999/xhtml"><body><h2>Night</h2></body></html>')
        return stream.getvalue()

    facts = Facts("a.epub", extra={"spine": ("EPUB/a.xhtml",)})
    for css, expected in (("h2 {margin: 0}", []), ("h2 {color: #123}", ["#000000"]), ("h2 {color: #eee}", ["#ffffff"]),
                          ("h2 {color: #123; background: #fff}", [])):  # fmt: skip
        found = judge(book(css), "epub", "a.epub", facts, sheet=css)
        assert [d.message.split(" on ")[1][:7] for d in found] == expected


@cache
def engine() -> WeasyPrintTool:
    return WeasyPrintTool(1)


def printed(body: str, css: str = "", files: dict[str, bytes] | None = None) -> bytes:
    css = "@font-face { font-family: Body; src: url(body.woff) } body { font-family: Body } p { margin: 0 }" + css
    given = f'<!DOCTYPE html><html lang="en"><head><title>t</title><style>{css}</style></head><body>{body}</body></html>'
    (result,) = engine().execute([weasyprint_job(given, {"body.woff": FONT.read_bytes(), **(files or {})}, "t")])
    return result.outputs["document.pdf"]


SHAPE = '<svg viewBox="0 0 100 100" width="300" height="300"><title>s</title>{}<text x="50" y="55" font-size="6" fill="#fff">word</text></svg>'


@pytest.mark.e2e
@pytest.mark.parametrize(
    ("body", "ground"),
    [
        ("<p>word</p>", "#ffffff"),
        ('<p style="background: #123456">word</p>', "#123456"),
        ('<div style="background: #000"><p style="background: rgba(255, 255, 255, 0.5)">word</p></div>', "#808080"),
        ('<p style="background: #123456; border-radius: 9px">word</p>', "#123456"),
        ('<p style="background: linear-gradient(red, blue)">word</p>', "None"),
        (SHAPE.format('<circle cx="55" cy="50" r="40" fill="#123456"/>'), "#123456"),
        (SHAPE.format('<path d="M0 0H100V100H0V10H10V90H90V10H0Z" fill="#123456"/>'), "#ffffff"),  # a frame, the word in its hole
        (SHAPE.format('<path d="M10 10L90 90" stroke="#123456"/>'), "#ffffff"),
    ],
)
def test_the_ground_of_printed_letters_is_what_was_painted_below_them(body: str, ground: str) -> None:
    runs = [run for page in read_pdf(printed(body)).pages for run in page.runs]
    assert {str(run.ground) for run in runs} == {ground}


@pytest.mark.e2e
def test_a_pale_colour_on_paper_is_told_once_at_its_line(judge: Callable[..., list[Diagnostic]]) -> None:
    data = printed('<p class="note">pale</p><p class="note">pale</p><p>fine</p>', SHEET)
    (complaint,) = judge(data, "pdf", "a.pdf", inspect_pdf("a.pdf", data))
    assert complaint.span == Span("templates/editions/handout/own.css", 3, 3)


@pytest.mark.e2e
def test_a_pale_colour_of_a_diagram_is_told_at_the_line_of_its_author(judge: Callable[..., list[Diagnostic]]) -> None:
    drawing = SHAPE.format('<rect width="100" height="100" fill="#eeee00"/>').replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ')
    data = printed('<img src="d.svg" alt="d">', files={"d.svg": drawing.encode()})
    code = located("flowchart LR\n  a[word]\n  style a fill:#eeee00,color:#fff", "content/a/diagrams/d.mmd", 5)
    diagram = Diagram("d", DiagramHead.model_validate({"title": "D", "caption": "d"}), code, Span("content/a/diagrams/d.mmd", 1))
    (complaint,) = judge(data, "pdf", "a.pdf", inspect_pdf("a.pdf", data), diagrams={"d": diagram})
    assert complaint.span == Span("content/a/diagrams/d.mmd", 7, 1)
