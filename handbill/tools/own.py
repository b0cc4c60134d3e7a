"""What beside a tool's own version decides its result: our code around it, the libraries below it, the machine."""

from __future__ import annotations

import hashlib
import os
import sys
import zlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path


def code(paths: Iterable[Path]) -> str:
    """A digest of files of ours, short enough to be read: a change in one of them makes another version."""
    data = b"\0".join(path.read_bytes() for path in sorted(paths))
    return f"handbill {hashlib.sha256(data).hexdigest()[:12]}"


def packages(*names: str) -> str:
    """Installed versions of Python packages. Raises `importlib.metadata.PackageNotFoundError`."""
    from importlib import metadata  # takes long to load, and not every command asks

    return ", ".join(f"{name} {metadata.version(name)}" for name in names)


@cache
def machine() -> str:
    """What makes other bytes of the same work: the kind of processor (its rounding), and the library that packs data."""
    return f"{sys.platform} {os.uname().machine}, zlib {zlib.ZLIB_RUNTIME_VERSION}"
