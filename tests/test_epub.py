"""The EPUB: its package, what it claims, its chapters and drawings. One book by the real tools, the rest from hand-made files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from handbill.inspect.web import inspect_epub
from handbill.inspect.web_checks import validate_web
from handbill.model import Facts
from handbill.render.cover import SUBTITLE, TITLE, cover_alt
from handbill.render.deck_measure import Measure
from handbill.render.epub import render_epub
from handbill.render.epub_accessibility import Evidence, claims, examine
from handbill.render.epub_chapters import Book
from handbill.render.epub_figures import drawing_file
from handbill.render.epub_package import Parts, identifier, modified, pack
from handbill.render.faces import faces
from handbill.schema import Cover, Evaluation
from handbill.text import Text
from handbill.tools.validators.java import epubcheck
from handbill.tools.validators.node import ace
from tests.epub_case import CSS, DESCRIBED, ONE, PICTURE, SVG, book, parts
from tests.web_case import REPOSITORY, approved, case, changed, project, without_alt, without_description

WORDS = project().locale
def shown(given: Book, number: int = 0) -> str:
    text = etree.tostring(given.chapters[number].body, encoding="unicode")
    return text.replace(' xmlns="http://www.w3.org/1999/xhtml"', "").replace(' xmlns:epub="http://www.idpf.org/2007/ops"', "")


# The chapters


def test_pictures_get_their_own_names_and_chapters_their_titles() -> None:
    made = book(ONE.format(PICTURE))
    assert made.chapters[0].title == "One"
    assert list(made.pictures) == ["flow.svg"]
    assert '<img src="../images/flow.svg" alt="A chart."' in shown(made)


def test_a_link_to_a_figure_in_another_chapter_names_its_file() -> None:
    made = book(ONE.format(PICTURE), '<p><a href="#flow">back</a> <a href="ch002.xhtml#flow">too</a> <a href="#gone">x</a></p>')
    assert shown(made, 1).count('href="ch001.xhtml#flow"') == 2
    assert 'href="#gone"' in shown(made, 1)


def test_a_footnote_begins_with_its_number_which_leads_back() -> None:
    made = book('<p>Word<a href="#fn1" class="footnote-ref" id="fnref1">1</a></p><aside id="fn1"><p>The note.</p></aside>')
    assert '<p><a href="#fnref1" role="doc-backlink" title="Back to the text">1</a>. The note.</p>' in shown(made)


def test_a_language_is_said_for_xml_too() -> None:
    assert '<span lang="fr" xml:lang="fr">oui</span>' in shown(book('<p><span lang="fr">oui</span></p>'))


@pytest.mark.parametrize(
    ("name", "role"), [("references", "doc-bibliography"), ("glossary", "doc-glossary"), ("imprint", "doc-colophon")]
)
def test_what_a_chapter_is_stands_in_its_section(name: str, role: str) -> None:
    assert f'role="{role}"' in shown(book(f'<section class="level1 {name}"><h1>X</h1></section>'))


def test_a_long_description_is_headed_and_tied_to_its_picture() -> None:
    text = shown(book(ONE.format(DESCRIBED)))
    assert 'aria-details="flow-description"' in text
    assert '<div class="long-description" id="flow-description"><p class="description-heading">This picture in words</p>' in text


# What may be claimed

GOOD = Evidence(images=2, unnamed=0, diagrams=1, undescribed=0, contents=3, levels=(1, 2, 2, 1), pages=4, still=True, scalable=True)
ALL = {
    "alternativeText", "longDescription", "tableOfContents", "readingOrder", "structuralNavigation", "pageNavigation",
    "pageBreakMarkers", "displayTransformability",
}  # fmt: skip


def claimed(**changes: Any) -> Any:
    return claims(replace(GOOD, **changes), project().publication, WORDS)


def test_a_book_that_has_everything_claims_everything() -> None:
    made = claimed()
    assert set(made.of("accessibilityFeature")) == ALL
    assert made.of("accessMode") == ("textual", "visual")
    assert made.of("accessModeSufficient") == ("textual", "textual,visual")
    assert made.of("accessibilityHazard") == ("none",)


@pytest.mark.parametrize(
    ("changes", "lost"),
    [
        ({"unnamed": 1}, {"alternativeText", "displayTransformability"}),
        ({"undescribed": 1}, {"longDescription", "displayTransformability"}),
        ({"diagrams": 0}, {"longDescription"}),
        ({"contents": 0}, {"tableOfContents"}),
        ({"levels": (1, 3)}, {"structuralNavigation"}),
        ({"levels": (2, 3)}, {"structuralNavigation"}),
        ({"levels": ()}, {"structuralNavigation"}),
        ({"pages": 0}, {"pageNavigation", "pageBreakMarkers"}),
        ({"scalable": False}, {"displayTransformability"}),
    ],
)
def test_each_claim_goes_with_what_it_rests_on(changes: dict[str, Any], lost: set[str]) -> None:
    assert set(claimed(**changes).of("accessibilityFeature")) == ALL - lost


@pytest.mark.parametrize("changes", [{"unnamed": 1}, {"undescribed": 1}])
def test_words_alone_do_not_suffice_when_a_picture_has_none(changes: dict[str, int]) -> None:
    made = claimed(**changes)
    assert made.of("accessModeSufficient") == ("textual,visual",)
    assert WORDS["access_text"] not in made.summary


def test_the_summary_says_the_same_in_the_publications_language() -> None:
    assert claimed().summary == (
        "All of the text can be read aloud, made larger and shown in other colours. Every picture says in words what it shows. "
        "For each diagram, a description says everything that it shows. A table of contents and headings lead through the text. "
        "Page marks lead to the pages of the printed version. Nothing flashes, moves or makes a sound. "
        "No person has tested this file for accessibility yet."
    )
    assert WORDS["access_unnamed"] in claimed(unnamed=1).summary
    french = project(language="fr")
    assert claims(GOOD, french.publication, french.locale).summary.startswith("Tout le texte peut être lu à voix haute, agrandi")


def test_a_book_without_pictures_has_no_visual_side() -> None:
    made = claimed(images=0, diagrams=0)
    assert made.of("accessMode") == ("textual",)
    assert made.of("accessModeSufficient") == ("textual",)
    assert WORDS["access_pictures"] not in made.summary


@pytest.mark.parametrize(
    ("body", "css", "field", "value"),
    [
        (DESCRIBED, CSS, "undescribed", 0),
        (PICTURE, CSS, "undescribed", 1),
        (PICTURE + '<div class="long-description"><p> </p></div>', CSS, "undescribed", 1),
        (PICTURE + '<div class="description-link"><p><a href="#d">words</a></p></div><div id="d"><h2>D</h2><p>Steps.</p></div>',
         CSS, "undescribed", 0),
        (PICTURE + '<div class="description-link"><p><a href="#d">words</a></p></div><div id="d"><h2>D</h2></div>', CSS, "undescribed", 1),
        (PICTURE.replace(' alt="A chart."', ' alt=" "'), CSS, "unnamed", 1),
        (PICTURE.replace(' alt="A chart."', ""), CSS, "unnamed", 1),
        ("<script>x</script>", CSS, "still", False),
        ("<p/>", "p { animation: spin 1s }", "still", False),
        ("<p/>", "p { font-size: 12px }", "scalable", False),
        ("<p/>", "p { font: 700 12pt/1.5 X }", "scalable", False),
        ("<p/>", "p { border: 1px solid; margin: 3px; font-weight: 700 }", "scalable", True),
        ("<h3>Deep</h3>", CSS, "structured", False),
        ("<h2>Next</h2>", CSS, "structured", True),
    ],
)  # fmt: skip
def test_the_evidence_is_what_the_chapters_show(body: str, css: str, field: str, value: object) -> None:
    assert getattr(examine(book(ONE.format(body)), css, 0), field) == value


@pytest.mark.parametrize(("data", "still"), [(b"GIF89a...", False), (b"<svg><animate/></svg>", False), (SVG, True)])
def test_a_picture_that_moves_is_a_hazard(data: bytes, still: bool) -> None:
    assert examine(replace(book(ONE), pictures={"x": data}), CSS, 0).still is still


# The package


def package(given: Parts) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(pack(given))) as files:
        return etree.fromstring(files.read("EPUB/package.opf"))


def metadata(given: Parts, name: str) -> list[etree._Element]:
    return [e for e in package(given).iter("{*}meta") if e.get("property") == name]


def test_the_type_comes_first_and_the_bytes_are_always_the_same() -> None:
    data = pack(parts())
    with zipfile.ZipFile(io.BytesIO(data)) as files:
        first = files.infolist()[0]
        assert (first.filename, first.compress_type, files.read(first)) == ("mimetype", zipfile.ZIP_STORED, b"application/epub+zip")
        assert {entry.date_time for entry in files.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        listed = {item.get("href") for item in package(parts()).iter("{*}item")}
        assert {f"EPUB/{href}" for href in listed} == {n for n in files.namelist() if n.startswith("EPUB/")} - {"EPUB/package.opf"}
    assert data == pack(parts())


def test_cover_title_page_and_contents_are_read_before_the_text() -> None:
    order = [ref.get("idref") for ref in package(parts()).iter("{*}itemref")]
    assert order == ["cover-xhtml", "text-ch001-xhtml", "nav-xhtml", "text-ch002-xhtml"]


def test_nothing_is_empty_and_everything_optional_may_be_missing() -> None:
    root = package(parts(subtitle=None, keywords=()))
    assert not [e for e in root.iter("{*}meta", "{*}title", "{*}subject") if not (e.text or "").strip()]
    assert not [e for e in root.iter() if any(not value for value in e.attrib.values())]
    assert [e.text for e in root.iter("{http://purl.org/dc/elements/1.1/}title")] == ["Tap water"]


def test_the_identifier_stays_when_the_version_changes() -> None:
    handout = project().editions["handout"]
    first = identifier(project(), handout)
    assert first == identifier(project(version="9", title="Water from the tap"), handout)
    assert first.startswith("urn:uuid:")
    other = replace(handout, spec=handout.spec.model_copy(update={"name": "large-print"}))
    assert len({first, identifier(project(id="beer"), handout), identifier(project(), other)}) == 3


def test_the_time_of_change_is_the_contents_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert modified(date(2026, 1, 2)) == "2026-01-02T00:00:00Z"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert modified(date(2026, 1, 2)) == "2023-11-14T22:13:20Z"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    assert modified(date(2026, 1, 2)) == "2026-01-02T00:00:00Z"


def test_conformance_is_claimed_only_where_somebody_found_it() -> None:
    assert not metadata(parts(), "dcterms:conformsTo")
    assert not metadata(parts(), "a11y:certifiedBy")
    evaluation = Evaluation(by=Text("Access House"), date=date(2026, 3, 4), standard=Text("EPUB Accessibility 1.1 - WCAG 2.2 Level AA"))
    plain = parts()
    publication = plain.project.publication.model_copy(update={"accessibility_evaluation": evaluation})
    told = replace(plain, project=replace(plain.project, publication=publication))
    (conforms,), (certified,) = metadata(told, "dcterms:conformsTo"), metadata(told, "a11y:certifiedBy")
    assert (conforms.text, certified.text) == ("EPUB Accessibility 1.1 - WCAG 2.2 Level AA", "Access House")
    assert certified.get("refines") == f"#{conforms.get('id')}"
    summary = claims(GOOD, publication, WORDS).summary
    assert summary.endswith("Access House checked this version on 4 March 2026. It meets EPUB Accessibility 1.1 - WCAG 2.2 Level AA.")


def test_a_book_of_a_language_written_from_the_right_is_read_from_the_right() -> None:
    spine = next(package(replace(parts(), direction="rtl")).iter("{*}spine"))
    assert spine.get("page-progression-direction") == "rtl"


# Cover and drawings


def test_the_cover_says_in_words_what_stands_on_it() -> None:
    assert cover_alt(project()) == "Cover: Tap water, Where it comes from and what is in it, City Water Works"
    french = project(language="fr", subtitle=None)
    assert cover_alt(french) == "Couverture : Tap water, City Water Works"
    own = Cover(image=Text("figures/tap.jpg"), alt=Text("A running tap."))
    with_picture = replace(project(), publication=project().publication.model_copy(update={"cover": own}))
    assert cover_alt(with_picture).endswith("City Water Works. A running tap.")


@pytest.mark.parametrize("words", ["Tap", "Tap water at home", "word " * 30, "Wasserversorgungszweckverband", "x" * 60, ""])
def test_titles_of_any_length_fit_on_the_cover(words: str) -> None:
    measure = Measure(None, None)
    for room in (TITLE, SUBTITLE):
        size = room.fit(words, measure)
        wide = measure.width(words, size, room.bold)
        assert size in room.sizes
        assert wide * size * room.leading <= room.width * room.height * 1.1
    assert TITLE.fit("Tap", measure) > TITLE.fit("word " * 30, measure) > 70


def test_a_drawing_brings_the_fonts_of_its_letters_and_no_others() -> None:
    sheet = "".join(project().styles[f"styles/{name}"].decode() for name in ("fonts.css",))
    text = drawing_file(SVG, "A chart & more", faces(sheet), project().fonts).decode()
    root = etree.fromstring(text.encode())
    assert root[0].tag.endswith("title")
    assert root[0].text == "A chart & more"
    assert text.count("data:font/woff2;base64,") == 2, "regular and bold of the one family that has these letters"
    assert root.get("font-family") == "'Atkinson Hyperlegible Next', sans-serif"
    hebrew = drawing_file(SVG.replace(b"Lake", "שלום".encode()), "", faces(sheet), project().fonts).decode()
    assert "'Noto Sans Hebrew'" in hebrew
    assert "Atkinson" not in hebrew


# A whole book by the real tools

e2e = [pytest.mark.e2e, pytest.mark.xdist_group("page-case")]


@pytest.fixture(scope="module")
def made() -> bytes:
    data, diagnostics = case().render(render_epub, "epub")
    assert diagnostics == []
    return data


@pytest.fixture(scope="module")
def facts(made: bytes) -> Facts:
    return inspect_epub("handout.epub", made)


class TestBook:
    pytestmark = e2e

    def test_it_passes_epubcheck_and_ace(self, made: bytes, tmp_path: Path) -> None:
        path = tmp_path / "handout.epub"
        path.write_bytes(made)
        assert epubcheck(REPOSITORY, [path]) == [()]
        assert ace(REPOSITORY, [path]) == [()]

    def test_it_has_nothing_that_our_own_checks_find(self, facts: Facts) -> None:
        assert validate_web(facts) == []
        assert facts.extra["broken"] == ()

    def test_every_page_of_the_print_has_its_mark(self, facts: Facts) -> None:
        labels = [label for label, _ in facts.extra["pages"]]
        assert labels == [str(number) for number in range(1, len(labels) + 1)]
        assert len(labels) >= 2
        assert set(facts.extra["claims"]["accessibilityFeature"]) == ALL

    def test_references_lead_there_and_back(self, made: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(made)) as files:
            text = "".join(files.read(n).decode() for n in files.namelist() if n.startswith("EPUB/text/"))
        assert 'role="doc-biblioref"' in text
        for key in ("works", "law"):
            assert f'id="ref-{key}"' in text
            assert f'id="cite-{key}"' in text
            assert f'#cite-{key}"' in text

    def test_a_draft_says_so_and_an_approved_text_does_not(self, facts: Facts) -> None:
        assert WORDS["draft_notice"] in facts.texts[1]
        data, _ = replace(case(), project=approved()).render(render_epub, "epub")
        assert WORDS["draft_notice"] not in " ".join(inspect_epub("handout.epub", data).texts)

    @pytest.mark.parametrize(
        ("change", "lost", "complaint"),
        [(without_alt, "alternativeText", "web-picture-silent"), (without_description, "longDescription", "")],
    )
    def test_without_its_words_a_picture_is_neither_claimed_nor_let_pass(
        self, change: Callable[[Any], Any], lost: str, complaint: str
    ) -> None:
        poorer = replace(case(), document=changed(case(), change))
        data, _ = poorer.render(render_epub, "epub")
        facts = inspect_epub("handout.epub", data)
        assert lost not in facts.extra["claims"]["accessibilityFeature"]
        assert "textual" not in facts.extra["claims"]["accessModeSufficient"]
        assert {problem.code for problem in validate_web(facts)} == ({complaint} if complaint else set())

    def test_without_a_pdf_there_is_no_page_list_and_no_claim_of_one(self) -> None:
        given = case()
        outputs = {name: output for name, output in given.edition.spec.outputs.items() if name != "pdf"}
        edition = replace(given.edition, spec=given.edition.spec.model_copy(update={"outputs": outputs}))
        data, diagnostics = replace(given, edition=edition).render(render_epub, "epub")
        facts = inspect_epub("handout.epub", data)
        assert diagnostics == []
        assert facts.extra["pages"] == ()
        assert "pageNavigation" not in facts.extra["claims"]["accessibilityFeature"]
        assert "pageBreakSource" not in facts.extra["metadata"]
