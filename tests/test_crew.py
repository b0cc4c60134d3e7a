"""The crew: pieces of work in processes of their own, and what becomes of them when one dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from handbill.diagnostics import Severity, error
from handbill.jobs import Desk, Job, Result, ToolMissing
from handbill.tools.crew import Crew

ROOT = Path(__file__).parent.parent


@dataclass
class Counter:
    """A desk that counts what it is asked."""

    jobs: list[Job] = field(default_factory=list)
    told: list[Job] = field(default_factory=list)
    kept: dict[str, Result] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)

    def run(self, jobs: Sequence[Job]) -> list[Result]:
        self.jobs.extend(jobs)
        return [Result({"out": job.inputs["in"].upper()}) for job in jobs]

    def recall(self, job: Job) -> Result | None:
        return self.kept.get(job.key)

    def keep(self, job: Job, result: Result) -> Result:
        self.kept[job.key] = result
        return result

    def ran(self, job: Job, result: Result) -> Result:
        self.told.append(job)
        return result if result.failed else self.keep(job, result)

    def say(self, step: str) -> None:
        self.said.append(step)


def job(word: str) -> Job:
    return Job("shout", "1", {}, {"in": word.encode()}, ("out",))


def shout(word: str, desk: Desk) -> tuple[str, int]:
    desk.say(word)
    found = desk.recall(job(word)) or desk.keep(job(word), desk.run([job(word)])[0])
    return found.outputs["out"].decode(), os.getpid()


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_the_results_come_in_the_order_of_the_items(workers: int) -> None:
    words = [f"word {number}" for number in range(9)]
    desk = Counter()
    made, told = Crew(workers).map(shout, words, desk)
    assert [pair and pair[0] for pair in made] == [word.upper() for word in words]
    assert told == []
    assert sorted(desk.said) == words
    assert len(desk.kept) == len(desk.jobs) == 9
    own = {pair[1] for pair in made if pair}
    assert (own == {os.getpid()}) is (workers == 1)
    assert len(own) <= workers


def test_threads_of_a_worker_each_get_their_own_answers() -> None:
    def many(word: str, desk: Desk) -> list[str]:
        def ask(number: int) -> str:
            return desk.run([job(f"{word} {number} " + "x" * 100_000)])[0].outputs["out"].decode()[: len(word) + 4].split(" X")[0]

        with ThreadPoolExecutor(8) as threads:
            return list(threads.map(ask, range(100, 200)))

    made, _ = Crew(2).map(many, ["one", "two"], Counter())
    assert made == [[f"{word} {number}" for number in range(100, 200)] for word in ("ONE", "TWO")]


class Library:
    """A tool that tells in which process it was used."""

    name = "library"

    def version(self) -> str:
        return "1"

    def execute(self, jobs: Sequence[Job]) -> list[Result]:
        return [Result({"pid": str(os.getpid()).encode()}, failed="bad" in job.args) for job in jobs]


@pytest.mark.parametrize("bad", [False, True])
def test_a_worker_uses_libraries_itself_and_tells_what_came_of_it(*, bad: bool) -> None:
    def use(number: int, desk: Desk) -> tuple[set[bytes], bytes]:
        there = Job("library", "1", {"number": number, **({"bad": True} if bad else {})}, {}, ("pid",))
        results = [desk.run([there])[0] for _ in range(2)]
        assert [result.failed for result in results] == [bad, bad]
        return {result.outputs["pid"] for result in results}, str(os.getpid()).encode()

    desk = Counter()
    made, _ = Crew(2, {"library": Library()}).map(use, [1, 2], desk)
    assert all(pair is not None and pair[0] == {pair[1]} for pair in made)
    assert desk.jobs == []
    assert (len(desk.told), len(desk.kept)) == ((4, 0) if bad else (2, 2))  # what failed is told, and tried again


def test_one_piece_of_work_needs_no_other_process() -> None:
    made, _ = Crew(4).map(shout, ["alone"], Counter())
    assert made == [("ALONE", os.getpid())]


def test_a_worker_that_is_killed_costs_a_warning_and_a_second_try(tmp_path: Path) -> None:
    def fall_once(number: int, desk: Desk) -> int:
        if number == 2 and not (tmp_path / "fallen").exists():
            (tmp_path / "fallen").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return number * 10

    made, told = Crew(2).map(fall_once, range(5), Counter(), [f"n{number}" for number in range(5)])
    assert made == [0, 10, 20, 30, 40]
    assert [(d.severity, d.code) for d in told] == [(Severity.WARNING, "worker-lost")]
    assert "“n2”" in told[0].message


def test_what_kills_every_worker_is_an_error_and_the_rest_is_made() -> None:
    def fall(number: int, desk: Desk) -> int:
        if number == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    made, told = Crew(2).map(fall, range(4), Counter())
    assert made == [0, None, 2, 3]
    assert [d.severity for d in told] == [Severity.WARNING, Severity.ERROR]


def test_all_workers_dead_does_not_lose_the_pieces_that_nobody_began() -> None:
    def fall(number: int, desk: Desk) -> int:
        if number < 2 and os.getppid() == first:
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    first = os.getpid()
    made, told = Crew(2).map(fall, range(6), Counter())
    assert made == [None, None, 2, 3, 4, 5]
    assert len([d for d in told if d.severity is Severity.ERROR]) == 2


def test_a_mistake_of_ours_is_raised_where_the_crew_was_called() -> None:
    def stumble(number: int, desk: Desk) -> int:
        if number == 3:
            raise LookupError("no such thing")
        return number

    with pytest.raises(LookupError, match="no such thing") as caught:
        Crew(2).map(stumble, range(6), Counter())
    assert "in stumble" in "".join(caught.value.__notes__)


def test_a_missing_tool_keeps_its_diagnostic_on_the_way_home() -> None:
    def lack(number: int, desk: Desk) -> int:
        raise ToolMissing(error("tool-missing", f"There is no tool {number % 1}"))

    with pytest.raises(ToolMissing) as caught:
        Crew(2).map(lack, range(2), Counter())
    assert caught.value.diagnostic.code == "tool-missing"


def test_no_worker_is_left_behind() -> None:
    before = set(psutil.Process().children(recursive=True))
    Crew(3).map(shout, ["a", "b", "c"], Counter())
    assert set(psutil.Process().children(recursive=True)) - before == set()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_no_worker_outlives_the_first_process(number: int, tmp_path: Path) -> None:
    program = """
        import os, sys, time
        from handbill.tools.crew import Crew
        class Desk: pass
        def work(item, desk):
            open(f"{sys.argv[1]}/{os.getpid()}", "w").close()
            while True:
                sum(range(100000))
        try:
            Crew(2).map(work, [1, 2], Desk())
        except KeyboardInterrupt:
            sys.exit(130)
    """
    command = [sys.executable, "-c", textwrap.dedent(program), str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT) as first:
        while len(list(tmp_path.iterdir())) < 2:
            assert first.poll() is None
            time.sleep(0.01)
        workers = [psutil.Process(int(path.name)) for path in tmp_path.iterdir()]
        first.send_signal(number)
        assert first.wait(10) == (130 if number == signal.SIGINT else -signal.SIGKILL)
    _, alive = psutil.wait_procs(workers, timeout=5)
    assert alive == []
