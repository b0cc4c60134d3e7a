"""A digest of any value of the line: equal values have equal digests, in every process and on every machine.

Places (`Span`, and what remembers where a text was written) can be left out: then a value is the same after
its author has moved it down a line.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
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
    digest = hashlib.sha256()
    for piece in _pieces(value, places):
        digest.update(len(piece).to_bytes(8, "big"))
        digest.update(piece)
    return digest.hexdigest()


def _pieces(value: Any, places: bool) -> Iterator[bytes]:
    """The value as bytes, each kind of value with a name of its own, so that no two values look alike."""
    if isinstance(value, Span | Source):
        yield b"place"
        if places:
            yield from _members(value, places)
    elif isinstance(value, Mapping):
        yield from _mapping(value, places)
    elif isinstance(value, list | tuple):
        yield from (b"list", str(len(value)).encode())
        for item in value:
            yield from _pieces(item, places)
    elif isinstance(value, set | frozenset):
        yield from (b"set", *sorted(fingerprint(item, places=places).encode() for item in value))
    elif isinstance(value, BaseModel) or is_dataclass(value):
        yield from _members(value, places)
    else:
        yield from _single(value, places)


def _single(value: Any, places: bool) -> Iterator[bytes]:
    if isinstance(value, Enum):
        yield from (b"enum", type(value).__name__.encode(), str(value.value).encode())
    elif isinstance(value, str):
        yield from (b"str", value.encode("utf-8", "surrogatepass"))
        if places and isinstance(value, Located):
            yield from _pieces((value.span, value.line_spans, value.runs), places)
    elif isinstance(value, bytes):
        yield from (b"bytes", value)
    elif value is None or isinstance(value, bool | int | float | date):
        yield from (b"plain", repr(value).encode())
    else:
        raise TypeError(f"{type(value).__name__} is no value that could be told from others")


def _mapping(value: Mapping[Any, Any], places: bool) -> Iterator[bytes]:
    """Pandoc's documents at once by their JSON; of others each item, in order."""
    if "pandoc-api-version" in value:
        yield from (b"ast", json.dumps(value, ensure_ascii=True).encode())
        return
    yield from (b"map", str(len(value)).encode())
    for key, item in value.items():
        yield from _pieces(key, places)
        yield from _pieces(item, places)


def _members(value: Any, places: bool) -> Iterator[bytes]:
    yield from (b"object", type(value).__name__.encode())
    kind: Any = type(value)
    for name in _names(kind):
        yield name.encode()
        yield from _pieces(getattr(value, name), places)


@cache
def _names(kind: Any) -> tuple[str, ...]:
    if issubclass(kind, BaseModel):
        return tuple(kind.model_fields)
    return tuple(member.name for member in fields(kind))
