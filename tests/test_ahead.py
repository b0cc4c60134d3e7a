"""Work that is begun before its turn: it saves time, and changes nothing that is said or written."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from handbill.clock import Clock
from handbill.diagnostics import Diagnostic
from handbill.jobs import Job, Result
from handbill.order import Order, Work
from handbill.prepare import prepare
from handbill.runners.ahead import Ahead
from handbill.runners.desk import BusyDesk, HomeDesk
from handbill.tools.crew import Crew

REPOSITORY = Path(__file__).parent.parent
WAIT = 10


def job(name: str, tool: str = "pandoc") -> Job:
    return Job(tool, "1", {}, {"in": name.encode()}, ("out",))


class Recorder:
    """Remembers what it was asked; each Job waits for `go`."""

    def __init__(self, problem: Exception | None = None) -> None:
        self.asked: list[str] = []
        self.begun, self.go, self.problem = threading.Event(), threading.Event(), problem

    def run(self, jobs: Sequence[Job]) -> list[Result]:
        self.asked += [job.inputs["in"].decode() for job in jobs]
        self.begun.set()
        assert self.go.wait(WAIT)
        if self.problem is not None:
            raise self.problem
        return [Result({"out": job.inputs["in"]}) for job in jobs]


class Memory:
    def recall(self, job: Job) -> Result | None:
        return None

    def keep(self, job: Job, result: Result) -> Result:
        return result


def test_work_begins_before_it_is_asked_for_and_runs_once() -> None:
    inner = Recorder()
    ahead = Ahead(lambda: inner.run([job("early")]))
    assert inner.begun.wait(WAIT)
    inner.go.set()
    assert [result.outputs["out"] for _ in range(2) for result in ahead.result()] == [b"early", b"early"]
    assert inner.asked == ["early"]


def test_nothing_goes_on_after_work_was_finished_that_nobody_asked_for() -> None:
    inner = Recorder(OSError("no disk"))
    ahead = Ahead(lambda: inner.run([job("early")]))
    threading.Timer(0.05, inner.go.set).start()
    ahead.finish()
    assert inner.go.is_set()


def test_what_goes_wrong_ahead_is_raised_where_it_is_asked_for() -> None:
    inner = Recorder(OSError("no disk"))
    inner.go.set()
    ahead = Ahead(lambda: inner.run([job("early")]))
    with pytest.raises(OSError, match="no disk"):
        ahead.result()


def desk() -> HomeDesk:
    inner = Recorder()
    inner.go.set()
    return HomeDesk(inner, Memory())


def test_something_else_is_done_while_a_slow_job_runs_and_only_then() -> None:
    done: list[str] = []
    busy = BusyDesk(desk(), {"weasyprint"}, lambda: done.append("aside"))
    busy.run([job("quick")])
    busy.close()
    assert done == []
    for name in ("one", "two"):
        busy.run([job(name, "weasyprint")])
    busy.close()
    assert done == ["aside"]


def test_a_mistake_aside_is_raised() -> None:
    def aside() -> None:
        raise LookupError("lost")

    def work(name: str, desk: HomeDesk) -> list[Result]:
        return desk.run([job(name, "weasyprint")])

    with pytest.raises(LookupError, match="lost"):
        Crew(2).map(work, ["one"], desk(), aside=aside)  # type: ignore[arg-type]
    with pytest.raises(LookupError, match="lost"):
        Crew(2).map(lambda name, _: name, ["one", "two"], desk(), aside=aside)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copytree(REPOSITORY / "tests/publications/vaccin/content", tmp_path / "content")
    for name in ("templates", "references.bib"):
        (tmp_path / name).symlink_to(REPOSITORY / name)
    (tmp_path / "node_modules").symlink_to(REPOSITORY / "node_modules")
    return tmp_path


SECTION = "content/vaccin/sections/01-points.md"


def unknown_source(root: Path) -> None:
    path = root / SECTION
    path.write_text(path.read_text(encoding="utf-8") + "\nVoir [@personne].\n", encoding="utf-8")


def no_head(root: Path) -> None:
    (root / SECTION).write_text("Pas de tête.\n", encoding="utf-8")


def bad_part(root: Path) -> None:
    (root / "templates").unlink()
    shutil.copytree(REPOSITORY / "templates", root / "templates")
    (root / "templates/parts/masthead.md.j2").write_text("{{ nobody.knows }}\n", encoding="utf-8")


def both(root: Path) -> None:
    unknown_source(root)
    bad_part(root)


@pytest.mark.parametrize("mistake", [unknown_source, no_head, bad_part, both, lambda _: None])
def test_what_is_said_and_written_is_that_of_one_stage_after_the_other(
    root: Path, mistake: Callable[[Path], None]
) -> None:
    mistake(root)

    def prepared(*, ahead: bool) -> tuple[list[Diagnostic], list[Diagnostic], list[str], bool]:
        work, output = Work("vaccin"), root / f"output-{ahead}"
        order = Order(root, output, ("vaccin",), stop_after="parse")
        prepare(work, order, HomeDesk(_Reader(), Memory()), Clock(), ahead=ahead)
        files = sorted(str(path.relative_to(output)) for path in output.rglob("*") if path.is_file())
        return list(work.report), list(work.found), files, work.document is None

    assert prepared(ahead=True) == prepared(ahead=False)


class _Reader:
    """Stands in for pandoc: an empty document."""

    def run(self, jobs: Sequence[Job]) -> list[Result]:
        return [Result({"document.json": b'{"pandoc-api-version": [1], "meta": {}, "blocks": []}'}) for _ in jobs]


@pytest.mark.parametrize(("formats", "validates"), [({"html", "pdf"}, True), ({"epub"}, False), (set(), False)])
def test_what_reads_files_back_is_loaded_while_they_are_laid_out(formats: set[str], validates: bool) -> None:
    there = (
        "import sys; from handbill.press import _aside;"
        f"_aside([], {{}}, {formats!r}); print('handbill.inspect' in sys.modules, 'page' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", there], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(bool(formats)), str(validates)]
