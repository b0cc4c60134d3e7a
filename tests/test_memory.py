"""What C libraries freed does not stay with the process."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from handbill.tools import memory

ROOT = Path(__file__).resolve().parents[1]
WASTEFUL = """
import ctypes, os
from handbill.tools.memory import give_back

libc = ctypes.CDLL(None)
libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, (ctypes.c_void_p,)

def held():
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGESIZE")

pieces = [libc.malloc(1000) for _ in range(40_000)]
for piece in pieces:
    ctypes.memset(piece, 1, 1000)
pin = libc.malloc(1000)  # the heap cannot simply become shorter
full = held()
for piece in pieces:
    libc.free(piece)
freed = held()
give_back()
assert full - freed < 5_000_000, "this C library gives back by itself"
assert freed - held() > 30_000_000
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="another C library")
def test_what_was_freed_goes_back_to_the_system() -> None:
    done = subprocess.run([sys.executable, "-c", WASTEFUL], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_c_library_without_such_a_call_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory.ctypes, "CDLL", lambda name: SimpleNamespace())
    memory.give_back()
