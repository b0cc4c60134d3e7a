"""`references.bib` through bibtexparser: entries in = entries out + failures reported."""

from __future__ import annotations

import logging

from handbill.diagnostics import error
from handbill.load.files import Folder
from handbill.model import Entry
from handbill.text import Span

PATH = "references.bib"


def read_bibliography(folder: Folder) -> tuple[tuple[Entry, ...], str]:
    """The entries, and the text that pandoc gets."""
    if not folder.exists(PATH):
        return (), ""
    text = folder.read_text(PATH)
    if text is None:
        return (), ""
    import bibtexparser

    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
    logging.disable(logging.WARNING)
    try:
        library = bibtexparser.parse_string(text)
    finally:
        logging.disable(logging.NOTSET)
    for block in library.failed_blocks:
        folder.report.add(error("bibliography-broken", "This entry cannot be read.", Span(PATH, (block.start_line or 0) + 1, 1),
                                detail=str(block.error)))  # fmt: skip
    entries = []
    for entry in library.entries:
        fields = {field.key.lower(): str(field.value) for field in entry.fields}
        spans = {field.key.lower(): Span(PATH, (field.start_line or 0) + 1) for field in entry.fields}
        entries.append(Entry(entry.key, entry.entry_type.lower(), fields, Span(PATH, (entry.start_line or 0) + 1, 1), spans))
    return tuple(entries), text
