"""The press: the whole line on one page.

    load -> assemble -> parse -> draw -> [ tailor -> cite -> render -> inspect ] per edition and format

Between the stages the rules judge; a stage that left errors ends the line for that publication,
after all complaints of the stage. Only this module writes `output/`, and a file is written only when
the edition it belongs to has no error: what was good stays.

Publications, and then files, are made side by side by a crew of processes. What comes out does not
depend on how many there are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from handbill.clock import Clock
from handbill.diagnostics import Report
from handbill.jobs import Desk, Tool
from handbill.order import STAGES, Order, Work
from handbill.prepare import prepare
from handbill.render import FORMATS
from handbill.runners.desk import NamedDesk
from handbill.tools.crew import Crew

if TYPE_CHECKING:
    from handbill.editions import Made, Task
    from handbill.quality import Draft


def press(order: Order, desk: Desk, clock: Clock, libraries: Mapping[str, Tool] = MappingProxyType({})) -> list[Work]:
    """Builds every publication of the order. All diagrams of all publications are drawn in one go.

    libraries  tools that may be used in any process (see `Crew`)
    """
    crew = Crew(order.workers, libraries)
    works = _prepare_all(order, crew, desk, clock)
    _draw_all([w for w in works if w.going(order) and w.document], order, desk, clock)
    going = [w for w in works if w.going(order) and w.document and order.reaches("tailor")]
    drafts = _make_all(going, order, crew, desk, clock)
    if order.stop_after == STAGES[-1]:
        _tell_all([w for w in going if w.written], drafts, order, crew, desk, clock)
    return works


def _prepare_all(order: Order, crew: Crew, desk: Desk, clock: Clock) -> list[Work]:
    def read(name: str, desk: Desk) -> tuple[Work, Clock]:
        work, own = Work(name), Clock()
        desk.say(f"{name}: reading")
        prepare(work, order, NamedDesk(desk, name), own, ahead=alone, aside=partial(_get_ready, work, order))
        return work, own

    alone = len(order.publications) == 1
    done, told = crew.map(read, order.publications, desk, order.publications)
    works = []
    for name, pair in zip(order.publications, done, strict=True):
        work, own = pair or (Work(name), Clock())
        works.append(work)
        clock.add(own)
    if told:
        works[0].report.extend(told)
    return works


def _get_ready(work: Work, order: Order) -> None:
    """Loads and reads what the line needs next, while pandoc is at work."""
    if work.project is None or work.source is None or not order.reaches("draw"):
        return
    import handbill.draw

    handbill.draw.get_ready(work.project)
    if order.reaches("render"):
        from handbill.editions import engine_version
        from handbill.render.ready import fonts_ready

        fonts_ready(work.project, work.source.text)
        engine_version()


def _draw_all(works: Sequence[Work], order: Order, desk: Desk, clock: Clock) -> None:
    if not works or not order.reaches("draw"):
        return
    from handbill.draw import draw, plan
    from handbill.rules import judge

    with clock("draw"):
        plans = {work.name: plan(work.document, work.project) for work in works if work.document and work.project}
        jobs = [job for planned in plans.values() for job in planned.different]
        if jobs:
            desk.say(f"drawing {len(jobs)} diagram{'s' if len(jobs) > 1 else ''}")
        if len(works) > 1:
            desk.run(jobs)
        for work in works:
            assert work.document is not None
            assert work.project is not None
            work.document = draw(work.document, work.project, desk, work.report, plans[work.name])
            judge("draw", work.document, work.project, work.report, strict=order.strict, found=work.found)
            work.stop_here(order, "draw")


def _make_all(works: Sequence[Work], order: Order, crew: Crew, desk: Desk, clock: Clock) -> Mapping[str, Draft]:
    """tailor, cite, render, inspect for each edition and format; good files are written even when others fail.

    Gives what has been found out meanwhile for the quality reports.
    """
    if not works:
        return {}
    from handbill.editions import Bench, tasks_of

    bench = Bench(order)
    if order.stop_after in ("tailor", "cite"):
        for work in works:
            bench.store_editions(work, desk, clock)
    if not order.reaches("render"):
        return {}
    tasks = [task for work in works for task in tasks_of(work, order)]
    queue = sorted(range(len(tasks)), key=lambda index: -tasks[index].weight)
    drafts: dict[str, Draft] = {}
    read_here = {task.format for task in tasks} if crew.alone(tasks) else set()
    aside = partial(_aside, works, drafts, read_here) if order.stop_after == STAGES[-1] else None
    made, told = crew.map(bench.make, [tasks[i] for i in queue], desk, [tasks[i].title for i in queue], aside)
    by_task = dict(zip(queue, made, strict=True))
    for index, task in enumerate(tasks):
        if (result := by_task[index]) is not None:
            _publish(task, result, order)
            clock.add(result.clock)
    if told:
        works[0].report.extend(told)
    return drafts


def _aside(works: Sequence[Work], drafts: dict[str, Draft], read_here: Collection[str]) -> None:
    """What this process does while files are laid out: begins what comes after them.

    `read_here` are the formats that are read back here and not by a worker.
    """
    if read_here:
        from handbill.inspect.ready import inspectors_ready

        inspectors_ready(read_here)
    from handbill import index
    from handbill.quality import draft

    for work in works:
        if work.project is not None:
            drafts[work.name] = draft(work.project)
            index.get_ready(work.project)


def _publish(task: Task, made: Made, order: Order) -> None:
    work = task.work
    work.report.extend(made.shared)
    work.report.extend(d.in_edition(task.edition.name) for d in made.report)
    work.found.extend(made.found)
    work.parts[task.file] = (made.parts, made.made)
    if made.artifact is not None and not made.report.failed:
        work.artifacts.append(made.artifact)
        path = work.store(order).write(made.artifact.name, made.artifact.data)
        if path is not None:
            work.written.append(path)


def _tell_all(
    works: Sequence[Work], drafts: Mapping[str, Draft], order: Order, crew: Crew, desk: Desk, clock: Clock
) -> None:
    """The quality report and the index page of each publication of which something was made."""
    if not works:
        return
    from handbill.index import write_index
    from handbill.quality import quality, write_report

    def tell(work: Work, desk: Desk) -> tuple[Report, Clock]:
        assert work.project is not None
        report, own = Report(), Clock()
        with own("quality report"):
            made = quality(work.project, work.found, STAGES if _whole(work) else STAGES[:-1], drafts.get(work.name))
            write_report(order.output / work.name, made, report)
        with own("index"):
            write_index(order.output / work.name, work.project, NamedDesk(desk, f"{work.name}: index"), report)
        return report, own

    done, told = crew.map(tell, works, desk, [f"the index of {work.name}" for work in works])
    for work, pair in zip(works, done, strict=True):
        if pair is not None:
            work.report.extend(pair[0])
            clock.add(pair[1])
    if told:
        works[0].report.extend(told)


def _whole(work: Work) -> bool:
    """Whether every file of every edition was made, so that what was read back stands for all of them."""
    editions = work.project.editions.values() if work.project else ()
    return len(work.artifacts) == sum(name in FORMATS for edition in editions for name in edition.spec.outputs)
