"""A content-addressed cache around another Runner.

Entries are looked for on this machine, then (when there is one) in a cache that several machines share, and
each is verified before it is believed. What does not verify is set aside and made again. Failed Jobs are not
stored, and a hit replays the diagnostics that the run gave. Whatever is wrong with the cache itself is one
notice and costs time, never a result.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from handbill.diagnostics import warning
from handbill.jobs import Job, Result, Runner
from handbill.runners.entry import Damaged, OtherFormat, decode, encode
from handbill.runners.folder import LIMIT, Folder
from handbill.runners.notices import Notices
from handbill.text import Span

_LOCAL = frozenset({"pdf-page"})
"""What is sooner made again than fetched from another machine."""
_REFUSED_SECONDS = 60.0
"""So long a disk that refused is not asked again."""
_REMEMBERED = 1000
_SETTLE_BYTES = 64 * 1024 * 1024
"""After so many bytes a long run (`watch`) looks whether the limit is passed."""


class Shared(Protocol):
    """A cache that several machines share; `handbill.runners.shared` is one. Neither method raises or waits for ever."""

    def fetch(self, jobs: Sequence[Job]) -> Mapping[str, bytes]:
        """The entries that there are, by key, not verified."""
        ...

    def offer(self, job: Job, data: bytes) -> None:
        """Gives an entry to the others, in the background."""
        ...


class CachedRunner:
    """Serves Jobs from `folder` or `shared` and gives the rest to `inner`, all misses in one call."""

    def __init__(
        self, inner: Runner, folder: Path, limit_bytes: int = LIMIT, *, shared: Shared | None = None, notices: Notices | None = None
    ) -> None:
        self._inner = inner
        self._folder = Folder(folder, limit_bytes)
        self._shared = shared
        self.notices = Notices() if notices is None else notices
        self._unwritten: dict[str, Result] = {}
        self._refused_until = 0.0
        self._written = 0
        self._bad: set[str] = set()
        self._opened = False
        self._lock = threading.Lock()
        self.hits = 0
        self.misses: list[Job] = []

    def run(self, jobs: Sequence[Job]) -> list[Result]:
        found = {index: result for index, job in enumerate(jobs) if (result := self.look(job)) is not None}
        absent = [index for index in range(len(jobs)) if index not in found]
        if absent and self._shared is not None:
            found |= self._from_others(self._shared, {index: jobs[index] for index in absent})
            absent = [index for index in absent if index not in found]
        self.hits += len(found)
        made = self._inner.run([jobs[index] for index in absent]) if absent else []
        for index, result in zip(absent, made, strict=True):
            found[index] = self.ran(jobs[index], result)
        return [found[index] for index in range(len(jobs))]

    def path(self, key: str) -> Path:
        """Where the entry of `key` lies."""
        return self._folder.path(key)

    def recall(self, job: Job) -> Result | None:
        """What is remembered of a Job, here or by the others, verified; None when there is nothing."""
        result = self.look(job)
        if result is None and self._shared is not None and job.tool not in _LOCAL:
            result = self._from_others(self._shared, {0: job}).get(0)
        return result

    def look(self, job: Job) -> Result | None:
        """What is remembered of a Job on this machine, verified; None when there is nothing."""
        self._look_at_folder()
        data = self._read(job)
        result = None if data is None else self._believed(job, data, str(self._folder.root))
        if data is not None and result is None:
            self._folder.set_aside(job.key)
        return result if result is not None else self._unwritten.get(job.key)

    def keep(self, job: Job, result: Result) -> Result:
        """Remembers what a Job gave, and gives it back."""
        data = self.note(job, result)
        if self._shared is not None and job.tool not in _LOCAL:
            self._shared.offer(job, data)
        return result

    def ran(self, job: Job, result: Result) -> Result:
        """Takes what came of a Job of which nothing was remembered, wherever it was run."""
        self.misses.append(job)
        return result if result.failed else self.keep(job, result)

    def note(self, job: Job, result: Result) -> bytes:
        """Remembers on this machine only what a Job gave; gives the entry."""
        data = encode(job, result)
        self._write(job, data, result)
        return data

    def prune(self) -> int:
        """Removes the least recently used entries above the size limit; gives the number of bytes removed."""
        return self._folder.prune()

    def close(self) -> None:
        """Keeps the folder below its limit. Costs nothing when nothing was written."""
        self._folder.settle()

    def _from_others(self, shared: Shared, wanted: Mapping[int, Job]) -> dict[int, Result]:
        entries = shared.fetch(list(wanted.values()))
        found = {}
        for index, job in wanted.items():
            data = entries.get(job.key)
            result = None if data is None else self._believed(job, data, "shared cache")
            if data is not None and result is not None:
                found[index] = result
                self._write(job, data, result)
        return found

    def _believed(self, job: Job, data: bytes, where: str) -> Result | None:
        try:
            return decode(job.key, job.outputs, data)
        except OtherFormat:
            self._tell_other_version(where)
        except Damaged:
            self._bad.add(job.key)
            many = f"{len(self._bad)} entries" if len(self._bad) > 1 else "An entry"
            were = "were" if len(self._bad) > 1 else "was"
            self.notices.put(
                warning(
                    "cache-damaged",
                    f"{many} of the cache {were} damaged; the work was done again",
                    Span(where),
                    "If it happens again, look at the disk; `build.py cache verify` looks at every entry.",
                )
            )
        return None

    def _look_at_folder(self) -> None:
        if not self._opened:
            self._opened = True
            if self._folder.foreign():
                self._tell_other_version(str(self._folder.root))

    def _tell_other_version(self, where: str) -> None:
        self.notices.first(
            warning(
                "cache-version",
                "The cache was written by another version of Handbill, so what it holds cannot be used and this build is slower",
                Span(where),
                "The next build is quick again. Old entries go by themselves when the room is needed.",
            )
        )

    def _read(self, job: Job) -> bytes | None:
        try:
            return self._folder.read(job.key)
        except OSError as problem:
            self.notices.first(
                warning(
                    "cache-unreadable",
                    f"The cache cannot be read ({_reason(problem)}), so this build is slower",
                    Span(str(self._folder.root)),
                    "Allow reading, or choose another folder with --cache.",
                )
            )
            return None

    def _write(self, job: Job, data: bytes, result: Result) -> None:
        """Writes an entry; what a full or protected disk refuses is at least remembered while this process lives."""
        if time.monotonic() < self._refused_until:
            self._remember(job, result)
            return
        try:
            self._folder.write(job.key, data)
        except OSError as problem:
            self._refused_until = time.monotonic() + _REFUSED_SECONDS
            self._remember(job, result)
            self.notices.first(
                warning(
                    "cache-unwritable",
                    f"The cache folder cannot be written ({_reason(problem)}), so the next build will be slower",
                    Span(str(self._folder.root)),
                    "Free some space or choose another folder with --cache.",
                )
            )
            return
        with self._lock:
            self._written += len(data)
            due = self._written > _SETTLE_BYTES
            self._written = 0 if due else self._written
        if due:
            self._folder.settle()

    def _remember(self, job: Job, result: Result) -> None:
        with self._lock:
            self._unwritten[job.key] = result
            while len(self._unwritten) > _REMEMBERED:
                del self._unwritten[next(iter(self._unwritten))]


def _reason(problem: OSError) -> str:
    return problem.strerror or (os.strerror(problem.errno) if problem.errno else str(problem))
