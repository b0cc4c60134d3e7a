"""`build.py cache`: what is remembered is shown, verified and pruned; and the commands that work tell of its troubles once."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from handbill.cli import main
from handbill.cli.sizes import size, words_of
from handbill.jobs import Job, Result
from handbill.runners.cached import CachedRunner

HERE = Path(__file__).parent
JOBS = [Job(tool, "1", {}, {"in": bytes([n])}, ("out",), f"job {n}") for n, tool in enumerate(["pandoc", "pandoc", "pdfium"])]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("content", "templates"):
        (tmp_path / name).mkdir()
    return tmp_path


@pytest.fixture
def filled(project: Path, recording) -> CachedRunner:  # type: ignore[no-untyped-def]
    answer = lambda job: Result({"out": bytes(1000)}, seconds=1.5)  # noqa: E731
    cache = CachedRunner(recording({"pandoc": answer, "pdfium": answer}), project / ".cache")
    cache.run(JOBS)
    return cache


def told(project: Path, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any, str]:
    capsys.readouterr()
    code = main(["--root", str(project), "cache", *words, "--json"])
    out, err = capsys.readouterr()
    return code, json.loads(out), err


def test_show_counts_by_tool(project: Path, filled: CachedRunner, capsys: pytest.CaptureFixture[str]) -> None:
    code, shown, _ = told(project, capsys)
    assert (code, shown["entries"], shown["tools"]["pandoc"]["entries"]) == (0, 3, 2)
    assert shown["tools"]["pandoc"]["seconds"] == 3.0
    assert shown["bytes"] == sum(filled.path(job.key).stat().st_size for job in JOBS)
    assert main(["--root", str(project), "cache"]) == 0
    words = capsys.readouterr().out
    assert "3 entries" in words and "pdfium" in words and "of 536.9 MB" in words


def test_looking_is_no_use(project: Path, filled: CachedRunner, capsys: pytest.CaptureFixture[str]) -> None:
    before = [filled.path(job.key).stat().st_mtime_ns for job in JOBS]
    told(project, capsys, "show")
    told(project, capsys, "verify")
    assert [filled.path(job.key).stat().st_mtime_ns for job in JOBS] == before


def test_verify_sets_bad_entries_aside(project: Path, filled: CachedRunner, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(project, capsys, "verify")[:2] == (0, {"folder": str(project / ".cache"), "good": 3, "bad": []})
    path = filled.path(JOBS[1].key)
    path.write_bytes(path.read_bytes()[:-1])
    code, verified, words = told(project, capsys, "verify")
    assert (code, verified["good"], verified["bad"]) == (1, 2, [JOBS[1].key])
    assert "warning[cache-damaged]" in words and not path.exists()
    assert told(project, capsys, "verify")[0] == 0
    assert told(project, capsys, "show")[1]["set_aside"] == 1


def test_prune_keeps_what_it_is_told_to(project: Path, filled: CachedRunner, capsys: pytest.CaptureFixture[str]) -> None:
    code, pruned, _ = told(project, capsys, "prune", "--limit", "3kB")
    assert code == 0 and 0 < pruned["bytes"] <= 3000 and pruned["removed"] > 0
    assert told(project, capsys, "prune", "--limit", "0")[1]["bytes"] == 0
    assert told(project, capsys, "show")[1]["entries"] == 0


def test_the_variable_names_the_folder(project: Path, filled: CachedRunner, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDBILL_CACHE", str(project / "elsewhere"))
    assert told(project, capsys, "show")[1]["entries"] == 0
    assert told(project, capsys, "show", "--cache", str(project / ".cache"))[1]["entries"] == 3


def test_a_limit_that_is_no_size_is_one_message(project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDBILL_CACHE_LIMIT", "much")
    assert main(["--root", str(project), "cache"]) == 2
    assert "error[cache-limit]" in capsys.readouterr().err


@pytest.mark.parametrize(("words", "number"), [
    ("0", 0), ("12", 12), ("200MB", 200_000_000), ("1.5 GB", 1_500_000_000), ("2GiB", 2 * 2**30), ("64k", 64_000), ("10 KiB", 10_240),
])  # fmt: skip
def test_sizes_are_read_as_people_write_them(words: str, number: int) -> None:
    assert size(words) == number


@pytest.mark.parametrize("words", ["", "-1", "MB", "1XB", "many", "1.2.3"])
def test_what_is_no_size_is_refused(words: str, project: Path) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--root", str(project), "cache", "prune", f"--limit={words}"])
    assert left.value.code == 2


def test_sizes_are_written_as_people_read_them() -> None:
    assert [words_of(n) for n in (0, 999, 1500, 2_500_000, 3 * 10**12)] == ["0 bytes", "999 bytes", "1.5 kB", "2.5 MB", "3000.0 GB"]


@pytest.mark.e2e
def test_a_build_tells_once_what_is_wrong_with_its_cache_and_makes_the_same_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = tmp_path / "project"
    shutil.copytree(HERE / "publications" / "vaccin", root)
    shutil.copytree(HERE.parent / "templates", root / "templates")
    (root / "cache").write_text("a file where the folder should be")
    words = ["--root", str(root), "build", "-e", "handout", "-f", "html"]
    assert main([*words, "--cache", str(root / "cache"), "-o", str(root / "a")]) == 0
    assert capsys.readouterr().err.count("warning[cache-unwritable]") == 1
    assert main([*words, "--cache", "file:///no/such/folder", "-o", str(root / "b")]) == 0
    told = capsys.readouterr().err
    assert told.count("warning[cache-shared]") == 1 and told.count("warning[") == 1
    pages = [(root / name / "vaccin/handout.html").read_bytes() for name in "ab"]
    assert pages[0] == pages[1]
