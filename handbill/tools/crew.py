"""A crew: copies of this process that do pieces of work side by side.

Each worker is a fork of the process as it stands, so that it has all that was imported and read so far
at once, at no cost, and nothing of it is copied before it is changed. What a worker needs of the world
(Jobs to be run, things remembered, progress to be told) it asks of the first process, which has the one
cache, the one set of tools and the one browser for all of them.

A worker that dies costs its piece of work a second try, by another worker; it is never waited for in vain.
No worker outlives the first process.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import select
import signal
import socket
import sys
import threading
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, NoReturn, TypeVar

from handbill.diagnostics import Diagnostic, error, warning
from handbill.jobs import Desk, Job, Result
from handbill.tools import process

Item = TypeVar("Item")
Made = TypeVar("Made")

_TRIES = 2


@dataclass(frozen=True)
class Crew:
    """Up to `workers` processes. With one, or one piece of work, all is done here: nothing is started for it."""

    workers: int = 1

    def map(
        self, work: Callable[[Item, Desk], Made], items: Sequence[Item], desk: Desk, names: Sequence[str] = ()
    ) -> tuple[list[Made | None], list[Diagnostic]]:
        """What `work` made of each item, in their order, whoever made it; begun in that order, too.

        None stands for what killed its worker twice; the diagnostics tell of every worker that was lost, by the
        item's name. Raises what `work` raises. `work`, being forked, need not pickle; what it gives must.
        """
        if self.workers == 1 or len(items) < 2:
            return [work(item, desk) for item in items], []
        shift = _Shift(work, items, desk)
        told: list[Diagnostic] = []
        tries: Counter[int] = Counter()
        waiting = list(range(len(items)))
        while waiting:
            lost, unbegun = shift.run(waiting, min(self.workers, len(waiting)))
            tries.update(lost)
            told += [_lost(names[index] if names else "", again=tries[index] < _TRIES) for index in lost]
            waiting = sorted([*unbegun, *(index for index in lost if tries[index] < _TRIES)])
        return shift.results, told


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

    def __init__(self, work: Callable[[Item, Desk], Made], items: Sequence[Item], desk: Desk) -> None:
        self._work, self._items, self._desk = work, items, desk
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
        crew: list[_Worker] = []
        threads: list[threading.Thread] = []
        try:
            # All are forked before the first thread starts, and from this thread: a fork copies one thread only.
            for _ in range(workers):
                crew.append(_fork(lambda line: self._serve_pieces(line), crew))
            threads = [threading.Thread(target=self._lead, args=(worker, crew), daemon=True) for worker in crew]
            for thread in threads:
                thread.start()
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

    def _lead(self, worker: _Worker, crew: Sequence[_Worker]) -> None:
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

    def _serve_pieces(self, line: _Line) -> None:
        """The whole life of a worker."""
        desk = _FarDesk(line)
        while (index := line.receive()) is not None:
            try:
                line.send(("made", self._work(self._items[index], desk)))
            except Exception as problem:  # noqa: BLE001  carried home and raised there
                problem.add_note("".join(traceback.format_exception(problem)))
                line.send(("raised", _portable(problem)))


def _portable(problem: Exception) -> Exception:
    try:
        pickle.loads(pickle.dumps(problem))  # noqa: S301  our own bytes
    except Exception:  # noqa: BLE001  whatever an exception's own class does when it is copied
        plain = RuntimeError(f"{type(problem).__name__}: {problem}")
        plain.__notes__ = getattr(problem, "__notes__", [])
        return plain
    return problem


class _Line:
    """One end of the line between a worker and the first process: whole values, both ways."""

    def __init__(self, end: socket.socket) -> None:
        self.end = end
        self._file = end.makefile("rwb")

    def send(self, value: Any) -> None:
        pickle.dump(value, self._file, protocol=pickle.HIGHEST_PROTOCOL)
        self._file.flush()

    def receive(self) -> Any:
        """Raises EOFError when the other end has gone."""
        return pickle.load(self._file)  # noqa: S301  the other end is a fork of this very process

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._file.close()
        self.end.close()


@dataclass
class _FarDesk:
    """The desk as a worker sees it: every question goes to the first process."""

    line: _Line

    def _ask(self, name: str, *words: Any) -> Any:
        self.line.send(("ask", name, words))
        return self.line.receive()

    def run(self, jobs: Sequence[Job]) -> list[Result]:
        answer: list[Result] = self._ask("run", list(jobs))
        return answer

    def recall(self, job: Job) -> Result | None:
        answer: Result | None = self._ask("recall", job)
        return answer

    def keep(self, job: Job, result: Result) -> Result:
        answer: Result = self._ask("keep", job, result)
        return answer

    def say(self, step: str) -> None:
        self._ask("say", step)


@dataclass
class _Worker:
    """One forked process, as the first process sees it."""

    pid: int
    line: _Line
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _ended: bool = False

    def do(self, index: int, desk: Desk) -> Any:
        """One piece of work. Raises EOFError or OSError when the worker has gone, and what the work raised."""
        self.line.send(index)
        while True:
            kind, *words = self.line.receive()
            if kind == "made":
                return words[0]
            if kind == "raised":
                raise words[0]
            name, arguments = words
            self.line.send(getattr(desk, name)(*arguments))

    def end(self) -> None:
        """Kills the process (it has no children of its own, and nothing to lose) and waits for its end."""
        with self._lock:
            if self._ended:
                return
            self._ended = True
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, 0)
        with contextlib.suppress(OSError):
            self.line.end.shutdown(socket.SHUT_RDWR)  # wakes the thread that reads from it, if one does


def _fork(serve: Callable[[_Line], None], others: Sequence[_Worker]) -> _Worker:
    here, there = socket.socketpair()
    sys.stdout.flush()
    sys.stderr.flush()
    with warnings.catch_warnings():
        # Python warns when there are other threads. The worker uses nothing that they might have locked: it works on
        # values, and asks this process for everything else.
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        _live(there, [here, *(worker.line.end for worker in others)], serve)
    there.close()
    return _Worker(pid, _Line(here))


def _live(there: socket.socket, inherited: Sequence[socket.socket], serve: Callable[[_Line], None]) -> NoReturn:
    """A worker from its first to its last breath. It never returns into the code that it was forked from."""
    status = 1
    try:
        gc.freeze()  # what was there before stays where it is, in memory that is shared
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the first process's matter, which ends us
        for end in inherited:
            end.close()
        threading.Thread(target=_end_with_parent, args=(there.fileno(),), daemon=True).start()
        serve(_Line(there))
        status = 0
    except (EOFError, OSError):  # the first process has gone
        status = 0
    finally:
        os._exit(status)


def _end_with_parent(line: int) -> None:
    """Waits until the first process has gone, even in the midst of a piece of work."""
    poller = select.poll()
    poller.register(line, 0)
    poller.poll()
    os._exit(0)
