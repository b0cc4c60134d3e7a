"""The look of a deck as values: the custom properties that its style sheet sets on `:root`.

A designer changes colours, type and measures in one style sheet. Browsers and WeasyPrint read it as
CSS; what PowerPoint needs is read from the same lines here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import tinycss2

from handbill.colour import LEAST, Colour, contrast
from handbill.diagnostics import Diagnostic, error
from handbill.model import Edition
from handbill.names import DECK_STYLE
from handbill.text import Span

COLOURS = ("paper", "ink", "accent", "deep", "on-deep", "soft-on-deep", "glow", "glow-bright", "tint", "rule", "muted")
LENGTHS = ("margin", "eyebrow-size", "title-size", "fine-size")
LADDERS = ("text-sizes", "statement-sizes", "reference-sizes")
NAMES = ("office-font", "measure-with", "measure-bold-with")
PAIRS = (
    ("ink", "paper"), ("accent", "paper"), ("muted", "paper"), ("ink", "tint"), ("accent", "tint"), ("on-deep", "deep"),
    ("soft-on-deep", "deep"),
)  # fmt: skip
"""Text colours and the grounds on which the deck shows them. Slides are seen from afar: no text counts as large."""

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_LENGTH = re.compile(r"(\d+(?:\.\d+)?)px")


@dataclass(frozen=True)
class Theme:
    """The custom properties by name, without their leading hyphens."""

    values: Mapping[str, str]

    def colour(self, name: str) -> str:
        """Six hexadecimal digits."""
        return self.values[name].lstrip("#").upper()

    def rgb(self, name: str) -> Colour:
        """The colour's parts."""
        digits = self.colour(name)
        return Colour(*(int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)))

    def length(self, name: str) -> float:
        """Pixels."""
        return self.lengths(name)[0]

    def lengths(self, name: str) -> list[float]:
        """Pixels, several."""
        return [float(found) for found in _LENGTH.findall(self.values[name])]

    def name(self, name: str) -> str:
        """A quoted name, bare."""
        return self.values[name].strip("\"' ")

    @cached_property
    def width(self) -> float:
        """Of the text area."""
        return WIDTH - 2 * self.length("margin")


WIDTH, HEIGHT = 1280.0, 720.0


def read_theme(edition: Edition) -> tuple[Theme | None, list[Diagnostic]]:
    """The edition's theme; None after complaints about values that are missing, unreadable or too close in colour."""
    path = f"{edition.span.path.rpartition('/')[0]}/{DECK_STYLE}".lstrip("/")
    sheet = edition.files.get(DECK_STYLE)
    if sheet is None:
        return None, [
            error("theme-missing", f"The edition “{edition.name}” has no {DECK_STYLE}", edition.span,
                  "A deck takes its colours and sizes from it; copy the one of templates/editions/slides.")
        ]  # fmt: skip
    values, lines = _properties(sheet.decode("utf-8", "replace"))
    diagnostics = [*_malformed(values, lines, path)]
    if not diagnostics:
        diagnostics += _too_close(values, lines, path)
    return (None if diagnostics else Theme(values)), diagnostics


def _properties(sheet: str) -> tuple[dict[str, str], dict[str, int]]:
    """The custom properties of `:root` and the lines where they stand."""
    values, lines = {}, {}
    for rule in tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True):
        if rule.type != "qualified-rule" or tinycss2.serialize(rule.prelude).strip() != ":root":
            continue
        for declaration in tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True):
            if declaration.type == "declaration" and declaration.name.startswith("--"):
                name = declaration.name[2:]
                parts = [part for part in declaration.value if part.type != "comment"]
                values[name], lines[name] = tinycss2.serialize(parts).strip(), declaration.source_line
    return values, lines


def _malformed(values: Mapping[str, str], lines: Mapping[str, int], path: str) -> list[Diagnostic]:
    out = []
    kinds = [(COLOURS, _COLOUR, "a colour such as #17506e"), ((*LENGTHS, *LADDERS), _LENGTH, "a length such as 36px"),
             (NAMES, re.compile(r".+"), "a name in quotes")]  # fmt: skip
    for names, pattern, what in kinds:
        for name in names:
            if not pattern.match(values.get(name, "")):
                said = f"is “{values[name]}”" if values.get(name) else "is missing"
                out.append(
                    error("theme-value", f"“--{name}” {said}; it must be {what}", Span(path, lines.get(name, 1), 1),
                          f"Write it among the lines of `:root` in {DECK_STYLE}.")
                )  # fmt: skip
    return out


def _too_close(values: Mapping[str, str], lines: Mapping[str, int], path: str) -> list[Diagnostic]:
    out = []
    for front, ground in PAIRS:
        ratio = contrast(Theme(values).rgb(front), Theme(values).rgb(ground))
        if ratio < LEAST:
            out.append(
                error(
                    "contrast-low",
                    f"“--{front}” on “--{ground}” has a contrast of {ratio:.1f}:1; text needs {LEAST}:1 or more",
                    Span(path, lines[front], 1),
                    "Make one of the two darker or lighter.",
                )
            )
    return out

