"""One font for all parts of a document: the glyphs of all of them in one subset.

WeasyPrint keeps the numbers of glyphs when it subsets a font, so the texts of all parts stay as they are.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from typing import Any

import pikepdf
import pydyf
from weasyprint import DEFAULT_OPTIONS
from weasyprint.pdf.fonts import Font, build_fonts_dictionary
from weasyprint.text.ffi import ffi, harfbuzz

_MEMORY_READONLY = 1

ffi.cdef("""
    hb_blob_t *hb_blob_create (const char *data, unsigned int length, int mode, void *user_data, void *destroy);
    hb_face_t *hb_face_create (hb_blob_t *blob, unsigned int index);
""")


class Fonts:
    """Collects the fonts of all parts by what they are, and embeds each once."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        """`files` are font files as WeasyPrint has unpacked them, by their digest."""
        self._files = files
        self._fonts: dict[tuple[Any, ...], Font] = {}

    def add(self, told: Mapping[str, Any]) -> str | None:
        """The name under which `embed` gives the font that `describe` told of; None for one that cannot be shared."""
        if told["alone"] or told["file"] not in self._files:
            return None
        facts = told["facts"]
        key = (told["file"], told["name"], facts["index"], tuple(sorted(facts["variations"].items())))
        if key not in self._fonts:
            self._fonts[key] = self._font(told, len(self._fonts))
        font = self._fonts[key]
        for glyph, width in told["widths"]:
            font.widths.setdefault(glyph, width)
        for glyph, letters in told["letters"]:
            font.to_unicode.setdefault(glyph, letters)
        return str(font.hash)

    def _font(self, told: Mapping[str, Any], number: int) -> Font:
        font = Font.__new__(Font)
        vars(font).update(told["facts"])
        data = self._files[told["file"]]
        blob = harfbuzz.hb_blob_create(ffi.from_buffer(data), len(data), _MEMORY_READONLY, ffi.NULL, ffi.NULL)
        font.hb_face = ffi.gc(harfbuzz.hb_face_create(blob, font.index), harfbuzz.hb_face_destroy)
        harfbuzz.hb_blob_destroy(blob)
        font.file_content, font.widths, font.to_unicode, font.missing = data, {}, {}, {}
        digest = hashlib.sha256(f"{told['file']} {told['name']} {number}".encode()).digest()
        font.hash = "".join(chr(65 + byte % 26) for byte in digest[:6])
        font.name = f"/{font.hash}+{told['name']}".encode()
        return font

    def embed(self, target: pikepdf.Pdf) -> dict[str, pikepdf.Object]:
        """The fonts as objects of `target`, by the names that `add` gave."""
        pdf = pydyf.PDF()
        for font in self._fonts.values():
            font.widths = dict(sorted(font.widths.items()))
            font.to_unicode = dict(sorted(font.to_unicode.items()))
        options = {**DEFAULT_OPTIONS, "pdf_version": "1.7"}
        made = build_fonts_dictionary(pdf, {font.hash: font for font in self._fonts.values()}, True, True, options)
        pdf.add_object(made)
        pdf.catalog["Fonts"] = made.reference
        stream = io.BytesIO()
        pdf.write(stream)
        with pikepdf.open(stream) as source:
            copied = target.copy_foreign(source.Root.Fonts)
        return {str(name)[1:]: font for name, font in copied.items()}
