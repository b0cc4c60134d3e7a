"""The cache's folder on this machine: one file an entry, safe for several builds at once without a lock.

    <folder>/2/ab/ab12...      an entry; written beside its place and renamed, so that it is whole or absent
    <folder>/2/new/...         entries that are being written
    <folder>/2/bad/<key>       entries that did not verify, set aside for whoever wants to know why
    <folder>/usage             how many bytes there are: "total N" by whoever counted, "+N" by whoever wrote
    <folder>/format            who used the folder last

Two writers of one key write the same bytes, so the last rename wins and nothing is lost. A writer that is
killed leaves a file in `new`, which is removed when it is an hour old. Only files with our own kind of name are
ever removed, whatever folder somebody names. To count all files at each build
would cost more than it saves; so each build that wrote something adds a line to `usage`, and only when the
lines exceed the limit (or no total is known) the files are looked at and the least recently used go.
"""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from handbill.runners.entry import FAMILY, FORMAT

LIMIT = 512 * 1024 * 1024
"""Bytes that a cache may take unless somebody says otherwise."""
_LOW = 0.8
"""Pruning goes down to this share of the limit, so that it is not due again at once."""
_STALE_SECONDS = 3600
_MOST_LINES = 500
_NEW = "entry-"
_OURS = re.compile(rf"[0-9a-f]{{64}}|{_NEW}\w+")
_BRANCH = re.compile(r"[0-9a-f]{2}|new|bad")
_ABSENT = (FileNotFoundError, NotADirectoryError)


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of the cache: when it was last used (nanoseconds), its size in bytes, where it is."""

    used: int
    size: int
    path: Path


class Folder:
    """Reads and writes entries as bytes; what they mean is `entry`'s matter. Only `read` and `write` raise OSError."""

    def __init__(self, root: Path, limit: int = LIMIT) -> None:
        self.root = root
        self.limit = limit
        self._home = root / FORMAT.removeprefix(FAMILY)
        self._grown = 0
        self._marked = False

    def path(self, key: str) -> Path:
        """Where the entry of `key` lies."""
        return self._home / key[:2] / key

    def read(self, key: str, *, used: bool = True) -> bytes | None:
        """The entry's bytes, not verified; None when there is none. Raises OSError when it cannot be read.

        It counts as used now unless `used` says that somebody only looks.
        """
        try:
            with self.path(key).open("rb", buffering=0) as stream:
                data = stream.readall()
                if used:
                    with contextlib.suppress(OSError):
                        os.utime(stream.fileno())
        except _ABSENT:
            return None
        return data

    def write(self, key: str, data: bytes) -> None:
        """Keeps an entry. Raises OSError; then nothing of it is left.

        It is not synced: after a power cut an entry may be damaged, which its digest tells.
        """
        self._mark()
        self._place(self.path(key), data)
        self._grown += len(data)

    def _place(self, path: Path, data: bytes) -> None:
        new = self._home / "new"
        new.mkdir(parents=True, exist_ok=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=_NEW, dir=new)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
                os.fchmod(handle, 0o644)
            Path(name).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise

    def set_aside(self, key: str) -> None:
        """Takes a bad entry out of the way: among the others of its kind if possible, else away."""
        path, bad = self.path(key), self._home / "bad"
        try:
            bad.mkdir(parents=True, exist_ok=True)
            path.replace(bad / key)
        except OSError:
            with contextlib.suppress(OSError):
                path.unlink()

    def foreign(self) -> bool:
        """Whether another version of Handbill used the folder last."""
        try:
            return (self.root / "format").read_text(encoding="utf-8", errors="replace").strip() != FORMAT
        except FileNotFoundError:
            return any(_is_old(path) for path in _listed(self.root))
        except OSError:
            return False

    def _mark(self) -> None:
        if not self._marked:
            self._marked = True
            mark = self.root / "format"
            if not mark.exists() or self.foreign():
                self._place(mark, f"{FORMAT}\n".encode())

    def settle(self) -> int:
        """Writes down how much was added and, when the limit may be passed, prunes. Gives the bytes removed."""
        if not self._grown:
            return 0
        grown, self._grown = self._grown, 0
        with contextlib.suppress(OSError):
            self._note(f"+{grown}")
            total = self._total()
            if total is None or total > self.limit:
                return self.prune()
        return 0

    def prune(self, limit: int | None = None) -> int:
        """Removes the least recently used files above the limit (its own unless one is given), and what killed writers left.

        Gives the number of bytes removed. Several may prune at once: what is gone already counts as removed.
        """
        limit = self.limit if limit is None else limit
        # Whoever writes from here on is counted twice at worst, never forgotten; and a pruner that dies leaves no total.
        with contextlib.suppress(OSError):
            (self.root / "usage").unlink()
        files = sorted(self.files(), key=lambda kept: (kept.used, kept.path))
        total = whole = sum(kept.size for kept in files)
        stale = time.time_ns() - _STALE_SECONDS * 10**9
        goal = limit if total <= limit else int(limit * _LOW)
        for kept in files:
            unfinished = kept.path.parent.name == "new"  # somebody may be writing it
            if kept.used < stale if unfinished else total > goal:
                try:
                    kept.path.unlink(missing_ok=True)
                except OSError:
                    continue
                total -= kept.size
        with contextlib.suppress(OSError):
            self._note(f"total {total}")
        return whole - total

    def files(self) -> Iterator[Kept]:
        """Every file that counts, entries of other versions and bad ones included, in no order."""
        for home in _listed(self.root):
            if _is_old(home):
                yield from _files_in(home)
            elif home.name.isdigit():
                for branch in _listed(home):
                    if _BRANCH.fullmatch(branch.name):
                        yield from _files_in(branch)

    def entries(self) -> Iterator[Kept]:
        """Every entry of this version, in the order of the keys."""
        for branch in sorted(_listed(self._home)):
            if len(branch.name) == 2:
                yield from sorted(_files_in(branch), key=lambda kept: kept.path.name)

    def bad(self) -> Iterator[Kept]:
        """What was set aside."""
        return _files_in(self._home / "bad")

    def _note(self, line: str) -> None:
        with (self.root / "usage").open("ab", buffering=0) as stream:  # one write at the end of the file: lines stay whole
            stream.write(f"{line}\n".encode())

    def _total(self) -> int | None:
        """Bytes there are, as far as was written down; None when the files must be counted."""
        lines = (self.root / "usage").read_bytes().decode(errors="replace").split("\n")[:-1]
        totals = [number for number, line in enumerate(lines) if line.startswith("total ")]
        if not totals or len(lines) > _MOST_LINES:
            return None
        try:
            return int(lines[totals[-1]].removeprefix("total ")) + sum(int(line) for line in lines if line.startswith("+"))
        except ValueError:
            return None


def _is_old(path: Path) -> bool:
    """Whether this is a folder of entries as the first version had them: right below the root, named by two digits."""
    return bool(re.fullmatch("[0-9a-f]{2}", path.name)) and any(_files_in(path))


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _files_in(folder: Path) -> Iterator[Kept]:
    try:
        with os.scandir(folder) as found:
            for item in found:
                with contextlib.suppress(OSError):
                    if _OURS.fullmatch(item.name) and item.is_file(follow_symlinks=False):
                        stat = item.stat(follow_symlinks=False)
                        yield Kept(stat.st_mtime_ns, stat.st_size, Path(item.path))
    except OSError:
        return
