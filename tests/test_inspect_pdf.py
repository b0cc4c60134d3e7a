"""What inspection sees in a PDF, and that the gate notices when any one thing is taken from it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image

from handbill.inspect import pdf_read
from handbill.inspect.pdf import inspect_pdf, missing_words, validate_pdf
from handbill.inspect.pdf_check import check_tags
from handbill.inspect.pdf_tags import Tag
from handbill.model import Facts
from handbill.tools.pdf_validator import PdfValidator, failures_of, validation_job
from handbill.tools.weasyprint import WeasyPrintTool, weasyprint_job

ROOT = Path(__file__).resolve().parents[1]
FONTS = ROOT / "node_modules" / "@fontsource"
FONT = FONTS / "atkinson-hyperlegible-next" / "files" / "atkinson-hyperlegible-next-latin-400-normal.woff"
HTML = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>A sample</title><style>
@font-face { font-family: Body; src: url(body.woff) } body { font-family: Body }
@page { size: A5; @top-left { content: "Running head" } } h2 { break-before: page }</style></head><body>
<nav role="doc-toc"><ul><li><a href="#one">One</a></li></ul></nav>
<h1 id="one">One</h1><p>Words <a href="https://example.org/">linked</a>, <span lang="fr">mots</span> and
<abbr title="World Health Organization">WHO</abbr>.<span style="float: footnote">A note.</span></p>
<img src="picture.png" alt="A grey square"><ul><li>first</li><li>second</li></ul>
<h2>Two</h2><table><caption>Numbers</caption><thead><tr><th>a</th><th>b</th></tr></thead>
<tbody><tr><td>1</td><td>2</td></tr></tbody></table><p>The very last words.</p></body></html>"""


@pytest.fixture(scope="module")
def sample() -> Iterator[bytes]:
    picture = io.BytesIO()
    Image.new("L", (4, 4), 128).save(picture, "PNG")
    tool = WeasyPrintTool(workers=1)
    (result,) = tool.execute(
        [weasyprint_job(HTML, {"body.woff": FONT.read_bytes(), "picture.png": picture.getvalue()})]
    )
    assert result.diagnostics == ()
    yield result.outputs["document.pdf"]
    tool.close()


@pytest.fixture(scope="module")
def facts(sample: bytes) -> Facts:
    return inspect_pdf("sample.pdf", sample)


@pytest.mark.e2e
def test_facts(facts: Facts) -> None:
    assert (facts.name, facts.pages, facts.language, facts.title, facts.tagged) == (
        "sample.pdf",
        2,
        "en",
        "A sample",
        True,
    )
    assert facts.page_sizes == ((148.0, 210.0), (148.0, 210.0))
    assert "Running head" in facts.texts[0]
    assert facts.texts[1] == "Two\nNumbers\na b\n1 2\nThe very last words.\nRunning head"
    assert facts.titles == ("One", "Two")
    assert facts.fonts == ("Body",)
    assert facts.links == ("#one", "https://example.org/")
    extra = facts.extra
    assert extra["headings"] == extra["outline"] == ((1, "One"), (2, "Two"))
    assert extra["figures"] == ("A grey square",)
    assert extra["conformance"] == ("PDF/A-3a", "PDF/UA-1")
    assert 12.0 in extra["sizes"]["Body"]
    assert extra["outside"] == ()
    assert extra["structure"]["TD"] == 2


@pytest.mark.e2e
def test_tags_are_read_in_order(facts: Facts) -> None:
    tags: Tag = facts.extra["tags"]
    assert tags.text == (
        "• One One Words linked, mots and WHO.1 1. A note. • first • second Two Numbers a b 1 2 The very last words."
    )
    (link,) = (tag for tag in tags.find("Link") if tag.text == "linked")
    assert link.links == (("linked", "https://example.org/"),)
    assert [tag.lang for tag in tags.walk() if tag.text == "mots"] == ["fr"]


@pytest.mark.e2e
def test_words_that_are_not_there_are_found(facts: Facts) -> None:
    assert missing_words(facts, "The very LAST words. mots") == ()
    assert missing_words(facts, "The very last, last words; and 250 mg") == ("last", "250", "mg")


@pytest.mark.e2e
def test_words_outside_the_paper_are_found(sample: bytes) -> None:
    with pikepdf.open(io.BytesIO(sample)) as pdf:
        pdf.pages[1].obj.MediaBox[2] = 60
        assert (2, "The very last words.") in inspect_pdf("x", saved(pdf)).extra["outside"]


