"""One entry of the cache as bytes: what a Job gave, bound to the Job's key, with a digest over all of it.

    handbill-cache-2 <key> <length of the body> <SHA-256 of the body>\\n
    <8 bytes: length of the index> <index, JSON> <outputs, one after the other>

Nothing in it is ever executed (no pickle), and nothing is believed before the digest agrees.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from handbill.diagnostics import from_values, to_values
from handbill.jobs import Job, Result

FAMILY = "handbill-cache-"
FORMAT = f"{FAMILY}2"
_NAMED = re.compile(rf"{FAMILY}\d+ ".encode())
_HEADER_LIMIT = 200
_LENGTH = 8


class Damaged(ValueError):
    """The bytes are not what was written for this key."""


class OtherFormat(ValueError):
    """The bytes were written by another version of Handbill."""


def encode(job: Job, result: Result) -> bytes:
    """The entry of a Job that went well."""
    index = {
        "tool": job.tool,
        "version": job.version,
        "label": job.label,
        "outputs": [[name, len(data)] for name, data in result.outputs.items()],
        "diagnostics": [to_values(diagnostic) for diagnostic in result.diagnostics],
        "seconds": result.seconds,
    }
    head = json.dumps(index, ensure_ascii=True).encode()
    body = b"".join((len(head).to_bytes(_LENGTH, "big"), head, *result.outputs.values()))
    return f"{FORMAT} {job.key} {len(body)} {hashlib.sha256(body).hexdigest()}\n".encode() + body


def decode(key: str, outputs: tuple[str, ...], data: bytes) -> Result:
    """The Result of the Job `key` that promises `outputs`. Raises `Damaged`, `OtherFormat`."""
    head, position = verified(key, data)
    try:
        files = {}
        for name, length in head["outputs"]:
            files[name] = data[position : position + length]
            position += length
        found = tuple(from_values(item) for item in head["diagnostics"])
        seconds = float(head["seconds"])
    except (KeyError, TypeError, ValueError) as problem:
        raise Damaged(str(problem)) from problem
    if position != len(data) or not set(outputs) <= set(files):
        raise Damaged("it does not hold what the Job makes")
    return Result(files, found, seconds)


def verified(key: str, data: bytes) -> tuple[Mapping[str, Any], int]:
    """The index of an entry, and where its outputs begin. Raises `Damaged`, `OtherFormat`."""
    if (named := _NAMED.match(data)) and named[0] != f"{FORMAT} ".encode():
        raise OtherFormat(named[0].decode())
    end = data.find(b"\n", 0, _HEADER_LIMIT)
    header = data[:end] if end >= 0 else b""
    body = memoryview(data)[end + 1 :]
    if header != f"{FORMAT} {key} {len(body)} {hashlib.sha256(body).hexdigest()}".encode():
        raise Damaged("its digest is not that of what it holds")
    size = int.from_bytes(body[:_LENGTH], "big")
    try:
        head = json.loads(bytes(body[_LENGTH : _LENGTH + size]))
    except ValueError as problem:
        raise Damaged(str(problem)) from problem
    if not isinstance(head, dict):
        raise Damaged("its index is not an index")
    return head, end + 1 + _LENGTH + size
