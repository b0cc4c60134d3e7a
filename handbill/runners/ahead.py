"""A Job that is begun before whoever needs it asks for it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import Future

from handbill.jobs import Job, Result, Runner


class AheadRunner:
    """Begins one Job at once, beside whatever this thread does next, and gives all others to `inner`, at which several threads may stand.

    Whoever does not need the Job after all must `finish` it: nothing goes on after its owner has ended.
    """

    def __init__(self, inner: Runner, job: Job) -> None:
        self._inner, self._job = inner, job
        self._promise: Future[Result] = Future()
        threading.Thread(target=self._make, daemon=True).start()

    def _make(self) -> None:
        try:
            (result,) = self._inner.run([self._job])
        except BaseException as problem:  # noqa: BLE001  raised where the Job is asked for
            self._promise.set_exception(problem)
        else:
            self._promise.set_result(result)

    def finish(self) -> None:
        """Waits for the end of the Job, whatever comes of it."""
        self._promise.exception()

    def run(self, jobs: Sequence[Job]) -> list[Result]:
        if [job.key for job in jobs] == [self._job.key]:
            return [self._promise.result()]
        return self._inner.run(jobs)
