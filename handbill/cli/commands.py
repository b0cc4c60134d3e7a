"""The commands themselves. What only some of them need is imported when one of these runs."""

from __future__ import annotations

import argparse
import shutil
from datetime import date
from pathlib import Path

from handbill.cli.asking import find_root, print_diagnostics
from handbill.cli.caching import cache_arguments, working
from handbill.cli.running import runner_arguments
from handbill.diagnostics import Report, error
from handbill.finding import discover
from handbill.nearest import did_you_mean
from handbill.order import STAGES


def no_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing beyond the name."""


def as_of_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--as-of", type=_day, metavar="DATE", help="judge reviews and sources as on this day (default: today)")


def build_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("publications", nargs="*", metavar="PUBLICATION", help="folders below content/ (default: all)")
    parser.add_argument("--edition", "-e", action="append", default=[], metavar="E", help="only this edition; may be repeated")
    parser.add_argument("--format", "-f", action="append", default=[], metavar="F", help="only this format; may be repeated")
    parser.add_argument("--output", "-o", type=Path, metavar="DIR", help="where the files go (default: output/)")
    parser.add_argument("--stop-after", choices=STAGES, default=STAGES[-1], metavar="STAGE", help="one of " + ", ".join(STAGES))
    cache_arguments(parser)
    runner_arguments(parser)
    parser.add_argument("--workers", "-j", type=_positive, default=2, metavar="N", help="how many files are made side by side")
    parser.add_argument("--explain", action="store_true", help="tell which input made each step run")
    parser.add_argument("--timings", action="store_true", help="show how long each step took")
    parser.add_argument("--print-marks", action="store_true", help="for a print shop: 3 mm bleed, crop and fold marks (NAME-press.pdf)")
    parser.add_argument("--release", action="store_true", help="refuse what is not approved, not in date or not verified")
    as_of_argument(parser)
    _report_arguments(parser, "--report")


def check_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("publications", nargs="*", metavar="PUBLICATION", help="folders below content/ (default: all)")
    as_of_argument(parser)
    _report_arguments(parser, "--format", "--report")


def clean_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--output", "-o", type=Path, metavar="DIR", help="the folder to empty (default: output/)")


def _report_arguments(parser: argparse.ArgumentParser, *names: str) -> None:
    """`names` are those of the option for the form of complaints: where `--format` means the files, it is `--report` alone."""
    parser.add_argument("--strict", action="store_true", help="warnings count as errors")
    parser.add_argument(
        *names, dest="report", choices=("text", "json", "github", "sarif"), default="text", help="how complaints are shown (default: text)"
    )


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{value}” is not a date; write year-month-day") from None


def _positive(value: str) -> int:
    if not value.isdecimal() or int(value) < 1:
        raise argparse.ArgumentTypeError(f"“{value}” is not a whole number from 1 on")
    return int(value)


def build(arguments: argparse.Namespace) -> int:
    from handbill.cli.foresight import foresee

    root = find_root(arguments)
    if root is None:
        return 2
    with working(arguments, root) as toolbox:
        foresight = foresee(root, arguments, toolbox)
        from handbill.cli.building import make, order_of  # while the browser starts; a check needs none of this

        order = order_of(root, arguments, (arguments.output or root / "output").absolute())
        return 2 if order is None else make(order, toolbox, arguments, foresight)


def check(arguments: argparse.Namespace) -> int:
    root = find_root(arguments)
    if root is None:
        return 2
    from handbill.cli.checking import check as run

    return run(root, arguments)


def list_publications(arguments: argparse.Namespace) -> int:
    from handbill.load import load, load_metadata

    root = find_root(arguments)
    if root is None:
        return 2
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


def status_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("publications", nargs="*", metavar="PUBLICATION", help="folders below content/ (default: all)")
    as_of_argument(parser)


def status(arguments: argparse.Namespace) -> int:
    from handbill.cli.status import status as run

    return run(arguments)


def approve_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("publication", metavar="PUBLICATION", help="a folder below content/")
    parser.add_argument("--by", required=True, metavar="NAME", help="who approves it")
    parser.add_argument("--role", required=True, metavar="ROLE", help="as what: clinical lead, editor ...")
    parser.add_argument("--print", action="store_true", dest="only_print", help="show the lines and change nothing")
    as_of_argument(parser)


def approve(arguments: argparse.Namespace) -> int:
    from handbill.cli.status import approve as run

    return run(arguments)


def verify_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="finished files (default: all in the output folder)")
    parser.add_argument("--output", "-o", type=Path, metavar="DIR", help="the output folder (default: output/)")


def verify(arguments: argparse.Namespace) -> int:
    from handbill.cli.verify import finished_files
    from handbill.cli.verify import verify as run

    root = find_root(arguments)
    if root is None:
        return 2
    return run(root, arguments.files or finished_files((arguments.output or root / "output").absolute()))


def explain_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("code", metavar="CODE", help="for instance citation-unknown")


def rules(arguments: argparse.Namespace) -> int:
    """One line a rule, in the order in which they run."""
    from handbill.rules import RULES

    width = max(map(len, RULES))
    for code, rule in RULES.items():
        print(f"{code:<{width}}  {rule.severity:<7}  {rule.summary}")
    return 0


def explain(arguments: argparse.Namespace) -> int:
    """The documentation of one rule."""
    from handbill.explanations import explanation, explanations
    from handbill.rules import RULES

    rule = RULES.get(arguments.code)
    told = explanation(arguments.code)
    if rule is None and told is not None:
        print(f"{arguments.code}\n\n{told}")
        return 0
    if rule is None:
        hints = (*did_you_mean(arguments.code, [*RULES, *explanations()]), "`build.py rules` lists the checks.")
        print_diagnostics([error("rule-unknown", f"There is no check “{arguments.code}”", None, *hints)], Path.cwd())
        return 2
    print(f"{rule.code} ({rule.severity}, found in stage {rule.stage})\n\n{rule.documentation}")
    return 0


def schemas_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--output", "-o", type=Path, metavar="DIR", help="where they go (default: schemas/ in the project)")


def schemas(arguments: argparse.Namespace) -> int:
    """Writes the JSON Schemas that editors use to complete and to check YAML while one types."""
    from handbill.publish import Store
    from handbill.schemas import schema_files

    root = find_root(arguments)
    if root is None:
        return 2
    report = Report()
    store = Store((arguments.output or root / "schemas").absolute(), report)
    for name, data in schema_files().items():
        if (path := store.write(name, data)) is not None:
            print(path)
    print_diagnostics(report, root)
    return 1 if report.failed else 0


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


