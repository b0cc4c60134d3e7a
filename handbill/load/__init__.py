"""Stage `load`: a folder -> `Project`. The only stage that reads the project's files."""

from __future__ import annotations

from handbill.load.nearest import did_you_mean
from handbill.load.project import discover, known_editions, load, load_metadata

__all__ = ["did_you_mean", "discover", "known_editions", "load", "load_metadata"]
