"""A small EPUB without any tool: hand-made chapters in our own package."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from handbill.render.cover import cover_alt
from handbill.render.epub_accessibility import claims, examine
from handbill.render.epub_chapters import Book, read_book
from handbill.render.epub_package import Parts
from tests.web_case import project

PICTURE = '<figure id="flow" class="diagram"><img src="../media/file0.svg" alt="A chart."/><figcaption>The way.</figcaption></figure>'
DESCRIBED = PICTURE + '<div class="long-description"><p>It has three steps.</p></div>'
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" font-family="Old" viewBox="0 0 9 9"><rect fill="#fff"/><text>Lake</text></svg>'
CSS = ".a { font-size: 1.2em }"


def written(*bodies: str) -> bytes:
    """A package as pandoc writes it, reduced to what is taken from it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for number, body in enumerate(bodies, start=1):
            package.writestr(f"EPUB/text/ch{number:03}.xhtml", _page(body))
        package.writestr("EPUB/nav.xhtml", _page(
            '<nav epub:type="toc"><h1>T</h1><ol><li><a href="text/ch001.xhtml#one">One</a></li></ol></nav>'))  # fmt: skip
        package.writestr("EPUB/media/file0.svg", SVG)
    return stream.getvalue()


def _page(body: str) -> str:
    return (
        '<?xml version="1.0"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml" '
        f'xmlns:epub="http://www.idpf.org/2007/ops"><head><title>-</title></head><body>{body}</body></html>'
    )


def book(*bodies: str) -> Book:
    return read_book(written(*bodies), {"flow.svg": SVG}, project().locale)


ONE = '<section id="one" class="level1"><h1>One</h1>{}</section>'


def parts(given: Book | None = None, **changes: Any) -> Parts:
    made = given or book('<section class="level1 masthead"><h1>Tap water</h1></section>', ONE.format(DESCRIBED))
    own = project(**changes)
    evidence = claims(examine(made, CSS, 0), own.publication, own.locale)
    return Parts(own, own.editions["handout"], made, CSS, {"a.woff2": b"font"}, b"picture", cover_alt(own), (), evidence, "the PDF")
