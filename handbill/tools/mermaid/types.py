"""The kinds of diagrams, as the tool needs them."""

from __future__ import annotations

from handbill.diagram_types import TYPES, DiagramType

__all__ = ["TYPES", "DiagramType"]
