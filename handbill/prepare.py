"""The line up to `parse`: the same for every edition, and all that `check` needs.

What the rules say of a project, and what pandoc makes of its source, do not depend on each other, and both take a while.
So pandoc begins before the rules have spoken. What it made counts only if they let it pass: complaints, files and their
order are those of one stage after the other.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

from handbill.assemble import assemble
from handbill.clock import Clock
from handbill.diagnostics import Diagnostic, Report, error
from handbill.jobs import Runner
from handbill.load import load
from handbill.model import Project, Source
from handbill.order import Order, Work
from handbill.parse import Reading, parse, read
from handbill.runners.ahead import Ahead


def examine(
    root: Path, name: str, runner: Runner, *, strict: bool = False, as_of: date | None = None
) -> list[Diagnostic]:
    """Everything that can be found wrong without making anything: the line up to `parse`."""
    order = Order(root, root / "output", (name,), stop_after="parse", strict=strict, quiet=True, as_of=as_of)
    return list(examined(order, name, runner).report)


def examined(order: Order, name: str, runner: Runner) -> Work:
    """A publication as far as a quiet order that stops after `parse` goes. Several threads may stand at `runner`."""
    work = Work(name)
    prepare(work, order, runner, Clock(), ahead=True)
    return work


def prepare(
    work: Work,
    order: Order,
    runner: Runner,
    clock: Clock,
    *,
    ahead: bool = False,
    aside: Callable[[], None] = lambda: None,
) -> None:
    """load, assemble, parse: the same for every edition.

    ahead  whether pandoc may begin before the rules have spoken; several threads may stand at `runner` then
    aside  what else is to be done, best while pandoc is at work
    """
    with clock("load"):
        work.project = load(order.root, work.name, work.report, order.as_of)
    if work.project is None:
        return
    begun: tuple[Source, Ahead[Reading]] | None = None
    if ahead and work.going(order) and order.reaches("parse"):
        begun = _begin(work.project, runner, clock)
    try:
        with clock("rules"):
            _judge_project(work, work.project, order)
        if work.going(order) and order.reaches("assemble"):
            _read(work, work.project, order, runner, clock, begun, aside)
    finally:
        if begun is not None:
            begun[1].finish()


def _read(
    work: Work,
    project: Project,
    order: Order,
    runner: Runner,
    clock: Clock,
    begun: tuple[Source, Ahead[Reading]] | None,
    aside: Callable[[], None],
) -> None:
    """assemble and parse, as far as that has not `begun`."""
    if begun is not None:
        work.source = begun[0]
    else:
        with clock("assemble"):
            work.source = assemble(project, work.report)
    if work.source is None:
        return
    _judge("assemble", work.source, work, order)
    if not order.quiet:
        work.store(order).write("source.md", work.source.text.encode())
    if work.going(order) and order.reaches("parse"):
        aside()
        with clock("parse"):
            work.document = parse(work.source, project, runner, work.report, begun[1].result if begun else None)
        if work.document is not None:
            _judge("parse", work.document, work, order)
            work.stop_here(order, "parse")


def _begin(project: Project, runner: Runner, clock: Clock) -> tuple[Source, Ahead[Reading]] | None:
    """The source, and pandoc's reading of it, begun; None when something is wrong.

    What that is, is told in its turn: here perhaps something goes wrong that the rules refuse.
    """
    report = Report()
    try:
        with clock("assemble"):
            source = assemble(project, report)
        return None if source is None or report else (source, Ahead(partial(read, source, project, runner)))
    except Exception:  # noqa: BLE001
        return None


def _judge_project(work: Work, project: Project, order: Order) -> None:
    _judge("load", project, work, order)
    if order.release:
        from handbill.rules.release import release_faults

        work.report.extend(release_faults(project))
    _check_selection(work, project, order)


def _judge(stage: str, value: object, work: Work, order: Order) -> None:
    from handbill.rules import judge  # long to load: pandoc need not wait for it

    assert work.project is not None
    judge(stage, value, work.project, work.report, strict=order.strict, found=work.found)


def _check_selection(work: Work, project: Project, order: Order) -> None:
    """An edition or format that was asked for by name must be there; it is the asker's mistake, not the author's."""
    for name in order.editions if "publication" not in project.broken else ():  # else nobody knows which it has
        if name not in project.editions and name not in work.broken():
            known = ", ".join(project.editions)
            unknown = error("edition-not-made", f"“{work.name}” has no edition “{name}”", None, f"It has: {known}.")
            work.report.add(unknown)
