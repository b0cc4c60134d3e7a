"""Measured lines as bytes, so that the next process need not measure them again.

A sheaf is what one layout looked up. Nothing in it is ever executed, and floats come back to the last bit. It is worth
something only with the very fonts that it was measured with, whose name stands in it, and with the very programs, which
is the matter of whoever keeps it.
"""

from __future__ import annotations

import marshal
import zlib
from collections.abc import Mapping
from typing import Any

_LEVEL = 1


class Unreadable(ValueError):
    """These bytes are no sheaf."""


def pack(fonts: str, lines: Mapping[Any, Any]) -> bytes:
    """The sheaf of `lines` (see `handbill.tools.pdf.lines`), measured with the set of fonts called `fonts`."""
    styles: dict[Any, int] = {}
    rows = [(asked, styles.setdefault(style, len(styles)), found) for (asked, style), found in lines.items()]
    return zlib.compress(marshal.dumps((fonts, [_plain(style) for style in styles], rows)), _LEVEL)


def unpack(fonts: str, sheaf: bytes) -> dict[Any, Any]:
    """The lines in a sheaf; none when it was made with other fonts. Raises `Unreadable`."""
    try:
        named, styles, rows = marshal.loads(zlib.decompress(sheaf))  # noqa: S302  data only; in a process that can be killed
        return {(asked, styles[style]): found for asked, style, found in rows} if named == fonts else {}
    except (zlib.error, ValueError, TypeError, EOFError, IndexError) as problem:
        raise Unreadable(str(problem)) from problem


def _plain(value: Any) -> Any:
    """Named tuples (lengths with their units) as tuples: they are equal, and can be written."""
    return tuple(map(_plain, value)) if isinstance(value, tuple) else value
