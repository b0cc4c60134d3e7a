"""Mermaid: drawn by mermaid-cli in one headless browser, explained by Mermaid's own parser."""

from __future__ import annotations

from handbill.tools.mermaid.svg import Refused, parse, with_words
from handbill.tools.mermaid.tool import FONT_PREFIX, GRAPH, META, PNG, SVG, MermaidTool, job
from handbill.tools.mermaid.types import TYPES, DiagramType
from handbill.tools.mermaid.words import INPUT

__all__ = [
    "FONT_PREFIX", "GRAPH", "INPUT", "META", "PNG", "SVG", "TYPES", "DiagramType", "MermaidTool", "Refused", "job",
    "parse", "with_words",
]  # fmt: skip
