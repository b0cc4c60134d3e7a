"""Taking times: whole processes, in turn, with all that they start."""

from __future__ import annotations

import contextlib
import resource
import statistics
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

_MEMORY_EVERY = 0.05
MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Sample:
    """One run: wall-clock and processor seconds, and the most memory (MiB) that it and its children held at a time.

    Memory is 0 where nobody asked; processor time is 0 where it cannot be told apart.
    """

    seconds: float
    processor: float = 0.0
    memory: float = 0.0


Work = Callable[[], Sample]


@dataclass(frozen=True)
class Pairs:
    """Runs of ours and of the floor, one after the other."""

    ours: tuple[Sample, ...]
    floor: tuple[Sample, ...]

    def median(self, of: Callable[[Sample], float]) -> tuple[float, float]:
        """Of ours and of the floor."""
        return statistics.median(map(of, self.ours)), statistics.median(map(of, self.floor))

    def ratios(self, of: Callable[[Sample], float]) -> list[float]:
        """Ours to the floor, pair by pair, in order of size. Empty where something was not measured."""
        pairs = [(of(ours), of(floor)) for ours, floor in zip(self.ours, self.floor, strict=True)]
        return sorted(ours / floor for ours, floor in pairs if ours and floor)

    def ratio(self, of: Callable[[Sample], float]) -> float:
        """The median of the ratios; 0 where nothing was measured."""
        return statistics.median(self.ratios(of) or [0.0])


def in_turn(ours: Work, floor: Work, runs: int) -> Pairs:
    """Ours, the floor, ours, the floor ..."""
    both = [(ours(), floor()) for _ in range(runs)]
    return Pairs(tuple(one for one, _ in both), tuple(other for _, other in both))


class Failed(Exception):
    """Something that was to be measured did not work. Says what, and what it wrote."""


def run(command: Sequence[str | Path], cwd: Path, *, memory: bool = False) -> Sample:
    """One process from its start to its end. Raises `Failed`."""
    before, began = _spent(), time.perf_counter()
    child = subprocess.Popen(
        command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL
    )
    peak = _Peak(child.pid) if memory else None
    words, _ = child.communicate()
    seconds, processor = time.perf_counter() - began, _spent() - before
    if child.returncode:
        raise Failed(f"{' '.join(map(str, command))}\n{words.decode(errors='replace')[-3000:]}")
    return Sample(seconds, processor, peak.close() if peak else 0.0)


def _spent() -> float:
    """Processor seconds of all children that have ended. (`os.times` counts in hundredths: too coarse for the shortest.)"""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class _Peak:
    """Looks at a process and its children again and again.

    Memory that several of them share counts once (proportional set size) where the system tells it.
    """

    def __init__(self, pid: int) -> None:
        self._over = threading.Event()
        self._most = 0
        self._thread = threading.Thread(target=self._watch, args=(psutil.Process(pid),), daemon=True)
        self._thread.start()

    def _watch(self, process: psutil.Process) -> None:
        while not self._over.wait(_MEMORY_EVERY):
            held = 0
            with contextlib.suppress(psutil.Error):
                for one in (process, *process.children(recursive=True)):
                    with contextlib.suppress(psutil.Error):
                        told = one.memory_full_info()
                        held += getattr(told, "pss", told.rss)
            self._most = max(self._most, held)

    def close(self) -> float:
        """The most, in MiB."""
        self._over.set()
        self._thread.join()
        return self._most / MEBIBYTE
