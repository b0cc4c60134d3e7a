"""What every command asks first: which project, which publications; and how complaints are printed."""

from __future__ import annotations

import argparse
import sys
import tempfile
import traceback
from collections.abc import Iterable, Sequence
from pathlib import Path

from handbill import __version__
from handbill.diagnostics import Diagnostic, error
from handbill.finding import discover
from handbill.nearest import did_you_mean
from handbill.show import show

_MARKS = ("content", "templates")


class Misuse(Exception):
    """Something that was asked for makes no sense. Carries the diagnostic to show; the exit code is that of wrong usage."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


def find_root(arguments: argparse.Namespace) -> Path | None:
    """The nearest folder, from here upwards, that has `content/` and `templates/`; None after a complaint."""
    if arguments.root is not None:
        folders: list[Path] = [arguments.root.absolute()]
    else:
        here = Path.cwd()
        folders = [here, *here.parents]
    for folder in folders:
        if all((folder / mark).is_dir() for mark in _MARKS):
            return folder
    hint = "Go into the project's folder, or name it with --root."
    print_diagnostics([error("project-missing", "There is no project here: no folder with content/ and templates/", None, hint)], folders[0])
    return None


def publications_asked(root: Path, asked: Sequence[str]) -> tuple[str, ...] | None:
    """The publications that were named, or all there are; None after a complaint about a name."""
    known = discover(root)
    if not known:
        hint = "Make a folder below content/ with a publication.yaml; the README says how."
        print_diagnostics([error("publication-missing", "There is no publication in this project", None, hint)], root)
        return None
    unknown = [name for name in asked if name not in known]
    for name in unknown:
        complaint = error("publication-unknown", f"There is no publication “{name}”", None, *did_you_mean(name, known))
        print_diagnostics([complaint], root)
    if unknown:
        return None
    return tuple(dict.fromkeys(asked)) or tuple(known)


def print_diagnostics(found: Iterable[Diagnostic], root: Path, form: str = "text") -> None:
    """Complaints to standard error as text, or to standard output in a machine's form."""
    show(list(found), root, form, sys.stderr if form == "text" else sys.stdout)


def tell_of_bug() -> None:
    """A mistake of ours, while it is being handled: one sentence, and the full report in a file."""
    with tempfile.NamedTemporaryFile("w", prefix="handbill-bug-", suffix=".txt", delete=False, encoding="utf-8") as report:
        report.write(f"handbill {__version__}, python {sys.version}\n\n{traceback.format_exc()}")
    reason = str(sys.exception()).split("\n")[0][:200]
    print(f"Handbill has a mistake of its own ({reason}). The full report is in {report.name}; nothing was lost.", file=sys.stderr)
