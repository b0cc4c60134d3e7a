"""Loading: a folder becomes a project, and nothing that lies in it can do harm."""

from __future__ import annotations

import random
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handbill.diagnostics import Report
from handbill.finding import discover
from handbill.load import load, load_metadata
from handbill.load.locale import KEYS
from handbill.model import Project
from handbill.rules import judge
from handbill.schema import DataTable
from tests.faults import collection

REPOSITORY = Path(__file__).parent.parent


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The small correct project of the fault collection."""
    collection.build(collection.Case("base"), tmp_path / "project")
    return tmp_path / "project"


def loaded(root: Path) -> Project:
    report = Report()
    project = load(root, "sample", report)
    assert tuple(report) == ()
    assert project is not None
    return project


def codes(root: Path, publication: str = "sample") -> list[str]:
    report = Report()
    load(root, publication, report)
    return [found.code for found in report]


def test_everything_is_read(root: Path) -> None:
    project = loaded(root)
    (section,) = project.sections
    assert (section.head.id, section.head.role, section.head.title) == ("one", "definition", "One")
    assert section.body.startswith("A claim. [@smith]")
    assert str(section.body.line_span(2)) == "content/sample/sections/one.md:9:1"
    assert str(section.head.title.span) == "content/sample/sections/one.md:4:8"
    table = project.data["facts"]
    assert isinstance(table, DataTable)
    assert str(table.rows[1]["value"].span) == "content/sample/data/facts.yaml:12:12"
    route = project.diagrams["route"]
    assert route.code.startswith("flowchart TD")
    assert str(route.code.span) == "content/sample/diagrams/route.mmd:4:1"
    assert list(project.editions) == ["handout", "deck"]
    assert [entry.key for entry in project.bibliography] == ["smith"]
    assert b"<style" in project.citation_style
    assert project.locale["contents"] == "Contents"
    assert str(project.spans["authors", 0, "role"]) == "content/sample/publication.yaml:10:11"


def test_discover_and_metadata(root: Path) -> None:
    (root / "content" / "empty").mkdir()
    assert discover(root) == ["sample"]
    assert discover(root / "nowhere") == []
    report = Report()
    publication = load_metadata(root, "sample", report)
    assert publication is not None
    assert publication.title == "A sample"
    (root / "content" / "sample" / "publication.yaml").write_text("id: [", encoding="utf-8")
    assert load_metadata(root, "sample", report) is None
    assert report.failed


def test_a_publication_that_is_not_there(root: Path) -> None:
    report = Report()
    assert load(root, "sampel", report) is None
    assert [found.code for found in report] == ["publication-unknown"]
    assert "“sample”" in next(iter(report)).hints[0]


def test_sections_come_in_the_listed_order_or_by_file_name(root: Path) -> None:
    sections = root / "content" / "sample" / "sections"
    (sections / "0-two.md").write_text("---\nid: two\ntitle: Two\n---\nWords.\n", encoding="utf-8")
    assert [section.head.id for section in loaded(root).sections] == ["two", "one"]
    publication = root / "content" / "sample" / "publication.yaml"
    publication.write_text(publication.read_text(encoding="utf-8") + "sections: [one, two]\n", encoding="utf-8")
    assert [section.head.id for section in loaded(root).sections] == ["one", "two"]


def test_only_cited_entries_matter(root: Path) -> None:
    before = loaded(root).bibliography_text
    bibliography = root / "references.bib"
    bibliography.write_text(
        bibliography.read_text(encoding="utf-8") + "\n@book{other,\n title={T}}\n", encoding="utf-8"
    )
    assert loaded(root).bibliography_text == before


def test_files_that_nobody_wrote_are_passed_over(root: Path) -> None:
    sections = root / "content" / "sample" / "sections"
    for name in (".DS_Store", "one.md~", "#one.md#", ".one.md.swp", "one.md.bak"):
        (sections / name).write_bytes(b"\xff\x00")
    (root / "content" / "sample" / "README.md").write_text("For us.", encoding="utf-8")
    loaded(root)


@pytest.mark.parametrize("name", ["quote'd.md", 'quo"ted.md', "new\nline.md", "ünï.md", "-dash.md"])
def test_strange_names_are_told_and_read(root: Path, name: str) -> None:
    (root / "content" / "sample" / "sections" / name).write_text(
        "---\nid: two\ntitle: Two\n---\nWords.\n", encoding="utf-8"
    )
    assert codes(root) == ["file-name"]


def test_no_permission(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "one.md":
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert codes(root) == ["file-unreadable"]


def test_a_folder_link_that_leads_out_is_not_entered(root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (root / "content" / "sample" / "figures").symlink_to(outside)
    report = Report()
    project = load(root, "sample", report)
    assert project is not None
    assert not project.assets
    assert "file-outside" in [found.code for found in report]


def test_a_special_file_is_not_opened(root: Path) -> None:
    import os

    os.mkfifo(root / "content" / "sample" / "sections" / "pipe.md")
    assert codes(root) == ["file-not-regular"]


def test_pictures_are_what_they_say(root: Path) -> None:
    figures = root / "content" / "sample" / "figures"
    (figures / "deep").mkdir(parents=True)
    (figures / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n...")
    (figures / "deep" / "b.JPG").write_bytes(b"\xff\xd8\xff...")
    (figures / "c.svg").write_bytes(b'<?xml version="1.0"?><svg/>')
    assert sorted(loaded(root).assets) == ["figures/a.png", "figures/c.svg", "figures/deep/b.JPG"]


def test_fonts_come_from_the_installed_packages(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HANDBILL_NODE_MODULES", raising=False)
    (root / "templates" / "fonts.yaml").write_text(
        'fonts:\n  - family: Demo\n    package: "@fontsource/demo"\n    weights: [400]\n    subsets: [latin]\n',
        encoding="utf-8",
    )
    files = root / "node_modules" / "@fontsource" / "demo" / "files"
    files.mkdir(parents=True)
    (files / "demo-latin-400-normal.woff2").write_bytes(b"wOF2")
    assert dict(loaded(root).fonts) == {"demo-latin-400-normal.woff2": b"wOF2"}


def test_words_fall_back_by_language(root: Path) -> None:
    publication = root / "content" / "sample" / "publication.yaml"
    publication.write_text(publication.read_text(encoding="utf-8").replace("en-GB", "fr-CA"), encoding="utf-8")
    (root / "templates" / "locale" / "fr.yaml").write_text("contents: Sommaire\n", encoding="utf-8")
    project = loaded(root)
    assert project.locale["contents"] == "Sommaire"
    assert project.locale["page_of"] == "Page {page} of {pages}"


@pytest.mark.parametrize(("name", "found"), [("apa", True), ("nature-medicine", True), ("../../etc/passwd", False)])
def test_citation_styles(root: Path, name: str, found: bool) -> None:
    publication = root / "content" / "sample" / "publication.yaml"
    publication.write_text(publication.read_text(encoding="utf-8") + f"citation_style: {name}\n", encoding="utf-8")
    report = Report()
    project = load(root, "sample", report)
    assert project is not None
    assert (b"independent-parent" not in project.citation_style and b"<bibliography" in project.citation_style) is found
    assert report.failed is not found


def test_the_publications_of_the_repository_are_clean(tmp_path: Path) -> None:
    for name in ("content", "templates"):
        shutil.copytree(REPOSITORY / name, tmp_path / name)
    shutil.copy(REPOSITORY / "references.bib", tmp_path)
    (tmp_path / "templates" / "fonts.yaml").unlink()
    assert discover(tmp_path)
    for name in discover(tmp_path):
        report = Report()
        project = load(tmp_path, name, report)
        assert project is not None
        judge("load", project, project, report)
        # What editions take from npm packages is there only after set-up.
        left = [d for d in report if d.severity != "note" and d.code != "vendor-missing"]
        assert left == []


_PIECES = ["---\n", ":", "- ", "[", "]", "{", "}", "@", "[@", "[[", "]]", ":::", "```", "#", "\t", "\n\n", '"', "'", "|", ">", "\\", "\0", "\ufeff", "é", "&", "*", "!", "%", "https://", "](", "{#", "{.", "^", "`", "$", "<b>", "\r\n", "1. "]  # fmt: skip


def _mutate(data: bytes, chance: random.Random) -> bytes:
    """One of the changes that people, editors and disks make to a file."""
    place = chance.randrange(len(data) + 1)
    lines = data.split(b"\n")
    row = chance.randrange(len(lines))
    ways: list[Callable[[], bytes]] = [
        lambda: data[:place],
        lambda: data[:place] + data[place + chance.randrange(1, 20) :],
        lambda: data[:place] + chance.choice(_PIECES).encode() + data[place:],
        lambda: data[:place] + bytes([chance.randrange(256)]) + data[place + 1 :],
        lambda: b"\n".join(lines[:row] + lines[row + 1 :]),
        lambda: b"\n".join([*lines[:row], lines[row], *lines[row:]]),
        lambda: b"\n".join([*lines[:row], b"  " + lines[row], *lines[row + 1 :]]),
        lambda: b"\n".join(chance.sample(lines, len(lines))),
    ]
    return chance.choice(ways)()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_no_damage_breaks_loading(seed: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A damaged project gives complaints or a project, quickly, and never another exception."""
    root = tmp_path_factory.mktemp("fuzz") / "project"
    collection.build(collection.Case("base"), root)
    chance = random.Random(seed)
    files = sorted(path for path in root.rglob("*") if path.is_file())
    for path in chance.sample(files, chance.randrange(1, 4)):
        data = path.read_bytes()
        for _ in range(chance.randrange(1, 4)):
            data = _mutate(data, chance)
        path.write_bytes(data)
    started = time.monotonic()
    report = Report()
    project = load(root, "sample", report)
    if project is not None:
        judge("load", project, project, report)
    assert project is not None or report.failed
    assert time.monotonic() - started < 10
    shutil.rmtree(root)


