"""Where finished work is remembered: the arguments and the tools of every command that works."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from handbill.cli.asking import Misuse, print_diagnostics
from handbill.cli.running import far_runner
from handbill.cli.sizes import size
from handbill.diagnostics import error
from handbill.jobs import ToolMissing
from handbill.runners.folder import LIMIT
from handbill.runners.notices import Notices
from handbill.tools.toolbox import Toolbox

if TYPE_CHECKING:
    from handbill.runners.shared import SharedCache

CACHE_VARIABLE, LIMIT_VARIABLE, SECRET_VARIABLE = "HANDBILL_CACHE", "HANDBILL_CACHE_LIMIT", "HANDBILL_CACHE_SECRET"


def cache_arguments(parser: argparse.ArgumentParser) -> None:
    """Where a build remembers its work."""
    parser.add_argument(
        "--cache", metavar="PLACE",
        help="where finished work is remembered: a folder, or what machines share, such as s3://bucket/prefix or file:///mnt/share "
        f"(default: the variable {CACHE_VARIABLE}, else .cache/)",
    )  # fmt: skip
    parser.add_argument("--no-cache", action="store_true", help="do all the work again")


def _named(arguments: argparse.Namespace) -> str | None:
    return getattr(arguments, "cache", None) or os.environ.get(CACHE_VARIABLE) or None


def cache_folder(arguments: argparse.Namespace, root: Path) -> Path | None:
    """The folder where this machine remembers finished work; None with `--no-cache`."""
    if getattr(arguments, "no_cache", False):
        return None
    named = _named(arguments)
    return (Path(named) if named and not _is_address(named) else root / ".cache").absolute()


@contextmanager
def working(arguments: argparse.Namespace, root: Path) -> Iterator[Toolbox]:
    """The tools of one command, with the cache that was asked for. Prints what only comes up at the end.

    Raises `Misuse` for what makes no sense, and `ToolMissing` when something needs a package that is not installed.
    """
    workers = getattr(arguments, "workers", 2)
    cache, limit = cache_folder(arguments, root), cache_limit()
    with Toolbox(root, cache, workers, limit, _shared(arguments), far_runner(arguments)) as toolbox:
        yield toolbox
    print_diagnostics(toolbox.notices.take(), root)


def _shared(arguments: argparse.Namespace) -> Callable[[Notices], SharedCache] | None:
    address = _named(arguments)
    if address is None or not _is_address(address) or getattr(arguments, "no_cache", False):
        return None
    from handbill.runners.remote import FsspecFiles, nowhere, package_missing, shown, writable
    from handbill.runners.shared import SECONDS, SharedCache

    missing = package_missing(address)
    if missing is not None:
        raise ToolMissing(missing)
    if nowhere(address):
        hint = "Write the name of the bucket, and perhaps a folder in it: s3://bucket/folder."
        raise Misuse(error("cache-address", f"The address “{address}” of the cache names no place", None, hint))
    secret = os.environ.get(SECRET_VARIABLE, "").encode()

    def connected(notices: Notices) -> SharedCache:
        connect = partial(FsspecFiles, address, SECONDS)
        return SharedCache(connect, shown(address), notices, secret=secret, writes=writable(address))

    return connected


def _is_address(value: str) -> bool:
    """Whether this names a place by its protocol (`s3://...`) and not a plain folder."""
    return "://" in value


def cache_limit() -> int:
    """Bytes that the cache may take. Raises `Misuse` for a variable that is no size."""
    named = os.environ.get(LIMIT_VARIABLE)
    try:
        return size(named) if named else LIMIT
    except argparse.ArgumentTypeError as problem:
        hint = f"Correct the variable {LIMIT_VARIABLE}, or take it away."
        raise Misuse(error("cache-limit", f"The limit of the cache cannot be used: {problem}", None, hint)) from problem
