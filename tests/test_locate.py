"""Where tools are looked for, and what is said when they are not there."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from handbill.diagnostics import Diagnostic, Severity
from handbill.jobs import ToolMissing
from handbill.tools import doctor, locate
from handbill.tools.locate import Found
from handbill.tools.programs import CHROMIUM, PANGO, Program


def program(folder: Path, name: str, script: str = "echo Version 12.3.4") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def npm_package(home: Path, name: str, version: str, file: str = "index.js") -> None:
    (home / name / file).parent.mkdir(parents=True, exist_ok=True)
    (home / name / file).touch()
    (home / name / "package.json").write_text(json.dumps({"version": version}), encoding="utf-8")


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A system without programs, and an engine with no npm packages beside it."""
    for name in (locate.CHROMIUM_VARIABLE, locate.NODE_MODULES_VARIABLE, "JAVA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(locate, "_CHROMIUM_PLACES", ("chromium-headless-shell", "chromium"))
    monkeypatch.setattr("handbill.__file__", str(tmp_path / "engine" / "handbill" / "__init__.py"))


def test_chromium_is_the_one_that_the_variable_names(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program(tmp_path / "bin", "chromium")
    own = program(tmp_path / "own", "browser")
    monkeypatch.setenv(locate.CHROMIUM_VARIABLE, str(own))
    found = locate.need(locate.find_chromium())
    assert (found.path, found.source) == (own, "HANDBILL_CHROMIUM")


def test_a_wrong_variable_is_an_error_and_not_passed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program(tmp_path / "bin", "chromium")
    monkeypatch.setenv(locate.CHROMIUM_VARIABLE, "/no/such/browser")
    result = locate.find_chromium()
    assert isinstance(result, Diagnostic)
    assert "HANDBILL_CHROMIUM" in result.hints[0]
    assert "/no/such/browser" in result.detail


def test_the_quickest_chromium_comes_first(tmp_path: Path) -> None:
    program(tmp_path / "bin", "chromium")
    shell = program(tmp_path / "bin", "chromium-headless-shell")
    assert locate.need(locate.find_chromium()).path == shell


def test_a_file_that_cannot_be_run_is_not_found(tmp_path: Path) -> None:
    program(tmp_path / "bin", "chromium").chmod(0o644)
    assert isinstance(locate.find_chromium(), Diagnostic)


def test_what_is_missing_is_named_with_a_command_for_each_system() -> None:
    result = locate.find_chromium()
    assert isinstance(result, Diagnostic)
    assert (result.code, result.severity) == ("tool-missing", Severity.ERROR)
    assert "Chromium" in result.message
    for words in ("apt-get install chromium-headless-shell", "snap install", "dnf install", "brew install"):
        assert any(words in hint for hint in result.hints), words
    with pytest.raises(ToolMissing, match="Chromium"):
        locate.need(result)


def test_looking_starts_no_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("chromium", "java", "pdftoppm"):
        program(tmp_path / "bin", name, f"touch {tmp_path}/started")
    monkeypatch.setattr("subprocess.Popen", None)
    for find in (
        locate.find_chromium,
        locate.find_java,
        locate.find_poppler,
        locate.find_pandoc,
        locate.find_node,
        locate.find_pango,
    ):
        find()
    assert not (tmp_path / "started").exists()


def test_java_home_comes_before_the_search_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program(tmp_path / "bin", "java")
    own = program(tmp_path / "jdk", "bin/java")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "jdk"))
    assert locate.need(locate.find_java()).path == own


def test_a_lost_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locate, "_LIBRARIES", (*locate._LIBRARIES[:2], ("libno-such-thing.so.0",)))
    result = locate.find_pango()
    assert isinstance(result, Diagnostic)
    assert result.detail == "Not found: libno-such-thing.so.0."
    assert any("libpangoft2" in hint for hint in result.hints)