@pytest.mark.e2e
def test_a_file_without_tags_is_read(sample: bytes) -> None:
    with pikepdf.open(io.BytesIO(sample)) as pdf:
        del pdf.Root.StructTreeRoot
        found = inspect_pdf("x", saved(pdf))
    assert (found.tagged, found.extra["tags"], found.titles) == (False, None, ("One", "Two"))


# The gate


def saved(pdf: Pdf) -> bytes:
    data = io.BytesIO()
    pdf.save(data, **({} if pdf.is_encrypted else {"deterministic_id": True}))
    return data.getvalue()


def elements(pdf: Pdf, kind: str) -> list[Any]:
    return [o for o in pdf.objects if isinstance(o, Dictionary) and o.get("/S") == f"/{kind}" and "/P" in o]


def one(pdf: Pdf, kind: str) -> Any:
    return elements(pdf, kind)[0]


def annotations(pdf: Pdf) -> list[Any]:
    return [annotation for page in pdf.pages for annotation in page.obj.get("/Annots", ())]


def content(pdf: Pdf, pattern: bytes, replacement: bytes, page: int = 1) -> None:
    stream = pdf.pages[page].Contents
    changed, times = re.subn(pattern, replacement, stream.read_bytes(), count=1, flags=re.DOTALL)
    assert times == 1
    stream.write(changed)


def metadata(pdf: Pdf, pattern: bytes, replacement: bytes = b"") -> None:
    packet = pdf.Root.Metadata.read_bytes()
    changed, times = re.subn(pattern, replacement, packet, flags=re.DOTALL)
    assert times
    pdf.Root.Metadata.write(changed)


def font(pdf: Pdf) -> Any:
    return next(o for o in pdf.objects if isinstance(o, Dictionary) and o.get("/Type") == "/Font" and "/ToUnicode" in o)


def delete(holder: Any, key: str) -> None:
    del holder[key]


def assign(holder: Any, key: str, value: Any) -> None:
    holder[key] = value


PAGINATION = rb"/Artifact\s*<</Type /Pagination[^>]*>>\s*BDC"
MUTATIONS: dict[str, Callable[[Pdf], object]] = {
    "alternative text removed": lambda p: delete(one(p, "Figure"), "/Alt"),
    "alternative text emptied": lambda p: assign(one(p, "Figure"), "/Alt", String("")),
    "header cell of unknown scope": lambda p: delete(one(p, "TH").A, "/Scope"),
    "one header association removed": lambda p: delete(one(p, "TD").A, "/Headers"),
    "link that says its address": lambda p: assign(annotations(p)[1], "/Contents", String("https://example.org/")),
    "link that cannot be clicked": lambda p: assign(one(p, "Link"), "/K", one(p, "Link").K[0]),
    "bookmark missing": lambda p: delete(p.Root, "/Outlines"),
    "heading turned into text": lambda p: assign(one(p, "H2"), "/S", Name.P),
    "identifier used twice": lambda p: assign(elements(p, "TH")[1], "/ID", elements(p, "TH")[0].ID),
    "title removed": lambda p: metadata(p, b"<dc:title>.*?</dc:title>"),
    "title not shown": lambda p: delete(p.Root.ViewerPreferences, "/DisplayDocTitle"),
    "language removed": lambda p: delete(p.Root, "/Lang"),
    "language unknown": lambda p: assign(p.Root, "/Lang", String("english language")),
    "language of a word unknown": lambda p: assign(one(p, "Span"), "/Lang", String("f_r")),
    "tags removed": lambda p: delete(p.Root, "/StructTreeRoot"),
    "not marked": lambda p: assign(p.Root.MarkInfo, "/Marked", False),
    "suspects": lambda p: assign(p.Root.MarkInfo, "/Suspects", True),
    "a mark removed": lambda p: content(p, rb"/Span\s*<</MCID 0>>\s*BDC(.*?)EMC", rb"\1"),
    "an artifact mark removed": lambda p: content(p, PAGINATION + rb"(.*?)EMC", rb"\1"),
    "content in an artifact": lambda p: content(p, rb"(" + PAGINATION + rb".*?)EMC", rb"\1 /Span <</MCID 90>> BDC EMC EMC"),
    "heading level skipped": lambda p: assign(one(p, "H2"), "/S", Name.H4),
    "first heading not the first": lambda p: assign(one(p, "H1"), "/S", Name.H2),
    "header cells turned into data": lambda p: [assign(cell, "/S", Name.TD) for cell in elements(p, "TH")],
    "header association removed": lambda p: [delete(cell, "/A") for cell in elements(p, "TH") + elements(p, "TD")],
    "header that is not there": lambda p: assign(one(p, "TD").A, "/Headers", Array([String("nowhere")])),
    "cell outside its row": lambda p: assign(one(p, "TD"), "/S", Name.P),
    "row outside its table": lambda p: assign(one(p, "Table"), "/S", Name.Div),
    "second head in a table": lambda p: assign(one(p, "TBody"), "/S", Name.THead),
    "rows of different length": lambda p: assign(one(p, "TD").A, "/ColSpan", 2),
    "item outside its list": lambda p: assign(one(p, "L"), "/S", Name.Sect),
    "list of paragraphs": lambda p: assign(one(p, "LI"), "/S", Name.P),
    "body outside its item": lambda p: assign(elements(p, "Lbl")[-1], "/S", Name.P),
    "contents item outside": lambda p: assign(one(p, "TOC"), "/S", Name.Div),
    "note without identifier": lambda p: delete(one(p, "Note"), "/ID"),
    "type that nobody knows": lambda p: assign(one(p, "BlockQuote") if elements(p, "BlockQuote") else one(p, "P"), "/S", Name.Wish),
    "type that means itself": lambda p: assign(p.Root.StructTreeRoot, "/RoleMap", Dictionary(P=Name.Span)),
    "link without words": lambda p: delete(annotations(p)[0], "/Contents"),
    "link outside the tags": lambda p: assign(one(p, "Link"), "/S", Name.Span),
    "link that is not printed": lambda p: assign(annotations(p)[0], "/F", 0),
    "order of annotations open": lambda p: delete(p.pages[0].obj, "/Tabs"),
    "font left out": lambda p: delete(font(p).DescendantFonts[0].FontDescriptor, "/FontFile2"),
    "letters without meaning": lambda p: delete(font(p), "/ToUnicode"),
    "widths wrong": lambda p: assign(font(p).DescendantFonts[0], "/W", Array([0, Array([1] * 400)])),
    "claim to PDF/UA removed": lambda p: metadata(p, rb"<rdf:Description[^>]*pdfuaid:part=\"1\" ?/>"),
    "claim to PDF/A removed": lambda p: metadata(p, rb"pdfaid:part=\"3\""),
    "schema of PDF/UA removed": lambda p: metadata(p, rb"<pdfaExtension:schemas>.*</pdfaExtension:schemas>"),
    "metadata removed": lambda p: delete(p.Root, "/Metadata"),
    "colours not defined": lambda p: delete(p.Root, "/OutputIntents"),
    "picture smoothed": lambda p: [assign(o, "/Interpolate", True) for o in p.objects if isinstance(o, pikepdf.Stream) and o.get("/Subtype") == "/Image"],
    "script": lambda p: assign(p.Root, "/OpenAction", Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))),
    "attachment of no relation": lambda p: p.attachments.__setitem__("x.txt", b"x"),
}  # fmt: skip


