"""How long each step took, for `--timings`."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Clock:
    """Adds up wall-clock seconds by step name; steps may run side by side."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}
        self._lock = threading.Lock()

    @contextmanager
    def __call__(self, step: str) -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        finally:
            with self._lock:
                self._seconds[step] = self._seconds.get(step, 0.0) + time.perf_counter() - began

    def add(self, other: Clock) -> None:
        """Adds the steps of another clock to this one."""
        for step, seconds in other.rows:
            with self._lock:
                self._seconds[step] = self._seconds.get(step, 0.0) + seconds

    def __getstate__(self) -> dict[str, float]:
        return self._seconds

    def __setstate__(self, seconds: dict[str, float]) -> None:
        self._seconds, self._lock = seconds, threading.Lock()

    @property
    def rows(self) -> tuple[tuple[str, float], ...]:
        """(step, seconds) in the order in which the steps first ended."""
        return tuple(self._seconds.items())
