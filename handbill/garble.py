"""Characters that nobody sees, and letters that were saved in one encoding and read in another."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
)
_SUSPECT = re.compile(
    "[\u0080-\u009f\u00a2\u00ac\u00c2\u00c3\u00ce\u00cf\u00d0\u00d1\u00e2\u00ef\u00f0\u0192\u20ac\ue000-\uf8ff\ufffd]"
)
_FOREIGN = re.compile("[\u0080-\ufffc]+")
_LOST = re.compile("\ufffd+|[\ue000-\uf8ff]+")

GARBLED = "These letters were garbled on their way into this file."


def told_invisible(sign: str) -> tuple[str, str]:
    """What is said about an invisible character, and what to do."""
    name = unicodedata.name(sign, "without a name").lower()
    return f"Here stands an invisible character ({name}, U+{ord(sign):04X}).", "Remove the letters around it and type them again."


def garbled(text: str) -> Iterator[tuple[int, int, str]]:
    """Start and end of each run of garbled letters, and what to do about it."""
    if not _SUSPECT.search(text):
        return
    from ftfy import badness, fix_encoding  # Loaded only for a text that may need it.

    bad = {found.end() - 1 for found in badness.BADNESS_RE.finditer(text)}
    runs = ((run.start(), run.end()) for run in _FOREIGN.finditer(text))
    marks = [(start, end) for start, end in runs if any(start <= place < end for place in bad)]
    marks += [(found.start(), found.end()) for found in _LOST.finditer(text)]
    for start, end in sorted(marks):
        mended = fix_encoding(text[start:end])
        known = mended != text[start:end] and mended.isprintable()
        yield start, end, f"It was probably “{mended}”." if known else "Type the word again."
