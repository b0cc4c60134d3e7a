"""The validators of finished files: one row each; `build.py verify` and the tests read the table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from handbill.tools.validators import chromium, java, node, python


@dataclass(frozen=True)
class Validator:
    """One validator: the file name endings that it judges, and a function from files to findings.

    `run(root, paths)` gives, for each path, the tuple of its findings in plain words; empty when there are none.
    Raises `ToolMissing` when the validator or what it runs on is not installed.
    """

    name: str
    checks: str
    endings: tuple[str, ...]
    run: Callable[[Path, Sequence[Path]], list[tuple[str, ...]]]
    unless: Callable[[Path], bool] = lambda _: False
    """Files of these endings that claim another standard."""

    def judges(self, path: Path) -> bool:
        return path.suffix in self.endings and not self.unless(path)


VALIDATORS = (
    Validator("PDF/UA-1", "ISO 14289-1, by page-validation", (".pdf",), python.pdf_ua, python.for_press),
    Validator("PDF/A-3a", "ISO 19005-3, by page-validation", (".pdf",), python.pdf_a, python.for_press),
    Validator("EPUBCheck", "EPUB 3.3", (".epub",), java.epubcheck),
    Validator("Ace", "EPUB Accessibility 1.1", (".epub",), node.ace),
    Validator("Nu HTML", "HTML, by the Nu checker", (".html",), java.nu_html),
    Validator("axe", "WCAG 2.2 AA and best practices, every slide, by axe-core", (".html",), chromium.axe),
    Validator("PowerPoint", "alt texts, titles, notes, ids, language", (".pptx",), python.powerpoint),
)
