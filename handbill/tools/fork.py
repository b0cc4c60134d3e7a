"""One worker of a crew: a fork of this process, and the line to it."""

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
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from handbill.jobs import Desk, Job, Result, Tool
from handbill.runners.direct import DirectRunner


def portable(problem: Exception) -> Exception:
    """The exception, or one that says the same, as far as it can be sent."""
    try:
        pickle.loads(pickle.dumps(problem))  # noqa: S301  our own bytes
    except Exception:  # noqa: BLE001  whatever an exception's own class does when it is copied
        plain = RuntimeError(f"{type(problem).__name__}: {problem}")
        plain.__notes__ = getattr(problem, "__notes__", [])
        return plain
    return problem


class Line:
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


class FarDesk:
    """The desk as a worker sees it: questions go to the first process. Several threads may stand at it.

    Jobs of tools that are libraries are run here. The first process would run them one at a time, for all workers; it is
    only asked what it remembers of them, and told what came of them.
    """

    def __init__(self, line: Line, libraries: Mapping[str, Tool]) -> None:
        self._line, self._libraries = line, libraries
        self._own = DirectRunner(libraries)
        self._lock = threading.Lock()

    def _ask(self, name: str, *words: Any) -> Any:
        with self._lock:  # else one thread would get what another one has asked for
            self._line.send(("ask", name, words))
            return self._line.receive()

    def run(self, jobs: Sequence[Job]) -> list[Result]:
        if jobs and all(job.tool in self._libraries for job in jobs):
            return [self._run_here(job) for job in jobs]
        answer: list[Result] = self._ask("run", list(jobs))
        return answer

    def _run_here(self, job: Job) -> Result:
        known = self.recall(job)
        if known is not None:
            return known
        (made,) = self._own.run([job])
        answer: Result = self._ask("ran", job, made)
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
class Worker:
    """One forked process, as the first process sees it."""

    pid: int
    line: Line
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


def fork(serve: Callable[[Line], None], others: Sequence[Worker]) -> Worker:
    """A worker that serves until its line is closed. `others` are those whose lines it must not keep open."""
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
    return Worker(pid, Line(here))


def _live(there: socket.socket, inherited: Sequence[socket.socket], serve: Callable[[Line], None]) -> NoReturn:
    """A worker from its first to its last breath. It never returns into the code that it was forked from."""
    status = 1
    try:
        gc.freeze()  # what was there before stays where it is, in memory that is shared
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the first process's matter, which ends us
        for end in inherited:
            end.close()
        threading.Thread(target=_end_with_parent, args=(there.fileno(),), daemon=True).start()
        serve(Line(there))
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
