"""Stage `load`: a folder -> `Project`. The only stage that reads the project's files."""

from __future__ import annotations

from handbill.load.project import discover, known_editions, load, load_metadata
from handbill.nearest import did_you_mean

__all__ = ["did_you_mean", "discover", "known_editions", "load", "load_metadata"]
