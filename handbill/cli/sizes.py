"""Numbers of bytes as people write and read them."""

from __future__ import annotations

import argparse
import re

_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "KI": 2**10, "MI": 2**20, "GI": 2**30, "TI": 2**40}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGT]?I?)B?")


def size(value: str) -> int:
    """Bytes from human words: "300MB" (10^6), "2 GiB" (2^30), "0"."""
    found = _SIZE.fullmatch(value.strip().upper())
    if found is None:
        raise argparse.ArgumentTypeError(f"“{value}” is not a size; write for instance 500MB or 2GiB")
    return int(float(found[1]) * _UNITS[found[2]])


def words_of(number: int) -> str:
    """Bytes as people read them."""
    for unit in ("bytes", "kB", "MB"):
        if number < 1000:
            return f"{number:.0f} {unit}" if unit == "bytes" else f"{number:.1f} {unit}"
        number = number / 1000  # type: ignore[assignment]
    return f"{number:.1f} GB"
