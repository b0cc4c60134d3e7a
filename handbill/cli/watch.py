"""`watch`: builds again whenever a file of the project changes."""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from handbill.cli.asking import Misuse, print_diagnostics, tell_of_bug
from handbill.cli.building import build_once, conclude, explain, order_of
from handbill.cli.caching import working
from handbill.cli.foresight import foresee
from handbill.jobs import ToolMissing
from handbill.record import Record, Stamp, stamp_of, tree
from handbill.tools.toolbox import Toolbox

INPUTS = ("content", "templates", "references.bib")
_QUIET_MS, _LONGEST_MS = 15, 600
"""A change is acted on when nothing more has happened for so long, or has gone on happening for the longer time."""
_LOOK_MS = 1000
"""So often the files are looked at even when no change was told of: folders that come and go, or a disk that tells nothing."""
_MANY, _SETTLE_SECONDS = 3, 0.08
"""After more changes at once than one edit makes (a checkout), one waits until they have stopped."""

Stamps = dict[str, Stamp]
_FOLDER: Stamp = ("d", "", "", "")


def watch(root: Path, arguments: argparse.Namespace) -> int:
    """Until Ctrl-C. One line a rebuild; mistakes are shown and waited out."""
    with working(arguments, root) as toolbox:
        session = Session(root, arguments, toolbox)
        seen = stamps(root)
        session.build("first build")
        gc.collect()
        gc.freeze()  # what has been loaded stays: to look through it again and again takes a tenth of each build
        print("Watching for changes; Ctrl-C ends it.", file=sys.stderr, flush=True)
        for _ in wakes(root):
            now = settled(root, seen)
            if changed := [path for path in sorted({*seen, *now}) if seen.get(path) != now.get(path)]:
                seen = now
                session.build(named(changed, root))
    return 0


def stamps(root: Path) -> Stamps:
    """How every file that a build reads of the project looks now; a folder is told by what is in it."""
    found = {path: stamp_of(path) for name in INPUTS for path in tree(str(root / name))}
    return {path: _FOLDER if stamp[0].startswith("d") else stamp for path, stamp in found.items()}


def settled(root: Path, seen: Stamps) -> Stamps:
    """The files as they look now; after many changes, as they look when no more come."""
    now = stamps(root)
    while sum(seen.get(path) != stamp for path, stamp in now.items()) > _MANY:
        time.sleep(_SETTLE_SECONDS)
        before, now = now, stamps(root)
        if now == before:
            break
    return now


def named(paths: list[str], root: Path) -> str:
    """A few of the paths, as the author calls them; folders only when nothing else changed."""
    files = [path for path in paths if not Path(path).is_dir()] or paths
    names = [Path(path).relative_to(root).as_posix() for path in files]
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def wakes(root: Path) -> Iterator[None]:
    """Yields whenever something may have changed, and every second: who is woken must look for himself.

    All folders are watched one by one, so that one that is deleted and made again is watched again.
    """
    from watchfiles import watch as events

    while True:
        folders = [str(root), *(path for name in INPUTS for path in tree(str(root / name)) if Path(path).is_dir())]
        try:
            for _ in events(*folders, watch_filter=None, debounce=_LONGEST_MS, step=_QUIET_MS, rust_timeout=_LOOK_MS,
                            yield_on_timeout=True, recursive=False):  # fmt: skip
                yield
                if any(not Path(folder).is_dir() for folder in folders) or _more(root, folders):
                    break
        except FileNotFoundError:  # a folder went away just then: look again
            time.sleep(_SETTLE_SECONDS)
            yield


def _more(root: Path, folders: list[str]) -> bool:
    known = set(folders)
    return any(path not in known and Path(path).is_dir() for name in INPUTS for path in tree(str(root / name)))


class Session:
    """The builds of one `watch`: what the last one found out is known to the next."""

    def __init__(self, root: Path, arguments: argparse.Namespace, toolbox: Toolbox) -> None:
        self._root, self._arguments, self._toolbox = root, arguments, toolbox
        self._output = (arguments.output or root / "output").absolute()
        self._record: Record | None = None
        self._day = self._today()

    def build(self, cause: str) -> None:
        """One build, and one line about it. Whatever goes wrong is told and survived."""
        began = time.perf_counter()
        try:
            verdict = self._build()
        except (Misuse, ToolMissing) as problem:
            print_diagnostics([problem.diagnostic], self._root)
            verdict = "not done"
        except FileNotFoundError as gone:  # between two looks; the next change comes when it is back
            verdict = f"not done, {gone.filename} went away meanwhile,"
        except Exception:  # noqa: BLE001 - a mistake of ours must not end the session: the next edit may pass it by
            tell_of_bug()
            verdict = "not done"
        seconds = time.perf_counter() - began
        print(f"{time.strftime('%H:%M:%S')} {verdict} in {seconds:.2f} s ({cause})", file=sys.stderr, flush=True)

    def _build(self) -> str:
        if self._day != self._today():  # rules judge by the date
            self._day, self._record = self._today(), None
        foresight = foresee(self._root, self._arguments, self._toolbox)
        order = order_of(self._root, self._arguments, self._output)
        if order is None:
            return "nothing to build"
        built = build_once(order, self._toolbox, foresight, self._record)
        code = conclude(built, order, self._arguments, count_notes=False)
        self._record = built.record(code) or self._record
        explain(built, order, self._arguments)
        if code:
            return "mistakes found, the last good files stay"
        files = [f"{work.name}/{file}" for work in built.made for file, (_, made) in work.parts.items() if made]
        return f"{len(files)} file{'s' if len(files) != 1 else ''} made" if files else "nothing to make"

    @staticmethod
    def _today() -> str:
        return datetime.now(UTC).date().isoformat()
