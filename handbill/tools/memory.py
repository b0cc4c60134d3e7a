"""Memory that nobody uses any more goes back to the system."""

from __future__ import annotations

import ctypes


def give_back() -> None:
    """For after a piece of work that took much.

    Libraries in C free what they took, but glibc keeps it for this process: all of the 150 MB that the validator takes for
    430 pages. Where the C library has no such call (musl, macOS), it has other habits.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
