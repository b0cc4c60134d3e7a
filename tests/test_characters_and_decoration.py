"""Signs find their font, what has none is told where it stands, and decoration is silent in every document."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import cache
from typing import Any

import pypdfium2
import pytest

from handbill.diagnostics import Diagnostic, Report, error
from handbill.inspect import inspect
from handbill.model import Artifact, Document, Facts, FromContent, Source
from handbill.render.epub import render_epub
from handbill.render.html import render_html
from handbill.render.pdf import in_words, render_pdf
from handbill.text import Span
from handbill.tools.pdf.words import GLYPH
from tests import deck_case, web_case

HEAD = ":::: {.masthead}\n::: {.title}\nTap water\n:::\n::::\n\n# One\n\n"
RENDERERS = {"html": render_html, "epub": render_epub, "pdf": render_pdf}


def written(text: str) -> Document:
    """A document whose lines are those of one file of the author."""
    case = web_case.case()
    read = deck_case.document(HEAD + text, case.runner)
    lines = (HEAD + text).count("\n") + 1
    origins = tuple((FromContent(Span("content/a/sections/b.md", n + 1, 1)),) for n in range(lines))
    return replace(read, source=Source(HEAD + text, origins), assets={"glass.png": web_case._glass()})


def rendered(document: Document, form: str) -> tuple[bytes | None, list[Diagnostic]]:
    case = web_case.case()
    made: tuple[bytes | None, list[Diagnostic]] = RENDERERS[form](
        document, case.edition, case.edition.spec.outputs[form], case.project, case.runner  # type: ignore[index]
    )
    return made


@cache
def _signs() -> tuple[bytes | None, list[Diagnostic]]:
    return rendered(written("A tick ✓, a cross ✗, an arrow → and\nan unknown 水 sign.\n"), "pdf")


@pytest.mark.e2e
def test_a_sign_is_set_in_the_font_that_really_has_it() -> None:
    data, found = _signs()
    assert data is not None
    with pypdfium2.PdfDocument(io.BytesIO(data)) as pdf:
        text = " ".join(page.get_textpage().get_text_range() for page in pdf)
    assert "✓" in text and "✗" in text and "→" in text
    assert [d.message for d in found] == ["No font of this document has the character “水” (U+6C34)."]


@pytest.mark.e2e
def test_a_character_without_a_font_is_told_at_the_authors_place() -> None:
    ((complaint,), (line, column)) = _signs()[1], (HEAD.count("\n") + 2, 12)
    assert complaint.code == "glyph-missing" and complaint.span is not None
    assert (complaint.span.path, complaint.span.line, complaint.span.column) == ("content/a/sections/b.md", line, column)


def test_a_word_that_no_font_has_is_told_once() -> None:
    def missing(sign: str, column: int, line: int = 1) -> Diagnostic:
        return error(GLYPH, f"No font of this document has the character “{sign}”.", Span("a.md", line, column), detail=sign)

    other = error("a-b", "Else.", Span("a.md", 1, 2))
    told = in_words([missing("c", 7), other, missing("b", 6), missing("a", 5), missing("x", 9), missing("y", 10, 2)])
    assert [(d.detail, d.span and (d.span.line, d.span.column, d.span.end_column)) for d in told[1:]] == [
        ("abc", (1, 5, 8)), ("x", (1, 9, 0)), ("y", (2, 10, 0)),
    ]  # fmt: skip
    assert told[0] is other and "“abc”" in told[1].message


@pytest.mark.e2e
@pytest.mark.parametrize("form", list(RENDERERS))
def test_decoration_needs_no_words_and_a_picture_does(form: str) -> None:
    case = web_case.case()
    facts: dict[bool, tuple[Facts, list[str]]] = {}
    for decorative in (True, False):
        document = written("Words.\n\n![](asset:glass.png)" + ("{.decorative}\n" if decorative else "\n"))
        data, _ = rendered(document, form)
        assert data is not None
        output: Any = case.edition.spec.outputs[form]  # type: ignore[index]
        report = Report()
        artifact = Artifact(output.file, case.edition.name, form, data, output)
        seen = inspect(artifact, document, case.edition, case.project, report, case.runner)
        facts[decorative] = seen, [d.code for d in report]
    assert facts[True][1] == []
    if form != "pdf":
        assert facts[True][0].extra["images"] == () or form == "epub"  # a book has a cover
        assert "web-picture-silent" in facts[False][1]
