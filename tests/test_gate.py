"""The gate of the decks: whatever makes a slide unreadable for a listener is found in the finished file."""

from __future__ import annotations

import io
import re
import zipfile
from functools import cache

import pytest

from handbill.inspect.pptx import inspect_pptx, validate_pptx
from handbill.inspect.slides import inspect_revealjs, validate_revealjs
from handbill.render.pptx import render_pptx
from handbill.render.revealjs import render_revealjs
from tests.deck_case import case


@cache
def finished(form: str) -> bytes:
    data, _ = case().render({"revealjs": render_revealjs, "pptx": render_pptx}[form], form)
    return data


def damaged_page(pattern: str, change: str) -> bytes:
    text = finished("revealjs").decode()
    made = re.sub(pattern, change, text, count=1, flags=re.DOTALL)
    assert made != text
    return made.encode()


def damaged_part(part: str, pattern: str, change: str) -> bytes:
    """The PowerPoint file with the first fitting part of it changed."""
    stream, done = io.BytesIO(), False
    with zipfile.ZipFile(io.BytesIO(finished("pptx"))) as old, zipfile.ZipFile(stream, "w") as new:
        for name in sorted(old.namelist()):
            content = old.read(name)
            if not done and re.fullmatch(part, name):
                made = re.sub(pattern, change, content.decode(), count=1, flags=re.DOTALL).encode()
                done, content = made != content, made
            new.writestr(name, content)
    assert done
    return stream.getvalue()


def codes(found: list[object]) -> set[str]:
    return {problem.code for problem in found}  # type: ignore[attr-defined]


def test_the_finished_decks_are_good() -> None:
    assert validate_revealjs(inspect_revealjs("x", finished("revealjs"))) == []
    assert validate_pptx(inspect_pptx("x", finished("pptx"))) == []


@pytest.mark.parametrize(
    ("pattern", "change", "code"),
    [
        (r'<html lang="[^"]*"', "<html", "deck-unnamed"),
        (r'<html lang="[^"]*"', '<html lang=""', "deck-unnamed"),
        (r"<title>[^<]*</title>", "", "deck-unnamed"),
        (r"<title>[^<]*</title>", "<title> </title>", "deck-unnamed"),
        (r"<h1 [^>]*>.*?</h1>", "", "slide-untitled"),
        (r"<h2 [^>]*>.*?</h2>", "", "slide-untitled"),
        (r"(<h2 [^>]*>).*?</h2>", r"\1 </h2>", "slide-untitled"),
        (r"<h2 ([^>]*)>(.*?)</h2>", r"<p \1>\2</p>", "slide-untitled"),
        (r"One sentence</h2>", "From lake to tap</h2>", "slide-titles-equal"),
        (r"Since when\?</h2>", "FROM LAKE TO TAP</h2>", "slide-titles-equal"),
        (r' aria-label="Flowchart[^"]*"', "", "slide-picture-silent"),
        (r' aria-label="Flowchart[^"]*"', ' aria-label=" "', "slide-picture-silent"),
        (r"</h2>", '</h2><img src="data:,">', "slide-picture-silent"),
        (r"</h2>", '</h2><img alt="" src="data:,">', "slide-picture-silent"),
        (r"</h2>", '</h2><img alt="A lake" src="https://example.org/lake.png">', "deck-loads"),
        (r"</head>", '<link rel="stylesheet" href="https://example.org/a.css"></head>', "deck-loads"),
        (r"</head>", '<script src="https://example.org/a.js"></script></head>', "deck-loads"),
        (r"</head>", "<style>@import url(https://example.org/a.css)</style></head>", "deck-loads"),
        (r"</h2>", '</h2><iframe src="//example.org/"></iframe>', "deck-loads"),
    ],
)
def test_every_fault_of_a_web_deck_is_told(pattern: str, change: str, code: str) -> None:
    assert code in codes(list(validate_revealjs(inspect_revealjs("x", damaged_page(pattern, change)))))


SLIDE, NOTES, CORE = r"ppt/slides/slide\d+\.xml", r"ppt/notesSlides/notesSlide\d+\.xml", r"docProps/core\.xml"


@pytest.mark.parametrize(
    ("part", "pattern", "change", "code"),
    [
        (SLIDE, r' descr="Flowchart[^"]*"', "", "slide-picture-silent"),
        (SLIDE, r' descr="Flowchart[^"]*"', ' descr=""', "slide-picture-silent"),
        (SLIDE, r' descr="Flowchart[^"]*"', ' descr="  "', "slide-picture-silent"),
        (SLIDE, r'type="title"', 'type="body" idx="9"', "slide-untitled"),
        (SLIDE, r'type="ctrTitle"', 'type="body" idx="9"', "slide-untitled"),
        (SLIDE, r"<a:t>One sentence</a:t>", "<a:t> </a:t>", "slide-untitled"),
        (SLIDE, r"<a:t>One sentence</a:t>", "<a:t>Two sides</a:t>", "slide-titles-equal"),
        (SLIDE, r"<a:t>One sentence</a:t>", "<a:t>TWO SIDES</a:t>", "slide-titles-equal"),
        (SLIDE, r' firstRow="(?:1|true)"', "", "slide-table-headless"),
        (SLIDE, r' firstRow="(?:1|true)"', ' firstRow="0"', "slide-table-headless"),
        (SLIDE, r'(<a:rPr[^>]*?) lang="[^"]*"', r"\1", "slide-language"),
        (SLIDE, r'(<a:rPr[^>]*?) lang="[^"]*"', r'\1 lang=""', "slide-language"),
        (NOTES, r'(<a:rPr[^>]*?) lang="[^"]*"', r"\1", "slide-language"),
        (CORE, r"<dc:title>[^<]*</dc:title>", "", "deck-unnamed"),
        (CORE, r"<dc:title>[^<]*</dc:title>", "<dc:title></dc:title>", "deck-unnamed"),
        (CORE, r"<dc:language>[^<]*</dc:language>", "", "deck-unnamed"),
    ],
)
def test_every_fault_of_a_powerpoint_file_is_told(part: str, pattern: str, change: str, code: str) -> None:
    assert code in codes(list(validate_pptx(inspect_pptx("x", damaged_part(part, pattern, change)))))
