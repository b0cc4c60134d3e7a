"""A cache that several machines share: asked after this machine's own, filled in the background.

It may only ever save time. So every wait has an end, the first trouble ends its use for this run with one
warning, and its bytes are verified like any others before they are believed. With a secret, entries carry a
seal (HMAC-SHA-256, RFC 2104) and those without the right one are not used: then whoever can write to the store
but does not know the secret cannot slip in a file of their own.
"""

from __future__ import annotations

import hashlib
import hmac
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from queue import SimpleQueue

from handbill.diagnostics import warning
from handbill.jobs import Job
from handbill.runners.entry import FORMAT
from handbill.runners.notices import Notices
from handbill.runners.remote import Files, within

SECONDS = 10.0
"""The longest wait for one answer."""
PATIENCE = 20.0
"""The longest wait of a whole run, beyond half a second for each entry that was found."""
_FAIR_SECONDS = 0.5
_TOGETHER = 20
_MOST_WAITING = 256 * 1024 * 1024
_SEAL = b"handbill-seal-1 "
_SEAL_LENGTH = len(_SEAL) + 64 + 1


class SharedCache:
    """The entries at `place`. `connect` gives its files when they are first needed; it may raise anything.

    `secret` seals entries; empty for none. `writes` is whether entries are given to the others.
    """

    def __init__(
        self,
        connect: Callable[[], Files],
        place: str,
        notices: Notices,
        *,
        secret: bytes = b"",
        writes: bool = True,
        seconds: float = SECONDS,
        patience: float = PATIENCE,
    ) -> None:
        self._connect = connect
        self._place = place
        self._notices = notices
        self._secret = secret
        self._writes = writes
        self._seconds = seconds
        self._patience = patience
        self._files: Files | None = None
        self._waited = 0.0
        self._queue: SimpleQueue[tuple[str, bytes] | None] = SimpleQueue()
        self._queued = 0
        self._sender: threading.Thread | None = None
        self._off = False
        self._lock = threading.Lock()
        self._connecting = threading.Lock()  # held as long as a driver likes, so it guards nothing else

    def fetch(self, jobs: Sequence[Job]) -> Mapping[str, bytes]:
        """The entries that there are, by key, not verified. Never raises; empty after trouble."""
        if self._off:
            return {}
        names = {_name(job.key): job.key for job in jobs}
        began = time.monotonic()
        try:
            limit = self._seconds * (1 + len(names) // _TOGETHER)
            found = within(limit, lambda: self._open().read(list(names)))
        except Exception as problem:  # noqa: BLE001  whatever a driver raises: the build goes on without it
            self._give_up(problem)
            return {}
        with self._lock:
            self._waited = max(0.0, self._waited + time.monotonic() - began - _FAIR_SECONDS * len(found))
        if self._waited > self._patience:
            self._give_up(TimeoutError(f"{self._waited:.0f} seconds were spent waiting for it"))
        return {names[name]: entry for name, data in found.items() if (entry := self._unsealed(data)) is not None}

    def offer(self, job: Job, data: bytes) -> None:
        """Gives an entry to the others, in the background. Never raises, never waits."""
        if self._off or not self._writes:
            return
        with self._lock:
            if self._queued + len(data) > _MOST_WAITING:
                return
            self._queued += len(data)
            if self._sender is None:
                self._sender = threading.Thread(target=self._send, daemon=True, name="shared cache sender")
                self._sender.start()
        self._queue.put((_name(job.key), self._sealed(data)))

    def close(self, *, wait: bool = True) -> None:
        """Waits, within bounds, until all that was offered has arrived; or leaves at once what has not."""
        if not wait:
            self._off = True
        if self._sender is not None and not self._off:
            self._queue.put(None)
            self._sender.join(self._patience)
            if self._sender.is_alive():
                self._give_up(TimeoutError(f"it did not take the work of this build within {self._patience:.0f} seconds"))

    def _send(self) -> None:
        while (item := self._queue.get()) is not None and not self._off:
            try:
                within(self._seconds, partial(self._put, *item))
            except Exception as problem:  # noqa: BLE001  as in `fetch`
                self._give_up(problem)
            with self._lock:
                self._queued -= len(item[1])

    def _put(self, name: str, data: bytes) -> None:
        self._open().write(name, data)

    def _open(self) -> Files:
        with self._connecting:
            if self._files is None:
                self._files = self._connect()
            return self._files

    def _give_up(self, problem: Exception) -> None:
        self._off = True
        self._notices.first(
            warning(
                "cache-shared",
                f"The shared cache at {self._place} cannot be used ({_reason(problem)}), so this build goes on without it",
                None,
                "Look whether it can be reached from here, and whether you may read and write there.",
                "Without --cache and the variable HANDBILL_CACHE only the cache of this machine is used.",
            )
        )

    def _sealed(self, data: bytes) -> bytes:
        return _SEAL + self._mac(data) + b"\n" + data if self._secret else data

    def _unsealed(self, data: bytes) -> bytes | None:
        """The entry itself; None when it does not carry the seal that it must."""
        seal, entry = (data[:_SEAL_LENGTH], data[_SEAL_LENGTH:]) if data.startswith(_SEAL) else (b"", data)
        if self._secret and not hmac.compare_digest(seal, _SEAL + self._mac(entry) + b"\n"):
            self._notices.first(
                warning(
                    "cache-seal",
                    f"The shared cache at {self._place} holds entries without the right seal; they were not used",
                    None,
                    "Give every machine the same HANDBILL_CACHE_SECRET, and find out who else writes there.",
                )
            )
            return None
        return entry

    def _mac(self, data: bytes) -> bytes:
        return hmac.new(self._secret, data, hashlib.sha256).hexdigest().encode()


def _name(key: str) -> str:
    return f"{FORMAT}/{key[:2]}/{key}"


def _reason(problem: Exception) -> str:
    words = str(problem).strip().split("\n")[0].partition(': "http')[0][:160]  # not the whole address of one entry
    return words or type(problem).__name__
