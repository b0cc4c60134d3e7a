"""Documents laid out chapter by chapter: the same as when they are laid out as a whole, and one edit costs one chapter."""

from __future__ import annotations

import io
import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pikepdf
import pytest
from lxml import html as lxml_html
from PIL import Image

from handbill.diagnostics import Report
from handbill.inspect.pdf import inspect_pdf, validate_pdf
from handbill.inspect.pdf_check import check_tags
from handbill.jobs import Job, Result, Runner
from handbill.load import load
from handbill.model import Document, Project, Source
from handbill.pandoc_ast import attr, header, para, text
from handbill.render import page as page_module
from handbill.render.chapters import is_long, lay_out_apart
from handbill.render.chapters.split import parts_of
from handbill.render.chapters.style import Needs, needs
from handbill.render.fragment import write_chapters, write_sections
from handbill.render.page import make_page
from handbill.render.pdf import _spaced
from handbill.render.shape import shaped, written
from handbill.runners.cached import CachedRunner
from handbill.runners.direct import DirectRunner
from handbill.tools import locate, pandoc
from handbill.tools.pandoc import Pandoc
from handbill.tools.weasyprint import WeasyPrintTool, weasyprint_job
from tests.chapters_case import differences
from tests.conftest import RecordingRunner

REPOSITORY = Path(__file__).parent.parent
WORDS = [
    "the",
    "cell",
    "uses",
    "a",
    "gene",
    "as",
    "its",
    "plan",
    "and",
    "a",
    "carrier",
    "takes",
    "the",
    "plan",
    "into",
    "the",
    "body",
    "where",
    "many",
    "people",
    "wait",
    "for",
    "what",
    "the",
    "team",
    "will",
    "find",
    "so",
    "each",
    "question",
    "gets",
    "an",
    "answer",
    "that",
    "is",
    "short",
    "and",
    "plain",
    "and",
    "true",
    "naïve",
    "façade",
    "“quoted”",
    "10–20",
]
MASTHEAD = ":::: {.masthead}\n::: {.title}\nA long work\n:::\n::: {.summary}\nIn chapters.\n:::\n::::\n\n"
REFERENCES = "\n\n# References {#references .unnumbered}\n\n::: {#refs}\n:::\n"


@dataclass
class Tools:
    """A runner with the real tools that counts what WeasyPrint is asked."""

    inner: Runner
    asked: list[Job] = field(default_factory=list)

    def run(self, jobs: Sequence[Job]) -> list[Result]:
        self.asked += [job for job in jobs if job.tool == "weasyprint"]
        return self.inner.run(jobs)


@pytest.fixture(scope="module")
def tools() -> Iterator[Tools]:
    engine = WeasyPrintTool(workers=2)
    engine.warm()
    yield Tools(DirectRunner({"weasyprint": engine, "pandoc": Pandoc(locate.need(locate.find_pandoc()).path)}))
    engine.close()


@pytest.fixture(scope="module")
def project() -> Project:
    report = Report()
    project = load(REPOSITORY, "gene-therapy", report)
    assert project is not None, list(report)
    return project


def picture(color: str) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (60, 40), color).save(stream, "PNG")
    return stream.getvalue()


ASSETS = {
    "red.png": picture("#8c2f14"), "blue.png": picture("#17506e"),
    "drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg" width="300" height="80"><rect width="300" height="80" '
    b'fill="#edf4f7" opacity="0.5"/><text x="10" y="50" font-size="20">Words in a drawing</text></svg>',
}  # fmt: skip


@pytest.fixture
def page_of(
    project: Project, tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[str, dict[str, bytes]]]:
    """From Markdown to the page of the handout that WeasyPrint gets, as HTML and files; `css` comes last in it."""

    def make(
        markdown: str, css: str = "", language: str = "en-GB", name: str = "handout"
    ) -> tuple[str, dict[str, bytes]]:
        monkeypatch.setattr(page_module, "is_long", lambda blocks: True)
        inputs = {
            "s.md": markdown.encode(),
            **pandoc.citeproc_inputs(project.bibliography_text, project.citation_style),
        }
        job = pandoc.convert(
            "s.md", inputs, reader=pandoc.READER, writer="json", output="s.json",
            options=pandoc.citeproc_options(language), label="",
        )  # fmt: skip
        (read,) = tools.run([job])
        assert not read.failed, read.diagnostics
        document = Document(json.loads(read.outputs["s.json"]), Source("", ()), assets=ASSETS)
        publication = project.publication.model_copy(update={"language": language})
        edition = project.editions[name]
        output = edition.spec.outputs["pdf"]
        page, problems = make_page(
            document, edition, output, replace(project, publication=publication), tools, inline=False
        )
        assert page is not None, problems
        html = page.html.replace("</style>", f"{css}</style>", 1)
        return written(shaped(_spaced(html))), dict(page.files)

    return make


