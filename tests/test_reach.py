"""What reaches an edition: its key covers all that it may see, and nothing that cannot reach it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from handbill.cli import main
from handbill.fingerprint import fingerprint
from handbill.governance import standing
from handbill.model import Document, Edition, Figure, Project, Source
from handbill.reach import Reach, Withheld, reach
from handbill.schema import Output
from handbill.text import Markdown, Span, Text

HERE = Path(__file__).parent
REPOSITORY = HERE.parent


class Colour(Enum):
    RED = "red"


@pytest.mark.parametrize(("one", "other"), [
    ("1", 1), (1, True), (None, "None"), (b"a", "a"), (["a", "b"], ["ab"]), (["a", ["b"]], [["a"], "b"]), ({"a": 1}, {"a": 2}),
    (("a",), ("a", "")), (Colour.RED, "red"), (date(2026, 1, 2), "2026-01-02"), ({"a": {"b": 1}}, {"a": {}, "b": 1}),
    (Text("a"), Text("b")), (Output(file="a.pdf"), Output(file="b.pdf")), (frozenset({"a"}), frozenset({"b"})),
])  # fmt: skip
def test_different_values_have_different_fingerprints(one: Any, other: Any) -> None:
    assert fingerprint(one) != fingerprint(other)


def test_equal_values_have_equal_fingerprints_wherever_they_stand() -> None:
    here, there = (
        Markdown("a\nb", Span("a.md", line), (Span("a.md", line), Span("a.md", line + 1))) for line in (3, 4)
    )
    assert fingerprint([here]) == fingerprint([there]) == fingerprint(["a\nb"])
    assert fingerprint([here], places=True) != fingerprint([there], places=True)
    assert fingerprint(Source("a", ())) == fingerprint(Source("b", ()))
    assert fingerprint(Source("a", ()), places=True) != fingerprint(Source("b", ()), places=True)


def test_what_is_no_value_has_no_fingerprint() -> None:
    with pytest.raises(TypeError, match="function"):
        fingerprint({"a": [lambda: None]})


@pytest.fixture
def sample(
    make_project: Callable[..., Project], make_section: Callable[..., Any], make_edition: Callable[..., Edition]
) -> Reach:
    handout = make_edition(outputs={"pdf": {"file": "handout.pdf", "styles": ["own.css", "shared.css"]}})
    handout = replace(handout, files={"own.css": b"own", "other.css": b"other", "page.html.j2": b"page"})
    project = make_project(
        make_section("first", "The first text.", short="## Note\n\nShort."),
        editions={"handout": handout, "slides": make_edition("slides")},
        styles={
            "styles/shared.css": b"shared",
            "styles/slides.css": b"slides",
            "pages/page.html.j2": b"p",
            "pages/index.html.j2": b"i",
        },
        data={"rows": object()},
    )
    ast = {
        "pandoc-api-version": [1],
        "meta": {},
        "blocks": [{"t": "Para", "c": [{"t": "Image", "c": [["", [], []], [], ["asset:a.svg", ""]]}]}],
    }
    figures = {name: Figure(name, f"{name}.svg", None, 1, 1, name, name, "") for name in ("a", "b")}
    document = Document(ast, Source("text", ()), figures=figures, assets={"a.svg": b"a", "b.svg": b"b"})
    return reach(project, document, handout)


def test_only_what_is_declared_reaches_an_edition(sample: Reach) -> None:
    assert set(sample.document.figures) == {"a"}
    assert set(sample.document.assets) == {"a.svg"}
    assert set(sample.edition.files) == {"own.css", "page.html.j2"}
    assert set(sample.project.styles) == {"styles/shared.css", "pages/page.html.j2"}
    assert set(sample.project.editions) == {"handout"}
    assert "first text" not in repr(sample.project.sections)
    for name in ("data", "diagrams", "templates"):
        with pytest.raises(LookupError, match=f"{name} does not reach"):
            next(iter(getattr(sample.project, name)))
        with pytest.raises(LookupError):
            Withheld(name)["anything"]


def test_how_a_publication_stands_is_settled_before_its_words_are_left_out(sample: Reach) -> None:
    assert standing(sample.project) == sample.project.settled
    tomorrow = replace(sample.project, as_of=date(2026, 6, 1))
    assert replace(sample, project=tomorrow).parts.keys() == sample.parts.keys()


@pytest.mark.parametrize(("change", "part"), [
    (lambda r: replace(r, document=replace(r.document, ast={**r.document.ast, "blocks": []})), "its text"),
    (lambda r: replace(r, document=replace(r.document, assets={"a.svg": b"A"})), "its pictures"),
    (lambda r: replace(r, edition=replace(r.edition, files={**r.edition.files, "own.css": b"OWN"})), "templates/editions/handout/own.css"),
    (lambda r: replace(r, project=replace(r.project, styles={**r.project.styles, "styles/shared.css": b"S"})), "templates/styles/shared.css"),
    (lambda r: replace(r, project=replace(r.project, fonts={"a.woff": b"font"})), "the fonts"),
    (lambda r: replace(r, project=replace(r.project, publication=r.project.publication.model_copy(update={"title": Text("B")}))), "publication.yaml"),
    (lambda r: replace(r, project=replace(r.project, locale={})), "the words of its language"),
])  # fmt: skip
def test_each_part_is_in_the_key_under_its_own_name(sample: Reach, change: Callable[[Reach], Reach], part: str) -> None:
    changed = change(sample)
    assert {name for name in sample.parts if sample.parts[name] != changed.parts[name]} == {part}
    assert changed.placed != sample.placed


def test_another_place_is_another_place_only(sample: Reach) -> None:
    moved = replace(sample, document=replace(sample.document, source=Source("text one line down", ())))
    assert moved.parts == sample.parts
    assert moved.placed != sample.placed


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("reach") / "cache"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("reach") / "project"
    shutil.copytree(HERE / "publications" / "vaccin", root)
    shutil.copytree(REPOSITORY / "templates", root / "templates")
    return root


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


SECTION = "content/vaccin/sections/01-points.md"
EDITS: dict[str, tuple[Callable[[Path], object], set[str]]] = {
    "a comment in YAML": (lambda r: edit(r / "content/vaccin/publication.yaml", "id:", "# A comment.\n\nid:"), set()),
    "a note for who speaks": (lambda r: edit(r / SECTION, "Rappelez que", "Rappelez bien que"), {"slides.html"}),
    "a comment in the style sheet of the slides": (
        lambda r: (r / "templates/editions/slides/deck.css").write_bytes(
            (r / "templates/editions/slides/deck.css").read_bytes() + b"/* last */\n"), {"slides.html"}),
    "the text": (lambda r: edit(r / SECTION, "Voici", "VOICI"), {"handout.html"}),
    "the title": (lambda r: edit(r / "content/vaccin/publication.yaml", "title: ", "title: Bien "), {"handout.html", "slides.html"}),
}  # fmt: skip


@pytest.mark.e2e
def test_a_change_makes_the_files_that_it_reaches(root: Path, cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told: list[str] = []

    def made() -> set[str]:
        capsys.readouterr()
        words = [
            "build",
            "-e",
            "handout",
            "-e",
            "slides",
            "-f",
            "html",
            "-f",
            "revealjs",
            "--cache",
            str(cache),
            "--explain",
        ]
        assert main(["--root", str(root), *words]) == 0
        told[:] = capsys.readouterr().err.splitlines()
        explained = {line.split()[1].removeprefix("vaccin/").rstrip(":") for line in told if line.startswith("made ")}
        said = {line.removeprefix("vaccin: ") for line in told if line.startswith("vaccin: ") and line.endswith("html")}
        assert said == explained
        return said

    assert made() == {"handout.html", "slides.html"}
    for name, (change, reached) in EDITS.items():
        change(root)
        assert made() == reached, name
        assert any(line.startswith("changed since the last such build: ") for line in told)
        assert len([line for line in told if line.startswith(("made ", "kept "))]) == 2
    assert "made  vaccin/handout.html: its text, publication.yaml changed" in told
    assert any(line.startswith("ran   pandoc, vaccin: parse: the assembled text changed") for line in told)


@pytest.mark.e2e
def test_a_complaint_of_an_inspection_follows_its_line(
    root: Path, cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A slide with two pictures or tables is told at the line of its heading, wherever that has moved."""

    def told() -> list[str]:
        capsys.readouterr()
        main(["--root", str(root), "build", "-e", "slides", "-f", "revealjs", "--cache", str(cache)])
        return [line for line in capsys.readouterr().err.splitlines() if "slide-crowded" in line]

    table = "\n\n  | a | b |\n  |---|---|\n  | 1 | 2 |\n"
    edit(root / SECTION, "un microbe. [@notice-essai]\n", f"un microbe. [@notice-essai]{table}{table}")
    (first,) = told()
    edit(root / SECTION, "role:", "# One line more.\nrole:")
    (second,) = told()
    line = int(first.split(SECTION + ":")[1].split(":")[0])
    assert f"{SECTION}:{line + 1}:" in second
    edit(root / SECTION, "# One line more.\n", "")
    assert told() == [first]
