"""What a build read, wrote and said, for `early` to find and for `watch`; and which publications need no building.

A record is written only for a build that the next one would repeat exactly: nothing changed under its hands,
no tool failed, every file is the one that was made. Else the next build simply does its work.
"""

from __future__ import annotations

import io
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TextIO

import handbill
from handbill.diagnostics import from_values, to_values
from handbill.names import INDEX, REPORT, REPORT_DATA
from handbill.order import STAGES, Order, Work
from handbill.record import Entry, Part, Record, digest, entries_of, entry_of, young
from handbill.tools import locate

_PASSING = frozenset({"worker-lost", "output-unwritable"})
"""Complaints about the moment rather than about the work: a build that has one is not remembered."""
_PACKAGES = ("site-packages", "dist-packages")
_STAMPS = (".package-lock.json", ".stamp-build")
_LIBRARIES = ("libpango", "libharfbuzz")


class Memo:
    """One build on its way to a record: begun before anything is read, ended after all is written.

    `before` is the record of the last such build.
    """

    def __init__(self, order: Order, before: Record | None) -> None:
        self._order = order
        self._began = time.time_ns()
        self._old = {part.name: part for part in (before.parts if before else ())}
        self._known = {path: entry for part in self._old.values() for path, entry in part.entries.items()}
        self._shared = _shared(order, self._known)
        changes = {name: list(part.changes()) for name, part in self._old.items()}
        shared = self._old.get("")
        same = shared is not None and set(shared.entries) == set(self._shared) and not changes[""]
        self.changed = None if shared is None else sorted({path for paths in changes.values() for path in paths})
        """The files that are not as the last such build left them; None when there was none."""
        self.fresh = {name for name in order.publications if same and changes.get(name) == []}
        self._inputs = {
            name: entries_of([self._home(name)], self._known) for name in order.publications if name not in self.fresh
        }

    def works(self) -> dict[str, Work]:
        """The publications for which there is nothing to do, with what was found and written when they were made."""
        return {name: _recalled(self._old[name]) for name in self.fresh}

    def end(self, works: Sequence[Work], code: int, output: str, errors: str) -> Record | None:
        """The record; None when this build is not to be remembered."""
        found = [d for work in works for d in work.report]
        if code not in (0, 1) or any(d.code in _PASSING for d in found) or "\0" in output + errors:
            return None
        shared = _unchanged(self._shared, _shared(self._order, self._shared))
        parts = [self._old[work.name] if work.name in self.fresh else self._part(work) for work in works]
        if shared is None or None in parts:
            return None
        return Record([Part("", shared), *filter(None, parts)], code, output, errors)

    def _home(self, name: str) -> str:
        return str(self._order.root / "content" / name)

    def _part(self, work: Work) -> Part | None:
        before = self._inputs[work.name]
        inputs = _unchanged(before, entries_of([self._home(work.name)], before))
        installed = {path: entry_of(path, self._known) for path in (work.project.installed if work.project else ())}
        outputs = {path: Entry.of(path) for path in _outputs(work, self._order)}
        made = {str(work.store(self._order).folder / a.name): digest(a.data) for a in work.artifacts}
        if (
            inputs is None
            or any(young(entry.stamp, self._began) for entry in installed.values())
            or any(outputs[path].digest != known for path, known in made.items())
        ):
            return None
        outcome = {"diagnostics": [to_values(d) for d in work.report], "written": [str(path) for path in work.written]}
        return Part(work.name, {**inputs, **installed, **outputs}, json.dumps(outcome))


def _unchanged(before: dict[str, Entry], after: dict[str, Entry]) -> dict[str, Entry] | None:
    """The entries of `after` if they are those of `before`, so that what was read in between was just that."""
    if set(before) != set(after):
        return None
    same = all(old.stamp == after[path].stamp and old.digest == after[path].digest for path, old in before.items())
    return after if same else None


def _recalled(part: Part) -> Work:
    outcome = json.loads(part.outcome)
    work = Work(part.name, written=[Path(path) for path in outcome["written"]])
    work.report.extend(from_values(item) for item in outcome["diagnostics"])
    return work


def _shared(order: Order, known: Mapping[str, Entry]) -> dict[str, Entry]:
    """What every publication depends on: the engine, the house, the sources, the tools."""
    engine = Path(handbill.__file__).parent
    content = order.root / "content"
    others = (
        [str(path) for path in content.iterdir() if path.is_dir() and path.name not in order.publications]
        if not order.named
        else []
    )
    whole = [
        str(engine),
        str(engine.parent / "build.py"),
        *(str(order.root / name) for name in ("templates", "references.bib")),
    ]
    listed = [str(content), *others, *(path for path in sys.path if path.endswith(_PACKAGES))]
    stamps = [str(home / name) for home in (*locate.node_modules(order.root), Path(sys.prefix)) for name in _STAMPS]
    return {
        **entries_of(whole, known),
        **{path: entry_of(path, known) for path in (*listed, *stamps)},
        **{path: Entry.of(path, read=False) for path in _programs(making=not order.quiet)},
    }


@cache
def _programs(*, making: bool) -> tuple[str, ...]:
    return tuple(_found_programs(making=making))


def _found_programs(*, making: bool) -> Iterator[str]:
    """Programs and libraries: too large to be read each time, known by their stamps. Whoever makes nothing needs pandoc alone."""
    yield str(Path(sys.executable).resolve())
    for find in (locate.find_pandoc, *((locate.find_node, locate.find_chromium, locate.find_pango) if making else ())):
        found = find()
        if isinstance(found, locate.Found):
            yield str(found.path)
    if not making:
        return
    with suppress(OSError):
        lines = Path("/proc/self/maps").read_text(encoding="utf-8", errors="replace").splitlines()
        yield from sorted({line[line.find("/") :] for line in lines if line.rpartition("/")[2].startswith(_LIBRARIES)})


def _outputs(work: Work, order: Order) -> Iterator[str]:
    """Every file of a publication that a build writes, or that its index page looks at; none where nothing is written."""
    if order.quiet:
        return iter(())
    folder = work.store(order).folder
    editions = work.project.editions.values() if work.project else ()
    names = {output.file for edition in editions for output in edition.spec.outputs.values()}
    names |= {path.name for path in work.written}
    if order.stop_after == STAGES[-1]:
        names |= {"source.md", INDEX, REPORT, REPORT_DATA}
    return (str(folder / name) for name in sorted(names))


class _Both(io.TextIOBase):
    """Writes to a stream and remembers what it wrote."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.said: list[str] = []

    def write(self, text: str) -> int:
        self.said.append(text)
        return self._stream.write(text)

    def flush(self) -> None:
        self._stream.flush()

    def isatty(self) -> bool:
        return self._stream.isatty()

    def fileno(self) -> int:
        return self._stream.fileno()

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._stream.encoding


@contextmanager
def overheard() -> Iterator[tuple[list[str], list[str]]]:
    """What is printed to standard output and standard error meanwhile."""
    streams = sys.stdout, sys.stderr
    out, err = _Both(sys.stdout), _Both(sys.stderr)
    sys.stdout, sys.stderr = out, err
    try:
        yield out.said, err.said
    finally:
        sys.stdout, sys.stderr = streams
