"""A build for which there is nothing to do: it says the same again, and makes and imports nothing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from handbill.cli import building, main

HERE = Path(__file__).parent
REPOSITORY = HERE.parent
NOTHING = "Nothing has changed since the last build."
SECTION, PAGE = "content/vaccin/sections/01-points.md", "output/vaccin/handout.html"

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("nothing")]


@dataclass
class Place:
    """A copy of the second publication, and how it is built."""

    root: Path
    cache: Path
    capture: pytest.CaptureFixture[str]

    def build(self, *words: str) -> tuple[int, str, str]:
        self.capture.readouterr()
        call = ["--root", str(self.root), "build", "-e", "handout", "-f", "html", "--cache", str(self.cache), *words]
        code = main(call)
        said = self.capture.readouterr()
        return code, said.out, said.err

    def did_nothing(self, *words: str) -> bool:
        return self.build(*words)[2].startswith(NOTHING)

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.root / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("nothing") / "cache"


@pytest.fixture
def place(tmp_path: Path, cache: Path, capsys: pytest.CaptureFixture[str]) -> Place:
    return Place(copied(tmp_path / "project"), cache, capsys)


@pytest.fixture(scope="module")
def used_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(tmp_path_factory.mktemp("used") / "project")


@pytest.fixture
def used(used_root: Path, cache: Path, capsys: pytest.CaptureFixture[str]) -> Place:
    """A place where test after test may change something, as authors do."""
    return Place(used_root, cache, capsys)


def copied(root: Path) -> Path:
    shutil.copytree(HERE / "publications" / "vaccin", root)
    shutil.copytree(REPOSITORY / "templates", root / "templates")
    return root


def test_the_second_build_says_the_same_and_writes_nothing(place: Place) -> None:
    code, out, _ = place.build()
    assert code == 0
    times = {path: path.stat().st_mtime_ns for path in (place.root / "output").rglob("*")}
    code, again, err = place.build()
    assert (code, again) == (0, out)
    assert err.startswith(NOTHING)
    assert {path: path.stat().st_mtime_ns for path in (place.root / "output").rglob("*")} == times


@pytest.mark.parametrize("form", ["text", "json", "github", "sarif"])
def test_complaints_are_said_again_letter_for_letter(place: Place, form: str) -> None:
    place.edit(SECTION, "@notice-essai", "@notice-esai")
    code, out, err = place.build("--report", form)
    assert code == 1
    assert "notice-esai" in out + err
    again = place.build("--report", form)
    assert again[0] == 1
    assert again[2].startswith(NOTHING)
    assert again[1] == out
    assert [line for line in err.splitlines() if line not in again[2].splitlines()] == ["vaccin: reading"]


def test_nothing_is_imported_for_it(place: Place) -> None:
    call = ["--root", str(place.root), "build", "-e", "handout", "-f", "html", "--cache", str(place.cache)]
    program = f"""