def test_python_packages_bring_their_programs() -> None:
    for found in (locate.need(locate.find_pandoc()), locate.need(locate.find_node())):
        assert found.path.is_file()
        assert found.source.startswith("Python package")


def test_npm_packages_of_the_project_come_before_the_engines(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    root, engine, named = tmp_path / "project", tmp_path / "engine", tmp_path / "named"
    npm_package(engine / "node_modules", "reveal.js", "5.0.0", "dist/reveal.js")
    assert locate.need(locate.find_reveal(root)).version == "5.0.0"
    npm_package(root / "node_modules", "reveal.js", "5.2.1", "dist/reveal.js")
    assert locate.need(locate.find_reveal(root)).path == root / "node_modules/reveal.js/dist/reveal.js"
    monkeypatch.setenv(locate.NODE_MODULES_VARIABLE, str(named))
    assert isinstance(locate.find_reveal(root), Diagnostic)


def test_a_package_without_the_file_is_not_found(tmp_path: Path) -> None:
    npm_package(tmp_path / "node_modules", "@mermaid-js/mermaid-cli", "12.2.0")
    result = locate.find_mermaid_cli(tmp_path)
    assert isinstance(result, Diagnostic)
    assert "make setup" in result.hints[0]


def test_every_font_package_is_listed_once(tmp_path: Path) -> None:
    for home in (tmp_path, tmp_path / "engine"):
        for name in ("noto-sans", "noto-sans-arabic"):
            npm_package(home / "node_modules", f"@fontsource/{name}", "5.3.0", "files/font.woff")
    found = [locate.need(font) for font in locate.find_fonts(tmp_path)]
    assert [font.name for font in found] == ["@fontsource/noto-sans", "@fontsource/noto-sans-arabic"]
    assert isinstance(locate.find_fonts(tmp_path / "nowhere-else")[0], Found)
    shutil.rmtree(tmp_path / "engine")
    assert isinstance(locate.find_fonts(tmp_path / "nowhere-else")[0], Diagnostic)


def test_the_doctor_asks_for_the_version(tmp_path: Path) -> None:
    program(tmp_path / "bin", "chromium", "echo Chromium 156.0.8078.79 built on Debian")
    result = doctor.examined(CHROMIUM, locate.find_chromium)
    assert isinstance(result, Found)
    assert result.version == "156.0.8078.79"


@pytest.mark.parametrize(
    "script",
    [
        "echo error while loading shared libraries: libnss3.so >&2; exit 127",
        "echo This needs snap 2.63 or newer; exit 1",
        "echo nothing to tell",
    ],
)
def test_a_program_that_does_not_run_counts_as_missing(tmp_path: Path, script: str) -> None:
    program(tmp_path / "bin", "chromium", script)
    result = doctor.examined(CHROMIUM, locate.find_chromium)
    assert isinstance(result, Diagnostic)
    assert result.hints == CHROMIUM.commands()
    assert "chromium --version: " in result.detail


def test_the_doctor_names_all_tools_and_only_warns_of_the_tests(tmp_path: Path) -> None:
    results = doctor.doctor(tmp_path)
    missing = {d.message.split()[0]: d.severity for d in results if isinstance(d, Diagnostic)}
    assert missing.keys() >= {"mermaid-cli", "reveal.js", "Fonts", "Chromium", "Poppler", "Java"}
    assert {name for name, severity in missing.items() if severity is Severity.WARNING} == {"Poppler", "Java"}
    assert {f.name for f in results if isinstance(f, Found)} >= {"pandoc", "WeasyPrint", "Node"}


def test_one_command_serves_debian_and_ubuntu_unless_they_differ() -> None:
    assert PANGO.commands()[0].startswith("On Debian or Ubuntu: ")
    assert [command.split(":")[0] for command in Program("X", "x", ("x",), ("x",), "x", ubuntu="snap x").commands()] == [
        "On Debian", "On Ubuntu", "On Fedora", "On macOS",
    ]  # fmt: skip
