"""Tags for WeasyPrint's PDF: marks while it paints, and the structure tree when it has painted.

WeasyPrint has no seam for this, so for the time of one document two names of `weasyprint.pdf` are
replaced: `Stream`, which marks content, and `add_tags`, which writes the tree. The adapter refuses any
other release of WeasyPrint than the one that this was written for, and tests read the tree back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pydyf
import weasyprint.pdf
from weasyprint.document import Document
from weasyprint.pdf.stream import Stream

from handbill.tools.pdf.boxes import Plan, read
from handbill.tools.pdf.semantics import build
from handbill.tools.pdf.structure import write


@contextmanager
def tagging(document: Document) -> Iterator[None]:
    """While this is open, `document.write_pdf` makes the tags that `handbill.tools.pdf` decides on."""
    plan = read(document)

    class Tagged(_TaggedStream):
        _plan = plan

    def add_tags(pdf: pydyf.PDF, _document: Document, _version: object, streams: Sequence[Stream]) -> None:
        for link in plan.links:
            if annotation := link.box.link_annotation:
                link.elem.annotations.append((link.page, annotation))
        write(build(plan.root), pdf, streams, document.metadata.lang or "")

    before = weasyprint.pdf.Stream, weasyprint.pdf.add_tags
    weasyprint.pdf.Stream, weasyprint.pdf.add_tags = Tagged, add_tags
    try:
        yield
    finally:
        weasyprint.pdf.Stream, weasyprint.pdf.add_tags = before


class _TaggedStream(Stream):  # type: ignore[misc]
    """A content stream whose marked content has numbers of its own, also inside groups."""

    _plan: Plan

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._next_mark = 0

    def clone(self, **kwargs: Any) -> _TaggedStream:
        own = {
            "fonts": self._fonts, "page_rectangle": self.page_rectangle, "resources": self._resources,
            "images": self._images, "tags": self._tags, "color_profiles": self._color_profiles,
            "output_intent": self._output_intent, "compress": self.compress,
        }  # fmt: skip
        return type(self)(**{**own, **kwargs})

    @contextmanager
    def marked(self, box: Any, tag: str) -> Iterator[None]:
        leaf = self._plan.leaves.get(box)
        if leaf is None:
            kind = self._plan.pagination.get(box)
            self.begin_marked_content("Artifact", _pagination(kind))
        else:
            self.begin_marked_content(tag, pydyf.Dictionary({"MCID": self._next_mark}))
            leaf.marks.append((self, self._next_mark))
            self._next_mark += 1
        try:
            yield
        finally:
            self.end_marked_content()

    def add_image(self, image: Any, interpolate: bool, ratio: float) -> str:
        """PDF/A forbids interpolation (ISO 19005-3, 6.2.8)."""
        return str(super().add_image(image, False, ratio))


def _pagination(kind: str | None) -> pydyf.Dictionary | None:
    if kind in ("Header", "Footer"):
        return pydyf.Dictionary({"Type": "/Pagination", "Subtype": f"/{kind}"})
    return pydyf.Dictionary({"Type": "/Layout"}) if kind else None
