"""Pages of PDFs that are known: what is remembered of them is what would be read, and nothing else is taken for them."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pikepdf
import pytest

from handbill.inspect import pdf_read
from handbill.inspect.pdf_known import PageKeys
from handbill.inspect.pdf_read import read_pdf
from handbill.tools.weasyprint import WeasyPrintTool, weasyprint_job
from tests.conftest import RecordingRunner

pytestmark = pytest.mark.e2e

FONT = next((Path(__file__).parent.parent / "node_modules/@fontsource").rglob("atkinson-hyperlegible-next-latin-400-normal.woff"))
PAGE = """<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>A sample</title>
<style>@font-face {{ font-family: Body; src: url("body.woff") }} html {{ font-family: Body }}
@page {{ size: 150mm 100mm; @bottom-right {{ content: counter(page) " of " counter(pages) }} }} h1, h2 {{ break-before: page }}
svg {{ width: 20mm }} em {{ background: linear-gradient(red, blue) }}</style>
<h1>One</h1><p>Some words with a <a href="#two">link</a> &amp; “signs” {one}.</p><svg viewBox="0 0 9 9" role="img" aria-label="A square"><rect width="9" height="9" fill="#cde"/>
<text x="1" y="5" font-size="3">Drawn</text></svg>
<h2 id="two">Two</h2><p>More words, <em>some of them</em> in front of colours.</p>
<h2>Three</h2><p>The last words. <a href="https://example.org">Elsewhere</a> {three}</p></html>"""


@pytest.fixture(scope="module")
def made() -> Iterator[Callable[..., bytes]]:
    tool = WeasyPrintTool(workers=1)
    font = {"body.woff": FONT.read_bytes()}

    def pdf(**words: str) -> bytes:
        (result,) = tool.execute([weasyprint_job(PAGE.format(**{"one": "", "three": "", **words}), font)])
        assert not result.failed, result.diagnostics
        return result.outputs["document.pdf"]

    yield pdf
    tool.close()


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of the pages that PDFium was asked for."""
    numbers: list[int] = []
    plain = pdf_read._page

    def page(one: object, number: int, **more: object) -> object:
        numbers.append(number)
        return plain(one, number, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(pdf_read, "_page", page)
    return numbers


def changed(data: bytes, change: Callable[[pikepdf.Pdf], object]) -> bytes:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        change(pdf)
        stream = io.BytesIO()
        pdf.save(stream)
        return stream.getvalue()


def keys(data: bytes) -> list[str | None]:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        found = PageKeys(pdf)
        return [found.key(number) for number in range(len(pdf.pages))]


def test_what_is_remembered_is_what_is_read(made: Callable[..., bytes], read: list[int]) -> None:
    desk, data = RecordingRunner(), made()
    plain = read_pdf(data)
    assert read_pdf(data, desk) == plain
    read.clear()
    assert read_pdf(data, desk) == plain and read == []
    assert [run.ground for run in plain.pages[1].runs].count(None) == 1, "a gradient has no colour that is known"


def test_after_an_edit_one_page_is_read(made: Callable[..., bytes], read: list[int]) -> None:
    desk = RecordingRunner()
    read_pdf(made(), desk)
    other = made(three="words")
    read.clear()
    again = read_pdf(other, desk)
    assert read == [2]
    assert again == read_pdf(other)


def test_a_page_is_known_at_another_place_of_the_file(made: Callable[..., bytes], read: list[int]) -> None:
    desk, data = RecordingRunner(), made()
    read_pdf(data, desk)
    turned = changed(data, lambda pdf: pdf.pages.reverse())
    read.clear()
    assert read_pdf(turned, desk).pages == read_pdf(turned).pages
    assert read == [0, 1, 2], "only the plain reading has asked"


def test_names_and_numbers_of_the_file_do_not_matter(made: Callable[..., bytes]) -> None:
    data = made()

    def renumber(pdf: pikepdf.Pdf) -> None:
        pdf.make_indirect(pikepdf.Dictionary(Filler=1))
        for page in pdf.pages:
            page.obj.StructParents = 99
            page.obj.Annots = pikepdf.Array()

    assert keys(changed(data, renumber)) == keys(data)


def _move(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.MediaBox[2] = 300


def _words(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[0]
    page.contents_add(b"1 0 0 1 0 0 cm")


def _font(pdf: pikepdf.Pdf) -> None:
    font = next(iter(dict(pdf.pages[0].obj.Resources.Font).values()))
    kid = font.DescendantFonts[0]
    kid.W = pikepdf.Array([*kid.W][:-1])


def _letters(pdf: pikepdf.Pdf) -> None:
    font = next(iter(dict(pdf.pages[0].obj.Resources.Font).values()))
    font.ToUnicode.write(font.ToUnicode.read_bytes() + b"\n")


def _outline(pdf: pikepdf.Pdf) -> None:
    font = next(iter(dict(pdf.pages[0].obj.Resources.Font).values()))
    descriptor = font.DescendantFonts[0].FontDescriptor
    name = next(key for key in descriptor if key.startswith("/FontFile"))
    descriptor[name].write(descriptor[name].read_bytes() + b"\0")


@pytest.mark.parametrize("change", [_move, _words, _font, _letters, _outline])
def test_all_that_a_page_is_made_of_is_in_its_key(made: Callable[..., bytes], change: Callable[[pikepdf.Pdf], object]) -> None:
    data = made()
    assert keys(changed(data, change))[0] != keys(data)[0]


def test_a_page_that_is_turned_is_read(made: Callable[..., bytes], read: list[int]) -> None:
    def turn(pdf: pikepdf.Pdf) -> None:
        pdf.pages[2].obj.Rotate = 90

    desk, data = RecordingRunner(), changed(made(), turn)
    assert [key is None for key in keys(data)] == [False, False, True]
    read_pdf(data, desk)
    read.clear()
    read_pdf(data, desk)
    assert read == [2]
