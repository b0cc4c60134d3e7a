"""The command line: exit codes, one clear message, and outputs that stay when something goes wrong."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from handbill.cli import main
from handbill.diagnostics import Report, error
from handbill.jobs import Job, Result
from handbill.publish import Store
from handbill.tools import locate
from handbill.tools.pandoc import Pandoc

HERE = Path(__file__).parent
REPOSITORY = HERE.parent

pytestmark = pytest.mark.xdist_group("cli")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the second publication that may be damaged."""
    root = tmp_path / "project"
    shutil.copytree(HERE / "publications" / "vaccin", root)
    shutil.copytree(REPOSITORY / "templates", root / "templates")
    return root


def run(project: Path, *words: str) -> int:
    return main(["--root", str(project), *words])


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def build_web(project: Path) -> int:
    return run(project, "build", "-e", "handout", "-f", "html", "--cache", str(project.parent / "cache"))


MISTAKES: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "malformed YAML": (lambda p: edit(p / "content/vaccin/publication.yaml", "title:", "title"), "publication.yaml", "error["),
    "unknown key": (lambda p: edit(p / "content/vaccin/publication.yaml", "version:", "verzion:"), "publication.yaml", "verzion"),
    "missing YAML": (lambda p: (p / "content/vaccin/publication.yaml").unlink(), "vaccin/publication.yaml", "no publication"),
    "unknown citation": (lambda p: edit(p / "content/vaccin/sections/01-points.md", "@notice-essai", "@notice-esai"), "01-points.md", "notice-esai"),
    "broken entry": (lambda p: edit(p / "references.bib", "}\n", "\n"), "references.bib", "error["),
    "diagram syntax": (lambda p: edit(p / "content/vaccin/diagrams/parcours.mmd", "-->", "--<>"), "parcours.mmd", "diagram-syntax"),
    "template": (lambda p: edit(p / "templates/parts/masthead.md.j2", "{{ publication.title }}", "{{ publication.titel }}"), "masthead.md.j2", "titel"),
    "page template": (lambda p: edit(p / "templates/pages/web.html.j2", "{{ title }}", "{{ titel }}"), "web.html.j2", "titel"),
    "missing image": (lambda p: edit(p / "content/vaccin/sections/03-apres.md", "\n\n", "\n\n![Une photo](figures/absent.png)\n\n"), "03-apres.md", "absent.png"),
}  # fmt: skip


