"""One build, from arguments to exit code: shared by `build` and `watch`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from handbill.cli.asking import print_diagnostics, publications_asked
from handbill.cli.caching import cache_folder
from handbill.cli.early import place_of_record
from handbill.cli.explaining import Explanation
from handbill.cli.foresight import Foresight
from handbill.cli.progress import progress
from handbill.cli.remember import Memo, overheard
from handbill.clock import Clock
from handbill.diagnostics import Diagnostic, Severity, error
from handbill.load import known_editions
from handbill.nearest import did_you_mean
from handbill.order import STAGES, Order, Work
from handbill.press import press
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


def _known(asked: Iterable[str], known: Iterable[str], what: str, root: Path) -> bool:
    known = sorted(known)
    unknown = [name for name in asked if name not in known]
    for name in unknown:
        complaint = error(f"{what}-unknown", f"There is no {what} “{name}”", None, *did_you_mean(name, known), f"There are: {', '.join(known)}.")
        print_diagnostics([complaint], root)
    return not unknown


def make(order: Order, toolbox: Toolbox, arguments: argparse.Namespace, foresight: Foresight) -> int:
    """One build with the tools at hand: progress, complaints, what was written; remembered for the next one."""
    clock = Clock()
    place = place_of_record(arguments.words)
    memo = None if place is None else Memo(order, place)
    known = {} if memo is None else memo.works()
    rest = replace(order, publications=tuple(name for name in order.publications if name not in known))
    if order.stop_after in STAGES[STAGES.index("render") :]:
        toolbox.warm()
    with progress() as say:
        desk = toolbox.desk(say)
        made = press(rest, desk, clock)
        foresight.remember(made)
    works = [(known | {work.name: work for work in made})[name] for name in order.publications]
    notices = toolbox.notices.take()
    with overheard() as (output, errors):
        code = _conclude(works, order, arguments, notices)
    if memo is not None and not notices and not desk.failures:
        memo.end(works, code, "".join(output), "".join(errors))
    explanation = Explanation(cache_folder(arguments, order.root), order.root)
    jobs = toolbox.cache.misses
    if arguments.explain:
        for line in explanation.lines(jobs, made, known, memo.changed if memo else None):
            print(line, file=sys.stderr)
    explanation.remember(jobs, made)
    jobs.clear()
    if arguments.timings:
        _print_timings(clock)
    return code


def _conclude(works: Sequence[Work], order: Order, arguments: argparse.Namespace, notices: Sequence[Diagnostic]) -> int:
    found = [*(diagnostic for work in works for diagnostic in work.report), *notices]
    notes = [d for d in found if d.severity is Severity.NOTE]
    print_diagnostics([d for d in found if d not in notes] if arguments.report == "text" else found, order.root, arguments.report)
    if notes and arguments.report == "text":
        print(f"{len(notes)} note{'s' if len(notes) > 1 else ''}: `build.py check` shows them.", file=sys.stderr)
    for work in works:
        for path in work.written:
            print(_relative(path))
    errors = [d for d in found if d.severity is Severity.ERROR]
    if any(d.code in _TOOL_CODES for d in errors):
        return 3
    return 1 if errors else 0


def _print_timings(clock: Clock) -> None:
    width = max((len(step) for step, _ in clock.rows), default=0)
    for step, seconds in clock.rows:
        print(f"  {step:<{width}}  {seconds * 1000:8.0f} ms", file=sys.stderr)


def _relative(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
