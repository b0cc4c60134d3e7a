"""Stage `load`: a folder -> `Project`. The only stage that reads the project's files."""

from __future__ import annotations

from handbill.load.project import load, load_metadata

__all__ = ["load", "load_metadata"]
