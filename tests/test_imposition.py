"""Saddle stitch: the order of pages is checked with paper in hand, and the sheets keep what the pages had."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace

import pikepdf
import pypdfium2
import pytest

from handbill.inspect.fidelity_read import read_pdf as read_words
from handbill.inspect.layout import layout_of
from handbill.inspect.pdf import inspect_pdf, validate_pdf
from handbill.inspect.pdf_read import read_pdf
from handbill.tools.imposition import impose, sides
from handbill.tools.pdf.validation import length_holds
from handbill.tools.weasyprint import WeasyPrintTool, weasyprint_job

FONTS = Path(__file__).parent.parent / "node_modules" / "@fontsource"
FONT = FONTS / "atkinson-hyperlegible-next" / "files" / "atkinson-hyperlegible-next-latin-400-normal.woff"
SHEET = 297.0


def leafed_through(printed: list[tuple[int | None, int | None]]) -> list[int | None]:
    """The pages in the order in which they are met: the sheets folded in the middle, one in the other, and turned over.

    A sheet printed on both sides: behind the left half of its front lies the right half of its back.
    """
    leaves: list[tuple[int | None, int | None]] = []
    for front, back in reversed(list(zip(printed[::2], printed[1::2], strict=True))):
        right_leaf, left_leaf = (front[1], back[0]), (back[1], front[0])
        leaves = [right_leaf, *leaves, left_leaf]
    return [page for leaf in leaves for page in leaf]


@pytest.mark.parametrize("pages", range(1, 25))
def test_a_folded_booklet_is_read_in_order(pages: int) -> None:
    printed = sides(pages)
    read = leafed_through(printed)
    assert read == [*range(1, pages + 1), *[None] * (len(read) - pages)]
    assert len(read) % 4 == 0
    assert len(read) < pages + 4


def test_eight_pages_as_the_printers_know_them() -> None:
    assert sides(8) == [(8, 1), (2, 7), (6, 3), (4, 5)]
    assert sides(8, rtl=True) == [(1, 8), (7, 2), (3, 6), (5, 4)]


PAGES = ("Erste", "Zweite", "Dritte", "Vierte", "Fünfte", "Sechste")


@pytest.fixture(scope="module")
def pages() -> bytes:
    """Six A5 pages with a heading each; the first links to the last, and back."""
    tool = WeasyPrintTool(1)
    body = "".join(
        f'<section id="p{n}"><h2>{name} Seite</h2><p>Auf Seite {n}.</p></section>'
        for n, name in enumerate(PAGES, start=1)
    )
    html = f"""<!DOCTYPE html><html lang="de"><head><title>Heft</title><style>
      @font-face {{ font-family: Body; src: url(body.woff) }} body {{ font: 12pt Body }} @page {{ size: A5 }}
      section + section {{ break-before: page }}</style></head>
      <body><h1>Heft</h1><p><a href="#p6">Zur sechsten Seite</a></p>{body}<p><a href="#p1">Zurück</a></p></body></html>"""
    [result] = tool.execute([weasyprint_job(html, {"body.woff": FONT.read_bytes()})])
    tool.close()
    return result.outputs["document.pdf"]


@pytest.fixture(scope="module")
def sheets(pages: bytes) -> bytes:
    return impose(pages, "A5")


@pytest.mark.parametrize(
    ("length", "data", "holds"), [(4, b"abc\r", True), (4, b"abcd", True), (2, b"abcd", False), (6, b"abcd", False)]
)
def test_a_stream_may_end_in_a_carriage_return(length: int, data: bytes, holds: bool) -> None:
    file = b"%%PDF\n7 0 obj\n<< /Length %d >>\nstream\n%s\nendstream" % (length, data)
    assert length_holds(file, SimpleNamespace(object_number=7)) is holds
    own = file.replace(b"<< /Length", b"<< /Type /ObjStm /Length")
    assert length_holds(b"%PDF\n8 0 obj\n<< /Length 9 >>\n" + own, None) is holds, "the one stream that holds objects"


@pytest.mark.e2e
def test_two_pages_lie_on_each_side_where_they_belong(sheets: bytes) -> None:
    layout = layout_of(read_pdf(sheets))
    assert [(round(sheet.width), round(sheet.height)) for sheet in layout.sheets] == [(297, 210)] * 4
    seen = {
        line.text.split()[0]: (line.page, "left" if line.box.right < SHEET / 2 else "right")
        for line in layout.lines
        if line.text.endswith(" Seite") and not line.text.startswith("Zur ")
    }
    assert seen == {
        "Erste": (1, "right"), "Zweite": (2, "left"), "Sechste": (3, "left"), "Dritte": (3, "right"),
        "Vierte": (4, "left"), "Fünfte": (4, "right"),
    }  # fmt: skip


@pytest.mark.e2e
def test_pages_meet_at_the_fold(pages: bytes, sheets: bytes) -> None:
    def lefts(data: bytes) -> dict[str, float]:
        return {line.text: line.box.left for line in layout_of(read_pdf(data)).lines}

    before, after = lefts(pages), lefts(sheets)
    assert after["Dritte Seite"] - before["Dritte Seite"] == pytest.approx(SHEET / 2, abs=0.1)
    assert after["Vierte Seite"] - before["Vierte Seite"] == pytest.approx(SHEET / 2 - 148, abs=0.1)


@pytest.mark.e2e
def test_the_sheets_are_heard_as_the_pages_are(pages: bytes, sheets: bytes) -> None:
    one, other = inspect_pdf("pages.pdf", pages), inspect_pdf("sheets.pdf", sheets)
    assert other.extra["tags"].text == one.extra["tags"].text != ""
    assert other.extra["headings"] == one.extra["headings"]
    assert other.extra["outline"] == one.extra["outline"]
    assert (other.language, other.title) == ("de", "Heft")
    assert validate_pdf(sheets) == []


@pytest.mark.e2e
def test_links_and_bookmarks_lead_to_the_sheets(sheets: bytes) -> None:
    with pikepdf.open(io.BytesIO(sheets)) as pdf:
        known = [page.obj.objgen for page in pdf.pages]
        pages = [
            item
            for item in pdf.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == pikepdf.Name.Page
        ]
        assert [page.objgen for page in pages if page.objgen not in known] == []  # nothing holds on to the old pages
        annotations = [(number, a) for number, page in enumerate(pdf.pages) for a in page.obj.get("/Annots", ())]
        assert [number for number, _ in annotations] == [0, 2]
        first = [float(part) for part in annotations[0][1].Rect]
        assert first[0] > SHEET / 2 * 72 / 25.4
        places = pdf.Root.Names.Dests.Names
        targets = {str(places[i]): places[i + 1] for i in range(0, len(places), 2)}
        assert known.index(targets["p6"][0].objgen) == 2
        assert known.index(targets["p1"][0].objgen) == 0
        assert float(targets["p1"][2]) > SHEET / 2 * 72 / 25.4
        assert float(targets["p6"][2]) < SHEET / 2 * 72 / 25.4


@pytest.mark.e2e
def test_the_same_pages_give_the_same_sheets(pages: bytes, sheets: bytes) -> None:
    assert impose(pages, "A5") == sheets


@pytest.mark.e2e
def test_blank_pages_are_blank(sheets: bytes) -> None:
    with pypdfium2.PdfDocument(sheets) as document:
        words = [document[number].get_textpage().get_text_bounded().split() for number in range(len(document))]
    assert words[0][:1] == ["Heft"]
    assert words[1] == ["Zweite", "Seite", "Auf", "Seite", "2."]


def test_a_page_that_is_lost_on_the_sheets_is_noticed(pages: bytes) -> None:
    """The comparison with the text reads the sheets by their tags: in the order of reading, not of printing."""
    good = impose(pages, "A5")
    assert read_words(inspect_pdf("good", good)) == read_words(inspect_pdf("pages", pages))
    with pikepdf.open(io.BytesIO(good)) as pdf:
        lost = next(form for page in pdf.pages for form in page.obj.Resources.XObject.values() if form.Subtype == "/Form")
        lost.write(b"")
        stream = io.BytesIO()
        pdf.save(stream)
    assert "".join(read_words(inspect_pdf("bad", stream.getvalue()))) != "".join(read_words(inspect_pdf("good", good)))
