"""Work that is begun before whoever needs it asks for it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

Made = TypeVar("Made")


class Ahead(Generic[Made]):
    """Begins a piece of work at once, beside whatever this thread does next.

    Whoever does not need it after all must `finish` it: nothing goes on after its owner has ended.
    """

    def __init__(self, work: Callable[[], Made]) -> None:
        self._work = work
        self._promise: Future[Made] = Future()
        threading.Thread(target=self._make, daemon=True).start()

    def _make(self) -> None:
        try:
            made = self._work()
        except BaseException as problem:  # noqa: BLE001  raised where it is asked for
            self._promise.set_exception(problem)
        else:
            self._promise.set_result(made)

    def finish(self) -> None:
        """Waits for the end of the work, whatever comes of it."""
        self._promise.exception()

    def result(self) -> Made:
        """What was made. Raises what went wrong."""
        return self._promise.result()
