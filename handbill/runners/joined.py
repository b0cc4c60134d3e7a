"""Equal Jobs that are asked for at the same time run once: whoever asks second waits for the first.

A cache alone cannot do this: two formats that need the same PDF at the same moment would both find
nothing and make it twice.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import Future

from handbill.jobs import Job, Result, Runner


class JoinedRunner:
    """Gives to `inner` each Job that is not under way already."""

    def __init__(self, inner: Runner) -> None:
        self._inner = inner
        self._under_way: dict[str, Future[Result]] = {}
        self._lock = threading.Lock()

    def run(self, jobs: Sequence[Job]) -> list[Result]:
        own: dict[str, Job] = {}
        with self._lock:
            promises = []
            for job in jobs:
                if job.key not in self._under_way:
                    self._under_way[job.key] = Future()
                    own[job.key] = job
                promises.append(self._under_way[job.key])
        if own:
            self._make(own)
        return [promise.result() for promise in promises]

    def _make(self, own: dict[str, Job]) -> None:
        """Runs the Jobs and keeps the promises. What `inner` raises is raised here and at everyone who waits."""
        try:
            for key, result in zip(own, self._inner.run(list(own.values())), strict=True):
                self._under_way[key].set_result(result)
        except BaseException as problem:
            for key in own:
                if not self._under_way[key].done():
                    self._under_way[key].set_exception(problem)
            raise
        finally:
            with self._lock:
                for key in own:
                    del self._under_way[key]
