"""What the printed pages of an edition are really like; the rules for paper judge it."""

from __future__ import annotations

from dataclasses import dataclass

from handbill.inspect.layout import Layout, layout_of
from handbill.inspect.origins import passages
from handbill.inspect.panels import PanelFacts, inspect_panels
from handbill.inspect.pdf_read import Reading
from handbill.inspect.typography import Typography, measure_type
from handbill.model import Document, Edition, Project
from handbill.pandoc_ast import stringify


@dataclass(frozen=True)
class PaperFacts:
    """The measurements of one PDF for paper (`Facts.extra["paper"]`)."""

    layout: Layout
    type: Typography
    panels: tuple[PanelFacts, ...] = ()


def inspect_paper(reading: Reading, document: Document, edition: Edition, project: Project) -> PaperFacts:
    """Measures a finished PDF whose pages are in reading order."""
    layout = layout_of(reading)
    words = " ".join([stringify(document.ast["blocks"]), str(project.publication.title), *project.locale.values()])
    body = [passage.text for passage in passages(document, project) if passage.section and not passage.heading]
    return PaperFacts(
        layout,
        measure_type(layout, words, body, edition.spec.paper.safe),
        inspect_panels(layout, document, edition, project),
    )
