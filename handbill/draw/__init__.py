"""draw: Document -> Document. Mermaid code becomes figures with their words, TeX becomes drawings; pictures become assets."""

from __future__ import annotations

from handbill.draw.stage import Plan, draw, get_ready, plan

__all__ = ["Plan", "draw", "get_ready", "plan"]
