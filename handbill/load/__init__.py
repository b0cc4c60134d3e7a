"""Stage `load`: a folder -> `Project`. The only stage that reads the project's files."""

from __future__ import annotations

from handbill.load.project import discover, load, load_metadata

__all__ = ["discover", "load", "load_metadata"]
