"""Every tool asked whether it is there and which version it is. Here programs are really started."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from handbill.diagnostics import Diagnostic, Severity
from handbill.jobs import ToolMissing
from handbill.tools import locate, process
from handbill.tools.locate import Found
from handbill.tools.programs import CHROMIUM, JAVA, LIBLOUIS, PANGO, POPPLER, Program

SECONDS = 30.0
"""More than this to tell its own version, and a program counts as one that does not run."""

_VERSION = re.compile(r"\d+(?:\.\d+)+")

Finder = Callable[[], Found | Diagnostic]

BUILDING: tuple[tuple[Program, Finder], ...] = (
    (PANGO, locate.find_pango),
    (CHROMIUM, locate.find_chromium),
    (LIBLOUIS, locate.find_louis),
)
"""What the system must have for a build."""
TESTING: tuple[tuple[Program, Finder], ...] = ((POPPLER, locate.find_poppler), (JAVA, locate.find_java))
"""What it must have for the tests besides."""


def doctor(root: Path) -> list[Found | Diagnostic]:
    """All tools in the order of the work. What only the tests need is a warning when it is missing."""
    packaged = [
        asked(locate.find_pandoc(), "--version"),
        locate.find_weasyprint(),
        locate.find_node(),
        locate.find_mermaid_cli(root),
        locate.find_mermaid(root),
        locate.find_puppeteer(root),
        locate.find_reveal(root),
        locate.find_mathjax(root),
        locate.find_speech(root),
        *locate.find_fonts(root),
    ]
    building = [examined(program, find) for program, find in BUILDING]
    testing = [_merely_warned(examined(program, find)) for program, find in TESTING]
    return [*packaged, *building, *testing]


def examined(program: Program, find: Finder) -> Found | Diagnostic:
    """A program of the system that is there and runs: a stand-in or one without its libraries does not count."""
    return asked(find(), "-v" if program is POPPLER else "-version" if program is JAVA else "--version", program)


def asked(found: Found | Diagnostic, option: str, program: Program | None = None) -> Found | Diagnostic:
    """The same with the version that the program itself tells, if nobody knows it yet."""
    if isinstance(found, Diagnostic) or found.version:
        return found
    try:
        done = process.run([found.path, option], timeout=SECONDS)
    except ToolMissing as problem:
        return problem.diagnostic
    words = (done.stdout + done.stderr).decode(errors="replace").strip()
    version = _VERSION.search(words)
    if done.ok and version is not None:
        return replace(found, version=version.group())
    detail = f"{found.path} {option}: {words or f'exit code {done.returncode}'}"
    if program is not None:
        return program.missing(detail=detail)
    return Diagnostic(Severity.ERROR, "tool-missing", f"{found.name} does not run.", detail=detail)


def _merely_warned(result: Found | Diagnostic) -> Found | Diagnostic:
    return replace(result, severity=Severity.WARNING) if isinstance(result, Diagnostic) else result
