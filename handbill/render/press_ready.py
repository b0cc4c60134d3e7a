"""Editions for a print shop: bleed, crop and fold marks (`--print-marks`).

The variant is data: the same edition with `paper.marks` set. Page templates read it, and colour that
reaches the edge runs on into the bleed; nothing else of the line knows of it.
"""

from __future__ import annotations

import io
from dataclasses import replace

from handbill.model import Edition

_POINTS = 72 / 25.4


def press_ready(edition: Edition) -> Edition | None:
    """The edition with bleed and marks, its PDF called `NAME-press.pdf`; None for one that is not printed (a deck)."""
    spec = edition.spec
    output = spec.outputs.get("pdf")
    if output is None or spec.shape == "deck":
        return None
    marked = output.model_copy(update={"file": output.file.replace(".pdf", "-press.pdf")})
    paper = spec.paper.model_copy(update={"marks": True})
    return replace(edition, spec=spec.model_copy(update={"paper": paper, "outputs": {"pdf": marked}}))


def with_bleed_boxes(data: bytes, bleed: float) -> bytes:
    """The PDF whose BleedBox is `bleed` millimetres outside its TrimBox, as far as there is paper; the marks stand beyond it."""
    import pikepdf  # takes a while to load; most builds are not for a press

    with pikepdf.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            left, bottom, right, top = (float(part) for part in page.trimbox)
            edge = [float(part) for part in page.mediabox]
            room = bleed * _POINTS
            page.obj.BleedBox = pikepdf.Array(
                [max(left - room, edge[0]), max(bottom - room, edge[1]), min(right + room, edge[2]), min(top + room, edge[3])]
            )
        stream = io.BytesIO()
        pdf.save(stream, deterministic_id=True)
        return stream.getvalue()