@pytest.mark.e2e
def test_the_untouched_file_passes(sample: bytes) -> None:
    assert validate_pdf(sample) == []
    assert check_tags(inspect_pdf("x", sample)) == []
    with pikepdf.open(io.BytesIO(sample)) as pdf:
        assert validate_pdf(saved(pdf)) == []


@pytest.mark.e2e
@pytest.mark.parametrize("name", MUTATIONS)
def test_the_gate_notices(sample: bytes, name: str) -> None:
    with pikepdf.open(io.BytesIO(sample)) as pdf:
        MUTATIONS[name](pdf)
        data = saved(pdf)
    found = [*validate_pdf(data), *check_tags(inspect_pdf("x", data))]
    assert found, f"nobody noticed: {name}"
    assert {diagnostic.code for diagnostic in found} <= {"pdf-ua", "pdf-a", "pdf-tags"}
    for diagnostic in found:
        assert diagnostic.code == "pdf-tags" or re.search(r"rule PDF(UA1|A3A)-[A-Z0-9-]+", diagnostic.message)


@pytest.mark.e2e
def test_several_files_are_validated_together(sample: bytes) -> None:
    with pikepdf.open(io.BytesIO(sample)) as pdf:
        del pdf.Root.Lang
        jobs = [validation_job(saved(pdf), "ua1"), validation_job(sample, "3a")]
    alone = [failures_of(PdfValidator().execute([job])[0]) for job in jobs]
    assert [failures_of(result) for result in PdfValidator().execute(jobs)] == alone != [[], []]
    assert alone[1] == []
    assert PdfValidator().execute([]) == []


@pytest.mark.e2e
def test_runs_that_are_longer_than_expected_are_read_whole(sample: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    before = pdf_read.read_pdf(sample)
    monkeypatch.setattr(pdf_read, "_LETTERS", 2)
    assert pdf_read.read_pdf(sample) == before
