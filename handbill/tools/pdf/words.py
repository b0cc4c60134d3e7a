"""From WeasyPrint's log to Diagnostics in plain words. The tool's own words are kept as the detail."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from handbill.diagnostics import Diagnostic, Report, Severity, error, warning
from handbill.text import Span

Line = tuple[str, str, str]
"""Level, message, and the input that was being read."""


@dataclass(frozen=True)
class Misfit:
    """Something that sticks out of its `place`: a "region", the "page" of that number, or what is "cut" off.

    `words` are the first that do, `excess` is in millimetres.
    """

    kind: str
    place: str
    words: str
    excess: float


GLYPH, STYLE = "glyph-missing", "css-ignored"
_GLYPH = re.compile(r'\.notdef glyph rendered .*"(?P<character>.+)" \(U\+(?P<code>[0-9A-F]+)\)', re.DOTALL)
_HINT = "Look for a slip of the pen; what is meant for screens only belongs into “@media screen { … }”."
_PLACE = re.compile(r"at (?P<line>\d+):(?P<column>\d+)")

_Maker = Callable[[re.Match[str], Span], Diagnostic]

_KNOWN: tuple[tuple[re.Pattern[str], _Maker], ...] = (
    (
        re.compile(r"Failed to load image at '?(?P<url>[^']*)'?: (?P<why>.*)", re.DOTALL),
        lambda m, at: error("image-unreadable", f"The picture {_short(m['url'])} could not be read.", at),
    ),
    (
        re.compile(r"Failed to (?:render SVG image|load inline SVG:?) ?(?P<url>.*)", re.DOTALL),
        lambda m, at: error("image-unreadable", f"The drawing {_short(m['url'])} could not be drawn.", at),
    ),
    (
        re.compile(r"No anchor #(?P<name>.*) for internal URI reference"),
        lambda m, at: error("link-target-missing", f"A link leads to “{m['name']}”, and there is no such place.", at),
    ),
    (
        re.compile(r"Content discarded: target points to undefined anchor (?P<name>.*)"),
        lambda m, at: error("link-target-missing", f"A page reference leads to {m['name']}, which does not exist.", at),
    ),
    (
        re.compile(r"Anchor defined twice: '(?P<name>.*)'"),
        lambda m, at: error("id-duplicate", f"Two places have the same identifier “{m['name']}”.", at),
    ),
    (
        re.compile(r"Font-face '(?P<name>.*)' cannot be loaded"),
        lambda m, at: error("font-unreadable", f"The font “{m['name']}” could not be read.", at),
    ),
)


def translate(log: Iterable[Sequence[str]], refused: Iterable[str]) -> tuple[Diagnostic, ...]:
    """What the log lines and the refused files mean for the author, each said once."""
    report = Report()
    refused = tuple(dict.fromkeys(refused))
    report.extend(_refusal(name) for name in refused)
    glyphs: dict[str, str] = {}
    for level, message, source in log:
        if glyph := _GLYPH.search(message):
            glyphs[glyph["code"]] = glyph["character"]
        elif not any(name in message for name in refused):
            report.add(_one(level, message, source))
    report.extend(_glyph(code, character) for code, character in sorted(glyphs.items()))
    return tuple(report)


def misfit(found: Misfit) -> Diagnostic:
    """What it means for the author that something does not fit."""
    words = f"“{_short(found.words)}”" if found.words else "a picture"
    match found.kind:
        case "region":
            return error(
                "region-overflow",
                f"The text does not fit into “{found.place}”: {words} and what follows stick out by {found.excess} mm.",
                None,
                "Shorten the text of this panel, or move some of it to another one.",
            )
        case "page":
            return error(
                "text-outside-page",
                f"On page {found.place}, {words} stands {found.excess} mm outside the paper.",
                None,
                "A long word, a wide table or a large picture does not fit the page: shorten or split it.",
            )
        case _:
            return error(
                "text-cut",
                f"Text is cut off in “{found.place}”, from {words} on ({found.excess} mm too long).",
                None,
                "Shorten the text, or give it more room in the style sheet.",
            )


def _one(level: str, message: str, source: str) -> Diagnostic:
    place = _PLACE.search(message)
    at = Span(source, int(place["line"]), int(place["column"])) if place else Span(source)
    for pattern, make in _KNOWN:
        if match := pattern.search(message):
            made = make(match, at)
            return Diagnostic(made.severity, made.code, made.message, at, made.hints, detail=message)
    if place and level == "WARNING":
        return warning(STYLE, f"{_ignored(message)} has no effect in PDF.", at, _HINT, detail=message)
    severity = Severity.WARNING if level == "WARNING" else Severity.ERROR
    return Diagnostic(severity, "pdf-complaint", "The PDF engine complained about this document.", at, detail=message)


def _ignored(message: str) -> str:
    """What of a style sheet the engine does not know, as far as it says so."""
    found = re.search(r"`(?P<what>[^`]+)`", message)
    return f"“{_short(' '.join(found['what'].split()))}”" if found else "A line of this style sheet"


def _refusal(name: str) -> Diagnostic:
    return error(
        "resource-refused",
        f"The page asks for {_short(name)}, which is not one of its own files.",
        None,
        "A document may only use files that belong to the publication; nothing is fetched from elsewhere.",
    )


def _glyph(code: str, character: str) -> Diagnostic:
    """The character is the complaint's detail, so that it can be looked for in the source."""
    return error(
        GLYPH,
        f"No font of this document has the character “{character}” (U+{code}).",
        None,
        "Write it another way, or add a font that has it to the edition's styles.",
        detail=character,
    )


def _short(url: str) -> str:
    return url if len(url) <= 80 else f"{url[:77]}..."