def apart(html: str, files: dict[str, bytes], tools: Runner) -> bytes | None:
    made = lay_out_apart(lxml_html.document_fromstring(html), files, "", tools)
    if made is None:
        return None
    data, diagnostics = made
    assert not diagnostics
    assert data is not None
    return data


def whole(html: str, files: dict[str, bytes], tools: Runner) -> bytes:
    (result,) = tools.run([weasyprint_job(html, files)])
    assert not result.diagnostics
    return result.outputs["document.pdf"]


def same(html: str, files: dict[str, bytes], tools: Runner) -> bytes:
    """The file made apart, after it was found to be what the whole layout gives, and good."""
    made = apart(html, files, tools)
    assert made is not None, "was not laid out apart"
    assert differences(whole(html, files, tools), made) == []
    assert validate_pdf(made) == []
    assert check_tags(inspect_pdf("x.pdf", made)) == []
    return made


# Anything that an author can write


class Writer:
    """Random Markdown of an author who uses everything."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._notes = 0
        self.chapters = self._random.randint(3, 5)

    def text(self) -> str:
        chapters = "\n\n".join(self._chapter(number) for number in range(1, self.chapters + 1))
        return MASTHEAD + chapters + REFERENCES

    def _chapter(self, number: int) -> str:
        makers = (
            self._paragraph, self._list, self._table, self._picture, self._note, self._crossing, self._citation, self._hebrew,
            self._french, self._word, self._terms, self._quote, self._heading, self._numbered, self._columns,
        )  # fmt: skip
        kinds = self._random.sample(makers, self._random.randint(4, 9))
        blocks = [
            f"[{self._words(3)} *{self._words(1)}*]{{#word-{number}}} {self._words(30)}",
            *(kind(number) for kind in kinds),
            *self._filling(number),
        ]
        return f"# {self._words(3).capitalize()} {number} {{#part-{number}}}\n\n" + "\n\n".join(blocks)

    def _filling(self, number: int) -> list[str]:
        return [self._paragraph(number) for _ in range(self._random.randint(0, 9))]

    def _words(self, count: int) -> str:
        return " ".join(self._random.choice(WORDS) for _ in range(count))

    def _paragraph(self, number: int) -> str:
        return self._words(self._random.randint(20, 90)).capitalize() + "."

    def _list(self, number: int) -> str:
        return "\n".join(f"- {self._words(6)}\n\n    - [ ] {self._words(3)}" for _ in range(3))

    def _numbered(self, number: int) -> str:
        return "\n".join(f"{item}. {self._words(8)}" for item in range(4, 8))

    def _table(self, number: int) -> str:
        rows = "\n".join(f"| {self._words(2)} | {self._words(9)} |" for _ in range(self._random.randint(3, 45)))
        return f"| Name | What it does |\n|--|----|\n{rows}\n\n: A table of {number} {{#table-{number}}}"

    def _picture(self, number: int) -> str:
        name = self._random.choice(("red.png", "blue.png", "drawing.svg"))
        return f"![A picture of {self._words(2)}](asset:{name}){{#picture-{number}}}"

    def _note(self, number: int) -> str:
        self._notes += 1
        return f"{self._words(5)}[^n{self._notes}] {self._words(4)}\n\n[^n{self._notes}]: {self._words(12)} [@fda]"

    def _crossing(self, number: int) -> str:
        other = self._random.randint(1, self.chapters)
        return f"See [{self._words(2)}](#part-{other}) and [there](#part-{number}), {self._words(6)}."

    def _citation(self, number: int) -> str:
        return f"{self._words(9)} [@{self._random.choice(('fda', 'nhgri', 'rocket'))}; @medlineplus]."

    def _hebrew(self, number: int) -> str:
        return f"::: {{lang=he dir=rtl}}\nתרפיה גנטית היא טיפול {number}\n:::\n\n{self._words(3)} [שלום]{{lang=he dir=rtl}} {self._words(3)}"

    def _french(self, number: int) -> str:
        return f"::: {{lang=fr}}\nLa thérapie génique, c’est « {self._words(3)} ».\n:::"

    def _terms(self, number: int) -> str:
        return "::: {.glossary}\n" + "\n\n".join(f"Term {item}\n\n:   {self._words(7)}" for item in range(3)) + "\n:::"

    def _quote(self, number: int) -> str:
        return f"> {self._words(20)}\n\n`code {number}` and *{self._words(2)}* H~2~O, 10^6^ $x^{number}$"

    def _heading(self, number: int) -> str:
        return f"## {self._words(4)}\n\n{self._paragraph(number)}\n\n### {self._words(2)}\n\n{self._words(5)}"

    def _word(self, number: int) -> str:
        other = self._random.randint(1, self.chapters)
        return f"{self._words(8)} ([{self._words(2)}](#word-{other})) {self._words(9)}"

    def _columns(self, number: int) -> str:
        return f"::: {{.two}}\n{self._paragraph(number)}\n\n{self._paragraph(number)}\n:::"


STYLES = (
    "",
    # Where things are elsewhere, in the text; a first page is a left or a right one; the third page is another one
    """a[href^="#part"]::after { content: " (page " target-counter(attr(href), page) ")" }
    a[href^="#word"]::after { content: " (" target-text(attr(href)) ", " target-counter(attr(href), page) ")" }
    @page :left { margin-left: 40mm; margin-right: 20mm } @page :right { margin-left: 22mm; margin-right: 38mm }""",
    """@page :nth(3) { margin-top: 60mm } .two { columns: 2 } .contents + section { color: #8c2f14 }
    @page { @bottom-center { content: string(section, last) " / " counter(page, lower-roman) " / " string(section) } }""",
    # Paper for a print shop: grounds and crop marks are painted once
    """@page { size: A5; margin: 20mm; marks: crop; bleed: 6mm; background: #edf4f7; border-top: 1mm solid #17506e }
    @page :first { size: A5 landscape } html { color: #17506e }""",
)


@pytest.mark.e2e
@pytest.mark.parametrize("seed", range(6))
def test_a_random_document_is_the_same_in_chapters(
    seed: int, page_of: Callable[..., tuple[str, dict[str, bytes]]], tools: Tools
) -> None:
    html, files = page_of(Writer(seed).text(), STYLES[seed % len(STYLES)])
    same(html, files, tools)


@pytest.mark.e2e
def test_a_document_from_right_to_left(page_of: Callable[..., tuple[str, dict[str, bytes]]], tools: Tools) -> None:
    chapters = "\n\n".join(
        f"# פרק {number} {{#part-{number}}}\n\n" + "תרפיה גנטית היא טיפול. " * 150 for number in (1, 2, 3)
    )
    html, files = page_of(MASTHEAD + chapters, STYLES[1], "he")
    same(html, files, tools)


@pytest.mark.e2e
@pytest.mark.parametrize("name", ["large-print", "booklet"])
def test_other_editions_have_chapters(
    name: str, page_of: Callable[..., tuple[str, dict[str, bytes]]], tools: Tools
) -> None:
    same(*page_of(Writer(11).text(), name=name), tools)


# One edit, one chapter


LONG = MASTHEAD + "\n\n".join(
    f"# Chapter {number} {{#part-{number}}}\n\n![The picture](asset:red.png)\n\n"
    + f"The carrier takes the plan of chapter {number} into the cell [@fda]. " * 50
    for number in range(1, 5)
)  # fmt: skip
EDITED = "of chapter 3 into the cell"


@pytest.mark.e2e
def test_an_edit_lays_out_one_chapter(
    page_of: Callable[..., tuple[str, dict[str, bytes]]], tools: Tools, tmp_path: Path
) -> None:
    runner = CachedRunner(tools, tmp_path)
    first = apart(*page_of(LONG, STYLES[1]), runner)
    before = len(tools.asked)
    html, files = page_of(LONG.replace(EDITED, "of the third chapter into a cell", 1), STYLES[1])
    second = apart(html, files, runner)
    assert [(job.args["do"], job.args.get("prefix")) for job in tools.asked[before:]] == [
        ("chapter", "c-part-3-"),
        ("merge", None),
    ]
    assert first is not None
    assert second == apart(html, files, tools), "what is remembered gives another file"


@pytest.mark.e2e
def test_a_chapter_that_moves_is_not_laid_out_again(
    page_of: Callable[..., tuple[str, dict[str, bytes]]], tools: Tools, tmp_path: Path
) -> None:
    runner = CachedRunner(tools, tmp_path)
    apart(*page_of(LONG), runner)
    before = len(tools.asked)
    longer = LONG.replace(EDITED, "of chapter 3. " * 200, 1)
    made = apart(*page_of(longer), runner)
    again = [job.args.get("prefix") for job in tools.asked[before:] if job.args["do"] == "chapter"]
    assert again == ["c-part-3-", "front-"], "the contents have new numbers, the chapters after have none"
    assert made is not None
    assert differences(whole(*page_of(longer), tools), made) == []


@pytest.mark.e2e
def test_bytes_do_not_depend_on_the_number_of_workers(
    page_of: Callable[..., tuple[str, dict[str, bytes]]], tools: Tools
) -> None:
    html, files = page_of(LONG)
    made = {apart(html, files, tools)}
    for workers in (1, 4):
        engine = WeasyPrintTool(workers=workers)
        made.add(apart(html, files, DirectRunner({"weasyprint": engine})))
        engine.close()
    assert len(made) == 1


@pytest.mark.e2e
def test_what_chapters_share_is_there_once(page_of: Callable[..., tuple[str, dict[str, bytes]]], tools: Tools) -> None:
    made = apart(*page_of(LONG), tools)
    assert made is not None
    with pikepdf.open(io.BytesIO(made)) as pdf:
        streams = [item for item in pdf.objects if isinstance(item, pikepdf.Stream)]
        assert sum(item.get("/Subtype") == pikepdf.Name.Image for item in streams) == 1
        assert sum("/Length1" in item for item in streams) == 2, "one regular and one bold font"
        assert sum("/N" in item and item.get("/Type") is None for item in streams) == 1, "one colour profile"


@pytest.mark.e2e
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_chapters_are_written_as_the_whole_is(
    seed: int, page_of: Callable[..., tuple[str, dict[str, bytes]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    unlisted = (
        "\n\n# Not listed {.unlisted}\n\n## Below\n\n# “Quoted” *words* & [a link](https://example.org) {#q .x}\n\nEnd."
    )
    markdown = re.sub(r"\[\^n\d+\](?!:)", "", Writer(seed).text()) + unlisted
    apart_html, files = page_of(markdown)
    monkeypatch.setattr(page_module, "write_chapters", write_sections)
    assert page_of(markdown) == (apart_html, files)


@pytest.mark.e2e
def test_a_document_with_footnotes_is_written_in_one_piece(
    page_of: Callable[..., tuple[str, dict[str, bytes]]], recording: type[RecordingRunner]
) -> None:
    asked: list[Job] = []

    def answer(job: Job) -> Result:
        asked.append(job)
        return Result({job.outputs[0]: b"<ul>\n<li>x</li>\n</ul><!-- handbill: body --><p>x</p>"})

    heading = header(2, attr("a"), text("A"))
    note = para([{"t": "Note", "c": [para(text("n"))]}])
    for blocks, jobs in (([heading, heading], 2), ([heading, note, heading], 1)):
        asked.clear()
        toc, _, _ = write_chapters(Document({}, Source("", ())), blocks, recording({"pandoc": answer}))
        assert len(asked) == jobs
        assert toc == "<ul>\n" + "\n".join(["<li>x</li>"] * jobs) + "\n</ul>"


# When a document is laid out as a whole


@pytest.mark.e2e
def test_a_link_to_nowhere_is_complained_of_by_the_whole(
    page_of: Callable[..., tuple[str, dict[str, bytes]]], tools: Tools
) -> None:
    html, files = page_of(LONG)
    assert apart(html.replace('href="#part-2"', 'href="#part-9"'), files, tools) is None


@pytest.mark.e2e
def test_what_sticks_out_is_told_with_its_page(
    page_of: Callable[..., tuple[str, dict[str, bytes]]], tools: Tools
) -> None:
    html, files = page_of(LONG.replace(EDITED, "of " + "W" * 200, 1))
    (alone,) = tools.run([weasyprint_job(html, files)])
    made = lay_out_apart(lxml_html.document_fromstring(html), files, "", tools)
    assert made is not None
    assert [d.message for d in made[1]] == [d.message for d in alone.diagnostics] != []


@pytest.mark.parametrize(
    "css",
    [
        "p::after { content: counter(page) }",
        "p::after { content: counters(pages, '.') }",
        "h2 { counter-increment: chapter }",
        ".note { float: footnote }",
        "h1 { position: running(head) }",
        "section { break-before: right }",
        "@media print { aside { position : fixed } }",
        "section:nth-of-type(2) { color: red }",
        "a::after { content: target-text(attr(href), before) }",
        "@page { @top-left { content: string(title, start) } }",
        "@page { @footnote { border-top: 1px solid } }",
        "main { border-left: 1mm solid }",
        "html > body, p { background-color: #ffe }",
        ".chapters { padding: 1mm }",
    ],
)
def test_styles_by_which_chapters_depend_on_each_other(css: str) -> None:
    assert not needs(css, "<p>x</p>").apart


@pytest.mark.parametrize(
    ("css", "expected"),
    [
        ("li { counter-reset: list-item 3 } tr:nth-child(odd) td { color: red }", Needs()),
        ("@page { @bottom-right { content: counter(page) ' of ' counter(pages) string(title) } }", Needs()),
        ("@page :left { margin: 0 }", Needs(side=True)),
        ("html { background: white } body { margin: 0 } .chapters > section, main p { border: 1px solid }", Needs()),
        ("@page chapter:nth(2) { margin: 0 }", Needs(place=True)),
        ("a::after { content: target-counter(attr(href), page) }", Needs()),
    ],
)
def test_what_a_chapter_must_know(css: str, expected: Needs) -> None:
    assert needs(css, '<ol style="counter-reset: list-item 3">') == expected


def test_a_style_in_the_text_counts() -> None:
    assert not needs("", '<p style="counter-reset: part 3">').apart


@pytest.mark.parametrize(
    ("chapters", "words", "expected"),
    [(10, 1000, True), (3, 3000, True), (2, 9000, False), (10, 600, False), (40, 400, False)],
)
def test_long_documents_have_chapters(chapters: int, words: int, expected: bool) -> None:
    blocks = [
        block
        for number in range(chapters)
        for block in (header(1, attr(f"c{number}"), text("Chapter")), para(text("word " * words)))
    ]
    blocks.append(header(1, attr("references", ["unnumbered"]), text("References")))
    assert is_long(blocks) is expected


@pytest.mark.parametrize(
    "body",
    [
        "<main><section><h2>A</h2></section></main>",
        '<div><main class="chapters"><p>x</p><section>A</section><section>B</section></main></div>',
        '<main class="chapters"><p>x</p><section>A</section><p>between</p><section>B</section></main>',
        '<main class="chapters"><p>x</p><section id="a.b">A</section><section id="a-b">B</section></main>',
    ],
)
def test_pages_that_cannot_be_taken_apart(body: str) -> None:
    assert parts_of(lxml_html.document_fromstring(f"<html><head></head><body>{body}</body></html>")) is None


def test_a_chapter_knows_its_neighbours_by_their_kinds() -> None:
    body = (
        '<main class="chapters"><section class="masthead">T</section><section id="a" class="x">A</section>'
        '<section id="b" class="x">B</section><section id="c" class="y">C</section></main>'
    )
    parts = parts_of(
        lxml_html.document_fromstring(f'<html lang="en"><head><title>T</title></head><body>{body}</body></html>')
    )
    assert parts is not None
    assert [chapter.name for chapter in parts.chapters] == ["front-", "c-a-", "c-b-", "c-c-"]
    third = lxml_html.document_fromstring(parts.chapters[2].html)
    kids = [
        (kid.get("class"), kid.get("id"), kid.text, "none" in kid.get("style", "")) for kid in third.find(".//main")
    ]
    assert kids == [
        ("masthead", None, None, True),
        ("x", None, None, True),
        ("x", "b", "B", False),
        ("y", None, None, True),
    ]
