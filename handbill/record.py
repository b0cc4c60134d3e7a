"""What a build read and wrote, so that the next one can tell from digests that there is nothing to do.

This module is imported before anything else and therefore imports next to nothing: no `re`, no `pathlib`,
no `json`. A record is one file: a line with the format's name and the digest of the rest, then fields
between NUL characters.

**When is a file the same?** It is when its size, times, inode number and kind are those of the record, and
its times lie safely before the moment at which it was looked at. A file that was changed in the very tick of
the clock in which it was recorded would look the same (git calls this the racy problem), so one that young
is read and its digest compared; so is every file whose times differ. An edit that sets back the time of
change (mtime) is seen by the time of the inode's change (ctime), which nobody can set.
"""

from __future__ import annotations

import os
import stat
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from hashlib import blake2b
else:
    try:
        from _blake2 import blake2b  # hashlib would load OpenSSL first
    except ImportError:
        from hashlib import blake2b

_FORMAT = b"handbill-record-1"
_TICK = 100_000_000
"""Nanoseconds within which two changes may bear the same time: ten ticks of a slow kernel's clock."""
_COARSE_TICK = 2_100_000_000
"""The same on file systems that keep whole seconds, or every other one."""
_ABSENT = ("-", "-", "-", "-")

Stamp = tuple[str, str, str, str]
"""Size, mtime and ctime in nanoseconds, inode; as text."""


def stamp_of(path: str) -> Stamp:
    """How a file or folder looks without being read; `_ABSENT` for what is not there."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return _ABSENT
    kind = "d" if stat.S_ISDIR(found.st_mode) else ""
    return f"{kind}{found.st_size}", str(found.st_mtime_ns), str(found.st_ctime_ns), str(found.st_ino)


def digest_of(path: str) -> str:
    """The digest of a file's bytes, or of the names in a folder; empty for what cannot be read."""
    try:
        if os.path.isdir(path):
            return key_of(names_in(path))
        with open(path, "rb") as file:
            return digest(file.read())
    except OSError:
        return ""


def digest(data: bytes) -> str:
    """BLAKE2b (RFC 7693) of 256 bits, which every Python has built in, as hexadecimal digits."""
    return blake2b(data, digest_size=32).hexdigest()


def names_in(folder: str) -> list[str]:
    """Sorted names of what counts in a folder: not hidden, no editor's backup, no byte code."""
    return sorted(name for name in os.listdir(folder) if not ignored(name))


def ignored(name: str) -> bool:
    """Whether a file of that name is never an input."""
    return (
        name.startswith((".", "#"))
        or name.endswith(("~", ".swp", ".swo", ".tmp", ".bak", ".orig", ".pyc"))
        or name in ("__pycache__", "Thumbs.db", "desktop.ini")
    )


def tree(path: str) -> Iterator[str]:
    """A file; or a folder, and all that counts below it. Linked folders are not entered: nobody reads them."""
    yield path
    if os.path.isdir(path) and not os.path.islink(path):
        try:
            names = names_in(path)
        except OSError:  # gone since, or not ours to read: `load` says so
            return
        for name in names:
            yield from tree(f"{path}/{name}")


def young(stamp: Stamp, moment: int) -> bool:
    """Whether a file with this stamp, looked at at `moment`, may have been changed again without a trace."""
    if stamp == _ABSENT:
        return False
    changed = max(int(stamp[1]), int(stamp[2]))
    coarse = int(stamp[2]) % 1_000_000_000 == 0
    return changed >= moment - (_COARSE_TICK if coarse else _TICK)


