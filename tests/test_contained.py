"""A mistake stops what it spoils and nothing else: one sentence at its line, the other files and publications are made.

By the real command line, on a small project with two publications and editions that need no browser.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from PIL import Image

from handbill.diagnostics import Severity
from handbill.prepare import examine
from handbill.tools.toolbox import Toolbox
from tests.faults import collection
from tests.house_case import ABOUT, CARD, EDITION, GIVEN, SIGNED, add_edition, built, make_house

pytestmark = pytest.mark.e2e

@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_house(tmp_path_factory.mktemp("house") / "p")


@pytest.fixture(scope="module")
def usual(house: Path) -> set[str]:
    """What there is to say of the project without a further mistake: it is short, and its approval is of another text."""
    with Toolbox(house, house / ".cache") as toolbox:
        found = examine(house, "sample", toolbox.runner, as_of=collection.AS_OF)
    assert not [d for d in found if d.severity is Severity.ERROR]
    return {d.code for d in found}


def with_mistake(house: Path, folder: Path, old: str, new: str) -> tuple[Path, int]:
    """A copy of the project with one change in a publication's file, and the line on which it begins."""
    root = folder / "p"
    shutil.copytree(house, root, symlinks=True, ignore=shutil.ignore_patterns(".cache"))
    (root / ".cache").symlink_to(house / ".cache")
    about = root / ABOUT
    text = about.read_text(encoding="utf-8")
    assert text.count(old) == 1
    about.write_text(text.replace(old, new), encoding="utf-8")
    return root, text[: text.index(old)].count("\n") + 1


