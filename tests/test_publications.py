"""Both publications, built by the real tools and read back."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import pytest
from lxml import etree
from pptx import Presentation

from handbill.cli import main
from handbill.inspect import INSPECTORS
from handbill.inspect.pdf import inspect_pdf
from handbill.inspect.web import inspect_epub, inspect_html
from handbill.render import FORMATS
from handbill.tools.validators import VALIDATORS

HERE = Path(__file__).parent
REPOSITORY = HERE.parent

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("built")]

NODES = (
    "Patient with genetic or acquired disease", "Choose delivery approach?", "Ex vivo gene therapy",
    "In vivo gene therapy", "Cells collected from patient", "Genetic modification in laboratory",
    "Modified cells returned to patient", "Vector carrying therapeutic gene injected into patient",
    "Therapeutic gene expressed in target cells", "Improved or corrected cellular function",
)  # fmt: skip
SOURCES = (
    "National Human Genome Research Institute", "Genes and Gene Therapy", "dvancements and applications of gene therapy in severe disorders",
    "How Gene Therapy Can Cure or Treat Diseases", "What Is Gene Therapy? Pros, Cons & Examples", "Gene Therapy Overview",
    "An Introduction to Gene Therapy",
)  # fmt: skip


@dataclass(frozen=True)
class Built:
    """The output folder of one publication."""

    folder: Path
    project: Path

    def read(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()


@pytest.fixture(scope="session")
def gene_therapy(tmp_path_factory: pytest.TempPathFactory) -> Built:
    output = tmp_path_factory.mktemp("flagship")
    assert main(["--root", str(REPOSITORY), "build", "gene-therapy", "-o", str(output), "--cache", str(output / "cache")]) == 0
    return Built(output / "gene-therapy", REPOSITORY)


@pytest.fixture(scope="session")
def vaccin(tmp_path_factory: pytest.TempPathFactory) -> Built:
    project = tmp_path_factory.mktemp("second") / "project"
    shutil.copytree(HERE / "publications" / "vaccin", project)
    shutil.copytree(REPOSITORY / "templates", project / "templates")
    assert main(["--root", str(project), "build"]) == 0
    return Built(project / "output" / "vaccin", project)


def words(text: str) -> str:
    """Text as one line: soft hyphens and line ends do not count, typographic spaces are spaces."""
    return re.sub(r"\s+", " ", text.replace("\u00ad", "").replace("\ufffe", "")).strip()


def letters(text: str) -> str:
    """Letters, digits and marks only: in a PDF a line may end anywhere and hide the hyphen that it ends with."""
    return re.sub(r"[\s\x02\u2010-]", "", text)


def pdf_text(data: bytes) -> str:
    with pypdfium2.PdfDocument(data) as document:
        return words(" ".join(document[i].get_textpage().get_text_range() for i in range(len(document))))


def statements() -> Iterator[tuple[str, str]]:
    for line in (HERE / "cases" / "gene-therapy-statements.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            said, _, numbers = line.partition("|")
            yield said.strip(), numbers.strip()


def test_every_statement_is_in_the_handout_with_its_citation(gene_therapy: Built) -> None:
    handout = letters(pdf_text(gene_therapy.read("handout.pdf")))
    absent = []
    for said, numbers in statements():
        if letters(said + (f"[{numbers}]" if numbers else "")) not in handout:
            absent.append(f"{said} [{numbers}]")
    assert absent == []


@pytest.mark.parametrize("name", ["handout.pdf", "handout.html", "handout.epub"])
def test_all_seven_sources_are_listed(gene_therapy: Built, name: str) -> None:
    data = gene_therapy.read(name)
    reader = {"pdf": pdf_text, "html": lambda d: inspect_html(name, d).texts[0], "epub": lambda d: " ".join(inspect_epub(name, d).texts)}
    text = words(reader[name.rpartition(".")[2]](data)).replace(" ", "")
    assert [source for source in SOURCES if source.replace(" ", "") not in text] == []


def test_the_labels_of_the_flowchart_are_text_in_the_pdf(gene_therapy: Built) -> None:
    handout = pdf_text(gene_therapy.read("handout.pdf")).replace(" ", "")
    # Once in the picture and once in its words: a picture of text alone would give one of them only.
    assert [node for node in NODES if handout.count(node.replace(" ", "")) < 2] == []


def test_the_handout_is_tagged_titled_and_in_its_language(gene_therapy: Built) -> None:
    facts = inspect_pdf("handout.pdf", gene_therapy.read("handout.pdf"))
    assert (facts.title, facts.language, facts.tagged) == ("Gene therapy", "en-GB", True)
    assert {font.split("+")[-1][:8] for font in facts.fonts} == {"Atkinson"}
    assert all(abs(width - 210) < 0.5 and abs(height - 297) < 0.5 for width, height in facts.page_sizes)
    assert all(len(text) > 150 for text in facts.texts), "a page is nearly empty"


def test_the_leaflet_has_two_sides_and_six_panels_that_hold_their_text(gene_therapy: Built) -> None:
    facts = inspect_pdf("leaflet.pdf", gene_therapy.read("leaflet.pdf"))
    assert facts.pages == 2
    assert all(abs(width - 297) < 0.5 and abs(height - 210) < 0.5 for width, height in facts.page_sizes)
    assert facts.extra["outside"] == ()
    folds = {0: (97.0, 197.0), 1: (100.0, 200.0)}
    with pypdfium2.PdfDocument(gene_therapy.read("leaflet.pdf")) as document:
        for number, (first, second) in folds.items():
            text = document[number].get_textpage()
            boxes = [text.get_charbox(i) for i in range(text.count_chars()) if text.get_text_range(i, 1).strip()]
            millimetres = [(left * 25.4 / 72, right * 25.4 / 72, bottom * 25.4 / 72) for left, bottom, right, _ in boxes]
            assert not [b for b in millimetres if b[0] < first < b[1] or b[0] < second < b[1]], "text lies on a fold"
            assert min(bottom for _, _, bottom in millimetres) >= 5, "text too near the edge"
            for low, high in ((0, first), (first, second), (second, 297)):
                assert len([b for b in millimetres if low <= b[0] < high]) > 60, "an empty panel"


def test_the_leaflet_lists_only_the_sources_that_it_cites_from_one_on(gene_therapy: Built) -> None:
    text = pdf_text(gene_therapy.read("leaflet.pdf"))
    cited = {int(n) for group in re.findall(r"\[([\d,–-]+)\]", text) for n in _numbers(group)}
    listed = [int(n) for n in re.findall(r"(?<![\d.])(\d)\.\s+(?=[A-Z])", text[text.index("Sources") :])]
    assert cited == set(range(1, max(cited) + 1))
    assert set(listed) >= cited


def _numbers(group: str) -> Iterator[int]:
    for piece in group.split(","):
        ends = [int(n) for n in re.split("[–-]", piece) if n]
        yield from range(ends[0], ends[-1] + 1)


def test_the_epub_has_cover_chapters_figures_and_metadata(gene_therapy: Built) -> None:
    data = gene_therapy.read("handout.epub")
    facts = inspect_epub("handout.epub", data)
    assert (facts.title, facts.language) == ("Gene therapy", "en-GB")
    assert facts.titles.index("What is gene therapy?") < facts.titles.index("How does gene therapy work?") < facts.titles.index("Sources")
    assert all(alt for alt, _ in facts.extra["images"])
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = package.namelist()
        assert names[0] == "mimetype"
        assert package.getinfo("mimetype").compress_type == zipfile.ZIP_STORED
        assert any(name.endswith(".svg") for name in names) or b"<svg" in b"".join(package.read(n) for n in names if n.endswith(".xhtml"))
        assert any(name.endswith(".woff2") for name in names)
        opf = package.read(next(name for name in names if name.endswith(".opf"))).decode()
    assert 'properties="cover-image"' in opf
    assert "The Handbill project" in opf


def test_references_are_linked_both_ways(gene_therapy: Built) -> None:
    page = etree.HTML(gene_therapy.read("handout.html"))
    ids = set(page.xpath("//@id"))
    targets = {href[1:] for href in page.xpath("//a/@href") if href.startswith("#")}
    assert targets <= ids
    for key in ("nhgri", "medlineplus", "advancements-review", "fda", "cleveland-clinic", "rocket", "stxbp1"):
        assert {f"ref-{key}", f"cite-{key}"} <= targets


def test_the_deck_has_a_title_and_notes_on_every_slide(gene_therapy: Built) -> None:
    slides = list(Presentation(io.BytesIO(gene_therapy.read("slides.pptx"))).slides)
    titles = [slide.shapes.title.text_frame.text for slide in slides]
    assert all(title.strip() for title in titles)
    assert len(set(titles)) == len(titles)
    spoken = [slide for slide in slides if slide.has_notes_slide and slide.notes_slide.notes_text_frame.text.strip()]
    assert len(spoken) >= len(slides) * 2 // 3


def test_pictures_in_powerpoint_have_alt_and_a_png_beside_the_svg(gene_therapy: Built) -> None:
    with zipfile.ZipFile(io.BytesIO(gene_therapy.read("slides.pptx"))) as package:
        names = package.namelist()
        slides = [package.read(name).decode() for name in names if re.fullmatch(r"ppt/slides/slide\d+\.xml", name)]
    pictures = [piece for slide in slides for piece in re.findall(r"<p:pic>.*?</p:pic>", slide, re.S)]
    assert pictures
    for picture in pictures:
        assert re.search(r'descr="[^"]{10,}"', picture)
        assert "svgBlip" in picture
    assert any(name.endswith(".svg") for name in names)
    assert any(name.endswith(".png") for name in names)


def test_the_web_deck_holds_everything_it_needs(gene_therapy: Built) -> None:
    deck = gene_therapy.read("slides.html").decode()
    outside = re.findall(r"""(?:src|href)\s*=\s*["'](https?:[^"']+)""", re.sub(r"<a\b[^>]*>", "", deck))
    assert outside == []
    assert "Reveal" in deck
    assert ".initialize(" in deck


def test_the_index_shows_every_file(gene_therapy: Built) -> None:
    page = etree.HTML(gene_therapy.read("index.html"))
    made = {p.name for p in gene_therapy.folder.iterdir() if p.suffix in (".pdf", ".html", ".epub", ".pptx", ".txt", ".brf", ".ssml")} - {"index.html", "report.html"}
    assert set(page.xpath("//li/a/@href")) == made
    assert "report.html" in page.xpath("//a/@href")
    assert len(made) >= 7


def test_the_second_publication_speaks_its_own_language(vaccin: Built) -> None:
    facts = inspect_pdf("handout.pdf", vaccin.read("handout.pdf"))
    assert facts.language == "fr"
    text = " ".join(facts.texts)
    assert "Gene therapy" not in text
    assert "Prochaine relecture" in text
    assert "Page 1 sur" in words(text)
    assert not (vaccin.folder / "leaflet.pdf").exists()
    assert len(facts.extra["figures"]) == 2


@pytest.mark.parametrize("validator", ["EPUBCheck", "Ace", "Nu HTML", "axe"])
def test_the_book_and_the_pages_satisfy_their_validators(gene_therapy: Built, vaccin: Built, validator: str) -> None:
    (row,) = (row for row in VALIDATORS if row.name == validator)
    files = [built.folder / name for built in (gene_therapy, vaccin) for name in ("handout.epub", "handout.html", "index.html")]
    judged = [path for path in files if row.judges(path)]
    assert row.run(REPOSITORY, judged) == [()] * len(judged)


def test_the_page_list_of_the_book_has_as_many_pages_as_the_handout(gene_therapy: Built, vaccin: Built) -> None:
    for built in (gene_therapy, vaccin):
        pages = inspect_pdf("handout.pdf", built.read("handout.pdf")).pages
        listed = [label for label, _ in inspect_epub("handout.epub", built.read("handout.epub")).extra["pages"]]
        assert listed == [str(number) for number in range(1, pages + 1)]


def test_nothing_in_the_engine_knows_the_first_publication() -> None:
    told = [
        path for folder in ("handbill", "templates") for path in (REPOSITORY / folder).rglob("*")
        if path.is_file() and path.suffix in (".py", ".j2", ".css", ".yaml", ".mjs", ".js")
        and re.search(r"gene[- _]therap|in vivo|vaccin", path.read_text(encoding="utf-8"), re.I)
    ]  # fmt: skip
    assert told == []


def test_every_format_can_be_inspected() -> None:
    assert set(FORMATS) == set(INSPECTORS)


def test_a_second_build_gives_the_same_bytes(vaccin: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    monkeypatch.setenv("LANG", "tr_TR.UTF-8")
    monkeypatch.chdir(tmp_path)
    assert main(["--root", str(vaccin.project), "build", "--no-cache", "-j", "1", "-o", str(tmp_path / "again")]) == 0
    first = {p.name: p.read_bytes() for p in vaccin.folder.iterdir() if p.is_file()}
    second = {p.name: p.read_bytes() for p in (tmp_path / "again" / "vaccin").iterdir() if p.is_file()}
    assert sorted(first) == sorted(second)
    assert [name for name in first if first[name] != second[name]] == []
