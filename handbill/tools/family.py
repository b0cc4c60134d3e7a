"""Ending a program together with everything that it has started."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # psutil is needed only when something went wrong: imported there
    import psutil


def group_lives(group: int) -> bool:
    """Whether anybody is left in the process group."""
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def end(child: subprocess.Popen[bytes], private: Path, grace: float) -> None:
    """SIGTERM, up to `grace` seconds, SIGKILL: to the program, its group and everything it started."""
    family = _family(child.pid)
    try:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGTERM)
        deadline = time.monotonic() + grace
        while time.monotonic() < deadline and (child.poll() is None or any(map(_lives, family))):
            time.sleep(0.02)
    finally:  # a second Ctrl-C skips the waiting, not the killing
        sweep(child, private, family)


def sweep(child: subprocess.Popen[bytes], private: Path, family: Iterable[psutil.Process] = ()) -> None:
    """SIGKILL to whatever is left: the group, the family known before, and whoever still lives in the private home."""
    import psutil

    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    left = {*family, *_family(child.pid)}
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.environ().get("HOME") == str(private):
                left.add(process)
    for process in left:
        with contextlib.suppress(psutil.Error):
            process.kill()
    child.wait()
    deadline = time.monotonic() + 2  # SIGKILL takes a moment where a process is deep in the kernel
    while any(map(_lives, left)) and time.monotonic() < deadline:
        time.sleep(0.005)


def _lives(process: psutil.Process) -> bool:
    """Whether it still does anything. A zombie does not, and in a container nobody may ever collect it."""
    import psutil

    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _family(pid: int) -> list[psutil.Process]:
    """Everything that the process has started, as far as it can still be seen."""
    import psutil

    try:
        found: list[psutil.Process] = psutil.Process(pid).children(recursive=True)
    except psutil.Error:
        return []
    return found
