"""Content streams whose marks, pictures and fonts come out as the standards want them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import md5
from typing import Any

import pydyf
from weasyprint.pdf.fonts import Font
from weasyprint.pdf.stream import Stream
from weasyprint.text.ffi import ffi
from weasyprint.text.fonts import get_pango_font_hb_face, get_pango_font_key

from handbill.tools.pdf.boxes import Plan


class TaggedStream(Stream):  # type: ignore[misc]
    """A content stream that asks `plan` what each painted box is. Marks have numbers of their own in each stream."""

    def __init__(self, plan: Plan, prefix: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._plan = plan
        self._prefix = prefix
        self._next_mark = 0

    def clone(self, **kwargs: Any) -> TaggedStream:
        """A stream for a group. WeasyPrint's own `clone` makes a plain one."""
        own = {
            "fonts": self._fonts, "page_rectangle": self.page_rectangle, "resources": self._resources,
            "images": self._images, "tags": self._tags, "color_profiles": self._color_profiles,
            "output_intent": self._output_intent, "compress": self.compress,
        }  # fmt: skip
        return TaggedStream(self._plan, self._prefix, **{**own, **kwargs})

    @contextmanager
    def marked(self, box: Any, tag: str) -> Iterator[None]:
        leaf = self._plan.leaves.get(box)
        if leaf is None:
            self.begin_marked_content("Artifact", _kind(self._plan.pagination.get(box)))
        else:
            properties = pydyf.Dictionary({"MCID": self._next_mark})
            if leaf.spelled:
                properties["ActualText"] = pydyf.String(leaf.spelled)
            self.begin_marked_content(tag, properties)
            leaf.marks.append((self, self._next_mark))
            self._next_mark += 1
        try:
            yield
        finally:
            self.end_marked_content()

    def add_image(self, image: Any, interpolate: bool, ratio: float) -> str:
        """PDF/A forbids interpolation (ISO 19005-3, 6.2.8)."""
        return str(super().add_image(image, False, ratio))

    def add_font(self, pango_font: Any) -> tuple[Font, float]:
        """One PDF font for each font file.

        WeasyPrint knows a font by its description alone. Two files of one family and weight (its Latin and its
        Greek letters, say) then share one PDF font, and the letters of one are drawn with the shapes of the other.
        """
        description_key, description, size = get_pango_font_key(pango_font)
        face = int(ffi.cast("uintptr_t", get_pango_font_hb_face(pango_font)))
        key = (description_key, face)
        if key not in self._fonts:
            font = Font(pango_font, description, size)
            if any(self._prefix + font.hash == other.hash for other in self._fonts.values()):
                _rename(font)
            font.hash = self._prefix + font.hash
            self._fonts[key] = font
        return self._fonts[key], size


def _rename(font: Font) -> None:
    digest = md5(font.hash.encode() + font.file_content, usedforsecurity=False).digest()
    font.hash = "".join(chr(65 + byte % 26) for byte in digest[:6])
    font.name = b"/" + font.hash.encode() + b"+" + font.name.partition(b"+")[2]


def mend_unicode(fonts: Mapping[Any, Font]) -> None:
    """Give a character to every glyph that has none: of several glyphs for one letter WeasyPrint names the first only.

    The character has no width and no meaning. What is really written there stands in the mark's own `ActualText`.
    """
    for font in fonts.values():
        for glyph, text in font.to_unicode.items():
            font.to_unicode[glyph] = text or _NOTHING


def stream_data(stream: pydyf.Stream) -> bytes:
    """A stream's bytes, whose length any reader agrees on.

    Where the content ends with a carriage return, the line end that follows must not look like its second half.
    """
    data: bytes = _plain_data(stream)
    return data[: -len(_END)] + b"\r" + _END if data.endswith(b"\r" + _END) else data


_plain_data = pydyf.Stream.data.fget
_END = b"\nendstream"
_NOTHING = "\u200b"


def _kind(kind: str | None) -> pydyf.Dictionary | None:
    """What sort of artifact it is (ISO 32000-1, 14.8.2.2.2); nothing where WeasyPrint did not say."""
    if kind in ("Header", "Footer"):
        return pydyf.Dictionary({"Type": "/Pagination", "Subtype": f"/{kind}"})
    return pydyf.Dictionary({"Type": "/Layout"}) if kind else None
