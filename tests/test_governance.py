"""Approval bound to a digest, the status that holds, releases, and the lines that `approve` writes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from handbill.approving import approval_block, with_approval
from handbill.assemble import assemble
from handbill.cli import main
from handbill.diagnostics import Report
from handbill.governance import digest, notices, shown, standing
from handbill.load import load
from handbill.model import Project
from handbill.render.page import page_context
from handbill.rules import judge
from handbill.rules.release import release_faults
from handbill.schema import Output, Status
from handbill.schema_governance import Approval
from handbill.text import Text
from tests.faults import collection

DAY = date(2026, 11, 22)
REPOSITORY = Path(__file__).parent.parent


def copied(folder: Path) -> Path:
    """The small correct project of the faults, reviewed and with all its sources verified."""
    root = folder / "project"
    shutil.copytree(collection.HERE / "base", root)
    path = root / "content" / "sample" / "publication.yaml"
    text = path.read_text(encoding="utf-8")
    more = "# Who looked at it.\nreviewers:\n  - name: B. Reader\n    role: nurse\n    date: 2026-11-20\n"
    path.write_text(text.replace("status: draft\n", "status: review # for now\n") + more, encoding="utf-8")
    return root


def whole(folder: Path) -> Path:
    """The same with the house's templates, without its profiles."""
    root = copied(folder)
    for name in ("parts", "locale", "pages"):
        shutil.copytree(REPOSITORY / "templates" / name, root / "templates" / name, dirs_exist_ok=True)
    shutil.copy(REPOSITORY / "templates" / "source.md.j2", root / "templates")
    return root


def loaded(root: Path, day: date = DAY) -> Project:
    report = Report()
    project = load(root, "sample", report, day)
    assert project is not None
    assert list(report.errors) == []
    return project


def approved(project: Project, fits: bool = True) -> Project:
    mark = digest(project) if fits else "sha256:" + "0" * 64
    approval = Approval(by=Text("B. Reader"), role=Text("nurse"), date=DAY, digest=mark)
    return replace(
        project, publication=project.publication.model_copy(update={"status": Status.APPROVED, "approval": approval})
    )


