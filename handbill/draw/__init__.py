"""draw: Document -> Document. Mermaid code becomes figures with their words, TeX becomes drawings; pictures become assets."""

from __future__ import annotations

from handbill.draw.stage import diagram_jobs, draw

__all__ = ["diagram_jobs", "draw"]
