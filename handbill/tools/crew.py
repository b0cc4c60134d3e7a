"""A crew: copies of this process that do pieces of work side by side.

Each worker is a fork of the process as it stands, so that it has all that was imported and read so far
at once, at no cost, and nothing of it is copied before it is changed. What a worker needs of the world
(Jobs to be run, things remembered, progress to be told) it asks of the first process, which has the one
cache, the one set of programs and the one browser for all of them; only Jobs of libraries it runs itself.

A worker that dies costs its piece of work a second try, by another worker; it is never waited for in vain.
No worker outlives the first process.
"""

from __future__ import annotations

import pickle
import threading
import traceback
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from handbill.diagnostics import Diagnostic, error, warning
from handbill.jobs import Desk, Tool
from handbill.runners.desk import BusyDesk
from handbill.tools import process
from handbill.tools.fork import FarDesk, Line, Worker, fork, portable

Item = TypeVar("Item")
Made = TypeVar("Made")

SLOW = frozenset({"weasyprint"})
"""Tools that leave this process time for something else."""
_TRIES = 2


@dataclass(frozen=True)
class Crew:
    """Up to `workers` processes. With one, or one piece of work, all is done here: nothing is started for it.

    libraries  tools, by name, that a worker may use by itself
    """

    workers: int = 1
    libraries: Mapping[str, Tool] = field(default_factory=dict)

    def alone(self, items: Sequence[Item]) -> bool:
        """Whether this process does them itself."""
        return self.workers == 1 or len(items) < 2

    def map(
        self,
        work: Callable[[Item, Desk], Made],
        items: Sequence[Item],
        desk: Desk,
        names: Sequence[str] = (),
        aside: Callable[[], None] | None = None,
    ) -> tuple[list[Made | None], list[Diagnostic]]:
        """What `work` made of each item, in their order, whoever made it; begun in that order, too.

        None stands for what killed its worker twice; the diagnostics tell of every worker that was lost, by the
        item's name. Raises what `work` raises. `work`, being forked, need not pickle; what it gives must.

        `aside` is for this process to do meanwhile, if it gets the time: while slow Jobs are at work, or its workers are.
        """
        if self.alone(items):
            return self._here(work, items, desk, aside), []
        shift = _Shift(work, items, desk, aside, self.libraries)
        told: list[Diagnostic] = []
        tries: Counter[int] = Counter()
        waiting = list(range(len(items)))
        while waiting:
            lost, unbegun = shift.run(waiting, min(self.workers, len(waiting)))
            tries.update(lost)
            told += [_lost(names[index] if names else "", again=tries[index] < _TRIES) for index in lost]
            waiting = sorted([*unbegun, *(index for index in lost if tries[index] < _TRIES)])
        return shift.results, told

    def _here(
        self, work: Callable[[Item, Desk], Made], items: Sequence[Item], desk: Desk, aside: Callable[[], None] | None
    ) -> list[Made | None]:
        if aside is None:
            return [work(item, desk) for item in items]
        busy = BusyDesk(desk, SLOW, aside)
        try:
            return [work(item, busy) for item in items]
        finally:
            busy.close()


def _lost(name: str, *, again: bool) -> Diagnostic:
    what = f"“{name}”" if name else "a part of this build"
    if again:
        return warning(
            "worker-lost", f"A helper process ended unexpectedly while it made {what}; another one made it again", None,
            "If this happens often, build with fewer of them (--workers 1).",
        )  # fmt: skip
    return error(
        "worker-lost", f"The helper process that made {what} ended unexpectedly, twice", None,
        "It may need more memory than there is: build with --workers 1, or take out what was added last.",
    )  # fmt: skip


class _Shift(Generic[Item, Made]):
    """One call of `Crew.map`: its pieces of work, and the workers of the moment."""

    def __init__(
        self,
        work: Callable[[Item, Desk], Made],
        items: Sequence[Item],
        desk: Desk,
        aside: Callable[[], None] | None,
        libraries: Mapping[str, Tool],
    ) -> None:
        self._work, self._items, self._desk, self._aside = work, items, desk, aside
        self._libraries = libraries
        self.results: list[Made | None] = [None] * len(items)
        self._lock = threading.Lock()
        self._waiting: list[int] = []
        self._lost: list[int] = []
        self._crash: BaseException | None = None

    def run(self, indexes: Sequence[int], workers: int) -> tuple[list[int], list[int]]:
        """Does these pieces of work; gives those whose worker was lost, and those that nobody was left to begin.

        All workers are gone afterwards.
        """
        self._waiting, self._lost = list(indexes), []
        crew: list[Worker] = []
        threads: list[threading.Thread] = []
        try:
            # All are forked before the first thread starts, and from this thread: a fork copies one thread only.
            for _ in range(workers):
                crew.append(fork(lambda line: self._serve_pieces(line), crew))
            threads = [threading.Thread(target=self._lead, args=(worker, crew), daemon=True) for worker in crew]
            for thread in threads:
                thread.start()
            self._do_aside()
            for thread in threads:
                thread.join()
        except BaseException:  # Ctrl-C: what the threads still wait for ends now, and nobody waits for them
            process.end_all()
            raise
        finally:
            for worker in crew:
                worker.end()
        for worker in crew:
            worker.line.close()
        if self._crash is not None:
            raise self._crash
        return sorted(self._lost), self._waiting

    def _do_aside(self) -> None:
        aside, self._aside = self._aside, None  # once, however often workers are lost
        if aside is not None:
            try:
                aside()
            except Exception as problem:  # noqa: BLE001  a mistake of ours, told by whoever called `map`
                with self._lock:
                    self._crash = self._crash or problem

    def _lead(self, worker: Worker, crew: Sequence[Worker]) -> None:
        """Gives one worker piece after piece and answers what it asks."""
        while (index := self._next()) is not None:
            try:
                self.results[index] = worker.do(index, self._desk)
            except (EOFError, OSError, pickle.UnpicklingError):
                with self._lock:
                    self._lost.append(index)
                return
            except BaseException as problem:  # noqa: BLE001  a mistake of ours, or Ctrl-C: told by whoever called `map`
                with self._lock:
                    self._crash = self._crash or problem
                    self._waiting.clear()
                for other in crew:
                    other.end()
                return

    def _next(self) -> int | None:
        with self._lock:
            if not self._waiting:
                return None
            return self._waiting.pop(0)

    def _serve_pieces(self, line: Line) -> None:
        """The whole life of a worker."""
        desk = FarDesk(line, self._libraries)
        while (index := line.receive()) is not None:
            try:
                line.send(("made", self._work(self._items[index], desk)))
            except Exception as problem:  # noqa: BLE001  carried home and raised there
                problem.add_note("".join(traceback.format_exception(problem)))
                line.send(("raised", portable(problem)))
