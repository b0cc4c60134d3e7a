"""What a part of a document tells of its fonts, so that all parts can share one font of each kind."""

from __future__ import annotations

import hashlib
from typing import Any

from weasyprint.pdf.fonts import Font
from weasyprint.text.fonts import FontConfiguration

_HANDLES = ("hb_font", "hb_face", "file_content", "widths", "to_unicode", "missing", "hash", "name")
"""What of a font is not told as it stands: pointers, and what is told in another way."""


def describe(font: Font) -> dict[str, Any]:
    """A font that WeasyPrint is about to embed, as JSON values; its file is known by its digest."""
    return {
        "hash": font.hash,
        "file": hashlib.sha256(font.file_content).hexdigest(),
        "name": font.name.decode().partition("+")[2],
        "alone": bool(font.missing or font.bitmap or font.used_in_forms),
        "facts": {name: value for name, value in vars(font).items() if name not in _HANDLES},
        "widths": list(font.widths.items()),
        "letters": list(font.to_unicode.items()),
    }


def unpacked(configuration: FontConfiguration) -> dict[str, bytes]:
    """The font files that a configuration has unpacked, by their digest."""
    folder = configuration._folder
    files = (path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()) if folder else ()
    return {hashlib.sha256(data).hexdigest(): data for data in files}
