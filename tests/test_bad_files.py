"""Bad files in every place where a file may stand: one sentence about each, never an exception."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from handbill.assemble import TEMPLATE, assemble
from handbill.diagnostics import Diagnostic, Report
from handbill.load import load
from handbill.rules import judge
from tests.faults import collection

REPOSITORY = Path(__file__).parent.parent
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
SECTION = "content/sample/sections/one.md"
PLACES = {
    "publication": "content/sample/publication.yaml",
    "section": SECTION,
    "data": "content/sample/data/facts.yaml",
    "diagram": "content/sample/diagrams/route.mmd",
    "picture": "content/sample/figures/clinic.png",
    "bibliography": "references.bib",
    "template": f"templates/{TEMPLATE}",
    "style sheet": "templates/styles/own.css",
    "edition": "templates/editions/handout/edition.yaml",
    "profile": "templates/profiles/plain.yaml",
    "locale": "templates/locale/en.yaml",
    "fonts": "templates/fonts.yaml",
}
HARMLESS = {("style sheet", "empty"), ("bibliography", "empty"), ("fonts", "folder")}
"""A style sheet or a bibliography with nothing in it is one; a folder is no list of fonts, and a project needs none."""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The base of the faults, with a file in every place."""
    root = tmp_path / "a project with spaces"
    shutil.copytree(collection.HERE / "base", root)
    shutil.copytree(REPOSITORY / "templates" / "parts", root / "templates" / "parts")
    for name in (TEMPLATE, "locale/en.yaml"):
        shutil.copy(REPOSITORY / "templates" / name, root / "templates" / name)
    for name, text in {
        "templates/styles/own.css": "p { margin: 0 }\n",
        "templates/profiles/plain.yaml": "name: plain\ntitle: Plain\nsummary: Few demands.\nforms: [full]\nrules: {}\n",
        "templates/fonts.yaml": "fonts:\n  - family: Noto Sans\n    package: '@fontsource/noto-sans'\n",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    picture = root / PLACES["picture"]
    picture.parent.mkdir()
    picture.write_bytes(PIXEL)
    with (root / SECTION).open("a", encoding="utf-8") as section:
        section.write("\n![A clinic](figures/clinic.png){alt=\"A white house with a ramp.\"}\n")
    with (root / PLACES["publication"]).open("a", encoding="utf-8") as publication:
        publication.write("profile: plain\n")
    edition = root / PLACES["edition"]
    edition.write_text(edition.read_text(encoding="utf-8") + "    styles: [own.css]\n", encoding="utf-8")
    return root


def told(root: Path) -> list[Diagnostic]:
    """What a check says before pandoc is asked."""
    report = Report()
    found = load(root, "sample", report, collection.AS_OF)
    if found is not None:
        judge("load", found, found, report)
        if not report.failed:
            assemble(found, report)
    return list(report)


def huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(50_000_000)


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def loop(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.name)


def dangling(path: Path) -> None:
    path.unlink()
    path.symlink_to("nothing-there")


def empty(path: Path) -> None:
    path.write_bytes(b"")


def noise(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 20)


KINDS: dict[str, Callable[[Path], None]] = {
    "huge": huge, "folder": folder, "loop": loop, "dangling": dangling, "empty": empty, "noise": noise,
}  # fmt: skip


def test_the_project_itself_is_fine(project: Path) -> None:
    assert told(project) == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", PLACES)
def test_each_bad_file_is_told(project: Path, place: str, kind: str) -> None:
    KINDS[kind](project / PLACES[place])
    found = told(project)
    if (place, kind) not in HARMLESS and (place, kind) != ("style sheet", "noise"):
        _one_sentence(found, PLACES[place])


@pytest.mark.parametrize("place", PLACES)
def test_a_file_that_may_not_be_read_is_told(project: Path, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Permissions do not stop the superuser, as whom tests may run: the refusal is played."""
    locked = (project / PLACES[place]).resolve()
    real = Path.read_bytes

    def read_bytes(self: Path) -> bytes:
        if self == locked:
            raise PermissionError(errno.EACCES, "Permission denied", str(self))
        return real(self)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    _one_sentence(told(project), PLACES[place])


@pytest.mark.parametrize("name", ["two words", "it's \"so\"", "übung", "new\nline", "-dash", "x" * 200])
@pytest.mark.parametrize("place", ["section", "data", "diagram", "picture"])
def test_each_odd_name_is_told_or_read(project: Path, place: str, name: str) -> None:
    path = project / PLACES[place]
    try:
        path.rename(path.with_name(name + path.suffix))
    except OSError:
        pytest.fail("this system cannot have such a name")
    for diagnostic in told(project):
        assert "\n" not in diagnostic.message
        assert diagnostic.span is None or diagnostic.span.path


@pytest.mark.parametrize("name", ["two words", "it's", "übung"])
def test_a_publication_with_an_odd_name_is_told(project: Path, name: str) -> None:
    (project / "content/sample").rename(project / "content" / name)
    report = Report()
    load(project, name, report, collection.AS_OF)
    assert {found.code for found in report} >= {"publication-id"}


def _one_sentence(found: list[Diagnostic], path: str) -> None:
    """Something is said about the file, in one sentence, and no complaint is said twice."""
    about = [d for d in found if (d.span is not None and d.span.path == path) or Path(path).name in d.message]
    assert about
    assert all("\n" not in d.message for d in found)
    assert len({(d.code, d.span) for d in found}) == len(found)
