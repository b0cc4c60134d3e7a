"""A place of this user's own where work of the engine outlives the process: compiled templates and patterns, answers.

Compiled templates are executed, as Python's own `.pyc` files are. So they never lie in a project, which may have come from
somebody else with all that is in it, but in a folder that only this user can write (`$XDG_CACHE_HOME/handbill`, else
`~/.cache/handbill`; XDG Base Directory Specification 0.8). Where there is no such folder, nothing is kept: that costs time only.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from handbill import __version__

_MOST = 2000
"""Files that are kept; the older half goes when there are more."""
_DIGEST = 32


class Shelf:
    """Data by a key, in one folder of this user.

    home  gives the folder; None when there is none that can be trusted
    """

    def __init__(self, home: Callable[[], Path | None]) -> None:
        self._home = home

    def get(self, parts: Sequence[str]) -> bytes | None:
        """What was kept under a key; None when nothing was, or when it is not whole."""
        folder = self._home()
        if folder is None:
            return None
        try:
            data = (folder / _name(parts)).read_bytes()
        except OSError:
            return None
        kept = data[_DIGEST:]
        return kept if hashlib.sha256(kept).digest() == data[:_DIGEST] else None

    def put(self, parts: Sequence[str], data: bytes) -> None:
        """Keeps data under a key. A folder that is full or cannot be written keeps nothing: the work is only done again."""
        folder = self._home()
        if folder is None:
            return
        with contextlib.suppress(OSError):
            handle, name = tempfile.mkstemp(prefix="new-", dir=folder)
            path = Path(name)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(hashlib.sha256(data).digest() + data)
                path.replace(folder / _name(parts))
            except BaseException:
                path.unlink(missing_ok=True)
                raise
            _thin(folder)


def _name(parts: Sequence[str]) -> str:
    """What beside the key decides about work of the engine: its version, and Python's."""
    known = (__version__, sys.version, *parts)
    return hashlib.sha256("".join(f"{len(part)}:{part}" for part in known).encode("utf-8", "surrogatepass")).hexdigest()


def _thin(folder: Path) -> None:
    paths = list(folder.iterdir())
    if len(paths) > _MOST:
        for path in sorted(paths, key=lambda path: path.stat().st_mtime_ns)[: len(paths) // 2]:
            path.unlink(missing_ok=True)


def private_folder() -> Path | None:
    """The folder of this user, made when it is not there; None when somebody else could have put something into it."""
    caches = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(caches):  # noqa: PTH117 - relative ones are to be ignored, says the standard
        caches = os.environ.get("HOME", ".") + "/.cache"
    return _trusted(caches)


@cache
def _trusted(caches: str) -> Path | None:
    folder = Path(caches, "handbill")
    if not folder.is_absolute():
        return None
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        seen = folder.lstat()
    except (OSError, ValueError):
        return None
    ours = stat.S_ISDIR(seen.st_mode) and seen.st_uid == os.geteuid() and not seen.st_mode & 0o022
    return folder if ours else None


SHELF = Shelf(private_folder)
