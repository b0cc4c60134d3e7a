"""One file of one edition, from the drawn document to the finished bytes: tailor, cite, render, inspect."""

from __future__ import annotations

from dataclasses import dataclass, field

from handbill.cite import cite
from handbill.clock import Clock
from handbill.diagnostics import Report
from handbill.inspect import inspect
from handbill.jobs import Desk
from handbill.model import Artifact, Document, Edition
from handbill.order import Order, Work
from handbill.render import FORMATS, render
from handbill.render.press_ready import press_ready
from handbill.rules import judge
from handbill.tailor import tailor

_WEIGHTS = {"pdf": 4.0, "booklet": 0.5}
"""How long formats take beside each other; a booklet is folded from the PDF, which comes first."""


@dataclass(frozen=True)
class Task:
    """One file to be made."""

    work: Work
    edition: Edition
    format: str

    @property
    def file(self) -> str:
        return self.edition.spec.outputs[self.format].file  # type: ignore[index]

    @property
    def title(self) -> str:
        return f"{self.work.name}: {self.file}"

    @property
    def weight(self) -> float:
        """About how long it takes, beside other tasks: the longest go first, so that nobody waits for one in the end."""
        words = len(self.work.source.text) if self.work.source else 0
        return _WEIGHTS.get(self.format, 1.0) * words


@dataclass(frozen=True)
class Made:
    """What came of a task.

    shared  complaints about the edition, whatever its format
    report  complaints about this file
    found   what the rules said of this file, before any decision
    """

    artifact: Artifact | None
    shared: Report = field(default_factory=Report)
    report: Report = field(default_factory=Report)
    found: Report = field(default_factory=Report)
    clock: Clock = field(default_factory=Clock)


def tasks_of(work: Work, order: Order) -> list[Task]:
    """The files that the order asks of a publication: PDFs first, then in the order of the editions."""
    tasks = [
        Task(work, edition, name)
        for edition in _editions(work, order)
        for name in edition.spec.outputs
        if name in FORMATS and (not order.formats or name in order.formats)
    ]
    return sorted(tasks, key=lambda task: task.format != "pdf")


def _editions(work: Work, order: Order) -> list[Edition]:
    assert work.project is not None
    editions = [e for e in work.project.editions.values() if not order.editions or e.name in order.editions]
    if order.print_marks:
        editions = [marked for edition in editions if (marked := press_ready(edition)) is not None]
    return editions


class Bench:
    """Makes the files of one order. An edition that has several formats is tailored once."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._tailored: dict[tuple[str, str], tuple[Document | None, Report]] = {}

    def make(self, task: Task, desk: Desk) -> Made:
        """One file, and all that there is to say of it."""
        clock = Clock()
        document, shared = self.tailored(task.work, task.edition, desk, clock)
        made = Made(None, shared, clock=clock)
        if document is None or shared.failed:
            return made
        project = task.work.project
        assert project is not None
        desk.say(task.title)
        with clock(f"render {task.edition.name} {task.format}"):
            artifact = render(document, task.edition, task.format, project, desk, made.report)
        if artifact is not None and self._order.reaches("inspect"):
            with clock(f"inspect {task.edition.name} {task.format}"):
                facts = inspect(artifact, document, task.edition, project, made.report, desk)
                judge(
                    "inspect",
                    facts,
                    project,
                    made.report,
                    strict=self._order.strict,
                    edition=task.edition,
                    found=made.found,
                )
        return Made(artifact, shared, made.report, made.found, clock)

    def tailored(self, work: Work, edition: Edition, desk: Desk, clock: Clock) -> tuple[Document | None, Report]:
        """The document of an edition, its citations numbered; None when that failed."""
        key = (work.name, edition.name)
        if key not in self._tailored:
            self._tailored[key] = self._tailor(work, edition, desk, clock)
        return self._tailored[key]

    def _tailor(self, work: Work, edition: Edition, desk: Desk, clock: Clock) -> tuple[Document | None, Report]:
        assert work.document is not None
        assert work.project is not None
        report = Report()
        with clock(f"tailor {edition.name}"):
            document = tailor(work.document, edition, work.project, report)
        if not self._order.reaches("cite"):
            return document, report
        with clock(f"cite {edition.name}"):
            return cite(document, work.document, work.project, desk, report), report

    def store_editions(self, work: Work, desk: Desk, clock: Clock) -> None:
        """`--stop-after tailor` and `cite` write the documents of the editions."""
        for edition in _editions(work, self._order):
            if not any(task.edition is edition for task in tasks_of(work, self._order)):
                continue
            document, report = self.tailored(work, edition, desk, clock)
            work.report.extend(report)
            if document is not None:
                work.store(self._order).write_ast(f"{edition.name}.json", document.ast)
