"""Tags for WeasyPrint's PDF: marks while it paints, and the structure tree when it has painted.

WeasyPrint has no seam for this, so for the time of one document a few names that it looks up are replaced:
the stream that marks content, the function that writes the tree, the one that writes the fonts. The adapter
refuses any other release of WeasyPrint than the one that this was written for, and tests read the tree back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import pydyf
import weasyprint.pdf
from weasyprint.document import Document

from handbill.tools.pdf.boxes import Plan, read
from handbill.tools.pdf.fonts_told import describe
from handbill.tools.pdf.replacing import replaced
from handbill.tools.pdf.semantics import build
from handbill.tools.pdf.stream import TaggedStream, mend_unicode, stream_data
from handbill.tools.pdf.structure import write


@contextmanager
def tagging(document: Document, prefix: str = "", fonts_prefix: str = "") -> Iterator[Plan]:
    """While this is open, `document.write_pdf` makes the tags that `handbill.tools.pdf` decides on.

    Identifiers of elements begin with `prefix`, names of fonts with `fonts_prefix`.
    """
    plan = read(document)
    build_fonts = weasyprint.pdf.build_fonts_dictionary

    def add_tags(pdf: pydyf.PDF, _document: Document, _version: object, streams: Sequence[TaggedStream]) -> None:
        for link in plan.links:
            if annotation := link.box.link_annotation:
                link.elem.annotations.append((link.page, annotation))
        write(build(plan.root, prefix), pdf, streams, document.metadata.lang or "")

    def build_fonts_dictionary(pdf: pydyf.PDF, fonts: dict[Any, Any], *args: Any) -> Any:
        mend_unicode(fonts)
        if prefix:
            plan.fonts = [describe(font) for font in fonts.values()]
        return build_fonts(pdf, fonts, *args)

    with (
        replaced(weasyprint.pdf, "Stream", partial(TaggedStream, plan, fonts_prefix)),
        replaced(weasyprint.pdf, "add_tags", add_tags),
        replaced(weasyprint.pdf, "build_fonts_dictionary", build_fonts_dictionary),
        replaced(pydyf.Stream, "data", property(stream_data)),
    ):
        yield plan
