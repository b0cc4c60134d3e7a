"""The desk of this process: where a piece of work has its Jobs run, and what it made remembered."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Protocol

from handbill.jobs import Desk, Job, Result, Runner


class Memory(Protocol):
    """Finished work by its Job's key (`CachedRunner`)."""

    def recall(self, job: Job) -> Result | None:
        """What was kept of a Job, verified; None when there is nothing."""
        ...

    def keep(self, job: Job, result: Result) -> Result:
        """Keeps a result. Gives it back, with a warning more when that was not possible."""
        ...

    def ran(self, job: Job, result: Result) -> Result:
        """Takes what came of a Job that was run elsewhere: it counts, and is kept, as if it had been run here."""
        ...


@dataclass
class HomeDesk:
    """A `Desk` whose work is done in this process. Several threads may stand at it.

    failures  how many Jobs failed: what came of them may be otherwise next time
    """

    runner: Runner
    memory: Memory
    tell: Callable[[str], None] = lambda _: None
    failures: int = 0

    def run(self, jobs: Sequence[Job]) -> list[Result]:
        results = self.runner.run(jobs)
        self.failures += sum(result.failed for result in results)
        return results

    def recall(self, job: Job) -> Result | None:
        return self.memory.recall(job)

    def keep(self, job: Job, result: Result) -> Result:
        return self.memory.keep(job, result)

    def ran(self, job: Job, result: Result) -> Result:
        """Takes what a worker made of a Job by itself: it counts as if it had been run here."""
        self.failures += result.failed
        return self.memory.ran(job, result)

    def say(self, step: str) -> None:
        self.tell(step)


class NamedDesk:
    """A desk whose Jobs bear the name of the work that they are for, so that people can tell them apart."""

    def __init__(self, desk: Desk, name: str) -> None:
        self._desk, self._name = desk, name
        self.failures = 0
        """How many Jobs failed: what is made without them may be otherwise next time."""
        self.recall, self.keep, self.say = desk.recall, desk.keep, desk.say

    def run(self, jobs: Sequence[Job]) -> list[Result]:
        results = self._desk.run([replace(job, label=f"{self._name}: {job.label}".removesuffix(": ")) for job in jobs])
        self.failures += sum(result.failed for result in results)
        return results


class BusyDesk:
    """A desk whose owner has something else to do, `aside`, while a Job of a slow tool is at work in a process of its own.

    It is done once, with the first such Job, in a thread; never when there is none. `close` waits for its end.
    """

    def __init__(self, desk: Desk, slow: Collection[str], aside: Callable[[], None]) -> None:
        self._desk, self._slow, self._aside = desk, slow, aside
        self._doing: Future[None] | None = None
        self.recall, self.keep, self.say = desk.recall, desk.keep, desk.say

    def run(self, jobs: Sequence[Job]) -> list[Result]:
        if self._doing is None and any(job.tool in self._slow for job in jobs):
            self._doing = Future()
            threading.Thread(target=_do, args=(self._aside, self._doing), daemon=True).start()
        return self._desk.run(jobs)

    def close(self) -> None:
        """Raises what went wrong aside."""
        if self._doing is not None:
            self._doing.result()


def _do(work: Callable[[], None], done: Future[None]) -> None:
    try:
        work()
    except BaseException as problem:  # noqa: BLE001  raised by `close`
        done.set_exception(problem)
    else:
        done.set_result(None)
