"""Programs end: by themselves, by time-out, by Ctrl-C, with us; and nothing of theirs is left."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from handbill.jobs import ToolMissing
from handbill.tools.process import end_all, private_directory, run

PYTHON = sys.executable
SLEEPER = "import time; time.sleep(60)"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
# A grandchild in a session of its own, as Chromium is one, which ignores SIGTERM and outlives its parent.
STARTS_A_DAEMON = f"""
import pathlib, subprocess, sys, time
p = subprocess.Popen([sys.executable, "-c", {STUBBORN!r}], start_new_session=True, stdout=subprocess.PIPE)
p.stdout.readline()
pathlib.Path(sys.argv[1]).write_text(str(p.pid))
{{then}}
"""


def lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_words_in_and_out() -> None:
    done = run([PYTHON, "-c", "import sys; sys.stderr.write('e'); sys.stdout.write(sys.stdin.read() * 2)"],
               stdin=b"ab", timeout=20)  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr, done.timed_out, done.ok) == (0, b"abab", b"e", False, True)
    assert 0 < done.seconds < 20


def test_much_in_and_out_at_the_same_time() -> None:
    data = os.urandom(3_000_000)
    done = run([PYTHON, "-c", "import sys,shutil; shutil.copyfileobj(sys.stdin.buffer, sys.stdout.buffer)"],
               stdin=data, timeout=30)  # fmt: skip
    assert done.stdout == data


def test_input_that_nobody_reads() -> None:
    assert run([PYTHON, "-c", "raise SystemExit(3)"], stdin=b"x" * 1_000_000, timeout=20).returncode == 3


def test_the_environment_is_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "not for tools")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    show = "import os, json; print(json.dumps(dict(os.environ)))"
    seen = json.loads(run([PYTHON, "-c", show], env={"EXTRA": "1"}, timeout=20).stdout)
    assert seen.keys() - {"LC_CTYPE"} == {"PATH", "LANG", "TZ", "HOME", "TMPDIR", "SOURCE_DATE_EPOCH", "EXTRA"}
    assert seen["HOME"] != os.environ.get("HOME") and not Path(seen["HOME"]).exists()


def test_private_directories_are_private_and_go_away() -> None:
    with private_directory() as place:
        assert place.stat().st_mode & 0o777 == 0o700
        (place / "file").write_text("x")
    assert not place.exists()


def test_a_program_that_is_not_there() -> None:
    with pytest.raises(ToolMissing) as caught:
        run(["no-such-program-here"], timeout=1)
    assert caught.value.diagnostic.code == "tool-missing"


def test_time_out_ends_it_politely() -> None:
    done = run([PYTHON, "-c", SLEEPER], timeout=0.3)
    assert done.timed_out and not done.ok and done.returncode == -signal.SIGTERM and done.seconds < 3


def test_time_out_ends_the_stubborn() -> None:
    done = run([PYTHON, "-c", STUBBORN], timeout=0.6, grace=0.3)
    assert done.timed_out and done.returncode == -signal.SIGKILL and done.stdout == b"up\n"


@pytest.mark.parametrize("then", ["time.sleep(60)", "raise SystemExit(1)", "import os; os.kill(os.getpid(), 9)"])
def test_no_grandchild_survives(tmp_path: Path, then: str) -> None:
    note = tmp_path / "pid"
    run([PYTHON, "-c", STARTS_A_DAEMON.format(then=then), str(note)], timeout=1.5, grace=0.2)
    assert not lives(int(note.read_text()))


def test_too_many_words_end_it() -> None:
    flood = "import sys\nwhile True: sys.stdout.write('x' * 65536)"
    done = run([PYTHON, "-c", flood], timeout=20, max_stdout=1_000_000)
    assert done.overflowed and not done.ok and not done.timed_out
    complaints = run([PYTHON, "-c", "import sys; sys.stderr.write('e' * 500_000)"], timeout=20, max_stderr=1000)
    assert complaints.ok and len(complaints.stderr) == 1000


def test_memory_has_a_bound() -> None:
    hungry = "import time; time.sleep(0.2); print(len(bytearray(2_000_000_000)))"
    assert run([PYTHON, "-c", hungry], timeout=20, memory=1_000_000_000).returncode == 1


def test_end_all_reaches_other_threads() -> None:
    seen: list[int] = []
    thread = threading.Thread(target=lambda: seen.append(run([PYTHON, "-c", SLEEPER], timeout=60).returncode))
    thread.start()
    time.sleep(0.5)
    end_all()
    thread.join(timeout=5)
    assert seen == [-signal.SIGTERM]


@pytest.mark.parametrize("blow", [signal.SIGINT, signal.SIGKILL])
def test_nothing_outlives_us(tmp_path: Path, blow: signal.Signals) -> None:
    """Ctrl-C goes through the ladder; after SIGKILL the kernel's parent-death signal does the work."""
    note = tmp_path / "pid"
    child = f"import os, pathlib, time; pathlib.Path({str(note)!r}).write_text(str(os.getpid())); time.sleep(60)"
    ours = f"from handbill.tools.process import run; run([{PYTHON!r}, '-c', {child!r}], timeout=60)"
    us = subprocess.Popen(
        [PYTHON, "-c", ours], stderr=subprocess.PIPE, cwd=Path(__file__).parents[1],
        # A shell that starts the tests in its background lets them ignore Ctrl-C, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    deadline = time.monotonic() + 30
    while not (note.exists() and note.read_text()) and time.monotonic() < deadline:
        time.sleep(0.02)
    pid = int(note.read_text())
    us.send_signal(blow)
    us.communicate(timeout=30)
    while lives(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not lives(pid)
