"""The validator of PDF/UA and PDF/A, and the one thing that it misreads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any


def load() -> Any:
    """The module of page-validation, which takes longer to load than a few pages to read."""
    import page

    return page


_used: set[str] = set()
"""The profiles that this process has asked for so far."""


def used() -> bool:
    """Whether the validator has been at work in this process. It has then threads of its own, which a fork does not get,
    and for which it would wait there for ever.
    """
    return bool(_used)


def failures(data: bytes, profile: str) -> Iterator[tuple[str, str]]:
    """Rule and words of everything that a finished PDF breaks; `profile` is `ua1` (ISO 14289-1) or `3a` (ISO 19005-3)."""
    _used.add(profile)
    for failure in load().validate_pdf_bytes(data, profile=profile).failures:
        if not (failure.rule_id.endswith(_LENGTH_RULE) and length_holds(data, failure.object_id)):
            yield failure.rule_id, failure.message


_LENGTH_RULE = "STREAM-LENGTH-001"


def length_holds(data: bytes, place: Any) -> bool:
    """Whether a stream is as long as it says.

    The validator takes a stream whose own last byte is a carriage return for one that is too short by that byte; with
    packed data this comes by chance, once in some 250 streams. It does not name the stream (`place` is None) when that
    is one of the file's own, which hold objects: then all of these are looked at.
    """
    if place is None:
        return all(_ends(data, found) for found in _OWN_STREAM.finditer(data))
    found = re.search(
        rb"(?:^|[\r\n])%d 0 obj\b.{0,4000}?/Length (\d+)\b(?! \d+ R).{0,4000}?\bstream\r?\n" % place.object_number,
        data,
        re.DOTALL,
    )
    return found is not None and _ends(data, found)


_OWN_STREAM = re.compile(
    rb"<<(?=[^>]{0,400}/Type */(?:ObjStm|XRef)\b)(?=.{0,4000}?/Length (\d+)\b(?! \d+ R)).{0,4000}?>>\s*stream\r?\n", re.DOTALL
)


def _ends(data: bytes, found: re.Match[bytes]) -> bool:
    start = found.end() + int(found[1])
    return data[start : start + 11].startswith((b"\nendstream", b"\r\nendstream"))
