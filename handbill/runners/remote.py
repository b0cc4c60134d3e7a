"""Files on another machine, through fsspec: S3 and its like, network folders, whatever fsspec has a driver for.

fsspec and its drivers take a second to import, so nothing of them is touched before the first file is asked for.
"""

from __future__ import annotations

import contextlib
import importlib.util
import threading
from collections.abc import Callable, Mapping, Sequence
from queue import Empty, SimpleQueue
from typing import Any, Protocol, TypeVar
from urllib.parse import parse_qs, urlsplit, urlunsplit

from handbill.diagnostics import Diagnostic, error

Answer = TypeVar("Answer")

_OBJECT_STORES = frozenset({"s3", "s3a", "gs", "gcs", "az", "abfs", "memory"})
"""A file of theirs is whole or absent; elsewhere it is written beside its place and renamed."""
_PACKAGES = {"s3": "s3fs", "s3a": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "az": "adlfs", "abfs": "adlfs"}
_READ_ONLY = "read-only"


class Files(Protocol):
    """What a shared cache needs of a file store. Both methods raise whatever the driver raises."""

    def read(self, names: Sequence[str]) -> Mapping[str, bytes]:
        """The files that are there, by name; names are relative and use forward slashes."""
        ...

    def write(self, name: str, data: bytes) -> None:
        """Puts a file in its place, whole."""
        ...


def writable(address: str) -> bool:
    """Whether the address may be written: not when it ends in `?read-only`."""
    return _READ_ONLY not in parse_qs(urlsplit(address).query, keep_blank_values=True)


def shown(address: str) -> str:
    """The address without a password."""
    parts = urlsplit(address)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query=""))


def package_missing(address: str) -> Diagnostic | None:
    """The complaint that a package is not installed, with the command that installs it; None when all are."""
    wanted = ["fsspec", *filter(None, [_PACKAGES.get(urlsplit(address).scheme)])]
    lost = [name for name in wanted if importlib.util.find_spec(name) is None]
    if not lost:
        return None
    return error(
        "package-missing",
        f"A cache at {shown(address)} needs {' and '.join(lost)}, which {'are' if len(lost) > 1 else 'is'} not installed",
        None,
        f"Run: .venv/bin/python -m pip install {' '.join(lost)}",
    )


def nowhere(address: str) -> bool:
    """Whether an address names a protocol whose places have names, and no place: `s3://`."""
    parts = urlsplit(address)
    return parts.scheme in _OBJECT_STORES - {"memory"} and not parts.netloc


class FsspecFiles:
    """`Files` below an address such as `s3://bucket/prefix` or `file:///mnt/share`.

    Access is what the driver finds by itself: for S3 the variables AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and
    AWS_ENDPOINT_URL, or the files below ~/.aws.
    """

    def __init__(self, address: str, seconds: float) -> None:
        """`seconds` is what the driver may wait for one answer, where it can be told. Raises what fsspec raises."""
        from fsspec.core import url_to_fs

        parts = urlsplit(address)
        options: dict[str, Any] = {"skip_instance_cache": True}
        if parts.scheme in ("s3", "s3a"):
            waits = {"connect_timeout": seconds / 2, "read_timeout": seconds, "retries": {"max_attempts": 1}}
            options |= {"config_kwargs": waits, "use_listings_cache": False}
        self._fs, self._root = url_to_fs(urlunsplit(parts._replace(query="")), **options)
        self._whole = parts.scheme in _OBJECT_STORES
        if parts.scheme in ("file", "local") and not self._fs.isdir(self._root):
            raise FileNotFoundError(f"there is no folder {self._root}")  # a share that is not mounted is not made anew

    def read(self, names: Sequence[str]) -> Mapping[str, bytes]:
        paths = {f"{self._root}/{name}": name for name in names}
        answers = self._fs.cat(list(paths), on_error="return")
        found = {}
        for path, answer in answers.items():
            if isinstance(answer, bytes):
                found[paths[path]] = answer
            elif not isinstance(answer, FileNotFoundError):
                raise answer
        return found

    def write(self, name: str, data: bytes) -> None:
        path = f"{self._root}/{name}"
        if self._whole:
            self._fs.pipe_file(path, data)
            return
        self._fs.makedirs(path.rpartition("/")[0], exist_ok=True)
        beside = f"{path}.{threading.get_ident()}.new"
        try:
            self._fs.pipe_file(beside, data)
            self._fs.mv(beside, path)
        except BaseException:
            with contextlib.suppress(OSError):
                self._fs.rm(beside)
            raise


def within(seconds: float, act: Callable[[], Answer]) -> Answer:
    """What `act` gives or raises. Raises TimeoutError after so many seconds, and lets it run on alone."""
    box: SimpleQueue[tuple[bool, Any]] = SimpleQueue()

    def run() -> None:
        try:
            box.put((True, act()))
        except BaseException as problem:  # noqa: BLE001  carried to whoever waits
            box.put((False, problem))

    threading.Thread(target=run, daemon=True, name="shared cache").start()
    try:
        fine, answer = box.get(timeout=seconds)
    except Empty:
        raise TimeoutError(f"no answer within {seconds:.0f} seconds") from None
    if not fine:
        raise answer
    return answer  # type: ignore[no-any-return]
