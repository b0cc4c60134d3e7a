"""A content-addressed cache around another Runner.

An entry is one file: a header line with the format's name, the key, the length and the SHA-256 of
the rest, then a pickle-free payload (a JSON index and the outputs' bytes). It is verified on every
read; what does not verify is treated as absent and removed. Failed Jobs are not stored, and a hit
replays the diagnostics that the run gave.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from handbill.diagnostics import Diagnostic, Severity, warning
from handbill.files import write_atomically
from handbill.jobs import Job, Result, Runner
from handbill.text import Span

_FORMAT = "handbill-cache-1"
_HEADER_LIMIT = 400


class CachedRunner:
    """Serves Jobs from `folder` and gives the rest to `inner`, all misses in one call."""

    def __init__(self, inner: Runner, folder: Path, limit_bytes: int = 512 * 1024 * 1024) -> None:
        self._inner = inner
        self._folder = folder
        self._limit = limit_bytes
        self._complained = False
        self.hits = 0
        self.misses: list[Job] = []

    def run(self, jobs: Sequence[Job]) -> list[Result]:
        found = [self.recall(job) for job in jobs]
        absent = [index for index, result in enumerate(found) if result is None]
        self.hits += len(jobs) - len(absent)
        self.misses.extend(jobs[index] for index in absent)
        made = self._inner.run([jobs[index] for index in absent]) if absent else []
        results = {index: result for index, result in enumerate(found) if result is not None}
        for index, result in zip(absent, made, strict=True):
            results[index] = result if result.failed else self.keep(jobs[index], result)
        return [results[index] for index in range(len(jobs))]

    def path(self, key: str) -> Path:
        """Where the entry of `key` lies."""
        return self._folder / key[:2] / key

    def recall(self, job: Job) -> Result | None:
        """What was kept of a Job, verified; None when there is nothing."""
        path = self.path(job.key)
        try:
            data = path.read_bytes()
        except OSError:
            return None
        result = _decode(job.key, data, job.outputs)
        with contextlib.suppress(OSError):
            if result is None:
                path.unlink()
            else:
                os.utime(path)
        return result

    def keep(self, job: Job, result: Result) -> Result:
        """Keeps a result. Gives it back, with a warning more when the folder cannot be written."""
        try:
            path = self.path(job.key)
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, _encode(job.key, result))
            return result
        except OSError as problem:
            if self._complained:
                return result
            self._complained = True
            slower = warning(
                "cache-unwritable",
                f"The cache folder cannot be written ({problem.strerror}), so the next build will be slower",
                Span(str(self._folder)),
                "Free some space or choose another folder with --cache.",
            )
            return Result(result.outputs, (*result.diagnostics, slower), result.seconds)

    def prune(self) -> int:
        """Removes the least recently used entries above the size limit; gives the number of bytes removed."""
        entries = []
        for path in self._folder.glob("??/*"):
            with contextlib.suppress(OSError):
                stat = path.stat()
                entries.append((stat.st_mtime_ns, stat.st_size, path))
        surplus = sum(size for _, size, _ in entries) - self._limit
        removed = 0
        for _, size, path in sorted(entries):
            if removed >= surplus:
                break
            with contextlib.suppress(OSError):
                path.unlink()
                removed += size
        return removed


def _encode(key: str, result: Result) -> bytes:
    index = {
        "outputs": [[name, len(data)] for name, data in result.outputs.items()],
        "diagnostics": [asdict(diagnostic) for diagnostic in result.diagnostics],
        "seconds": result.seconds,
    }
    head = json.dumps(index, ensure_ascii=True).encode()
    body = len(head).to_bytes(8, "big") + head + b"".join(result.outputs.values())
    return f"{_FORMAT} {key} {len(body)} {hashlib.sha256(body).hexdigest()}\n".encode() + body


def _decode(key: str, data: bytes, outputs: tuple[str, ...]) -> Result | None:
    """The Result in `data`, or None when anything about it is not exactly as it was written."""
    header, newline, body = data[:_HEADER_LIMIT].partition(b"\n")
    body = data[len(header) + 1 :]
    expected = f"{_FORMAT} {key} {len(body)} {hashlib.sha256(body).hexdigest()}".encode()
    if not newline or header != expected or len(body) < 8:
        return None
    size = int.from_bytes(body[:8], "big")
    index = json.loads(body[8 : 8 + size])
    files, position = {}, 8 + size
    for name, length in index["outputs"]:
        files[name] = body[position : position + length]
        position += length
    if not set(outputs) <= set(files):
        return None
    return Result(files, tuple(_diagnostic(item) for item in index["diagnostics"]), index["seconds"])


def _diagnostic(item: dict[str, Any]) -> Diagnostic:
    return Diagnostic(
        severity=Severity(item["severity"]),
        code=item["code"],
        message=item["message"],
        span=Span(**item["span"]) if item["span"] else None,
        hints=tuple(item["hints"]),
        trail=tuple(item["trail"]),
        related=tuple((Span(**span), words) for span, words in item["related"]),
        detail=item["detail"],
        edition=item["edition"],
    )
