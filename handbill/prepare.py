"""The line up to `parse`: the same for every edition, and all that `check` needs."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from handbill.assemble import assemble
from handbill.clock import Clock
from handbill.diagnostics import Diagnostic, error
from handbill.jobs import Runner
from handbill.load import load
from handbill.order import Order, Work
from handbill.parse import parse
from handbill.rules import judge
from handbill.rules.release import release_faults


def examine(
    root: Path, name: str, runner: Runner, *, strict: bool = False, as_of: date | None = None
) -> list[Diagnostic]:
    """Everything that can be found wrong without making anything: the line up to `parse`."""
    work = Work(name)
    order = Order(root, root / "output", (name,), stop_after="parse", strict=strict, quiet=True, as_of=as_of)
    prepare(work, order, runner, Clock())
    return list(work.report)


def prepare(work: Work, order: Order, runner: Runner, clock: Clock) -> None:
    """load, assemble, parse: the same for every edition."""
    with clock("load"):
        work.project = load(order.root, work.name, work.report, order.as_of)
        if work.project is not None:
            judge("load", work.project, work.project, work.report, strict=order.strict, found=work.found)
            if order.release:
                work.report.extend(release_faults(work.project))
            _check_selection(work, order)
    if not work.going(order) or work.project is None or not order.reaches("assemble"):
        return
    with clock("assemble"):
        work.source = assemble(work.project, work.report)
    if work.source is None:
        return
    judge("assemble", work.source, work.project, work.report, strict=order.strict, found=work.found)
    if not order.quiet:
        work.store(order).write("source.md", work.source.text.encode())
    if work.going(order) and order.reaches("parse"):
        with clock("parse"):
            work.document = parse(work.source, work.project, runner, work.report)
        if work.document is not None:
            judge("parse", work.document, work.project, work.report, strict=order.strict, found=work.found)
            work.stop_here(order, "parse")


def _check_selection(work: Work, order: Order) -> None:
    """An edition or format that was asked for by name must be there; it is the asker's mistake, not the author's."""
    assert work.project is not None
    for name in order.editions:
        if name not in work.project.editions and name not in work.broken():
            known = ", ".join(work.project.editions)
            unknown = error("edition-not-made", f"“{work.name}” has no edition “{name}”", None, f"It has: {known}.")
            work.report.add(unknown)
