"""One file of one edition, from the drawn document to the finished bytes: tailor, cite, render, inspect."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import handbill
from handbill.cite import cite
from handbill.clock import Clock
from handbill.diagnostics import Report, from_values, to_values
from handbill.fingerprint import fingerprint
from handbill.jobs import Desk, Job, Result, ToolMissing
from handbill.model import Artifact, Document, Edition
from handbill.order import Order, Work
from handbill.reach import Reach, reach
from handbill.record import names_in, tree
from handbill.render import FORMATS, render
from handbill.render.press_ready import press_ready
from handbill.rules import judge
from handbill.runners.desk import NamedDesk
from handbill.tailor import tailor
from handbill.tools.weasyprint import weasyprint_job

_TOOL, _OUTPUTS = "edition", ("file", "said")
"""A finished file is remembered like the result of a Job, by a key over all that it was made of."""
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
    parts   fingerprints of all that it was made of, by what an author would call each
    made    False when it was made before of just these parts, and only remembered
    """

    artifact: Artifact | None
    shared: Report = field(default_factory=Report)
    report: Report = field(default_factory=Report)
    found: Report = field(default_factory=Report)
    clock: Clock = field(default_factory=Clock)
    parts: Mapping[str, str] = field(default_factory=dict)
    made: bool = True


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
    known = [e for e in work.project.editions.values() if e.name not in work.broken()]
    editions = [e for e in known if not order.editions or e.name in order.editions]
    if order.print_marks:
        editions = [marked for edition in editions if (marked := press_ready(edition)) is not None]
    return editions


class Bench:
    """Makes the files of one order. An edition that has several formats is tailored once."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._tailored: dict[tuple[str, str], tuple[Document | None, Report]] = {}
        self._reached: dict[tuple[str, str], Reach] = {}

    def make(self, task: Task, desk: Desk) -> Made:
        """One file, and all that there is to say of it."""
        clock = Clock()
        document, shared = self.tailored(task.work, task.edition, desk, clock)
        made = Made(None, shared, clock=clock)
        if document is None or shared.failed:
            return made
        assert task.work.project is not None
        key = (task.work.name, task.edition.name)
        if key not in self._reached:
            self._reached[key] = reach(task.work.project, document, task.edition)
        return self._made(task, self._reached[key], made, desk)

    def _made(self, task: Task, reached: Reach, made: Made, desk: Desk) -> Made:
        """The file as it is remembered to come of these values, or made of them now.

        What has nothing to say of any place is the same wherever its author's lines have moved. What has is
        remembered for exactly these places, else it would speak of lines where something else stands now; and for
        these values is remembered only that this is so.
        """
        order = {"format": task.format, "strict": self._order.strict, "inspected": self._order.reaches("inspect")}
        moved = Job(_TOOL, engine_version(), {**order, "parts": reached.parts}, {}, _OUTPUTS, task.title)
        known = desk.recall(moved)
        if known == _ASK_WITH_PLACES:
            known = desk.recall(_placed(moved, reached))
        if known is not None:
            return _remembered(task, known, made, reached.parts)
        desk.say(task.title)
        witness = NamedDesk(desk, task.title)
        file = self._make(task, reached, made, witness)
        done = replace(made, artifact=file, parts=reached.parts)
        if file is not None and not witness.failures:
            if _speaks_of_places(done):
                desk.keep(_placed(moved, reached), _as_result(done))
            desk.keep(moved, _ASK_WITH_PLACES if _speaks_of_places(done) else _as_result(done))
        return done

    def _make(self, task: Task, reached: Reach, made: Made, desk: Desk) -> Artifact | None:
        project, document, edition = reached.project, reached.document, reached.edition
        with made.clock(f"render {edition.name} {task.format}"):
            artifact = render(document, edition, task.format, project, desk, made.report)
        if artifact is not None and self._order.reaches("inspect"):
            with made.clock(f"inspect {edition.name} {task.format}"):
                from handbill.inspect import inspect  # long to load: see `get_ready`

                facts = inspect(artifact, document, edition, project, made.report, desk, desk)
                strict = self._order.strict
                judge("inspect", facts, project, made.report, strict=strict, edition=edition, found=made.found)
        return artifact

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
            named = NamedDesk(desk, f"{work.name}, {edition.name}")
            return cite(document, work.document, work.project, named, report), report

    def store_editions(self, work: Work, desk: Desk, clock: Clock) -> None:
        """`--stop-after tailor` and `cite` write the documents of the editions."""
        for edition in _editions(work, self._order):
            if not any(task.edition is edition for task in tasks_of(work, self._order)):
                continue
            document, report = self.tailored(work, edition, desk, clock)
            work.report.extend(report)
            if document is not None:
                work.store(self._order).write_ast(f"{edition.name}.json", document.ast)


_ASK_WITH_PLACES = Result({"file": b"", "said": b"places"})


def _placed(moved: Job, reached: Reach) -> Job:
    """The same for these places only."""
    return replace(moved, args={**moved.args, "placed": reached.placed})


def _speaks_of_places(made: Made) -> bool:
    return any(found.span or found.related for found in (*made.report, *made.found))


def _as_result(made: Made) -> Result:
    assert made.artifact is not None
    said = {
        name: [to_values(found) for found in report]
        for name, report in (("report", made.report), ("found", made.found))
    }
    return Result({"file": made.artifact.data, "said": json.dumps(said).encode()})


def _remembered(task: Task, known: Result, made: Made, parts: Mapping[str, str]) -> Made:
    output = task.edition.spec.outputs[task.format]  # type: ignore[index]
    said = json.loads(known.outputs["said"])
    for report, name in ((made.report, "report"), (made.found, "found")):
        report.extend(from_values(found) for found in said[name])
    artifact = Artifact(output.file, task.edition.name, task.format, known.outputs["file"], output)
    return replace(made, artifact=artifact, parts=parts, made=False)


@cache
def engine_version() -> str:
    """A digest of this engine, its packages, and the libraries that set type: with another of them all is made anew."""
    home = Path(handbill.__file__).parent
    code = [(path, Path(path).read_bytes()) for path in tree(str(home)) if Path(path).is_file()]
    packages = [name for folder in sys.path if folder.endswith("-packages") for name in names_in(folder)]
    try:
        libraries = weasyprint_job("", {}).version
    except ToolMissing:  # what needs it says so; other formats do not
        libraries = ""
    return fingerprint(
        [sys.version, libraries, packages, [(path.removeprefix(str(home)), data) for path, data in code]]
    )
