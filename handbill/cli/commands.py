"""The commands themselves."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from handbill.cli.progress import progress
from handbill.clock import Clock
from handbill.diagnostics import Diagnostic, Report, Severity, error
from handbill.index import write_index
from handbill.load import did_you_mean, discover, known_editions, load_metadata
from handbill.press import STAGES, Order, Work, examine, press
from handbill.render import FORMATS
from handbill.show import show
from handbill.tools.toolbox import Toolbox

_MARKS = ("content", "templates")
_TOOL_CODES = frozenset({"tool-missing", "tool-version"})


def no_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing beyond the name."""


def build_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("publications", nargs="*", metavar="PUBLICATION", help="folders below content/ (default: all)")
    parser.add_argument("--edition", "-e", action="append", default=[], metavar="E", help="only this edition; may be repeated")
    parser.add_argument("--format", "-f", action="append", default=[], metavar="F", help="only this format; may be repeated")
    parser.add_argument("--output", "-o", type=Path, metavar="DIR", help="where the files go (default: output/)")
    parser.add_argument("--stop-after", choices=STAGES, default=STAGES[-1], metavar="STAGE", help="one of " + ", ".join(STAGES))
    parser.add_argument("--cache", type=Path, metavar="DIR", help="where finished work is remembered (default: .cache/)")
    parser.add_argument("--no-cache", action="store_true", help="do all the work again")
    parser.add_argument("--workers", "-j", type=_positive, default=2, metavar="N", help="how many files are made side by side")
    parser.add_argument("--timings", action="store_true", help="show how long each step took")
    _report_arguments(parser)


def check_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("publications", nargs="*", metavar="PUBLICATION", help="folders below content/ (default: all)")
    _report_arguments(parser)


def clean_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--output", "-o", type=Path, metavar="DIR", help="the folder to empty (default: output/)")


def _report_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--strict", action="store_true", help="warnings count as errors")
    parser.add_argument(
        "--report", choices=("text", "json", "github", "sarif"), default="text", help="how complaints are shown (default: text)"
    )


def _positive(value: str) -> int:
    number = int(value)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


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


def build(arguments: argparse.Namespace) -> int:
    root = find_root(arguments)
    if root is None:
        return 2
    order = order_of(root, arguments, (arguments.output or root / "output").absolute())
    if order is None:
        return 2
    with Toolbox(root, cache_folder(arguments, root), arguments.workers) as toolbox:
        return make(order, toolbox, arguments)


def order_of(root: Path, arguments: argparse.Namespace, output: Path) -> Order | None:
    """What the arguments of `build` and `watch` ask for; None after a complaint about them."""
    names = _publications(root, arguments.publications)
    if names is None or not _known(arguments.format, FORMATS, "format", root):
        return None
    if not _known(arguments.edition, known_editions(root), "edition", root):
        return None
    return Order(
        root=root,
        output=output,
        publications=names,
        editions=tuple(arguments.edition),
        formats=tuple(arguments.format),
        stop_after=arguments.stop_after,
        strict=arguments.strict,
        workers=arguments.workers,
    )


def _known(asked: Iterable[str], known: Iterable[str], what: str, root: Path) -> bool:
    known = sorted(known)
    unknown = [name for name in asked if name not in known]
    for name in unknown:
        complaint = error(f"{what}-unknown", f"There is no {what} “{name}”", None, *did_you_mean(name, known), f"There are: {', '.join(known)}.")
        print_diagnostics([complaint], root)
    return not unknown


def make(order: Order, toolbox: Toolbox, arguments: argparse.Namespace) -> int:
    """One build with the tools at hand: progress, complaints, what was written."""
    clock = Clock()
    if order.stop_after in STAGES[STAGES.index("render") :]:
        toolbox.warm()
    with progress() as say:
        works = press(order, toolbox.runner, clock, say)
        if order.stop_after == STAGES[-1]:
            for work in works:
                if work.project is not None and work.written:
                    with clock("index"):
                        write_index(order.output / work.name, work.project, toolbox.runner, work.report)
    code = _conclude(works, order, arguments)
    if arguments.timings:
        _print_timings(clock)
    return code


def _conclude(works: Sequence[Work], order: Order, arguments: argparse.Namespace) -> int:
    found = [diagnostic for work in works for diagnostic in work.report]
    print_diagnostics(found, order.root, arguments.report)
    for work in works:
        for path in work.written:
            print(_relative(path))
    errors = [d for d in found if d.severity is Severity.ERROR]
    if any(d.code in _TOOL_CODES for d in errors):
        return 3
    return 1 if errors else 0


def check(arguments: argparse.Namespace) -> int:
    root = find_root(arguments)
    if root is None or (names := _publications(root, arguments.publications)) is None:
        return 2
    with Toolbox(root, root / ".cache") as toolbox:
        found = [d for name in names for d in examine(root, name, toolbox.runner, strict=arguments.strict)]
    print_diagnostics(found, root, arguments.report)
    failed = any(d.severity is Severity.ERROR for d in found)
    if not found and arguments.report == "text":
        print(f"No mistakes found in {', '.join(names)}.")
    return 1 if failed else 0


def list_publications(arguments: argparse.Namespace) -> int:
    root = find_root(arguments)
    if root is None:
        return 2
    from handbill.load import load

    for name in discover(root):
        report = Report()
        publication = load_metadata(root, name, report)
        if publication is None:
            print(f"{name}  (cannot be read: run `build.py check {name}`)")
            continue
        print(f"{name}  {publication.title} [{publication.language}], version {publication.version}, {publication.status}")
        project = load(root, name, report)
        for edition in project.editions.values() if project else ():
            files = ", ".join(output.file for output in edition.spec.outputs.values())
            print(f"    {edition.name:<12} {files}")
    return 0


def watch(arguments: argparse.Namespace) -> int:
    root = find_root(arguments)
    if root is None:
        return 2
    from handbill.cli.watch import watch as run

    return run(root, arguments)


def doctor(arguments: argparse.Namespace) -> int:
    from handbill.cli.doctor import doctor as run

    return run(arguments.root or Path.cwd())


def clean(arguments: argparse.Namespace) -> int:
    root = find_root(arguments)
    if root is None:
        return 2
    folder = (arguments.output or root / "output").absolute()
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name != ".gitkeep":
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    return 0


def _publications(root: Path, asked: Sequence[str]) -> tuple[str, ...] | None:
    known = discover(root)
    unknown = [name for name in asked if name not in known]
    if unknown or not known:
        names = ", ".join(known) or "none; make a folder below content/ with a publication.yaml"
        for name in unknown or ["content"]:
            complaint = error("publication-unknown", f"There is no publication “{name}”", None, f"There are: {names}.")
            print_diagnostics([complaint], root)
        return None
    return tuple(dict.fromkeys(asked)) or tuple(known)


def cache_folder(arguments: argparse.Namespace, root: Path) -> Path | None:
    return None if arguments.no_cache else (arguments.cache or root / ".cache").absolute()


def print_diagnostics(found: Iterable[Diagnostic], root: Path, form: str = "text") -> None:
    """Complaints to standard error as text, or to standard output in a machine's form."""
    show(list(found), root, form, sys.stderr if form == "text" else sys.stdout)


def _print_timings(clock: Clock) -> None:
    width = max((len(step) for step, _ in clock.rows), default=0)
    for step, seconds in clock.rows:
        print(f"  {step:<{width}}  {seconds * 1000:8.0f} ms", file=sys.stderr)


def _relative(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
