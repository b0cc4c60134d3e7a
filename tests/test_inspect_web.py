"""Finished pages and EPUBs read back: what is seen, and that every fault is told."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

import pytest

from handbill.inspect.web import inspect_epub, inspect_html
from handbill.inspect.web_checks import validate_web
from handbill.render.epub_package import pack
from tests.epub_case import DESCRIBED, ONE, book, parts

PAGE = """<!DOCTYPE html><html lang="en"><head><title>Tap water</title><style>p { color: red }</style></head><body>
<a href="#main">Skip</a><nav aria-label="Contents"><a href="#top">Two</a></nav><main id="main"><h1 id="top">Tap <b>wa</b>ter</h1><p>H<sub>2</sub>O [<a href="#top">1</a>,<a href="https://example.org">2</a>]</p>
<h2 id="two">Two</h2><img src="data:x" alt="A glass"><svg role="img" aria-label="A chart"><title>No</title><text>Lake</text></svg>
<table><tr><th scope="col">A</th></tr></table><script type="text/plain">silent</script></main></body></html>"""

Change = tuple[str, str]


def epub() -> bytes:
    made = book('<section class="level1 masthead" id="masthead"><h1>Tap water</h1></section>',
                ONE.format(DESCRIBED + '<p><a href="ch001.xhtml#masthead">back</a></p>'))  # fmt: skip
    return pack(parts(made))


def rewritten(data: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return stream.getvalue()


def codes(found: list[object]) -> set[str]:
    return {problem.code for problem in found}  # type: ignore[attr-defined]


def test_a_page_is_read_as_a_reader_meets_it() -> None:
    facts = inspect_html("a.html", PAGE.encode())
    assert facts.texts == ("Skip Two Tap water H2O [1,2] Two Lake A",)
    assert (facts.title, facts.language, facts.titles) == ("Tap water", "en", ("Tap water", "Two"))
    assert facts.links == ("#main", "#top", "#top", "https://example.org")
    assert facts.extra["images"] == (("A glass", "data:x"), ("A chart", "svg"))
    assert facts.extra["levels"] == (1, 2)
    assert validate_web(facts) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (('<html lang="en">', "<html>"), "web-language"),
        (("<title>Tap water</title>", "<title> </title>"), "web-untitled"),
        ((' alt="A glass"', ""), "web-picture-silent"),
        ((' alt="A glass"', ' alt=" "'), "web-picture-silent"),
        ((' aria-label="A chart"', ""), "web-picture-silent"),
        (('href="#top"', 'href="#nowhere"'), "web-link-broken"),
        (('href="#top"', 'href="other.html"'), "web-link-broken"),
        (('href="#top"', 'href=""'), "web-link-broken"),
        (('<main id="main">', '<main id="main"></main><main>'), "web-landmark-main"),
        (('<a href="#main">Skip</a>', ""), "web-landmark-skip"),
        (('<nav aria', "<p>lost</p><nav aria"), "web-landmark-outside"),
        (("</nav>", "</nav> lost "), "web-landmark-outside"),
        (("</nav>", '</nav><nav aria-label="Contents">x</nav>'), "web-landmark-unnamed"),
        (('<nav aria-label="Contents">', "<nav>"), "web-landmark-unnamed"),
        (('<h2 id="two">Two</h2>', '<h3 id="two">Two</h3>'), "web-heading-skipped"),
        (("h1", "h2"), "web-heading-first"),
        (("<th ", "<td "), "web-table-headless"),
        (('id="two"', 'id="top"'), "web-id-twice"),
        (('src="data:x"', 'src="glass.png"'), "web-loads"),
        (("color: red", "background: url(https://example.org/a.png)"), "web-loads"),
        (("<script", '<link rel="stylesheet" href="https://example.org/a.css"><script'), "web-loads"),
    ],
)
def test_every_fault_of_a_page_is_told(change: Change, code: str) -> None:
    facts = inspect_html("a.html", PAGE.replace(*change).replace("</th>" if code.endswith("headless") else "\0", "</td>").encode())
    assert codes(list(validate_web(facts))) == {code}


def test_an_epub_is_read_in_the_order_of_its_spine() -> None:
    facts = inspect_epub("a.epub", epub())
    assert facts.extra["spine"] == ("EPUB/cover.xhtml", "EPUB/text/ch001.xhtml", "EPUB/nav.xhtml", "EPUB/text/ch002.xhtml")
    assert facts.texts[3] == "One The way. This picture in words It has three steps. back"
    assert (facts.title, facts.language) == ("Tap water", "en-GB")
    assert facts.extra["contents"] == (("One", "EPUB/text/ch001.xhtml#one"),)
    assert facts.extra["claims"]["accessMode"] == ("textual", "visual")
    assert facts.extra["metadata"]["dcterms:modified"].startswith("2026-01-02")


def test_the_contents_of_a_good_epub_lead_somewhere() -> None:
    good = rewritten(epub(), lambda name, data: data.replace(b"ch001.xhtml#one", b"ch002.xhtml#one"))
    assert validate_web(inspect_epub("a.epub", good)) == []


@pytest.mark.parametrize(
    ("file", "change", "expected"),
    [
        ("text/ch002.xhtml", (r'alt="A chart."', ""), {"web-picture-silent", "epub-claim-false"}),
        ("cover.xhtml", (r'alt="[^"]*"', 'alt=""'), {"web-picture-silent", "epub-claim-false"}),
        ("text/ch002.xhtml", (r'ch001\.xhtml#masthead', "ch001.xhtml#gone"), {"web-link-broken"}),
        ("text/ch002.xhtml", (r'ch001\.xhtml#masthead', "ch009.xhtml"), {"web-link-broken"}),
        ("text/ch002.xhtml", (r'<html([^>]*) lang="en-GB"', r"<html\1"), {"web-language"}),
        ("text/ch002.xhtml", (r"h1", "h3"), {"web-heading-skipped"}),
        ("text/ch002.xhtml", (r"\.\./images/flow\.svg", "../images/gone.svg"), {"web-loads"}),
        ("styles/book.css", (r"\Z", "a { background: url(https://example.org/x.png) }"), {"web-loads"}),
        ("styles/book.css", (r"\Z", '@font-face { src: url("../fonts/gone.woff2") }'), {"web-loads"}),
        ("nav.xhtml", (r'epub:type="toc" role', 'epub:type="lot" role'), {"epub-claim-false"}),
        ("nav.xhtml", (r'href="nav\.xhtml#contents"', 'href="nav.xhtml#x"'), {"web-link-broken"}),
        ("nav.xhtml", (r'epub:type="bodymatter"', 'epub:type="other"'), {"epub-landmark-missing"}),
        ("nav.xhtml", (r'(?s)<nav[^>]*epub:type="landmarks".*?</nav>', ""), {"epub-landmark-missing"}),
        ("nav.xhtml", (r'href="text/ch002.xhtml"( epub:type="bodymatter")', r'href="text/ch009.xhtml"\1'),
         {"epub-landmark-broken", "web-link-broken"}),
        ("package.opf", (r"<dc:language>.*</dc:language>", ""), {"web-language"}),
        ("package.opf", (r"<dc:title.*?</dc:title>", ""), {"web-untitled"}),
        ("package.opf", (r'<meta property="schema:accessibilitySummary.*?</meta>', ""), {"epub-claim-missing"}),
        ("package.opf", (r'<meta property="schema:accessMode">.*?</meta>', ""), {"epub-claim-missing"}),
        ("package.opf", (r"readingOrder", "pageNavigation"), {"epub-claim-false"}),
    ],
)  # fmt: skip
def test_every_fault_of_an_epub_is_told(file: str, change: Change, expected: set[str]) -> None:
    def damage(name: str, data: bytes) -> bytes:
        data = data.replace(b"ch001.xhtml#one", b"ch002.xhtml#one")
        if name != f"EPUB/{file}":
            return data
        changed = re.sub(change[0], change[1], data.decode())
        if "dc:title" in change[0]:
            changed = re.sub(r"<meta [^>]*(?:title-type)[^>]*>[^<]*</meta>", "", changed)
        assert changed != data.decode()
        return changed.encode()

    assert codes(list(validate_web(inspect_epub("a.epub", rewritten(epub(), damage))))) == expected
