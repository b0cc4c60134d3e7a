"""What a worker of a cluster does for Handbill: tells the versions of its tools, runs Jobs, gives the results back.

A worker needs Handbill as `make setup` installs it, and nothing else: no shared disk, no project.
"""

from __future__ import annotations

import atexit
import pickle
import socket
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import handbill
from handbill.jobs import Job, Result, ToolMissing
from handbill.runners.direct import DirectRunner
from handbill.tools.toolbox import Toolbox

_lock = threading.Lock()
_boxes: list[Toolbox] = []


@dataclass(frozen=True)
class Misfit:
    """A Job that arrived where its tool has another version (or is not there: ""), and so was not run."""

    machine: str
    version: str


Answer = Sequence[Result | Misfit]


def versions() -> dict[str, str]:
    """Each tool's version on this machine; those that are missing are left out."""
    tools = _toolbox().tools
    found = {}
    for name in tools:
        version = _version(name)
        if version:
            found[name] = version
    return found


def execute(packed: bytes) -> bytes:
    """Runs pickled Jobs of one tool; gives a pickled `Answer`. Both come and go by the cluster, which is trusted."""
    jobs: list[Job] = pickle.loads(packed)  # noqa: S301  whoever may submit to the cluster may run code on it anyway
    runs = [job for job in jobs if job.version == _version(job.tool)]
    results = iter(DirectRunner(_toolbox().tools).run(runs))
    machine = socket.gethostname()
    answer = [next(results) if job in runs else Misfit(machine, _version(job.tool)) for job in jobs]
    return pickle.dumps(answer)


def _version(tool: str) -> str:
    try:
        return _toolbox().tools[tool].version()
    except (ToolMissing, KeyError):
        return ""


def _toolbox() -> Toolbox:
    """The one of this process, made when it is first needed."""
    with _lock:
        if not _boxes:
            box = Toolbox(Path(handbill.__file__).resolve().parents[1], None)
            atexit.register(box.__exit__, None, None, None)
            _boxes.append(box)
        return _boxes[0]
