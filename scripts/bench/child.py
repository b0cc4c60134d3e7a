"""What is run as a process of its own: the floors, and ours where no command of `build.py` does it alone.

    python -m scripts.bench.child WORD FOLDER

`FOLDER` is what `page.lay_out` has written.
"""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from scripts.bench.names import DIAGRAMS, JOBS, PAGE, PARSE, WRITE


def layout(folder: Path) -> None:
    """WeasyPrint as its documentation shows it."""
    from weasyprint import HTML

    HTML(folder / PAGE).write_pdf(folder / "bare.pdf")


def edit(folder: Path) -> None:
    """The floor of an edit: one pandoc parse and WeasyPrint in one process."""
    subprocess.run(json.loads((folder / PARSE).read_text()), cwd=folder, check=True)
    layout(folder)


def chain(folder: Path) -> None:
    """The slowest chain of a cold build: Mermaid's start, one pandoc write, WeasyPrint."""
    node(folder)
    subprocess.run(json.loads((folder / WRITE).read_text()), cwd=folder, check=True)
    layout(folder)


def node(folder: Path) -> None:
    """All diagrams on one warm page."""
    asked = folder / DIAGRAMS
    subprocess.run([json.loads(asked.read_text())["node"], Path(__file__).parent / "floor.mjs", asked], check=True)


def draw(folder: Path) -> None:
    """All diagrams by our own tool."""
    from handbill.tools.mermaid import MermaidTool

    jobs = pickle.loads((folder / JOBS).read_bytes())  # noqa: S301  written by `page`
    results = MermaidTool.found(Path(__file__).resolve().parents[2]).execute(jobs)
    if any(result.failed for result in results):
        sys.exit(str([result.diagnostics for result in results if result.failed]))


def resident(folder: Path) -> None:
    """WeasyPrint imported and used once; then, for each line of the input, one more PDF and a line with its seconds."""
    layout(folder)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for _ in sys.stdin:
        began = time.perf_counter()
        layout(folder)
        sys.stdout.write(f"{time.perf_counter() - began}\n")
        sys.stdout.flush()


WORK: dict[str, Callable[[Path], None]] = {work.__name__: work for work in (layout, edit, chain, node, draw, resident)}

if __name__ == "__main__":
    WORK[sys.argv[1]](Path(sys.argv[2]))
