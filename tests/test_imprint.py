"""Who made it, who read it, until when it holds: on every edition; and since when a claim that changes with time holds."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from handbill.assemble import assemble
from handbill.diagnostics import Report
from handbill.inspect import INSPECTORS
from handbill.load import load
from handbill.model import Project, Section
from handbill.render.page import fill_template, page_context
from handbill.schema import DataTable, ItemList, KeyPoints, SectionHead, Timeline
from tests.test_publications import Built, gene_therapy, letters  # noqa: F401  the built publication is made once a run

REPOSITORY = Path(__file__).parents[1]
PEOPLE: dict[str, object] = {
    "language": "en-GB",
    "authors": [{"name": "Ada Ng", "role": "writer"}, {"name": "Bo Li", "role": "illustrator"}],
    "reviewers": [{"name": "Dr Cy Roe", "role": "haematologist", "date": "2026-03-04"}],
    "publisher": {"name": "City Hospital"}, "owner": "Patient information team",
}  # fmt: skip


def source_of(project: Project) -> str:
    report = Report()
    source = assemble(project, report)
    assert source is not None, list(report)
    return source.text.replace("\\.", ".")


def test_every_imprint_names_owner_authors_reviewers_and_publisher(make_project: Callable[..., Project], make_section: Callable[..., Section]) -> None:
    text = source_of(make_project(make_section("a", "Words."), publication=PEOPLE))
    full, brief = (text.split(f".part .{name}}}")[1].split(":::::")[0] for name in ("imprint", "imprint-brief"))
    line = text.split(".part .imprint-line}")[1].split(":::::")[0]
    for imprint in (full, brief, line):
        for words in ("Ada Ng", "Bo Li", "Dr Cy Roe, haematologist, 4 March 2026", "City Hospital", "Patient information team"):
            assert words in imprint
    for words in ("Version", "draft", "2 January 2026", "2 January 2027"):
        assert words in full


def test_a_publisher_without_another_owner_is_both(make_project: Callable[..., Project], make_section: Callable[..., Section]) -> None:
    text = source_of(make_project(make_section("a", "Words.")))
    assert text.count("Owner and publisher") == 4
    assert "Published by" not in text


@pytest.mark.e2e
@pytest.mark.xdist_group("built")
@pytest.mark.parametrize(
    "name",
    ["handout.pdf", "handout.html", "handout.epub", "slides.pdf", "slides.html", "slides.pptx", "leaflet.pdf", "large-print.pdf",
     "booklet.pdf", "booklet-print.pdf", "poster.pdf", "plain-text.txt"],
)  # fmt: skip
def test_the_imprint_is_on_every_edition(gene_therapy: Built, name: str) -> None:  # noqa: F811
    form = {"txt": "text", "html": "html", "epub": "epub", "pptx": "pptx"}.get(name.rpartition(".")[2], "pdf")
    form = "revealjs" if name == "slides.html" else form
    text = letters("".join(INSPECTORS[form](name, gene_therapy.read(name)).texts))
    for words in ("Writer", "The Handbill project", "No clinical reviewer has signed this version yet", "Owner and publisher", "Version 0.1",
                  "draft", "Last reviewed 22 November 2026", "Next review due 22 November 2027"):  # fmt: skip
        assert letters(words) in text, words


DAY = date(2026, 9, 8)
SENTENCE = "What changes with time in this part was last looked up on 8 September 2026."


def test_a_section_says_when_it_was_looked_up(make_project: Callable[..., Project], make_text: Callable[..., object], make_section: Callable[..., Section]) -> None:
    section = make_section("a", "It was approved.", plain="It was approved, plainly.", short="## It\n\nApproved.\n", as_of="2026-09-08")
    assert isinstance(section.head, SectionHead)
    text = source_of(make_project(section, publication={"language": "en-GB"}))
    forms = {name: text.split(f".form .{name}}}")[1].split(":::::")[0] for name in ("full", "plain", "short")}
    assert [SENTENCE in forms[name] for name in ("full", "plain", "short")] == [True, True, False]


@pytest.mark.parametrize(
    "data",
    [
        KeyPoints.model_validate({"kind": "key-points", "title": "T", "items": [{"label": "L", "text": "x"}], "as_of": "2026-09-08"}),
        DataTable.model_validate({"kind": "table", "caption": "C", "columns": [{"key": "a", "title": "A"}, {"key": "b", "title": "B"}],
                                  "rows": [{"a": "1", "b": "2"}], "as_of": "2026-09-08"}),
        Timeline.model_validate({"kind": "timeline", "title": "T", "events": [{"when": "now", "title": "E", "text": "x"}], "as_of": "2026-09-08"}),
        ItemList.model_validate({"kind": "list", "title": "T", "items": ["x"], "as_of": "2026-09-08"}),
    ],
    ids=lambda data: str(data.kind),
)  # fmt: skip
def test_data_says_when_it_was_looked_up(make_project: Callable[..., Project], make_section: Callable[..., Section], data: object) -> None:
    text = source_of(make_project(make_section("a", "Look.\n\n[[things]]"), data={"things": data}, publication={"language": "en-GB"}))
    assert text.count(SENTENCE) == 1


@pytest.mark.parametrize(("day", "words"), [("2026-11-25", "Draft: not yet approved for use"), ("2027-11-23", "Draft: not yet approved for use · Review overdue")])
def test_a_leaflet_says_at_its_head_all_that_keeps_it_from_use(day: str, words: str) -> None:
    project = load(REPOSITORY, "gene-therapy", Report(), date.fromisoformat(day))
    assert project is not None
    edition = project.editions["leaflet"]
    output = edition.spec.outputs["pdf"]
    context = page_context(project, edition, output) | {"toc": "", "body": "", "css": ""}
    html, problems = fill_template(edition, project, "leaflet.html.j2", context)
    assert problems == []
    assert html is not None
    style = etree.HTML(html).findtext(".//style")
    assert re.findall(r'\.side::before \{\s*content: "([^"]*)"', style) == [words]
