"""Messages between the adapter and its worker: a JSON head and named blobs, length first.

No pickles: a worker that a hostile document has taken over must not be able to run code in its parent.
"""

from __future__ import annotations

import json
import os
import selectors
import struct
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SHEAF = "\0lines"
"""The name of the blob with measured lines, which is no file of the document."""
_LENGTHS = struct.Struct(">QQ")
_CHUNK = 1 << 20
_LIMIT = 1 << 30
"""A message is at most 1 GiB: a length beyond that is garbage."""


@dataclass(frozen=True)
class Message:
    """`head` holds JSON values, `blobs` bytes by name."""

    head: Mapping[str, Any]
    blobs: Mapping[str, bytes]


class Closed(Exception):
    """The other side has gone."""


class TooLate(Exception):
    """The other side did not answer in time."""


def send(descriptor: int, message: Message, deadline: float | None = None) -> None:
    """Write one message. Raises `Closed`, and `TooLate` when `deadline` (monotonic) passes first."""
    sizes = {name: len(data) for name, data in message.blobs.items()}
    head = json.dumps({"head": dict(message.head), "sizes": sizes}).encode()
    _write(descriptor, _LENGTHS.pack(len(head), sum(sizes.values())) + head, deadline)
    for data in message.blobs.values():
        _write(descriptor, data, deadline)


def receive(descriptor: int, deadline: float | None = None) -> Message:
    """Read one message. Raises `Closed` and `TooLate` like `send`."""
    head_size, body_size = _LENGTHS.unpack(_read(descriptor, _LENGTHS.size, deadline))
    if head_size > _LIMIT or body_size > _LIMIT:
        raise Closed
    head = json.loads(_read(descriptor, head_size, deadline))
    blobs = {name: _read(descriptor, size, deadline) for name, size in head["sizes"].items()}
    return Message(head["head"], blobs)


def _wait(descriptor: int, event: int, deadline: float | None) -> None:
    if deadline is None:
        return
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, event)
        if not selector.select(max(0.0, deadline - time.monotonic())):
            raise TooLate


def _write(descriptor: int, data: bytes, deadline: float | None) -> None:
    rest = memoryview(data)
    while rest:
        _wait(descriptor, selectors.EVENT_WRITE, deadline)
        try:
            rest = rest[os.write(descriptor, rest[:_CHUNK]) :]
        except BlockingIOError:
            continue
        except OSError as problem:
            raise Closed from problem


def _read(descriptor: int, size: int, deadline: float | None) -> bytes:
    data = bytearray()
    while len(data) < size:
        _wait(descriptor, selectors.EVENT_READ, deadline)
        try:
            chunk = os.read(descriptor, min(size - len(data), _CHUNK))
        except BlockingIOError:
            continue
        except OSError as problem:
            raise Closed from problem
        if not chunk:
            raise Closed
        data += chunk
    return bytes(data)
