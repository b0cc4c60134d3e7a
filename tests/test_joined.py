"""Equal Jobs at the same time run once."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from handbill.jobs import Job, Result
from handbill.runners.joined import JoinedRunner


def job(name: str) -> Job:
    return Job("tool", "1", {}, {"in": name.encode()}, ("out",), label=f"asked by {name}")


class Slow:
    """Holds every Job back until `go` is set, and counts."""

    def __init__(self, problem: Exception | None = None) -> None:
        self.go, self.begun, self.problem = threading.Event(), threading.Event(), problem
        self.jobs: list[Job] = []

    def run(self, jobs: Sequence[Job]) -> list[Result]:
        self.jobs.extend(jobs)
        self.begun.set()
        assert self.go.wait(10)
        if self.problem:
            raise self.problem
        return [Result({"out": job.inputs["in"]}) for job in jobs]


def ask_twice(slow: Slow, first: list[Job], second: list[Job]) -> list[list[Result]]:
    runner = JoinedRunner(slow)
    with ThreadPoolExecutor(2) as threads:
        one = threads.submit(runner.run, first)
        assert slow.begun.wait(10)
        two = threads.submit(runner.run, second)
        threading.Timer(0.05, slow.go.set).start()
        return [one.result(10), two.result(10)]


def test_who_asks_second_gets_the_first_ones_result() -> None:
    slow = Slow()
    results = ask_twice(slow, [job("a")], [job("a"), job("b")])
    assert [[r.outputs["out"] for r in given] for given in results] == [[b"a"], [b"a", b"b"]]
    assert [made.inputs["in"] for made in slow.jobs] == [b"a", b"b"]


def test_a_job_named_twice_in_one_call_runs_once() -> None:
    slow = Slow()
    slow.go.set()
    assert len(JoinedRunner(slow).run([job("a"), job("a")])) == 2
    assert len(slow.jobs) == 1


def test_what_is_done_is_not_remembered() -> None:
    slow = Slow()
    slow.go.set()
    runner = JoinedRunner(slow)
    runner.run([job("a")])
    runner.run([job("a")])
    assert len(slow.jobs) == 2


def test_a_failure_reaches_everyone_who_waits() -> None:
    with pytest.raises(RuntimeError, match="broken"):
        ask_twice(Slow(RuntimeError("broken")), [job("a")], [job("a")])
