"""The quality report: what was asked of a publication, by whom, and what became of it."""

from __future__ import annotations

from handbill.quality.report import Draft, draft, quality, write_report
from handbill.quality.scoring import grade_of

__all__ = ["Draft", "draft", "grade_of", "quality", "write_report"]