import sys
from handbill.cli import main
code = main({call!r})
print("IMPORTED " + " ".join(sorted(sys.modules)), file=sys.stderr)
sys.exit(code)
"""

    def run() -> str:
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, check=True
        )
        return done.stderr

    assert "pydantic" in run()
    second = run()
    assert NOTHING in second
    imported = set(second[second.index("IMPORTED") :].split())
    assert (
        imported
        & {
            "pydantic",
            "jinja2",
            "pypandoc",
            "weasyprint",
            "yaml",
            "argparse",
            "json",
            "re",
            "typing",
            "hashlib",
            "dataclasses",
        }
        == set()
    )
    assert {name for name in imported if name.startswith("handbill")} == {
        "handbill", "handbill.cli", "handbill.cli.main", "handbill.cli.early", "handbill.record"
    }  # fmt: skip


def touch(place: Place) -> None:
    for path in (place.root / "content").rglob("*"):
        path.touch()


def swap_file(place: Place) -> None:
    (place.root / "content/vaccin/sections/.01-points.md.swp").write_bytes(b"b0VIM 9.0")


def saved_again(place: Place) -> None:
    path = place.root / SECTION
    (path.parent / "new.tmp").write_bytes(path.read_bytes())
    (path.parent / "new.tmp").replace(path)


@pytest.mark.parametrize("act", [touch, swap_file, saved_again])
def test_what_changes_nothing_makes_nothing(used: Place, act: Callable[[Place], None]) -> None:
    used.build()
    act(used)
    assert used.did_nothing()
    assert used.did_nothing()


def edit_that_keeps_its_time(place: Place) -> None:
    path = place.root / SECTION
    before = path.stat()
    place.edit(SECTION, "Voici", "VOICI")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def new_section(place: Place) -> None:
    text = (place.root / SECTION).read_text(encoding="utf-8")
    (place.root / SECTION).with_name("09-neuf.md").write_text(text.replace("id: ", "id: neuf-"), encoding="utf-8")


CHANGES: dict[str, Callable[[Place], object]] = {
    "a text": lambda p: p.edit(SECTION, "retenir", "garder"),
    "an edit that keeps size and time": edit_that_keeps_its_time,
    "a new file": new_section,
    "a source": lambda p: p.edit("references.bib", "title", "Title"),
    "a style sheet": lambda p: p.edit("templates/styles/base.css", "{", "{ "),
    "an output that is gone": lambda p: (p.root / PAGE).unlink(),
    "an output that was cut": lambda p: os.truncate(p.root / PAGE, 100),
    "an output that was changed": lambda p: p.edit(PAGE, "</html>", "</HTML>"),
    "an index that is gone": lambda p: (p.root / "output/vaccin/index.html").unlink(),
    "a folder that is gone": lambda p: shutil.rmtree(p.root / "output/vaccin"),
    "a new publication": lambda p: shutil.copytree(p.root / "content/vaccin", p.root / "content/autre"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_changes_something_is_made_again(used: Place, name: str) -> None:
    used.build()
    CHANGES[name](used)
    assert not used.did_nothing()
    assert b"</html>" in (used.root / PAGE).read_bytes()
    assert (used.root / "output/vaccin/index.html").is_file()
    assert used.did_nothing()


def test_a_publication_that_did_not_change_is_not_read_again(place: Place) -> None:
    place.root.joinpath("content/autre").mkdir()
    shutil.copytree(place.root / "content/vaccin", place.root / "content/autre", dirs_exist_ok=True)
    place.edit("content/autre/publication.yaml", "id: vaccin", "id: autre")
    code, out, err = place.build()
    assert code == 0
    assert {"vaccin: reading", "autre: reading"} <= set(err.splitlines())
    place.edit(SECTION, "Voici", "Voilà")
    code, again, err = place.build()
    assert (code, again) == (0, out)
    assert "vaccin: reading" in err.splitlines()
    assert "autre: reading" not in err.splitlines()
    assert place.did_nothing()


def test_a_file_changed_during_the_build_counts_next_time(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    press = building.press

    def slow(*words: object) -> object:
        works = press(*words)  # type: ignore[arg-type]
        place.edit(SECTION, "Voici", "VOICI")
        return works

    monkeypatch.setattr(building, "press", slow)
    place.build()
    monkeypatch.undo()
    assert not place.did_nothing()
    assert "VOICI" in (place.root / PAGE).read_text(encoding="utf-8")
    assert place.did_nothing()


def test_a_tool_that_failed_is_asked_again(place: Place) -> None:
    place.edit("content/vaccin/diagrams/parcours.mmd", "A --> B", "A --> B\nA@{ shape: none-such }")  # only Mermaid knows
    assert place.build()[0] == 1
    code, _, err = place.build()
    assert code == 1
    assert NOTHING not in err


def test_a_damaged_record_costs_a_build(place: Place) -> None:
    place.build()
    for record in (place.cache / "records").iterdir():
        record.write_bytes(record.read_bytes()[:-7] + b"\0\0\0\0\0\0\0")
    assert not place.did_nothing()
    assert place.did_nothing()


def test_another_day_is_judged_anew(used: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    used.build()
    tomorrow = time.time() + 86400
    monkeypatch.setattr(time, "time", lambda: tomorrow)
    assert not used.did_nothing()


def test_the_engine_and_the_tools_are_inputs(used: Place) -> None:
    used.build()
    newest = max((used.cache / "records").iterdir(), key=lambda path: path.stat().st_mtime_ns)
    paths = newest.read_bytes().decode().split("\0")
    names = {Path(path).name for path in paths if path.startswith("/")}
    assert {
        "press.py",
        "standards.toml",
        "build.py",
        "pandoc",
        "site-packages",
        "references.bib",
        "fonts.yaml",
    } <= names
    assert any(name.endswith(".woff2") for name in names)
    assert any(name.startswith("libpango") for name in names)
    json.loads(next(part for part in paths if part.startswith("{")))