MISTAKES = {
    "an approval without its digest": (f"  digest: sha256:{'0' * 64}\n", "", "schema-missing", -4),
    "an approval without a role": ("approval:\n  by: B. Reader\n  role: nurse\n", "approval:\n  by: B. Reader\n", "schema-missing", 0),
    "an approval on no day": ("nurse\n  date: 2026-11-20\n", "nurse\n  date: 2026-11-31\n", "schema-date", 1),
    "an approval that is one word": (GIVEN, "approval: yes\n", "schema-type", 0),
    "a reviewer without a date": (SIGNED, SIGNED.replace("    date: 2026-11-20\n", ""), "schema-missing", 1),
    "a status that there is not": ("status: approved", "status: aproved", "schema-value", 0),
    "the next review before the last": ("next_review: 2027-01-02", "next_review: 2025-01-02", "date-order", 0),
    "first published after the last review": ("last_reviewed:", "first_published: 2026-02-03\nlast_reviewed:", "date-order", 1),
    "a day of review that is none": ("next_review: 2027-01-02", "next_review: soon", "schema-date", 0),
    "a last review of another age": ("last_reviewed: 2026-01-02", "last_reviewed: 0202-01-02", "date-implausible", 0),
    "an unknown profile": ("status: approved", "profile: pateint\nstatus: approved", "profile-unknown", 0),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_what_is_wrong_about_the_judging_makes_a_draft_of_it(
    name: str, house: Path, usual: set[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new, code, below = MISTAKES[name]
    root, line = with_mistake(house, tmp_path, old, new)
    told = built(root, tmp_path / "out", capsys, "-f", "text")
    assert told.code == 1
    assert told.errors() == [(code, ABOUT, line + below)]
    assert {d["code"] for d in told.found} - usual == {code}
    assert "Draft: not yet approved for use" in told.read("plain.txt")
    assert (told.output / "other" / "plain.txt").is_file()
    assert (told.output / "sample" / "index.html").is_file()


def test_a_date_that_is_in_doubt_is_on_no_page(house: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root, _ = with_mistake(house, tmp_path, "next_review: 2027-01-02", "next_review: 2025-01-02")
    told = built(root, tmp_path / "out", capsys, "sample")
    for file in ("plain.txt", "handout.html", "index.html"):
        assert "January" not in told.read(file)
        assert "Review overdue" not in told.read(file)
        assert "Draft: not yet approved for use" in told.read(file)
    report = json.loads(told.read("report.json"))
    about = report["publication"]
    assert (about["status"], about["nextReview"], about["overdue"]) == ("draft", None, None)
    assert {s["outcome"] for s in report["standards"] if s["id"] in ("GOV-02", "GOV-03")} == {"not judged"}
    assert "When the next review is due is <strong>not known</strong>" in told.read("report.html")


def test_an_unknown_profile_leaves_the_usual_one_to_judge(house: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root, _ = with_mistake(house, tmp_path, "status: approved", "profile: pateint\nstatus: approved")
    told = built(root, tmp_path / "out", capsys, "sample", "-f", "text")
    assert json.loads(told.read("report.json"))["publication"]["profile"] == "patient"


@pytest.mark.parametrize("name", MISTAKES)
def test_no_release_with_such_a_mistake(name: str, house: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new, code, below = MISTAKES[name]
    root, line = with_mistake(house, tmp_path, old, new)
    told = built(root, tmp_path / "out", capsys, "sample", "--release")
    assert told.code == 1
    assert (code, ABOUT, line + below) in told.errors()
    assert not list(told.output.rglob("*.txt"))


def test_an_edition_that_there_is_not(house: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root, line = with_mistake(house, tmp_path, "[handout, text]", "[handout, txt, text]")
    told = built(root, tmp_path / "out", capsys)
    assert told.code == 1
    assert told.errors() == [("edition-unknown", ABOUT, line)]
    assert told.read("plain.txt")
    assert told.read("handout.html")


def test_a_fault_of_the_house_is_told_once(house: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root, _ = with_mistake(house, tmp_path, "[handout, text]", "[handout, card, text]")
    other = root / "content/other/publication.yaml"
    other.write_text(other.read_text().replace("[handout, text]", "[card, text]"))
    add_edition(root, "card", CARD.replace("  pages: 2", "  size: A33"))
    told = built(root, tmp_path / "out", capsys, "-f", "text")
    assert told.errors() == [("schema-value", "templates/editions/card/edition.yaml", 20)]
    assert told.files() >= {"plain.txt"}
    assert told.files("other") >= {"plain.txt"}


def test_a_review_date_in_the_past(house: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root, line = with_mistake(house, tmp_path, "next_review: 2027-01-02", "next_review: 2026-10-02")
    told = built(root, tmp_path / "out", capsys, "sample")
    assert ("review-overdue", line) in {(d["code"], d["line"]) for d in told.found}
    assert "Review overdue" in told.read("plain.txt")
    assert ("release-overdue", ABOUT, line) in built(root, tmp_path / "released", capsys, "sample", "--release").errors()


def test_a_language_without_braille_and_without_a_voice(house: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root, line = with_mistake(house, tmp_path, "language: en-GB", "language: fur")
    edition = root / "templates/editions/text/edition.yaml"
    others = "  braille: {file: b.brf}\n  script: {file: aloud.txt}\n  ssml: {file: aloud.ssml}\n"
    edition.write_text(edition.read_text() + others)
    told = built(root, tmp_path / "out", capsys)
    assert told.code == 1
    assert told.errors() == [(code, ABOUT, line) for code in ("braille-language-missing", "speech-language-missing")]
    assert told.files() >= {"plain.txt", "handout.html", "index.html", "report.html"}
    assert not told.files() & {"b.brf", "aloud.txt", "aloud.ssml"}
    assert told.files("other") >= {"b.brf", "aloud.txt", "aloud.ssml"}


PICTURE = "![A wide bar](figures/wide.png){alt=\"A wide blue bar.\" width=160mm}\n"
LONG = "\n".join(["", *(f"Line {n} of many is more than this panel can hold.\n" for n in range(40))])
SPOILT = {
    "text that is too long": ("one.md", LONG, CARD, "panel-overflow", "content/sample/sections/one.md", "does not fit|do not fit"),
    "a picture that is too wide": ("one.md", f"\n{PICTURE}", CARD, "figure-wide", "content/sample/sections/one.md", "160 mm wide"),
    "a size that there is not": ("one.md", "", CARD.replace("  pages: 2", "  size: A33"), "schema-value", "templates/editions/card/edition.yaml", "A33"),
}


@pytest.mark.parametrize("name", SPOILT)
def test_what_does_not_fit_its_paper_stops_that_edition(name: str, house: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    section, more, edition, code, path, words = SPOILT[name]
    root, _ = with_mistake(house, tmp_path, "[handout, text]", "[handout, card, text]")
    add_edition(root, "card", edition)
    two = root / "content/sample/sections/two.md"
    two.write_text("---\nid: two\ntitle: Two\n---\n\nMore.\n")
    if "figures" in more:
        picture = root / "content/sample/figures/wide.png"
        picture.parent.mkdir()
        Image.new("RGB", (1600, 200), (20, 80, 160)).save(picture)
    with (root / "content/sample/sections" / section).open("a") as file:
        file.write(more)
    told = built(root, tmp_path / "out", capsys)
    assert told.code == 1
    [found] = [d for d in told.found if d["severity"] == "error"]
    assert (found["code"], found["path"]) == (code, path)
    line = (root / path).read_text().splitlines()[found["line"] - 1]
    assert any(wanted in line for wanted in ("Line ", "wide.png", "A33"))
    assert re.search(words, found["message"])
    made = told.files()
    assert made >= {"plain.txt", "handout.html", "index.html"}
    assert "card.pdf" not in made
    assert "panel-words" not in {d["code"] for d in told.found}
    assert (told.output / "other" / "plain.txt").is_file()


@pytest.mark.parametrize("where", ["publication", "output", "language"])
def test_a_braille_that_there_is_not(where: str, house: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = ("funding: none", "funding: none\nbraille: uebb") if where == "publication" else ("[handout, text]", "[handout, text, dots]")
    root, line = with_mistake(house, tmp_path, old, new)
    add_edition(root, "dots", EDITION.format(name="dots") + "  braille:\n    file: dots.brf\n" + "    table: uebb\n" * (where == "output"))
    about = root / ABOUT
    about.write_text(about.read_text().replace("[handout, text]", "[handout, text, dots]"))
    path, line = {"publication": (ABOUT, line + 1), "output": ("templates/editions/dots/edition.yaml", 11), "language": ("templates/braille.yaml", 0)}[where]
    if where == "language":
        tables = root / path
        tables.write_text(tables.read_text().replace("  en-GB: ueb\n", "  en-GB: uebb\n"))
        line = tables.read_text().splitlines().index("  en-GB: uebb") + 1
    told = built(root, tmp_path / "out", capsys)
    assert told.code == 1
    assert told.errors() == [("braille-table-unknown", path, line)]
    made = told.files()
    assert made >= {"plain.txt", "handout.html"}
    assert "dots.brf" not in made
    assert any("ueb" in hint for d in told.found if d["code"] == "braille-table-unknown" for hint in d["hints"])
