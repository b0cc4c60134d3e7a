"""A digest of any value of the line: equal values have equal digests, in every process and on every machine.

Places (`Span`, and what remembers where a text was written) can be left out: then a value is the same after
its author has moved it down a line.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import Any

from pydantic import BaseModel

from handbill.model import Source
from handbill.text import Located, Span


def fingerprint(value: Any, *, places: bool = False) -> str:
    """SHA-256 of a value as hexadecimal digits. Raises TypeError for what is no value (a function, a stream).

    With `places` two values are equal only if all of it stands at the same place of the same file, too.
    """
    pieces: list[bytes] = []
    _put(value, places, pieces.append)
    return hashlib.sha256(b"".join(pieces)).hexdigest()


_Add = Callable[[bytes], None]
_Writer = Callable[[Any, bool, _Add], None]


def _put(value: Any, places: bool, add: _Add) -> None:
    """The value as bytes. Each kind of value begins with a sign of its own and tells its length, so that no two look alike.

    One publication has some ten thousand places: so what is done with a value is decided once for its type.
    """
    kind: Any = type(value)
    _writer(kind)(value, places, add)


@cache
def _writer(kind: Any) -> _Writer:
    """What writes values of this type."""
    return next(
        (writer for family, writer in _WRITERS if issubclass(kind, family)),
        _put_members if is_dataclass(kind) else _refuse,
    )


def _put_span(span: Span, places: bool, add: _Add) -> None:
    if places:
        path = span.path.encode("utf-8", "surrogatepass")
        add(b"@%d:%b %d %d %d %d;" % (len(path), path, span.line, span.column, span.end_line, span.end_column))
    else:
        add(b"@;")


def _put_source(source: Source, places: bool, add: _Add) -> None:
    if places:
        _put_members(source, places, add)
    else:
        add(b"@;")


def _put_mapping(value: Mapping[Any, Any], places: bool, add: _Add) -> None:
    """Pandoc's documents at once by their JSON; of others each item, in order."""
    if "pandoc-api-version" in value:
        _put_bytes(json.dumps(value, ensure_ascii=True).encode(), places, add, b"a")
        return
    add(b"m%d:" % len(value))
    for key, item in value.items():
        _put(key, places, add)
        _put(item, places, add)


def _put_list(value: Sequence[Any], places: bool, add: _Add) -> None:
    add(b"l%d:" % len(value))
    for item in value:
        _put(item, places, add)


def _put_set(value: Set[Any], places: bool, add: _Add) -> None:
    add(b"t%d:" % len(value))
    for digest in sorted(fingerprint(item, places=places) for item in value):
        add(digest.encode())


def _put_members(value: Any, places: bool, add: _Add) -> None:
    _put_bytes(type(value).__name__.encode(), places, add, b"o")
    kind: Any = type(value)
    for name, label in _names(kind):
        add(label)
        _put(getattr(value, name), places, add)


def _put_enum(value: Enum, places: bool, add: _Add) -> None:
    _put_bytes(f"{type(value).__name__} {value.value}".encode(), places, add, b"e")


def _put_located(value: Located, places: bool, add: _Add) -> None:
    _put_string(value, places, add)
    if places:
        _put_list((value.span, value.line_spans, value.runs), places, add)


def _put_string(value: str, places: bool, add: _Add) -> None:
    _put_bytes(value.encode("utf-8", "surrogatepass"), places, add, b"s")


def _put_bytes(value: bytes, _places: bool, add: _Add, sign: bytes = b"b") -> None:
    add(b"%b%d:" % (sign, len(value)))
    add(value)


def _put_plain(value: bool | int | float | date | None, places: bool, add: _Add) -> None:
    _put_bytes(repr(value).encode(), places, add, b"p")


def _refuse(value: Any, _places: bool, _add: _Add) -> None:
    raise TypeError(f"{type(value).__name__} is no value that could be told from others")


_WRITERS: tuple[tuple[Any, _Writer], ...] = (
    (Span, _put_span),
    (Source, _put_source),
    (Enum, _put_enum),
    (Located, _put_located),
    (str, _put_string),
    (bytes, _put_bytes),
    ((type(None), bool, int, float, date), _put_plain),
    (Mapping, _put_mapping),
    ((list, tuple), _put_list),
    ((set, frozenset), _put_set),
    (BaseModel, _put_members),
)


@cache
def _names(kind: Any) -> tuple[tuple[str, bytes], ...]:
    """The members of a model or dataclass, and what stands for their names."""
    names = kind.model_fields if issubclass(kind, BaseModel) else (member.name for member in fields(kind))
    return tuple((name, b".%d:%b" % (len(name), name.encode())) for name in names)
