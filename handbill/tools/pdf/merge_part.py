"""A part of a document while the parts are merged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pikepdf import Pdf


@dataclass
class Part:
    """One file that is merged: its pages in the target, its shared resources there, and what it told of itself."""

    pages: list[Any]
    resources: Any
    told: Mapping[str, Any]
    source: Pdf
