"""How long builds take: from nothing, with nothing changed, after one edit, and WeasyPrint alone on the same page.

A check is shown in seconds of processor time, its tools included, beside a Python that does nothing.

The edit adds a word to a copy of the project, never to the project itself. All other times are wall-clock seconds,
the median of several runs, in a new process each time.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("build.py", "content", "handbill", "references.bib", "templates")
HANDOUT = ("--edition", "handout", "--format", "pdf")


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="how often each is timed (default: 3)")
    runs = parser.parse_args(words).runs
    with tempfile.TemporaryDirectory(prefix="handbill-bench-") as name:
        project = Path(name)
        for part in PARTS:
            copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
            copy(ROOT / part, project / part)
        (project / "node_modules").symlink_to(ROOT / "node_modules")
        measure(project, runs)
    return 0


def measure(project: Path, runs: int) -> None:
    """Prints one line for each case."""

    def build(*words: str) -> None:
        _run(project, "build.py", "build", *words)

    def forget() -> None:
        for folder in (".cache", "output"):
            shutil.rmtree(project / folder, ignore_errors=True)

    def edit() -> None:
        section = max((project / "content").glob("*/sections/*.md"), key=lambda path: path.stat().st_size)
        with section.open("a", encoding="utf-8") as file:
            file.write("\nOne more sentence.\n")

    def nothing() -> None:
        pass

    _row("python -c pass, processor", runs, nothing, lambda: _run(project, "-c", "pass"), _processor)
    _run(project, "build.py", "check")  # writes the bytecode and reads the source once
    _row("check, processor", runs, nothing, lambda: _run(project, "build.py", "check"), _processor)
    _row("everything, from nothing", runs, forget, build)
    _row("everything, nothing changed", runs, nothing, build)
    _row("everything, one section edited", runs, edit, build)
    _row("handout, nothing changed", runs, nothing, lambda: build(*HANDOUT))
    _row("handout, one section edited", runs, edit, lambda: build(*HANDOUT))
    page = next((project / "output").glob("*/handout.html"), None)
    if page is not None:
        _row(
            "WeasyPrint alone on handout.html",
            runs,
            nothing,
            lambda: _run(project, "-m", "weasyprint", "-q", str(page), os.devnull),
        )


def _processor() -> float:
    """Processor time of all processes that were started here and have ended."""
    times = os.times()
    return times.children_user + times.children_system


def _row(
    title: str,
    runs: int,
    before: Callable[[], None],
    work: Callable[[], None],
    clock: Callable[[], float] = time.perf_counter,
) -> None:
    seconds = []
    for _ in range(runs):
        before()
        began = clock()
        work()
        seconds.append(clock() - began)
    print(f"{title:34} {statistics.median(seconds):7.2f} s   ({min(seconds):.2f} to {max(seconds):.2f})", flush=True)


def _run(project: Path, *words: str) -> None:
    done = subprocess.run([sys.executable, *words], cwd=project, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(words)} failed:\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