@pytest.mark.e2e
@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_message_at_its_file_and_good_output_stays(project: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert build_web(project) == 0
    page = project / "output/vaccin/handout.html"
    good = page.read_bytes()
    damage, place, words = MISTAKES[name]
    damage(project)
    capsys.readouterr()
    code = build_web(project)
    told = capsys.readouterr()
    assert code == 1, told.err
    assert place in told.err
    assert words in told.err
    assert "Traceback" not in told.err + told.out
    assert page.read_bytes() == good


@pytest.mark.parametrize(("words", "said"), [
    (["build", "nowhere"], "nowhere"),
    (["build", "--edition", "handuot"], "handout"),
    (["build", "--format", "pfd"], "pdf"),
    (["explain", "citation-unknow"], "citation-unknown"),
])  # fmt: skip
def test_a_wrong_word_on_the_command_line_is_wrong_usage(project: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(project, *words) == 2
    assert said in capsys.readouterr().err


def test_a_folder_that_is_no_project_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--root", str(tmp_path), "build"]) == 2
    assert "no project" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--help"], ["build", "--help"], ["--version"]])
def test_help_is_help(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(words)
    assert end.value.code == 0
    assert capsys.readouterr().out


def test_a_missing_tool_is_named_with_what_installs_it(project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    absent = error("tool-missing", "Chromium is not installed.", None, "Debian and Ubuntu: apt-get install chromium")
    monkeypatch.setattr(locate, "find_chromium", lambda: absent)
    assert build_web(project) == 3
    told = capsys.readouterr().err
    assert "Chromium is not installed" in told
    assert "apt-get install chromium" in told


@pytest.mark.parametrize(("stub", "code"), [
    ("#!/bin/sh\nexit 9\n", "pandoc-failed"),
    ("#!/bin/sh\nkill -9 $$\n", "pandoc-failed"),
    ("#!/bin/sh\nsleep 60\n", "pandoc-timeout"),
    ("#!/bin/sh\nexit 0\n", "tool-no-output"),
])  # fmt: skip
def test_a_tool_that_crashes_hangs_or_makes_nothing_is_told(tmp_path: Path, stub: str, code: str) -> None:
    from handbill.runners.direct import DirectRunner

    program = tmp_path / "pandoc"
    program.write_text(stub, encoding="utf-8")
    program.chmod(0o755)
    job = Job("pandoc", "1", {"from": "markdown", "to": "json", "main": "a.md", "timeout": 1.5}, {"a.md": b"x"}, ("out",))
    (result,) = DirectRunner({"pandoc": Pandoc(program)}).run([job])
    assert result.failed
    assert result.diagnostics[-1].code == code


def test_an_interruption_is_one_line(project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("handbill.cli.building.press", interrupted)
    assert run(project, "build") == 130
    assert capsys.readouterr().err.splitlines()[-1] == "Interrupted."


def test_a_bug_is_one_sentence_and_a_file(project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the cause")

    monkeypatch.setattr("handbill.cli.building.press", broken)
    assert run(project, "build") == 1
    told = capsys.readouterr().err
    assert "the cause" in told
    assert "Traceback" not in told
    report = Path(told.split("The full report is in ")[1].split(";")[0])
    assert "RuntimeError: the cause" in report.read_text(encoding="utf-8")
    report.unlink()


@pytest.mark.e2e
def test_stop_after_writes_the_value_in_between(project: Path) -> None:
    for stage, name in (("assemble", "source.md"), ("parse", "document.json"), ("tailor", "handout.json")):
        assert run(project, "build", "-e", "handout", "--stop-after", stage, "--cache", str(project.parent / "cache")) == 0
        assert (project / "output/vaccin" / name).stat().st_size > 500
    ast = json.loads((project / "output/vaccin/handout.json").read_text(encoding="utf-8"))
    assert ast["blocks"]
    assert not (project / "output/vaccin/handout.html").exists()


def test_list_names_publications_editions_and_files(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(project, "list") == 0
    told = capsys.readouterr().out
    assert "vaccin" in told
    assert "handout.epub" in told


@pytest.mark.e2e
def test_check_is_quiet_about_a_clean_publication_and_json_is_json(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for option in ("--format", "--report"):
        assert run(project, "check", option, "json") == 0
        told = json.loads(capsys.readouterr().out)
        assert (told["version"], told["summary"]["errors"]) == (1, 0)


def test_clean_empties_the_output_and_nothing_else(project: Path) -> None:
    output = project / "output"
    (output / "vaccin").mkdir(parents=True)
    (output / "vaccin" / "a.pdf").write_bytes(b"x")
    (output / ".gitkeep").touch()
    assert run(project, "clean") == 0
    assert [path.name for path in output.iterdir()] == [".gitkeep"]
    assert (project / "content").is_dir()


def test_a_full_disk_is_one_sentence_and_the_old_file_stays(project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    import errno

    from handbill import publish

    store = publish.Store(project / "output" / "vaccin", Report())
    store.write("a.txt", b"old")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(publish, "write_atomically", full)
    assert store.write("a.txt", b"new") is None
    (found,) = store.report
    assert found.code == "output-unwritable"
    assert (project / "output/vaccin/a.txt").read_bytes() == b"old"


def test_results_without_the_promised_file_are_failures(recording: Callable[..., object]) -> None:
    from handbill.runners.direct import DirectRunner

    class Forgetful:
        name = "forgetful"

        def version(self) -> str:
            return "1"

        def execute(self, jobs: list[Job]) -> list[Result]:
            return [Result({}) for _ in jobs]

    (result,) = DirectRunner({"forgetful": Forgetful()}).run([Job("forgetful", "1", {}, {}, ("x",))])  # type: ignore[dict-item]
    assert result.failed


@pytest.mark.parametrize("way", ["file", "loop", "folder"])
def test_an_output_folder_that_is_none_is_told_in_words(tmp_path: Path, way: str) -> None:
    output = tmp_path / "output"
    if way == "file":
        output.touch()
    elif way == "loop":
        output.symlink_to(output)
    else:
        (output / "a.txt").mkdir(parents=True)
    report = Report()
    assert Store(output, report).write("a.txt", b"x") is None
    (found,) = report
    assert found.message.endswith(("where its folder should be.", "is there.")) and len(found.hints) == 2


def started(words: list[str], **how: Any) -> subprocess.CompletedProcess[str]:
    """The program as people start it."""
    command = [sys.executable, str(REPOSITORY / "build.py"), *words]
    return subprocess.run(command, text=True, stderr=subprocess.PIPE, timeout=60, check=False, **how)


def test_a_deleted_folder_is_one_sentence(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    script = f"import os, runpy, sys; os.rmdir(os.getcwd()); sys.argv = ['build.py', 'check']; sys.path.insert(0, {str(REPOSITORY)!r}); runpy.run_path({str(REPOSITORY / 'build.py')!r}, run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", script], cwd=gone, text=True, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "not there any more" in done.stderr


@pytest.mark.parametrize("words", [["rules"], ["explain", "citation-unknown"]])
def test_a_full_disk_behind_the_output_is_one_sentence(words: list[str]) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = started(words, stdout=full)
    assert (done.returncode, done.stderr) == (1, "What is told could not be written: No space left on device.\n")


def test_a_reader_who_goes_away_is_no_mistake() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = started(["rules"], stdout=writer)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(("words", "meant"), [
    (["bulid"], "build"),
    (["chek", "gene-therapy"], "check"),
    (["build", "--formt", "pdf"], "--format"),
    (["check", "--format", "jsn"], "json"),
    (["build", "--stop-after", "parze"], "parse"),
    (["cache", "verfy"], "verify"),
])  # fmt: skip
def test_wrong_usage_names_what_was_probably_meant(words: list[str], meant: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(words)
    assert end.value.code == 2
    assert f"Did you mean “{meant}”?" in capsys.readouterr().err


def test_an_option_of_another_command_is_told_with_its_owners(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["check", "--cache", "somewhere"])
    assert end.value.code == 2
    assert "“check” does not know “--cache”\nOnly build and watch and cache know it." in capsys.readouterr().err


def test_what_no_validator_knows_is_not_called_fine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("notes")
    assert main(["verify", str(path)]) == 2
    assert f"No validator knows such a file: {path}" in capsys.readouterr().err


def test_a_shared_cache_needs_the_name_of_a_bucket(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--root", str(project), "build", "--cache", "s3://"]) == 2
    assert "“s3://” of the cache names no place" in capsys.readouterr().err


@pytest.mark.parametrize("number", ["0", "-1", "zero", "1.5", ""])
def test_workers_are_a_number(number: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["build", f"--workers={number}"])
    assert f"“{number}” is not a whole number from 1 on" in capsys.readouterr().err
