"""liblouis through its C interface (liblouis.h); only the few functions that are needed.

The library's own Python module belongs to the system's Python, which is not ours.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

DOTS = "unicode.dis"
"""The display table that writes cells as Unicode's Braille patterns (U+2800 to U+28FF)."""
NO_CONTRACT = 0x1000
_LOG_OFF = 60000
_ROOM = 8
"""Cells that one letter may become; what the library itself allows for."""


@dataclass(frozen=True)
class Table:
    """What a translation table says of itself; empty where it says nothing."""

    path: str
    language: str
    region: str
    contraction: str
    direction: str
    dots: str
    type: str

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


class Louis:
    """The open library. Raises OSError when it is not there."""

    def __init__(self, path: str) -> None:
        library = ctypes.CDLL(path)
        self._library = library
        library.lou_setLogLevel(_LOG_OFF)
        library.lou_listTables.restype = ctypes.POINTER(ctypes.c_char_p)
        library.lou_getTableInfo.restype = ctypes.c_char_p
        self._bytes = int(library.lou_charSize())
        self._encoding = f"utf_{self._bytes * 8}_le"

    def tables(self) -> Iterator[Table]:
        """Every table that people are meant to choose, in the order of their names."""
        names = self._library.lou_listTables()
        found, index = [], 0
        while names and (name := names[index]):
            found.append(name)
            index += 1
        for name in sorted(found):
            facts = [
                (self._library.lou_getTableInfo(name, key.encode()) or b"").decode()
                for key in ("language", "region", "contraction", "direction", "dots", "type")
            ]
            yield Table(name.decode(), *facts)

    def knows(self, table: str) -> bool:
        """Whether a table is there and can be used."""
        return bool(self._library.lou_checkTable(f"{DOTS},{table}".encode()))

    def write(self, table: str, text: str, whole: Sequence[bool] = ()) -> str:
        """Cells for text. Where `whole` says so, letter by letter, words are not contracted. Empty when it fails."""
        return self._call(self._library.lou_translateString, table, text, whole)

    def read(self, table: str, cells: str) -> str:
        """Text for cells, as a reader of this table would take them."""
        return self._call(self._library.lou_backTranslateString, table, cells, ())

    def _call(self, function: ctypes._NamedFuncPointer, table: str, given: str, whole: Sequence[bool]) -> str:
        if not given:
            return ""
        data = given.encode(self._encoding, "replace")
        count = ctypes.c_int(len(data) // self._bytes)
        room = ctypes.c_int(count.value * _ROOM + 64)
        out = ctypes.create_string_buffer(room.value * self._bytes)
        # The library writes into the forms, too: as many as there is room for cells.
        forms = (ctypes.c_ushort * room.value)(*(NO_CONTRACT if flag else 0 for flag in whole)) if any(whole) else None
        if not function(f"{DOTS},{table}".encode(), data, ctypes.byref(count), out, ctypes.byref(room), forms, None, 0):
            return ""
        return out.raw[: room.value * self._bytes].decode(self._encoding, "replace")
