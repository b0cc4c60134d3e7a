"""`--explain`: which input made each Job run and each file be made, in an author's words.

For each of them the digests of its inputs are remembered from the last time that it ran. What differs now is why.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from handbill.files import write_atomically
from handbill.jobs import Job
from handbill.order import Work

_MEMORY = "explained.json"
_SHORT = 16
"""So many digits of a digest tell two versions of one input apart."""
_MANY = 6
_OWN_WORDS = {
    "source.md": "the assembled text", "document.json": "the text", "edition.json": "the text of the edition",
    "index.html": "the page", "fragment.html": "the engine's frame", "document.pdf": "the PDF",
}  # fmt: skip

Parts = Mapping[str, str]


class Explanation:
    """What the Jobs and files of one project were made of last time. `cache` is None where nothing is remembered."""

    def __init__(self, cache: Path | None, root: Path) -> None:
        self._path = None if cache is None else cache / _MEMORY
        self._root = root
        self._known: dict[str, dict[str, str]] = self._read()

    def lines(
        self, jobs: Sequence[Job], works: Iterable[Work], untouched: Iterable[str], changed: Sequence[str] | None
    ) -> Iterator[str]:
        """A line for each Job that ran, each file that was made or kept, each publication that was not even read.

        changed  paths of files that are not as the last such build left them; None when there was none
        """
        if changed is None:
            yield "there is no record of such a build"
        else:
            yield f"changed since the last such build: {_listed([self._named(path) for path in changed]) or 'nothing'}"
        for job in jobs:
            yield f"ran   {job.tool}, {job.label or 'without a name'}: {self._why(job_slot(job), job_parts(job))}"
        for work in works:
            for file, (parts, made) in work.parts.items():
                why = self._why(f"{work.name}/{file}", parts) if made else "nothing that reaches it has changed"
                yield f"{'made ' if made else 'kept '} {work.name}/{file}: {why}"
        for name in untouched:
            yield f"kept  {name}: none of its files has changed"

    def remember(self, jobs: Iterable[Job], works: Iterable[Work]) -> None:
        """Puts what was made now in the place of what was known."""
        fresh = {job_slot(job): dict(job_parts(job)) for job in jobs}
        fresh |= {f"{work.name}/{file}": _short(parts) for work in works for file, (parts, _) in work.parts.items()}
        if self._path is None or all(self._known.get(slot) == parts for slot, parts in fresh.items()):
            return
        with suppress(OSError):  # a help only: without it the next explanation knows less
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._path, json.dumps(self._known | fresh, ensure_ascii=True).encode())

    def _why(self, slot: str, parts: Parts) -> str:
        before, now = self._known.get(slot), _short(parts)
        if before is None:
            return "it was never made before"
        new = [name for name in now if name not in before]
        gone = [name for name in before if name not in now]
        other = [name for name in now if name in before and before[name] != now[name]]
        told = [
            f"{_listed(other)} changed" if other else "",
            f"{_listed(new)} came" if new else "",
            f"{_listed(gone)} went" if gone else "",
        ]
        return "; ".join(filter(None, told)) or "nothing of it changed, but what it gave was not remembered"

    def _named(self, path: str) -> str:
        with suppress(ValueError):
            return Path(path).relative_to(self._root).as_posix()
        return os.path.relpath(path)

    def _read(self) -> dict[str, dict[str, str]]:
        if self._path is None:
            return {}
        try:
            found = json.loads(self._path.read_bytes())
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}


def job_slot(job: Job) -> str:
    """What a Job is called, whatever it is made of this time."""
    return f"{job.tool}: {job.label}"


def job_parts(job: Job) -> Parts:
    """Digests of what a Job was made of: its inputs, its arguments, the version of its tool."""
    return {
        f"the version of {job.tool}": _digest(job.version.encode()),
        "its arguments": _digest(json.dumps([dict(job.args), job.outputs], sort_keys=True).encode()),
        **{_OWN_WORDS.get(name, name): _digest(data) for name, data in job.inputs.items()},
    }


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:_SHORT]


def _short(parts: Parts) -> dict[str, str]:
    return {name: digest[:_SHORT] for name, digest in parts.items()}


def _listed(names: Sequence[str]) -> str:
    few = ", ".join(names[:_MANY])
    return few if len(names) <= _MANY else f"{few} and {len(names) - _MANY} more"
