"""What the reading of finished files needs, loaded while the first of them is still being laid out."""

from __future__ import annotations

from collections.abc import Collection

from handbill.inspect import PAGED
from handbill.tools.pdf import validation


def inspectors_ready(formats: Collection[str]) -> None:
    """The inspectors, and the validator where one of `formats` needs it: together a seventh of a second."""
    if not PAGED.isdisjoint(formats):
        validation.load()
