"""The command `cache`: what this machine remembers of finished work is shown, verified, pruned."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from handbill.cli.asking import find_root, print_diagnostics
from handbill.cli.caching import CACHE_VARIABLE, cache_folder, cache_limit
from handbill.cli.sizes import size, words_of
from handbill.diagnostics import warning
from handbill.runners.entry import Damaged, OtherFormat, verified
from handbill.runners.folder import Folder, Kept
from handbill.text import Span


def command_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `cache`."""
    parser.add_argument(
        "action", choices=tuple(_ACTIONS), nargs="?", default="show", metavar="ACTION",
        help="show: what there is (default); verify: read every entry and set bad ones aside; prune: remove what was not used for longest",
    )  # fmt: skip
    parser.add_argument("--cache", metavar="DIR", help=f"the folder (default: the variable {CACHE_VARIABLE}, else .cache/)")
    parser.add_argument("--limit", type=size, metavar="SIZE", help="prune: keep so much, for instance 200MB, 1GiB, or 0 for nothing")
    parser.add_argument("--json", action="store_true", help="for programs")


def command(arguments: argparse.Namespace) -> int:
    """Shows, verifies or prunes the cache of this machine."""
    root = find_root(arguments)
    folder = cache_folder(arguments, root) if root is not None else None
    if root is None or folder is None:
        return 2
    cache = Folder(folder, cache_limit() if arguments.limit is None else arguments.limit)
    told, lines, code = _ACTIONS[arguments.action](cache, root)
    if arguments.json:
        print(json.dumps(told, indent=1))
    else:
        print("\n".join(lines))
    return code


@dataclass
class _Row:
    """What is remembered of one tool's work; `seconds` is how long that work took."""

    entries: int = 0
    bytes: int = 0
    seconds: float = 0.0


def _show(cache: Folder, root: Path) -> tuple[dict[str, Any], list[str], int]:
    rows: dict[str, _Row] = {}
    for kept, head in _read(cache):
        row = rows.setdefault(str(head["tool"]) if head else "(damaged)", _Row())
        row.entries += 1
        row.bytes += kept.size
        row.seconds += float(head["seconds"]) if head else 0.0
    whole = sum(kept.size for kept in cache.files())
    aside = sum(1 for _ in cache.bad())
    entries = sum(row.entries for row in rows.values())
    told = {
        "folder": str(cache.root), "limit": cache.limit, "bytes": whole, "entries": entries, "set_aside": aside,
        "tools": {tool: asdict(rows[tool]) for tool in sorted(rows)},
    }  # fmt: skip
    lines = [f"{cache.root}: {entries} entries, {words_of(whole)} of {words_of(cache.limit)}"]
    for tool, row in sorted(rows.items()):
        lines.append(f"  {tool:<12} {row.entries:>6}  {words_of(row.bytes):>10}  {row.seconds:8.1f} s of work")
    if aside:
        lines.append(f"  set aside    {aside:>6}  because they were damaged")
    return told, lines, 0


def _verify(cache: Folder, root: Path) -> tuple[dict[str, Any], list[str], int]:
    good, bad = 0, []
    for kept, head in _read(cache):
        if head is None:
            bad.append(kept.path.name)
            cache.set_aside(kept.path.name)
        else:
            good += 1
    if bad:
        many = "1 entry was" if len(bad) == 1 else f"{len(bad)} entries were"
        hint = "Nothing is lost: what is missing is made again. If it happens again, look at the disk."
        print_diagnostics([warning("cache-damaged", f"{many} damaged and set aside", Span(str(cache.root)), hint)], root)
    return {"folder": str(cache.root), "good": good, "bad": bad}, [f"{good} good, {len(bad)} bad"], 1 if bad else 0


def _prune(cache: Folder, root: Path) -> tuple[dict[str, Any], list[str], int]:
    removed = cache.prune()
    left = sum(kept.size for kept in cache.files())
    return {"folder": str(cache.root), "removed": removed, "bytes": left}, [f"{words_of(removed)} removed, {words_of(left)} left"], 0


def _read(cache: Folder) -> Iterator[tuple[Kept, Any]]:
    """Every entry with its index, verified; None for one that does not verify."""
    for kept in cache.entries():
        try:
            data = cache.read(kept.path.name, used=False)
            if data is not None:
                yield kept, verified(kept.path.name, data)[0]
        except (OSError, Damaged, OtherFormat):
            yield kept, None


_ACTIONS = {"show": _show, "verify": _verify, "prune": _prune}
