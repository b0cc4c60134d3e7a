"""The validator of PDF/UA and PDF/A, and the one thing that it misreads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any


def failures(data: bytes, profile: str) -> Iterator[tuple[str, str]]:
    """Rule and words of everything that a finished PDF breaks; `profile` is `ua1` (ISO 14289-1) or `3a` (ISO 19005-3)."""
    import page  # the module of page-validation

    for failure in page.validate_pdf_bytes(data, profile=profile).failures:
        if not (failure.rule_id.endswith(_LENGTH_RULE) and length_holds(data, failure.object_id)):
            yield failure.rule_id, failure.message


_LENGTH_RULE = "STREAM-LENGTH-001"


def length_holds(data: bytes, place: Any) -> bool:
    """Whether a stream is as long as it says.

    The validator takes a stream whose own last byte is a carriage return for one that is too short by that byte; with
    packed data this comes by chance, once in some 250 streams.
    """
    if place is None:
        return False
    found = re.search(
        rb"(?:^|[\r\n])%d 0 obj\b.{0,4000}?/Length (\d+)\b(?! \d+ R).{0,4000}?\bstream\r?\n" % place.object_number,
        data,
        re.DOTALL,
    )
    return found is not None and data[found.end() + int(found[1]) :].startswith((b"\nendstream", b"\r\nendstream"))
