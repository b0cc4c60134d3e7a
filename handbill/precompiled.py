"""What Python compiles anew in each process, as an earlier process has compiled it: patterns, and the methods of dataclasses.

Some 450 regular expressions and 600 methods, those of libraries included, are compiled before a check has read a word, and
that takes longer than the check itself. What is kept of a pattern is what Python's compiler (`re._compiler`) hands to its
engine: numbers, which the engine examines before it takes them (`_validate` in Modules/_sre/sre.c). What is kept of a
method is the code of the text that `dataclasses` executes. Where this Python has no such parts, all is compiled as ever.
"""

from __future__ import annotations

import dataclasses
import marshal
import re
from array import array
from types import CodeType
from typing import Any

from handbill.shelf import SHELF

_parts: Any
try:
    import _sre as _engine  # type: ignore[import-not-found]
    from re import _compiler, _parser  # type: ignore[attr-defined]

    _parts = _compiler
except ImportError:  # another Python than those that we know
    _parts = None

_MOST = 6000
"""Pieces that are kept; those that nobody used go when there are more."""

_Pattern = tuple[int, bytes, int, dict[str, int], tuple[Any, ...]]
_kept: dict[Any, _Pattern | CodeType] = {}
"""By pattern and flags what the engine needs; by the text of a method its code."""
_used: dict[Any, _Pattern | CodeType] = {}


def recall(role: str) -> None:
    """From now on takes what processes of this role have kept.

    role  what the process does: others need other things
    """
    data = SHELF.get(("compiled", role))
    _kept.update(marshal.loads(data) if data is not None else {})  # noqa: S302 - from a folder that only this user can write
    if _parts is not None:
        _parts.compile = _compile
    vars(dataclasses)["exec"] = _execute


def keep(role: str) -> None:
    """Keeps what was compiled, for the next process of this role."""
    if _used.keys() <= _kept.keys():
        return
    known = {**_kept, **_used}
    SHELF.put(("compiled", role), marshal.dumps(known if len(known) <= _MOST else _used))


def _compile(pattern: Any, flags: int = 0) -> re.Pattern[Any]:
    """What `re` asks for a pattern that it does not have in its own cache."""
    if type(pattern) not in (str, bytes) or flags & re.DEBUG:
        return _plain(pattern, flags)
    key = (pattern, int(flags))
    found: Any = _kept.get(key) or _used.get(key) or _taken_apart(pattern, flags)
    _used[key] = found
    all_flags, code, groups, index_of, names = found
    made: re.Pattern[Any] = _engine.compile(pattern, all_flags, array("I", code).tolist(), groups, index_of, names)
    return made


def _taken_apart(pattern: Any, flags: int) -> _Pattern:
    """What the engine needs to know of a pattern. Raises `re.error` for one that is none."""
    parsed = _parser.parse(pattern, flags)
    code = array("I", _parts._code(parsed, flags)).tobytes()
    state = parsed.state
    names: list[str | None] = [None] * state.groups
    for name, number in state.groupdict.items():
        names[number] = name
    return int(flags | state.flags), code, state.groups - 1, dict(state.groupdict), tuple(names)


def _execute(text: str, names: dict[str, Any] | None, local: dict[str, Any]) -> None:
    """What `dataclasses` calls with the text of a method that it has written."""
    code: Any = _kept.get(text) or _used.get(text) or compile(text, "<string>", "exec")
    _used[text] = code
    exec(code, names, local)  # noqa: S102 - as `dataclasses` does


_plain = _parts.compile if _parts is not None else re.compile
