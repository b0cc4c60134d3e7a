"""The first thing that `build` and `check` do: find out whether there is anything to do. Imports next to nothing.

When every input and every output is as the record of the last such build says, its complaints are printed
again, letter for letter, and its exit code is given. Anything that cannot be decided here at once, is left to
the line itself: this is never where a mistake is found.
"""

from __future__ import annotations

import os
import sys
import time

from handbill import __version__
from handbill.record import Record, key_of, remove, stamp_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_SAYINGS = {"build": "Nothing has changed since the last build.\n", "check": ""}
"""The commands whose answers are remembered, and what they say before an old one. That of `check` is just its answer."""
_MARKS = ("content", "templates")
_SECONDS_OF_A_DAY = 86400
_VARIABLES = (
    "PATH",
    "TERM",
    "NO_COLOR",
    "FORCE_COLOR",
    "COLUMNS",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "SOURCE_DATE_EPOCH",
    "LD_LIBRARY_PATH",
    "HOME",
)
_TELLING = ("--explain", "--timings")
"""Words that change what is told of a build, not what is built."""
_PREFIXES = ("HANDBILL_", "PYTHON", "DYLD_")
_KEPT = 64
"""Records of other arguments and other days that are kept."""


def place_of_record(words: Sequence[str]) -> str | None:
    """Where the record of a command with these words lies; None where no record is to be used.

    Its name is a digest of all that the command depends on beside files: the words, the folder we are in, the
    day, the variables that a tool or a message may heed, this Python, and whether somebody looks at a terminal.
    """
    if not words or _command(words) not in _SAYINGS or "--no-cache" in words:
        return None
    root = _root(_value(words, "--root"))
    if root is None:
        return None
    here = os.getcwd()
    named = _value(words, "--cache") or os.environ.get("HANDBILL_CACHE", "")
    cache = os.path.join(here, named if named and "://" not in named else os.path.join(root, ".cache"))
    variables = [
        f"{name}={value}"
        for name, value in sorted(os.environ.items())
        if name in _VARIABLES or name.startswith(_PREFIXES)
    ]
    day = str(int(time.time()) // _SECONDS_OF_A_DAY)
    eyes = "".join("t" if stream is not None and stream.isatty() else "-" for stream in (sys.stdout, sys.stderr))
    parts = [__version__, sys.version, sys.prefix, __file__, here, root, day, eyes, *variables, "", *(word for word in words if word not in _TELLING)]
    return os.path.join(cache, "records", key_of(parts))


def replay(words: Sequence[str]) -> int | None:
    """The exit code of a build or check for which there is nothing to do, after saying again what it said; else None."""
    place = place_of_record(words)
    record = None if place is None else Record.read(place)
    if place is None or record is None:
        return None
    before = [entry for part in record.parts for entry in part.entries.values()]
    if any(path for part in record.parts for path in part.changes()):
        return None
    after = [entry for part in record.parts for entry in part.entries.values()]
    if any(old is not new for old, new in zip(before, after, strict=True)):
        keep(record, place)
    sys.stderr.write(_SAYINGS[_command(words)])
    sys.stderr.write(record.errors)
    sys.stderr.flush()
    sys.stdout.write(record.output)
    sys.stdout.flush()
    return record.code


def keep(record: Record, place: str) -> None:
    """Writes a record; where that is not possible the next build only takes longer. Old ones go."""
    try:
        record.write(place)
        folder = os.path.dirname(place)
        names = os.listdir(folder)
        if len(names) > _KEPT:
            paths = sorted(
                (os.path.join(folder, name) for name in names), key=lambda path: int(stamp_of(path)[1].strip("-") or 0)
            )
            for path in paths[: len(names) - _KEPT]:
                remove(path)
    except (OSError, ValueError):
        remove(place)


def _command(words: Sequence[str]) -> str:
    """The first word that is neither an option nor an option's value."""
    skip = False
    for word in words:
        if skip or word.startswith("-"):
            skip = word == "--root" and not skip
            continue
        return word
    return ""


def _value(words: Sequence[str], option: str) -> str:
    """What an option is given, as `--option value` or `--option=value`; the last one counts; empty when it is not there."""
    found = ""
    for index, word in enumerate(words):
        if word == option and index + 1 < len(words):
            found = words[index + 1]
        elif word.startswith(option + "="):
            found = word[len(option) + 1 :]
    return found


def _root(named: str) -> str | None:
    """The project's folder, as the line will find it."""
    folder = os.path.abspath(named or ".")
    while not all(os.path.isdir(os.path.join(folder, mark)) for mark in _MARKS):
        above = os.path.dirname(folder)
        if named or above == folder:
            return None
        folder = above
    return folder
