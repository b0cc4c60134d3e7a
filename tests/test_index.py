"""The index page: a shelf for each edition with what is really there."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from PIL import Image

from handbill.diagnostics import Report
from handbill.index import human_size, write_index
from handbill.jobs import Job, Result
from handbill.model import Project
from handbill.names import EPUB_COVER, EPUB_FOLDER
from handbill.tools.pdfium import Pdfium
from tests.web_case import approved, project

PIXEL = b"\x89PNG page"


def picture(job: Job) -> Result:
    if "picture.png" in job.inputs:
        return Pdfium().execute([job])[0]
    return Result({"page.png": PIXEL + job.inputs["document.pdf"]})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "handout.pdf").write_bytes(b"%PDF")
    (tmp_path / "handout.html").write_bytes(b"<p>")
    cover = io.BytesIO()
    Image.new("RGB", (1600, 2400), "#123f57").save(cover, "PNG")
    with zipfile.ZipFile(tmp_path / "handout.epub", "w") as package:
        package.writestr(EPUB_FOLDER + EPUB_COVER, cover.getvalue())
    return tmp_path


@pytest.fixture
def index(folder: Path, recording: Any) -> Callable[..., html.HtmlElement]:
    def make(given: Project | None = None) -> html.HtmlElement:
        report = Report()
        write_index(folder, given or project(), recording({"pdfium": picture}), report)
        assert list(report) == []
        return html.document_fromstring((folder / "index.html").read_text(encoding="utf-8"))

    return make


def cards(page: html.HtmlElement) -> dict[str, html.HtmlElement]:
    return {str(card.find("a").get("href")): card for card in page.iter("li")}


def thumbnail(card: html.HtmlElement) -> bytes:
    return base64.b64decode(card.find(".//img").get("src").partition("base64,")[2])


def test_every_file_has_a_card_with_its_size_and_page(index: Any) -> None:
    found = cards(index())
    assert list(found) == ["handout.pdf", "handout.html", "handout.epub"]
    assert found["handout.pdf"].find_class("facts")[0].text_content() == "handout.pdf · 4 BA4"
    assert found["handout.html"].find_class("name")[0].text_content() == "Web page: Handout"


def test_pictures_are_the_first_page_and_the_books_own_cover(index: Any) -> None:
    found = cards(index())
    assert thumbnail(found["handout.pdf"]) == thumbnail(found["handout.html"]) == PIXEL + b"%PDF"
    with Image.open(io.BytesIO(thumbnail(found["handout.epub"]))) as cover:
        assert cover.size == (440, 660)


@pytest.mark.parametrize("content", [b"no zip", b""])
def test_a_book_that_cannot_be_read_has_no_picture(index: Any, folder: Path, content: bytes) -> None:
    (folder / "handout.epub").write_bytes(content)
    assert cards(index())["handout.epub"].find(".//img") is None


def test_what_was_not_made_is_not_shown(index: Any, folder: Path) -> None:
    (folder / "handout.epub").unlink()
    (folder / "handout.pdf").unlink()
    found = cards(index())
    assert list(found) == ["handout.html"]
    assert found["handout.html"].find(".//img") is None
    (folder / "handout.html").unlink()
    assert index().find(".//section") is None


def test_a_draft_says_so_and_an_approved_text_does_not(index: Any) -> None:
    assert index().find_class("draft-notice")
    assert not index(approved()).find_class("draft-notice")


def test_the_quality_report_is_linked_where_there_is_one(index: Any, folder: Path) -> None:
    assert "report.html" not in index().xpath("//a/@href")
    (folder / "report.html").write_bytes(b"<p>")
    assert "report.html" in index().xpath("//a/@href")


def test_it_speaks_the_publications_language(index: Any) -> None:
    page = index(project(language="fr"))
    assert page.get("lang") == "fr"
    assert "Prochaine relecture" in page.text_content()


def test_a_missing_template_is_told_and_nothing_is_written(folder: Path, recording: Any) -> None:
    bare, report = replace(project(), styles={}), Report()
    write_index(folder, bare, recording({"pdfium": picture}), report)
    assert {problem.code for problem in report} == {"edition-file-missing"}
    assert not (folder / "index.html").exists()


@pytest.mark.parametrize(("size", "said"), [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (110_200, "110 kB"), (2_050_000, "2.0 MB")])
def test_sizes_are_said_as_file_managers_say_them(size: int, said: str) -> None:
    assert human_size(size) == said
