"""Starting programs, and never leaving one behind.

Every outside program starts here: without a shell, in a session of its own, with a clean
environment and a private home, its output captured up to a bound. Whatever happens (time-out,
Ctrl-C, an exception, the death of this very process), the program and all that it started end.
"""

from __future__ import annotations

import contextlib
import os
import resource
import selectors
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
from typing import IO, Any

from handbill.diagnostics import error
from handbill.jobs import ToolMissing
from handbill.tools.family import end, group_lives, sweep

MEBIBYTE = 1024 * 1024
GRACE = 5.0
"""Seconds between the polite signal and the other one."""

_CHUNK = 65536
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
    command = _command(argv, env)
    began = time.monotonic()
    with private_directory() as private:
        try:
            child = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=cwd or private,
                env={**clean_environment(private), **(env or {})},
                start_new_session=True,
            )
        except OSError as problem:
            raise ToolMissing(
                error("tool-not-started", f"The program {argv[0]} could not be started.", detail=str(problem))
            ) from problem
        with _live_lock:
            _live.add(child.pid)
        try:
            _limit_memory(child.pid, memory)
            talk = _Talk(child, stdin, max_stdout, max_stderr)
            if talk.until(began + timeout):
                end(child, private, grace)
            elif child.wait() != 0 or group_lives(child.pid):
                sweep(child, private)
        except BaseException:
            end(child, private, grace)
            raise
        finally:
            with _live_lock:
                _live.discard(child.pid)
            for pipe in (child.stdin, child.stdout, child.stderr):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()
    seconds = time.monotonic() - began
    late, flooded = talk.fate == "time", talk.fate == "output"
    return Completed(child.returncode, bytes(talk.stdout), bytes(talk.stderr), late, flooded, seconds)


def end_all() -> None:
    """Ask every program that a thread of this process is running to end: for Ctrl-C in the main thread."""
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


class _Talk:
    """Feeding a program and collecting its words. `fate` says why it must be ended: "", "time" or "output"."""

    def __init__(self, child: subprocess.Popen[bytes], stdin: bytes, max_stdout: int, max_stderr: int) -> None:
        assert child.stdin
        assert child.stdout
        assert child.stderr
        self.stdout, self.stderr, self.fate = bytearray(), bytearray(), ""
        self._child = child
        self._stdin = child.stdin
        self._rest = memoryview(stdin)
        self._places = {child.stdout: (self.stdout, max_stdout + 1), child.stderr: (self.stderr, max_stderr)}
        self._max_stdout = max_stdout
        self._left_at: float | None = None

    def until(self, deadline: float) -> str:
        """Talks until the program has gone or must be ended; gives `fate`."""
        with selectors.DefaultSelector() as selector:
            for pipe in self._places:
                os.set_blocking(pipe.fileno(), False)
                selector.register(pipe, selectors.EVENT_READ)
            if self._rest:
                os.set_blocking(self._stdin.fileno(), False)
                selector.register(self._stdin, selectors.EVENT_WRITE)
            else:
                _close(self._stdin)
            while selector.get_map() and not self._over(deadline):
                wait = 0.1 if self._left_at is None else 0.02
                for key, _ in selector.select(max(0.0, min(deadline - time.monotonic(), wait))):
                    if not self._exchange(key.fileobj):
                        selector.unregister(key.fileobj)
                if len(self.stdout) > self._max_stdout:
                    self.fate = "output"
        while not self.fate and self._child.poll() is None:  # all pipes are closed, yet it lives on
            self._over(deadline)
            time.sleep(0.001)
        return self.fate

    def _over(self, deadline: float) -> bool:
        """Whether there is nothing more to wait for."""
        now = time.monotonic()
        if now >= deadline and not self.fate:
            self.fate = "time"
        if self._left_at is None and self._child.poll() is not None:
            self._left_at = now
        # A grandchild may hold the pipes open after the program itself has gone: that is not waited for.
        return bool(self.fate) or (self._left_at is not None and now - self._left_at > 0.5)

    def _exchange(self, pipe: Any) -> bool:
        """Some bytes one way or the other; False when the pipe has nothing more to do."""
        if pipe is self._stdin:
            self._rest = _write(self._stdin, self._rest)
            if not self._rest:
                _close(self._stdin)
            return bool(self._rest)
        data = pipe.read(_CHUNK)
        place, limit = self._places[pipe]
        place += data or b""
        del place[limit:]
        return bool(data != b"")


def _write(pipe: IO[bytes], rest: memoryview) -> memoryview:
    """What remains to be written; nothing when the reader has gone."""
    try:
        return rest[os.write(pipe.fileno(), rest[:_CHUNK]) :]
    except BlockingIOError:
        return rest
    except OSError:
        return rest[:0]


def _close(pipe: IO[bytes]) -> None:
    with contextlib.suppress(OSError):
        pipe.close()
