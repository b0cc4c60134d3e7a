"""What a run has to say about its own means (cache, cluster), as opposed to the author's work."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from handbill.diagnostics import Diagnostic


class Notices:
    """Complaints of one run, one of each code: a full disk is told once, not once for each file.

    They are no part of any `Result`: the same Job gives the same diagnostics wherever it runs.
    """

    def __init__(self) -> None:
        self._by_code: dict[str, Diagnostic] = {}
        self._lock = threading.Lock()

    def put(self, diagnostic: Diagnostic) -> None:
        """Adds a complaint, or puts a fuller one (with a count, for instance) in the place of the last of its code."""
        with self._lock:
            self._by_code[diagnostic.code] = diagnostic

    def first(self, diagnostic: Diagnostic) -> None:
        """Adds a complaint unless there is one of its code."""
        with self._lock:
            self._by_code.setdefault(diagnostic.code, diagnostic)

    def take(self) -> tuple[Diagnostic, ...]:
        """All that has come up since the last time."""
        with self._lock:
            told, self._by_code = tuple(self._by_code.values()), {}
        return told

    def __iter__(self) -> Iterator[Diagnostic]:
        with self._lock:
            return iter(tuple(self._by_code.values()))
