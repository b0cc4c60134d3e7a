"""The press: the whole line on one page.

    load -> assemble -> parse -> draw -> [ tailor -> cite -> render -> inspect ] per edition and format

Between the stages the rules judge; a stage that left errors ends the line for that publication,
after all complaints of the stage. Only this module writes `output/`, and a file is written only when
the edition it belongs to has no error: what was good stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from handbill.assemble import assemble
from handbill.cite import cite
from handbill.clock import Clock
from handbill.diagnostics import Diagnostic, Report, error
from handbill.draw import diagram_jobs, draw
from handbill.inspect import inspect
from handbill.jobs import Runner
from handbill.load import load
from handbill.model import Artifact, Document, Edition, Facts, Project, Source
from handbill.parse import parse
from handbill.publish import Store
from handbill.render import FORMATS, render
from handbill.rules import judge
from handbill.rules.release import release_faults
from handbill.tailor import tailor

STAGES = ("load", "assemble", "parse", "draw", "tailor", "cite", "render", "inspect")


@dataclass(frozen=True)
class Order:
    """What is to be made. Empty `editions` or `formats` mean all that a publication names."""

    root: Path
    output: Path
    publications: tuple[str, ...]
    editions: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    stop_after: str = "inspect"
    strict: bool = False
    workers: int = 2
    quiet: bool = False
    """Write nothing: the line only looks."""
    as_of: date | None = None
    """The day by which reviews and sources are judged; today when left out."""
    release: bool = False
    """Refuse what is not approved as it stands, past its review, or rests on sources that are not verified."""


@dataclass
class Work:
    """One publication on its way along the line."""

    name: str
    report: Report = field(default_factory=Report)
    found: Report = field(default_factory=Report)
    """What the rules found, before the publication's decisions about them."""
    project: Project | None = None
    source: Source | None = None
    document: Document | None = None
    artifacts: list[Artifact] = field(default_factory=list)
    written: list[Path] = field(default_factory=list)

    def going(self) -> bool:
        """Whether nothing found so far stops the line."""
        return not self.report.failed


def press(order: Order, runner: Runner, clock: Clock, say: Callable[[str], None] = lambda _: None) -> list[Work]:
    """Builds every publication of the order. All diagrams of all publications are drawn in one go."""
    works = [Work(name) for name in order.publications]
    for work in works:
        say(f"{work.name}: reading")
        _prepare(work, order, runner, clock)
    _draw_all([w for w in works if w.going() and w.document], order, runner, clock, say)
    for work in works:
        if work.going() and work.document and _reaches(order, "tailor"):
            _editions(work, order, runner, clock, say)
    return works


def examine(
    root: Path, name: str, runner: Runner, *, strict: bool = False, as_of: date | None = None
) -> list[Diagnostic]:
    """Everything that can be found wrong without making anything: the line up to `parse`."""
    work = Work(name)
    order = Order(root, root / "output", (name,), stop_after="parse", strict=strict, quiet=True, as_of=as_of)
    _prepare(work, order, runner, Clock())
    return list(work.report)


def _prepare(work: Work, order: Order, runner: Runner, clock: Clock) -> None:
    """load, assemble, parse: the same for every edition."""
    with clock("load"):
        work.project = load(order.root, work.name, work.report, order.as_of)
        if work.project is not None:
            judge("load", work.project, work.project, work.report, strict=order.strict, found=work.found)
            if order.release:
                work.report.extend(release_faults(work.project))
            _check_selection(work, order)
    if not work.going() or work.project is None or not _reaches(order, "assemble"):
        return
    with clock("assemble"):
        work.source = assemble(work.project, work.report)
    if work.source is None:
        return
    judge("assemble", work.source, work.project, work.report, strict=order.strict, found=work.found)
    if not order.quiet:
        _store(work, order).write("source.md", work.source.text.encode())
    if work.going() and _reaches(order, "parse"):
        with clock("parse"):
            work.document = parse(work.source, work.project, runner, work.report)
        if work.document is not None:
            judge("parse", work.document, work.project, work.report, strict=order.strict, found=work.found)
            _stop_here(work, order, "parse")


def _check_selection(work: Work, order: Order) -> None:
    """An edition or format that was asked for by name must be there; it is the asker's mistake, not the author's."""
    assert work.project is not None
    for name in order.editions:
        if name not in work.project.editions:
            known = ", ".join(work.project.editions)
            unknown = error("edition-not-made", f"“{work.name}” has no edition “{name}”", None, f"It has: {known}.")
            work.report.add(unknown)


def _draw_all(works: Sequence[Work], order: Order, runner: Runner, clock: Clock, say: Callable[[str], None]) -> None:
    if not works or not _reaches(order, "draw"):
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
            _stop_here(work, order, "draw")


def _editions(work: Work, order: Order, runner: Runner, clock: Clock, say: Callable[[str], None]) -> None:
    """tailor, cite, render, inspect for each edition and format; good files are written even when others fail."""
    project = work.project
    assert project is not None
    editions = [e for e in project.editions.values() if not order.editions or e.name in order.editions]
    tasks: list[tuple[Edition, str]] = [
        (edition, name)
        for edition in editions
        for name in edition.spec.outputs
        if name in FORMATS and (not order.formats or name in order.formats)
    ]
    tailored = {edition.name: _tailored(work, order, edition, runner, clock) for edition in editions if _named(tasks, edition)}
    if not _reaches(order, "render"):
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
        if artifact is not None and _reaches(order, "inspect"):
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
    if _reaches(order, "cite"):
        with clock(f"cite {edition.name}"):
            cited = cite(document, work.document, work.project, runner, report)
    if order.stop_after in ("tailor", "cite") and cited is not None:
        _store(work, order).write_ast(f"{edition.name}.json", cited.ast)
    return cited, report


def _publish(
    work: Work, order: Order, tasks: Sequence[tuple[Edition, str]], made: Sequence[tuple[Artifact | None, Report]]
) -> None:
    store = _store(work, order)
    for (edition, _), (artifact, report) in zip(tasks, made, strict=True):
        work.report.extend(_for_edition(report, edition.name))
        if artifact is not None and not report.failed:
            work.artifacts.append(artifact)
            path = store.write(artifact.name, artifact.data)
            if path is not None:
                work.written.append(path)


def _for_edition(report: Iterable[Diagnostic], edition: str) -> list[Diagnostic]:
    return [d.in_edition(edition) for d in report]


def _reaches(order: Order, stage: str) -> bool:
    return STAGES.index(order.stop_after) >= STAGES.index(stage)


def _stop_here(work: Work, order: Order, stage: str) -> None:
    """`--stop-after` writes the value that the stage made."""
    if order.stop_after == stage and work.document is not None and not order.quiet:
        store = _store(work, order)
        store.write_ast("document.json", work.document.ast)
        for name, data in work.document.assets.items():
            store.write(name, data)


def _store(work: Work, order: Order) -> Store:
    return Store(order.output / work.name, work.report)


__all__ = ["STAGES", "Facts", "Order", "Work", "press"]