def test_the_words_that_the_engine_asks_for_are_those_of_the_english_file() -> None:
    """The table that `check` goes by, held beside the shipped file and beside the code that asks."""
    shipped = yaml.safe_load((REPOSITORY / "templates/locale/en.yaml").read_text(encoding="utf-8"))
    assert {key: set(re.findall(r"\{(\w+)\}", str(value))) for key, value in shipped.items()} == {key: set(holes) for key, holes in KEYS.items()}
    code = "".join(path.read_text(encoding="utf-8") for path in (REPOSITORY / "handbill").rglob("*.py"))
    asked = set(re.findall(r"locale\[\"([\w-]+)\"\]", code))
    assert asked and asked <= KEYS.keys()


def test_a_word_that_is_lost_is_told_once(root: Path) -> None:
    path = root / "templates/locale/en.yaml"
    shipped = (REPOSITORY / "templates/locale/en.yaml").read_text(encoding="utf-8")
    path.write_text(shipped.replace("contents: Contents\n", "").replace("cover: Cover", "covr: Cover"), encoding="utf-8")
    report = Report()
    load(root, "sample", report)
    told = [(found.code, found.message) for found in report if found.span and found.span.path.endswith("en.yaml")]
    assert sorted(told) == [("locale-word-missing", "The word “contents” is missing."), ("schema-unknown-key", "“covr” is not known here.")]
