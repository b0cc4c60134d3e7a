"""A check of what did not change says the same again at once; and what is remembered is never seen in an answer."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from handbill.cli import checking, main

HERE = Path(__file__).parent
REPOSITORY = HERE.parent
SECTION = "content/vaccin/sections/01-points.md"
FORMS = ("text", "json", "github", "sarif")
LIGHT = {"handbill", "handbill.cli", "handbill.cli.main", "handbill.cli.early", "handbill.record"}

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("check-again")]


@dataclass
class Place:
    """A copy of the second publication, and how it is checked. `examined` counts the publications that were looked at."""

    root: Path
    capture: pytest.CaptureFixture[str]
    examined: list[str]

    def check(self, *words: str) -> tuple[int, str, str]:
        self.capture.readouterr()
        code = main(["--root", str(self.root), "check", *words])
        said = self.capture.readouterr()
        return code, said.out, said.err

    def anew(self, *words: str) -> tuple[int, str, str]:
        """The same by whoever remembers nothing."""
        shutil.rmtree(self.root / ".cache" / "records", ignore_errors=True)
        return self.check(*words)

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.root / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture
def place(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Place:
    root = tmp_path / "project"
    shutil.copytree(HERE / "publications" / "vaccin", root)
    shutil.copytree(REPOSITORY / "templates", root / "templates")
    monkeypatch.delenv("HANDBILL_CACHE", raising=False)
    seen: list[str] = []
    real = checking.examined

    def counting(order: checking.Order, name: str, runner: object) -> object:
        seen.append(name)
        return real(order, name, runner)  # type: ignore[arg-type]

    monkeypatch.setattr(checking, "examined", counting)
    return Place(root, capsys, seen)


@pytest.mark.parametrize("form", FORMS)
def test_the_same_is_said_again_letter_for_letter(place: Place, form: str) -> None:
    place.edit(SECTION, "@notice-essai", "@notice-esai")
    first = place.check("--format", form)
    assert first[0] == 1
    assert place.check("--format", form) == first
    assert place.examined == ["vaccin"]


def test_nothing_is_imported_for_it(place: Place) -> None:
    program = f"""
import sys
from handbill.cli import main
code = main(["--root", {str(place.root)!r}, "check"])
print("IMPORTED " + " ".join(sorted(sys.modules)), file=sys.stderr)
sys.exit(code)
"""

    def loaded() -> set[str]:
        done = subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, check=True)
        return set(done.stderr[done.stderr.index("IMPORTED") :].split())

    assert "pydantic" in loaded()
    again = loaded()
    assert {name for name in again if name.startswith("handbill")} == LIGHT
    assert not again & {"pydantic", "jinja2", "yaml", "argparse", "json", "re"}


def test_only_the_publication_that_changed_is_examined(place: Place) -> None:
    shutil.copytree(place.root / "content/vaccin", place.root / "content/autre")
    place.edit("content/autre/publication.yaml", "id: vaccin", "id: autre")
    place.edit(SECTION, "@notice-essai", "@notice-esai")
    first = place.check()
    assert place.examined == ["autre", "vaccin"]
    place.edit("content/autre/sections/01-points.md", "Voici", "Voilà")
    assert place.check() == first
    assert place.examined == ["autre", "vaccin", "autre"]


def test_other_words_are_another_question(place: Place) -> None:
    assert place.check()[0] == place.check("--as-of", "2031-01-01", "--strict")[0] - 1 == 0
    assert place.examined == ["vaccin", "vaccin"]


def test_a_file_that_changes_meanwhile_counts_next_time(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    counting = checking.examined

    def slow(order: checking.Order, name: str, runner: object) -> object:
        work = counting(order, name, runner)  # type: ignore[arg-type]
        place.edit(SECTION, "@notice-essai", "@notice-esai")
        return work

    monkeypatch.setattr(checking, "examined", slow)
    assert place.check()[0] == 0
    monkeypatch.setattr(checking, "examined", counting)
    assert place.check()[0] == 1


def spoil(name: str, old: str, new: str) -> Callable[[Place], None]:
    def act(place: Place) -> None:
        path = place.root / name
        text = path.read_text(encoding="utf-8")
        there, here = (old, new) if old in text else (new, old)  # the second time it is mended
        path.write_text(text.replace(there, here, 1), encoding="utf-8")

    return act


EDITS = (
    spoil(SECTION, "@notice-essai", "@notice-esai"),
    spoil(SECTION, "Voici", "Voici [un lien](javascript:x)"),
    spoil("content/vaccin/publication.yaml", "language:", "langage:"),
    spoil("references.bib", "title", "titel"),
    spoil("templates/source.md.j2", "{%", "{ %"),
    spoil("templates/profiles/patient.yaml", "name:", "nom:"),
    spoil("content/vaccin/diagrams/parcours.mmd", "-->", "--"),
)


def test_whatever_is_edited_the_answer_is_that_of_a_first_check(place: Place) -> None:
    chance = random.Random(7)
    for _ in range(8):
        chance.choice(EDITS)(place)
        remembered = place.check("--format", "json")
        assert place.check("--format", "json") == remembered
        assert place.anew("--format", "json") == remembered
