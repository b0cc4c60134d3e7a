"""One build, from arguments to exit code: shared by `build` and `watch`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from handbill import known
from handbill.cli.asking import print_diagnostics, publications_asked
from handbill.cli.caching import cache_folder
from handbill.cli.early import keep, place_of_record
from handbill.cli.explaining import Explanation
from handbill.cli.foresight import Foresight
from handbill.cli.progress import progress
from handbill.cli.remember import Memo, overheard
from handbill.clock import Clock
from handbill.diagnostics import Diagnostic, Severity, error
from handbill.finding import known_editions
from handbill.jobs import Job
from handbill.nearest import nearest
from handbill.order import Order, Work
from handbill.press import press
from handbill.record import Record
from handbill.render import FORMATS
from handbill.tools.toolbox import Toolbox

_TOOL_CODES = frozenset({"tool-missing", "tool-version"})


def order_of(root: Path, arguments: argparse.Namespace, output: Path) -> Order | None:
    """What the arguments of `build` and `watch` ask for; None after a complaint about them."""
    names = publications_asked(root, arguments.publications)
    if names is None or not _known(arguments.format, FORMATS, "format", root):
        return None
    if not _known(arguments.edition, known_editions(root), "edition", root):
        return None
    return Order(
        root=root,
        output=output,
        publications=names,
        named=bool(arguments.publications),
        editions=tuple(arguments.edition),
        formats=tuple(arguments.format),
        stop_after=arguments.stop_after,
        strict=arguments.strict,
        workers=arguments.workers,
        print_marks=arguments.print_marks,
        as_of=arguments.as_of,
        release=arguments.release,
    )


def _known(asked: Iterable[str], choices: Iterable[str], what: str, root: Path) -> bool:
    choices = sorted(choices)
    unknown = [name for name in asked if name not in choices]
    for name in unknown:
        complaint = error(
            f"{what}-unknown",
            f"There is no {what} “{name}”",
            None,
            *(f"Did you mean “{close}”?" for close in nearest(name, choices, 1)),
            f"There are: {', '.join(choices)}.",
        )
        print_diagnostics([complaint], root)
    return not unknown


def make(order: Order, toolbox: Toolbox, arguments: argparse.Namespace, foresight: Foresight) -> int:
    """One build with the tools at hand: progress, complaints, what was written; remembered for the next one."""
    place = place_of_record(arguments.words)
    if cache_folder(arguments, order.root) is not None:
        known.recall(str(order.root))
    with progress() as say:
        built = build_once(order, toolbox, foresight, None if place is None else Record.read(place), say)
    known.keep(str(order.root))
    with overheard() as (output, errors):
        code = conclude(built, order, arguments)
        for work in built.works:
            for path in work.written:
                print(_relative(path))
    if place is not None and (record := built.record(code, "".join(output), "".join(errors))) is not None:
        keep(record, place)
    explain(built, order, arguments)
    if arguments.timings:
        _print_timings(built.clock)
    return code


@dataclass(frozen=True)
class Built:
    """What came of one build.

    works    every publication of the order; `made` are those that had to be looked at
    jobs     the Jobs that ran
    failures how many of them failed
    """

    memo: Memo
    works: Sequence[Work]
    made: Sequence[Work]
    notices: Sequence[Diagnostic]
    jobs: Sequence[Job]
    failures: int
    clock: Clock

    def record(self, code: int, output: str = "", errors: str = "") -> Record | None:
        """For the next build; None when this one would not be repeated exactly."""
        return None if self.notices or self.failures else self.memo.end(self.works, code, output, errors)


def build_once(
    order: Order,
    toolbox: Toolbox,
    foresight: Foresight,
    before: Record | None,
    say: Callable[[str], None] = lambda _: None,
) -> Built:
    """The line itself, for the publications that are not as the record of the build `before` says."""
    memo, clock = Memo(order, before), Clock()
    unchanged = memo.works()
    desk = toolbox.desk(say)
    made = press(
        replace(order, publications=tuple(name for name in order.publications if name not in unchanged)),
        desk,
        clock,
        toolbox.libraries,
    )
    foresight.remember(made)
    works = [(unchanged | {work.name: work for work in made})[name] for name in order.publications]
    jobs = list(toolbox.cache.misses)
    toolbox.cache.misses.clear()
    return Built(memo, works, made, toolbox.notices.take(), jobs, desk.failures, clock)


def conclude(built: Built, order: Order, arguments: argparse.Namespace, *, count_notes: bool = True) -> int:
    """Prints the complaints; gives the exit code."""
    found = list(dict.fromkeys([*(diagnostic for work in built.works for diagnostic in work.report), *built.notices]))
    notes = [d for d in found if d.severity is Severity.NOTE]
    print_diagnostics(
        [d for d in found if d not in notes] if arguments.report == "text" else found, order.root, arguments.report
    )
    if notes and count_notes and arguments.report == "text":
        print(f"{len(notes)} note{'s' if len(notes) > 1 else ''}: `build.py check` shows them.", file=sys.stderr)
    errors = [d for d in found if d.severity is Severity.ERROR]
    if any(d.code in _TOOL_CODES for d in errors):
        return 3
    return 1 if errors else 0


def explain(built: Built, order: Order, arguments: argparse.Namespace) -> None:
    """Says why what was made was made, if that was asked; remembers what it was made of, for the next time."""
    explanation = Explanation(cache_folder(arguments, order.root), order.root)
    if arguments.explain:
        for line in explanation.lines(built.jobs, built.made, sorted(built.memo.fresh), built.memo.changed):
            print(line, file=sys.stderr)
    explanation.remember(built.jobs, built.made)


def _print_timings(clock: Clock) -> None:
    width = max((len(step) for step, _ in clock.rows), default=0)
    for step, seconds in clock.rows:
        print(f"  {step:<{width}}  {seconds * 1000:8.0f} ms", file=sys.stderr)


def _relative(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
