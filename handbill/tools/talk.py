"""Talking to a program through its pipes, until it has gone or must be ended."""

from __future__ import annotations

import contextlib
import os
import selectors
import subprocess
import time
from typing import IO, Any

_CHUNK = 65536


class Talk:
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
