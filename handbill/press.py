"""The press: the whole line on one page.

    load -> assemble -> parse -> draw -> [ tailor -> cite -> render -> inspect ] per edition and format

Between the stages the rules judge; a stage that left errors ends the line for that publication,
after all complaints of the stage. Only this module writes `output/`, and a file is written only when
the edition it belongs to has no error: what was good stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

from handbill.cite import cite
from handbill.clock import Clock
from handbill.diagnostics import Diagnostic, Report
from handbill.draw import diagram_jobs, draw
from handbill.inspect import inspect
from handbill.jobs import Runner
from handbill.model import Artifact, Document, Edition
from handbill.order import Order, Work
from handbill.prepare import prepare
from handbill.render import FORMATS, render
from handbill.render.press_ready import press_ready
from handbill.rules import judge
from handbill.tailor import tailor


def press(order: Order, runner: Runner, clock: Clock, say: Callable[[str], None] = lambda _: None) -> list[Work]:
    """Builds every publication of the order. All diagrams of all publications are drawn in one go."""
    works = [Work(name) for name in order.publications]
    for work in works:
        say(f"{work.name}: reading")
        prepare(work, order, runner, clock)
    _draw_all([w for w in works if w.going() and w.document], order, runner, clock, say)
    for work in works:
        if work.going() and work.document and order.reaches("tailor"):
            _editions(work, order, runner, clock, say)
    return works


def _draw_all(works: Sequence[Work], order: Order, runner: Runner, clock: Clock, say: Callable[[str], None]) -> None:
    if not works or not order.reaches("draw"):
        return
    with clock("draw"):
        jobs = [job for work in works if work.document and work.project for job in diagram_jobs(work.document, work.project)]
        if jobs:
            say(f"drawing {len(jobs)} diagram{'s' if len(jobs) > 1 else ''}")
            runner.run(jobs)
        for work in works:
            assert work.document is not None
            assert work.project is not None
            work.document = draw(work.document, work.project, runner, work.report)
            judge("draw", work.document, work.project, work.report, strict=order.strict, found=work.found)
            work.stop_here(order, "draw")


def _editions(work: Work, order: Order, runner: Runner, clock: Clock, say: Callable[[str], None]) -> None:
    """tailor, cite, render, inspect for each edition and format; good files are written even when others fail."""
    project = work.project
    assert project is not None
    editions = [e for e in project.editions.values() if not order.editions or e.name in order.editions]
    if order.print_marks:
        editions = [marked for edition in editions if (marked := press_ready(edition)) is not None]
    tasks: list[tuple[Edition, str]] = [
        (edition, name)
        for edition in editions
        for name in edition.spec.outputs
        if name in FORMATS and (not order.formats or name in order.formats)
    ]
    tailored = {edition.name: _tailored(work, order, edition, runner, clock) for edition in editions if _named(tasks, edition)}
    if not order.reaches("render"):
        return

    def make(task: tuple[Edition, str]) -> tuple[Artifact | None, Report]:
        edition, name = task
        document, report = tailored[edition.name]
        own = Report()
        if document is None or report.failed:
            return None, own
        say(f"{work.name}: {edition.spec.outputs[name].file}")  # type: ignore[index]
        with clock(f"render {edition.name} {name}"):
            artifact = render(document, edition, name, project, runner, own)
        if artifact is not None and order.reaches("inspect"):
            with clock(f"inspect {edition.name} {name}"):
                facts = inspect(artifact, document, edition, project, own)
                judge("inspect", facts, project, own, strict=order.strict, edition=edition, found=work.found)
        return artifact, own

    for _, report in tailored.values():
        work.report.extend(report)
    with ThreadPoolExecutor(max(1, order.workers)) as threads:
        made = list(threads.map(make, _longest_first(tasks)))
    _publish(work, order, tasks, made)


def _named(tasks: Iterable[tuple[Edition, str]], edition: Edition) -> bool:
    return any(candidate is edition for candidate, _ in tasks)


def _longest_first(tasks: list[tuple[Edition, str]]) -> list[tuple[Edition, str]]:
    """The PDFs take longest: they go first, so that the last worker does not wait for one."""
    tasks.sort(key=lambda task: task[1] != "pdf")
    return tasks


def _tailored(
    work: Work, order: Order, edition: Edition, runner: Runner, clock: Clock
) -> tuple[Document | None, Report]:
    assert work.document is not None
    assert work.project is not None
    report = Report()
    with clock(f"tailor {edition.name}"):
        document = tailor(work.document, edition, work.project, report)
    cited: Document | None = document
    if order.reaches("cite"):
        with clock(f"cite {edition.name}"):
            cited = cite(document, work.document, work.project, runner, report)
    if order.stop_after in ("tailor", "cite") and cited is not None:
        work.store(order).write_ast(f"{edition.name}.json", cited.ast)
    return cited, report


def _publish(
    work: Work, order: Order, tasks: Sequence[tuple[Edition, str]], made: Sequence[tuple[Artifact | None, Report]]
) -> None:
    store = work.store(order)
    for (edition, _), (artifact, report) in zip(tasks, made, strict=True):
        work.report.extend(_for_edition(report, edition.name))
        if artifact is not None and not report.failed:
            work.artifacts.append(artifact)
            path = store.write(artifact.name, artifact.data)
            if path is not None:
                work.written.append(path)


def _for_edition(report: Iterable[Diagnostic], edition: str) -> list[Diagnostic]:
    return [d.in_edition(edition) for d in report]