class Entry:
    """One file or folder as it was at a moment (nanoseconds since the epoch)."""

    __slots__ = ("digest", "moment", "stamp")

    def __init__(self, stamp: Stamp, digest: str, moment: int) -> None:
        self.stamp, self.digest, self.moment = stamp, digest, moment

    @classmethod
    def of(cls, path: str, *, read: bool = True) -> Entry:
        """The file as it is now. One that is not read (a large program) is known by its stamp alone."""
        moment = time.time_ns()
        stamp = stamp_of(path)
        return cls(stamp, digest_of(path) if read and stamp != _ABSENT else "", moment)

    def now(self, path: str) -> Entry | None:
        """The entry as it is to be kept when the file is still the same (perhaps this very one); None when it is not."""
        moment = time.time_ns()
        stamp = stamp_of(path)
        if stamp == self.stamp and (not young(stamp, self.moment) or not self.digest):
            return self
        resized = stamp[0] != self.stamp[0] and not stamp[0].startswith("d")
        if stamp == _ABSENT or not self.digest or resized:
            return None
        return Entry(stamp, self.digest, moment) if digest_of(path) == self.digest else None


class Part:
    """One publication in a record, or (with an empty name) what all share: what was read and written, what came of it."""

    __slots__ = ("entries", "name", "outcome")

    def __init__(self, name: str, entries: dict[str, Entry], outcome: str = "") -> None:
        self.name, self.entries, self.outcome = name, entries, outcome

    def changes(self) -> Iterator[str]:
        """The paths that are not as they were, one by one. Brings the other entries up to date."""
        for path, entry in list(self.entries.items()):
            found = entry.now(path)
            if found is None:
                yield path
            elif found is not entry:
                self.entries[path] = found


class Record:
    """What a build was, in parts, and what it printed."""

    __slots__ = ("code", "errors", "output", "parts")

    def __init__(self, parts: list[Part], code: int, output: str, errors: str) -> None:
        self.parts, self.code, self.output, self.errors = parts, code, output, errors

    @classmethod
    def read(cls, path: str) -> Record | None:
        """The record in a file; None when there is none, or when it is not exactly as it was written."""
        try:
            with open(path, "rb") as file:
                data = file.read()
        except OSError:
            return None
        head, _, body = data.partition(b"\n")
        if head != _FORMAT + b" " + digest(body).encode():
            return None
        fields = iter(body.decode("utf-8", "surrogateescape").split("\0"))
        code, output, errors = int(next(fields)), next(fields), next(fields)
        parts = [_part(fields) for _ in range(int(next(fields)))]
        return cls(parts, code, output, errors)

    def write(self, path: str) -> None:
        """Writes the record, whole or not at all. Raises OSError."""
        fields = [str(self.code), self.output, self.errors, str(len(self.parts))]
        for part in self.parts:
            fields += [part.name, part.outcome, str(len(part.entries))]
            for name, entry in part.entries.items():
                fields += [name, *entry.stamp, entry.digest, str(entry.moment)]
        body = "\0".join(fields).encode("utf-8", "surrogateescape")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        beside = f"{path}.{os.getpid()}.tmp"  # no `tempfile` here, and no sync: a record that is lost costs one build
        try:
            with open(beside, "wb") as file:
                file.write(_FORMAT + b" " + digest(body).encode() + b"\n" + body)
            os.replace(beside, path)
        except BaseException:
            remove(beside)
            raise


def _part(fields: Iterator[str]) -> Part:
    name, outcome = next(fields), next(fields)
    entries = {}
    for _ in range(int(next(fields))):
        path = next(fields)
        stamp = (next(fields), next(fields), next(fields), next(fields))
        entries[path] = Entry(stamp, next(fields), int(next(fields)))
    return Part(name, entries, outcome)


def key_of(parts: Iterable[str]) -> str:
    """The digest of some texts."""
    return digest("\0".join(parts).encode("utf-8", "surrogateescape"))


def remove(path: str) -> None:
    """Deletes a file, if it is there and can be deleted."""
    try:
        os.unlink(path)
    except OSError:
        return


def entries_of(paths: Iterable[str], known: Mapping[str, Entry] | None = None) -> dict[str, Entry]:
    """Every file and folder at and below the paths, as it is now; what is as in `known` is not read again."""
    return {path: entry_of(path, known or {}) for top in paths for path in tree(top)}


def entry_of(path: str, known: Mapping[str, Entry]) -> Entry:
    """A file or folder as it is now, not read if it is as in `known`."""
    old = known.get(path)
    return (None if old is None else old.now(path)) or Entry.of(path)
