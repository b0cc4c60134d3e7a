"""Starting programs, and never leaving one behind.

Every outside program starts here: without a shell, in a session of its own, with a clean
environment and a private home, its output captured up to a bound. Whatever happens (time-out,
Ctrl-C, an exception, the death of this very process), the program and all that it started end.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from handbill.diagnostics import error
from handbill.jobs import ToolMissing
from handbill.tools.family import end, group_lives, sweep
from handbill.tools.talk import Talk

MEBIBYTE = 1024 * 1024
GRACE = 5.0
"""Seconds between the polite signal and the other one."""

_live: set[int] = set()
_live_lock = threading.Lock()


@dataclass(frozen=True)
class Completed:
    """How a program ended.

    returncode  as `subprocess` gives it: negative for a signal
    timed_out   it was killed because `timeout` had passed
    overflowed  it was killed because it wrote more than it may
    seconds     wall-clock time
    """

    returncode: int
    stdout: bytes
    stderr: bytes
    timed_out: bool = False
    overflowed: bool = False
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        return self.returncode == 0 and not self.timed_out and not self.overflowed


@contextlib.contextmanager
def private_directory(prefix: str = "handbill-") -> Iterator[Path]:
    """A fresh directory that only this user can read; gone afterwards, whatever is in it."""
    with tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True) as name:
        yield Path(name).resolve()


def clean_environment(private: Path) -> dict[str, str]:
    """All that a program gets to know of ours: where programs are, and a home of its own."""
    kept = {name: os.environ[name] for name in ("PATH", "SOURCE_DATE_EPOCH") if name in os.environ}
    return {"PATH": os.defpath, "LANG": "C.UTF-8", "TZ": "UTC", "HOME": str(private), "TMPDIR": str(private), **kept}


def run(
    argv: Sequence[str | os.PathLike[str]],
    *,
    stdin: bytes = b"",
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float,
    grace: float = GRACE,
    memory: int | None = None,
    max_stdout: int = 256 * MEBIBYTE,
    max_stderr: int = MEBIBYTE,
) -> Completed:
    """Run one program to its end and give back what it wrote.

    `cwd`         where it runs; a fresh private directory when left out
    `env`         added to `clean_environment`, never instead of it
    `timeout`     wall-clock seconds; after them SIGTERM, `grace` seconds later SIGKILL to the whole tree
    `memory`      bytes of address space that it may use (Linux)
    `max_stdout`  more than this ends it; of stderr only the first `max_stderr` bytes are kept

    Raises `ToolMissing` when it cannot be started at all; never for how it ends.
    """
    program = Program(argv, cwd=cwd, env=env, grace=grace, memory=memory)
    return program.finish(stdin, timeout=timeout, max_stdout=max_stdout, max_stderr=max_stderr)


class Program:
    """A program that runs already and still waits for the rest of its input.

    Its words are read by `finish` alone, so until then it must not write more than a pipe holds (64 KB).
    Whoever does not finish it must `end` it.
    """

    def __init__(
        self,
        argv: Sequence[str | os.PathLike[str]],
        *,
        first: bytes = b"",
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        grace: float = GRACE,
        memory: int | None = None,
    ) -> None:
        """Start it, and give it the `first` part of its input (at most 4 KB). Raises `ToolMissing`. See `run` for the rest."""
        command = _command(argv, env)
        self._grace = grace
        self._private = tempfile.TemporaryDirectory(prefix="handbill-", ignore_cleanup_errors=True)
        home = Path(self._private.name).resolve()
        try:
            self._child = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=cwd or home,
                env={**clean_environment(home), **(env or {})},
                start_new_session=True,
            )
        except OSError as problem:
            self._private.cleanup()
            raise ToolMissing(
                error("tool-not-started", f"The program {argv[0]} could not be started.", detail=str(problem))
            ) from problem
        with _live_lock:
            _live.add(self._child.pid)
        _limit_memory(self._child.pid, memory)
        if first:
            assert self._child.stdin
            with contextlib.suppress(OSError):  # it has ended already: `finish` tells how
                os.write(self._child.stdin.fileno(), first)

    def finish(
        self, stdin: bytes = b"", *, timeout: float, max_stdout: int = 256 * MEBIBYTE, max_stderr: int = MEBIBYTE
    ) -> Completed:
        """Give it the rest of its input, and wait for its end. `timeout` counts from here. See `run` for the rest."""
        began = time.monotonic()
        child, home = self._child, Path(self._private.name).resolve()
        try:
            talk = Talk(child, stdin, max_stdout, max_stderr)
            if talk.until(began + timeout):
                end(child, home, self._grace)
            elif child.wait() != 0 or group_lives(child.pid):
                sweep(child, home)
        except BaseException:
            end(child, home, self._grace)
            raise
        finally:
            self._forget()
        seconds = time.monotonic() - began
        late, flooded = talk.fate == "time", talk.fate == "output"
        return Completed(child.returncode, bytes(talk.stdout), bytes(talk.stderr), late, flooded, seconds)

    @property
    def runs(self) -> bool:
        """Whether it has not ended yet."""
        return self._child.poll() is None

    def end(self) -> None:
        """End it and all that it has started: nobody needs it any more."""
        try:
            end(self._child, Path(self._private.name).resolve(), self._grace)
        finally:
            self._forget()

    def _forget(self) -> None:
        with _live_lock:
            _live.discard(self._child.pid)
        for pipe in (self._child.stdin, self._child.stdout, self._child.stderr):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        self._private.cleanup()


@atexit.register
def end_all() -> None:
    """Ask every program that a thread of this process is running to end: at the end of this process, and for Ctrl-C."""
    with _live_lock:
        for pid in _live:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGTERM)


def _command(argv: Sequence[str | os.PathLike[str]], env: Mapping[str, str] | None) -> list[str]:
    """The full path of the program, wrapped so that it ends when this process does (where the system can do that)."""
    path = (env or {}).get("PATH") or os.environ.get("PATH")
    program = shutil.which(argv[0], path=path)
    if program is None:
        raise ToolMissing(error("tool-missing", f"The program {argv[0]} is not on this machine."))
    command = [str(Path(program).absolute()), *(os.fspath(part) for part in argv[1:])]
    # The child may not fork Python code (threads!), so a small program sets the parent-death signal before it
    # becomes the one we want. Only Linux has that signal, and util-linux brings `setpriv` everywhere.
    setpriv = shutil.which("setpriv") if sys.platform == "linux" else None
    return [setpriv, "--pdeathsig", "TERM", "--", *command] if setpriv else command


def _limit_memory(pid: int, memory: int | None) -> None:
    if memory is not None and sys.platform == "linux":
        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(pid, resource.RLIMIT_AS, (memory, memory))