CHANGES = {
    "a word of the summary": ("content/sample/publication.yaml", "One message.", "Two message."),
    "the day of the next review": ("content/sample/publication.yaml", "2027-01-02", "2027-01-03"),
    "a letter of a section": ("content/sample/sections/one.md", "A claim.", "A claim!"),
    "the title of a section": ("content/sample/sections/one.md", "title: One", "title: 0ne"),
    "a cell of a table": ("content/sample/data/facts.yaml", "value: Two", "value: Too"),
    "a box of a diagram": ("content/sample/diagrams/route.mmd", "End", "Exit"),
    "the title of a diagram": ("content/sample/diagrams/route.mmd", "The route", "A route"),
    "a source that is cited": ("references.bib", "2020", "2021"),
}
NO_CHANGES = {
    "the status": ("content/sample/publication.yaml", "status: review", "status: draft"),
    "a comment": ("content/sample/publication.yaml", "# Who looked", "# They looked"),
    "a decision about a rule": ("content/sample/publication.yaml", "# Who", "rules: {list-as-text: {severity: note, reason: Why not}}\n# Who"),
    "an assessment": ("content/sample/publication.yaml", "# Who",
                      "assessments:\n  - {instrument: discern, by: A, date: 2026-11-01, version: '1', result: 4 of 5}\n# Who"),
    "a source that nobody cites": ("references.bib", "@book{smith", "@book{lee,\n  author = {Lee, Bo},\n  title = {B},\n  year = {2020},\n}\n@book{smith"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_one_changed_character_gives_another_digest(name: str, tmp_path: Path) -> None:
    root = copied(tmp_path)
    before = digest(loaded(root))
    change(root, *CHANGES[name])
    assert digest(loaded(root)) != before


@pytest.mark.parametrize("name", NO_CHANGES)
def test_what_is_no_content_leaves_the_digest(name: str, tmp_path: Path) -> None:
    root = copied(tmp_path)
    before = digest(loaded(root))
    change(root, *NO_CHANGES[name])
    assert digest(loaded(root)) == before


def test_a_picture_belongs_to_the_content(tmp_path: Path) -> None:
    project = loaded(copied(tmp_path))
    assert digest(replace(project, assets={"a.png": b"1"})) != digest(replace(project, assets={"a.png": b"2"}))


def change(root: Path, path: str, old: str, new: str) -> None:
    file = root / path
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_status_that_holds(tmp_path: Path) -> None:
    project = loaded(copied(tmp_path))
    assert standing(project).status is Status.REVIEW
    assert standing(approved(project)).status is Status.APPROVED
    assert standing(approved(project)).approval == "fits"
    assert standing(approved(project, fits=False)).status is Status.DRAFT
    assert standing(approved(project, fits=False)).approval == "outdated"
    claimed = replace(project, publication=project.publication.model_copy(update={"status": Status.APPROVED}))
    assert standing(claimed).status is Status.DRAFT
    assert shown(claimed).status is Status.DRAFT
    assert shown(claimed).title == project.publication.title


@pytest.mark.parametrize(
    ("old", "new"), [("next_review: 2027-01-02", "next_review: 2025-01-02"), ("status: review", "profile: pateint\nstatus: review")]
)
def test_an_approval_of_what_is_in_doubt_does_not_hold(old: str, new: str, tmp_path: Path) -> None:
    root = copied(tmp_path)
    (root / "templates" / "profiles").mkdir()
    shutil.copy(REPOSITORY / "templates" / "profiles" / "patient.yaml", root / "templates" / "profiles")
    change(root, "content/sample/publication.yaml", old, new)
    wrong = load(root, "sample", Report(), DAY)
    assert wrong is not None
    path = root / "content" / "sample" / "publication.yaml"
    block = approval_block("B. Reader", "nurse", DAY, digest(wrong), None)
    path.write_text(with_approval(path.read_text(encoding="utf-8"), block), encoding="utf-8")
    project = load(root, "sample", Report(), DAY)
    assert project is not None
    assert project.doubts
    assert digest(project) == digest(wrong)
    assert (standing(project).status, standing(project).overdue) == (Status.DRAFT, False)
    assert shown(project).status is Status.DRAFT


@pytest.mark.parametrize(
    ("day", "overdue", "days"), [("2027-01-02", False, 0), ("2027-01-03", True, -1), ("2026-01-02", False, 365)]
)
def test_a_review_is_overdue_from_the_day_after(day: str, overdue: bool, days: int, tmp_path: Path) -> None:
    found = standing(loaded(copied(tmp_path), date.fromisoformat(day)))
    assert (found.overdue, found.days) == (overdue, days)


def test_pages_say_what_does_not_hold(tmp_path: Path) -> None:
    project = replace(loaded(copied(tmp_path)), locale={"draft_notice": "Draft", "overdue_notice": "Late"})
    assert notices(project) == ("Draft",)
    assert notices(approved(project)) == ()
    assert notices(replace(approved(project), as_of=date(2028, 1, 1))) == ("Late",)
    assert notices(replace(project, as_of=date(2028, 1, 1))) == ("Draft", "Late")
    edition = next(iter(project.editions.values()))
    context = page_context(replace(project, as_of=date(2028, 1, 1)), edition, Output(file="a.html"))
    assert (context["draft"], context["overdue"], context["notice"]) == (True, True, "Draft · Late")
    context = page_context(approved(project), edition, Output(file="a.html"))
    assert (context["draft"], context["overdue"], context["notice"]) == (False, False, "")


def test_the_source_says_the_status_that_holds(
    make_project: Callable[..., Project], make_section: Callable[..., object]
) -> None:
    claims = {"status": "approved", "last_reviewed": "2026-01-02", "next_review": "2026-06-01"}
    project = replace(make_project(make_section("one", "Text."), publication=claims), as_of=DAY)
    source = assemble(project, Report())
    assert source is not None
    first = source.text[: source.text.index("::::\n", 200)]
    assert "[draft]{.status}" in first
    assert "[Review overdue]{.status}" in first


def test_governance_is_an_error_only_once_it_is_approved() -> None:
    report = Report()
    project = load(REPOSITORY, "gene-therapy", report, DAY)
    assert project is not None
    bare = project.publication.model_copy(update={"conflicts": None, "feedback": None, "rules": {}})
    draft = replace(project, publication=bare)
    assert {d.severity.value for d in governance_of(draft)} == {"warning"}
    assert {"error"} == {d.severity.value for d in governance_of(approved(draft))}


def governance_of(project: Project) -> list[object]:
    report = Report()
    judge("load", project, project, report)
    wanted = ("interests-missing", "contact-route-missing", "review-unsigned")
    found = [d for d in report if d.code in wanted]
    assert {d.code for d in found} == set(wanted)
    return list(found)


def test_a_release_needs_approval_dates_and_verified_sources() -> None:
    project = load(REPOSITORY, "gene-therapy", Report(), date(2028, 1, 1))
    assert project is not None
    codes = [fault.code for fault in release_faults(project)]
    assert codes.count("release-unapproved") == 2  # a draft, and nobody reviewed it
    assert codes.count("release-overdue") == 1
    assert codes.count("release-unverified") == 6
    assert all(fault.span for fault in release_faults(project))


def test_what_is_approved_and_in_date_can_be_released(tmp_path: Path) -> None:
    project = loaded(copied(tmp_path))
    assert list(release_faults(approved(project))) == []
    assert [f.code for f in release_faults(approved(project, fits=False))] == ["release-unapproved"]


BLOCK = approval_block("B. Reader", "nurse", DAY, "sha256:" + "a" * 64, 6.04)


def test_an_approval_is_put_in_and_nothing_else_changes() -> None:
    before = "# mine\nid: a\nstatus: draft # soon\n\n# people\nauthors: []\n"
    after = with_approval(before, BLOCK)
    assert after == "# mine\nid: a\nstatus: approved # soon\n" + BLOCK + "\n# people\nauthors: []\n"
    assert "  grade: 6.0\n" in after


def test_an_approval_is_replaced_where_it_stands() -> None:
    old = "status: approved\napproval:\n  by: A\n  # a remark\n  digest: x\n\n# people\nauthors: []\n"
    after = with_approval(old, BLOCK)
    assert after == "status: approved\n" + BLOCK + "\n# people\nauthors: []\n"
    assert with_approval(after, BLOCK) == after


@pytest.mark.parametrize(
    "name", ["Ann O’Hara", 'The "Board": yes', "no", "# nobody", "back\\slash", "A: B", " spaced  out "]
)
def test_any_name_comes_back_as_it_was(name: str, tmp_path: Path) -> None:
    root = copied(tmp_path)
    path = root / "content" / "sample" / "publication.yaml"
    block = approval_block(name, name, DAY, digest(loaded(root)), None)
    path.write_text(with_approval(path.read_text(encoding="utf-8"), block), encoding="utf-8")
    project = loaded(root)
    approval = project.publication.approval
    assert approval is not None
    assert str(approval.by) == " ".join(name.split())
    assert standing(project).status is Status.APPROVED


@pytest.mark.e2e
def test_approve_status_and_release(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = whole(tmp_path)
    call = ["--root", str(root)]
    assert main([*call, "build", "--release", "--as-of", "2026-11-22"]) == 1
    assert "release-unapproved" in capsys.readouterr().err
    assert (
        main(
            [
                *call,
                "approve",
                "sample",
                "--by",
                "B. Reader",
                "--role",
                "clinical lead",
                "--as-of",
                "2026-11-22",
                "--print",
            ]
        )
        == 0
    )
    assert "digest: sha256:" in capsys.readouterr().out
    assert loaded(root).publication.approval is None
    assert (
        main([*call, "approve", "sample", "--by", "B. Reader", "--role", "clinical lead", "--as-of", "2026-11-22"]) == 0
    )
    text = (root / "content" / "sample" / "publication.yaml").read_text(encoding="utf-8")
    assert "status: approved # for now\n" in text
    assert "# Who looked at it.\n" in text
    capsys.readouterr()
    assert main([*call, "status", "--as-of", "2026-12-03"]) == 0
    assert "approved  B. Reader, 2026-11-22  2027-01-02, in 30 days" in capsys.readouterr().out
    change(root, "content/sample/sections/one.md", "A claim.", "Another claim.")
    assert main([*call, "status", "--as-of", "2027-01-12"]) == 0
    assert (
        "draft (says approved)  changed since it was approved  2027-01-02, overdue by 10 days"
        in capsys.readouterr().out
    )


@pytest.mark.e2e
def test_approve_refuses_what_has_errors(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = whole(tmp_path)
    before = (root / "content" / "sample" / "publication.yaml").read_bytes()
    change(root, "references.bib", "year   = {2020},", "year   = {2020},\n  verified = {no},")
    assert (
        main(["--root", str(root), "approve", "sample", "--by", "B. Reader", "--role", "lead", "--as-of", "2026-11-22"])
        == 1
    )
    assert "release-unverified" in capsys.readouterr().err
    assert main(["--root", str(root), "approve", "nothing", "--by", "B", "--role", "lead"]) == 2
    assert (root / "content" / "sample" / "publication.yaml").read_bytes() == before
