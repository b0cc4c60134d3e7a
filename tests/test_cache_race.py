"""Several builds at once in one folder, some of them killed: nobody waits for a lock, nobody gets a wrong result."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from handbill.jobs import Job, Result
from handbill.runners.cached import CachedRunner
from handbill.runners.entry import verified
from handbill.runners.folder import Folder

HERE = Path(__file__).parent
JOBS = [Job("tool", "1", {}, {"in": bytes([n])}, ("out",)) for n in range(40)]
LIMIT = 400_000
SECONDS = 2.0


def made(job: Job) -> bytes:
    """Twenty kilobytes that no other Job gives."""
    return hashlib.sha256(job.inputs["in"]).digest() * 625


class Maker:
    def run(self, jobs: Sequence[Job]) -> list[Result]:
        return [Result({"out": made(job)}) for job in jobs]


def build(folder: Path, seed: int) -> None:
    """Short builds one after the other, as long as there is time. Leaves with 1 when something was not right."""
    chance = random.Random(seed)
    ends = time.monotonic() + SECONDS
    while time.monotonic() < ends:
        cache = CachedRunner(Maker(), folder, LIMIT)
        jobs = chance.sample(JOBS, 6)
        right = [result.outputs["out"] for result in cache.run(jobs)] == [made(job) for job in jobs]
        cache.close()
        if not right or list(cache.notices):
            os._exit(1)
    os._exit(0)


def test_builds_at_once_and_some_killed_leave_a_sound_cache(tmp_path: Path) -> None:
    fork = multiprocessing.get_context("fork")
    chance = random.Random(5)
    builds = [fork.Process(target=build, args=(tmp_path, seed)) for seed in range(5)]
    for process in builds:
        process.start()
    ends = time.monotonic() + SECONDS
    victims = []
    while time.monotonic() < ends or len(victims) < 6:
        time.sleep(0.08)
        victim = fork.Process(target=build, args=(tmp_path, len(victims) + 100))
        victim.start()
        time.sleep(chance.uniform(0, 0.05))
        victim.kill()
        victims.append(victim)
    for process in (*builds, *victims):
        process.join(60)
    assert [process.exitcode for process in builds] == [0] * 5
    assert {process.exitcode for process in victims} == {-signal.SIGKILL}
    folder = Folder(tmp_path, LIMIT)
    entries = list(folder.entries())
    assert entries and list(folder.bad()) == []
    for kept in entries:
        verified(kept.path.name, kept.path.read_bytes())
    last = CachedRunner(Maker(), tmp_path, LIMIT)
    last.run([Job("tool", "2", {}, {"in": b"new"}, ("out",))])
    last.close()
    # What the killed ones wrote and could not write down is at most one short build's work of each.
    assert sum(kept.size for kept in folder.files()) <= LIMIT + len(victims) * 6 * 21_000
    last.prune()
    assert sum(kept.size for kept in folder.files()) <= LIMIT


@pytest.mark.e2e
def test_builds_at_once_in_one_project_make_the_same_files(tmp_path: Path) -> None:
    root = tmp_path / "project"
    shutil.copytree(HERE / "publications" / "vaccin", root)
    shutil.copytree(HERE.parent / "templates", root / "templates")
    command = [sys.executable, str(HERE.parent / "build.py"), "--root", str(root), "build", "-e", "handout", "-f", "html"]
    quiet = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "cwd": root}
    builds = [subprocess.Popen(command, **quiet) for _ in range(3)]  # type: ignore[call-overload]
    time.sleep(1.5)
    builds[0].kill()
    told = [process.communicate(timeout=120) for process in builds]
    assert [process.returncode for process in builds[1:]] == [0, 0], told
    assert all(b"warning[cache" not in err and b"Traceback" not in err for _, err in told[1:])
    page = (root / "output/vaccin/handout.html").read_bytes()
    alone = subprocess.run([*command, "--no-cache", "-o", str(tmp_path / "alone")], capture_output=True, check=True)
    assert alone.returncode == 0
    assert page == (tmp_path / "alone/vaccin/handout.html").read_bytes()
