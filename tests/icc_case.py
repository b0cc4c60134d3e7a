"""A small printer's profile for tests, written by the ICC specification (ICC.1:2001-04): CMYK to Lab and back."""

from __future__ import annotations

import itertools
import struct

_IDENTITY = struct.pack(">9i", *(65536 if n in (0, 4, 8) else 0 for n in range(9)))
_RAMP = bytes(range(256))


def printer_profile(title: str = "Test press", device: bytes = b"prtr", space: bytes = b"CMYK") -> bytes:
    """A profile of version 2 whose inks simply darken the paper."""
    words = title.encode("ascii") + b"\0"
    description = b"desc" + bytes(4) + struct.pack(">I", len(words)) + words + bytes(78)
    tags = {
        b"desc": description,
        b"cprt": b"text" + bytes(4) + b"Public domain\0",
        b"wtpt": b"XYZ " + bytes(4) + struct.pack(">3i", 63190, 65536, 54061),
        b"A2B0": _table(4, 3, lambda inks: (max(0, 255 - sum(inks) * 255 // 3), 128, 128)),
        b"B2A0": _table(3, 4, lambda lab: (0, 0, 0, 255 - lab[0] * 255)),
    }  # fmt: skip
    table, body, offset = b"", b"", 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        data += bytes(-len(data) % 4)
        table += name + struct.pack(">2I", offset + len(body), len(data))
        body += data
    size = offset + len(body)
    head = struct.pack(">I4sI4s4s4s", size, bytes(4), 0x02400000, device, space, b"Lab ")
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + struct.pack(">3i", 63190, 65536, 54061)
    return head + bytes(128 - len(head)) + struct.pack(">I", len(tags)) + table + body


def _table(parts: int, out: int, value: object) -> bytes:
    """A `lut8Type` with two grid points for each part."""
    cells = bytes(v for point in itertools.product((0, 1), repeat=parts) for v in value(point))  # type: ignore[operator]
    return b"mft1" + bytes(4) + bytes((parts, out, 2, 0)) + _IDENTITY + _RAMP * parts + cells + _RAMP * out
