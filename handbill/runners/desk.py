"""The desk of this process: where a piece of work has its Jobs run, and what it made remembered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
