"""Processes that stay between two measurements: our own `watch`, and WeasyPrint already imported."""

from __future__ import annotations

import subprocess
import sys
import time

from scripts.bench.clock import Failed, Sample
from scripts.bench.workshop import HANDOUT, ROOT, Site


class Watch:
    """`build.py watch` on the handout of a site, until `close`."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._child = subprocess.Popen(
            [sys.executable, "-u", "build.py", "watch", site.name, *HANDOUT],
            cwd=site.root, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        self._until(" in ")
        self._until("Watching")
        time.sleep(1)  # until the operating system tells of changes

    def edit(self) -> Sample:
        """From the moment when a file is saved to the line that says that all is done."""
        began = time.perf_counter()
        self._site.edit()
        self._until(" made in ")
        return Sample(time.perf_counter() - began)

    def _until(self, words: str) -> None:
        assert self._child.stderr
        for line in self._child.stderr:
            if words in line:
                return
        raise Failed("build.py watch has ended")

    def close(self) -> None:
        self._child.terminate()
        self._child.wait()


class Resident:
    """WeasyPrint in a process that stays: the floor of `watch`."""

    def __init__(self, site: Site) -> None:
        self._child = subprocess.Popen(
            [sys.executable, "-m", "scripts.bench.child", "resident", site.bare.folder],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        self._answer()

    def layout(self) -> Sample:
        """One page laid out and written, as the process itself measures it."""
        assert self._child.stdin
        self._child.stdin.write("\n")
        self._child.stdin.flush()
        return Sample(float(self._answer()))

    def _answer(self) -> str:
        assert self._child.stdout
        line = self._child.stdout.readline()
        if not line:
            raise Failed("WeasyPrint has ended")
        return line

    def close(self) -> None:
        self._child.terminate()
        self._child.wait()
