"""The stage itself: find the diagrams, draw them all at once, put each into words, build the figures."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from handbill.diagnostics import Diagnostic, Report
from handbill.draw.figure import Drawn, figure_of, node_of
from handbill.draw.find import Place, Request, requests
from handbill.draw.formulas import with_formulas
from handbill.draw.pictures import Gallery
from handbill.draw.theme import Theme, ThemeBroken, fonts_of, theme_of
from handbill.draw.words import Speaker
from handbill.jobs import Desk, Job, Result
from handbill.model import Document, Project
from handbill.pandoc_ast import Node, transform_only
from handbill.text import Span
from handbill.tools import mermaid

_PNG_SCALE = 3.0
"""PowerPoint shows a picture beside every SVG: three pixels for one stay sharp on a large screen."""
LETTERS = 12.0
"""Points: the type of a diagram that is printed as it was drawn."""


@dataclass(frozen=True)
class Plan:
    """What there is to draw in a document.

    found   each diagram's place and what is asked for there
    jobs    the Job of each, in order; `narrow` those of the same for editions with large letters
    broken  why nothing can be drawn
    """

    found: Sequence[tuple[Place, Request]]
    jobs: Sequence[Job] = ()
    narrow: Sequence[Job] = ()
    broken: Diagnostic | None = None

    @cached_property
    def different(self) -> list[Job]:
        """The Jobs that draw all of it, each drawing once."""
        return list({job.key: job for job in (*self.jobs, *self.narrow)}.values())


def plan(document: Document, project: Project) -> Plan:
    """What there is to draw. Raises `ToolMissing`."""
    found = requests(document.ast["blocks"], document.source)
    wanted = [request for _, request in found]
    try:
        return Plan(found, _jobs(wanted, project), _jobs(wanted, project, narrow=True) if _large_letters(project) else ())
    except ThemeBroken as broken:
        return Plan(found, broken=broken.diagnostic if found else None)


def get_ready(project: Project) -> None:
    """Reads now what `plan` will need."""
    with suppress(ThemeBroken):
        theme_of(project)


def draw(document: Document, project: Project, desk: Desk, report: Report, planned: Plan | None = None) -> Document:
    """The document with figures instead of Mermaid code, drawings instead of TeX, and its pictures as assets.

    What is wrong with a diagram goes to `report`, at the author's own line; the diagram stays code then.
    """
    known = plan(document, project) if planned is None else planned
    wanted = [request for _, request in known.found]
    if known.broken is not None:
        report.add(known.broken)
    results = dict(zip((job.key for job in known.different), desk.run(known.different), strict=True)) if known.different else {}
    drawn = _drawn(wanted, known.jobs, results, report, document)
    narrow = _drawn(wanted, known.narrow, results, Report(), document)
    speaker = Speaker(project, desk)
    words = speaker.put(drawn, document.source)
    report.extend(speaker.findings)
    figures, assets, made = {}, {}, {}
    for item, said in zip(drawn, words, strict=True):
        other = next((again for again in narrow if again.request.id == item.request.id), None)
        figure, files = figure_of(item, said, document.source, other)
        figures[figure.id] = figure
        assets.update(files)
        made[item.request.id] = node_of(figure, said)
    blocks = _replaced(document.ast["blocks"], known.found, made)
    gallery = Gallery(project.assets, document.source)
    blocks = transform_only({"Image"}, blocks, gallery.take)
    report.extend(gallery.findings)
    done = replace(
        document,
        ast={**document.ast, "blocks": blocks},
        figures={**document.figures, **gallery.figures, **figures},
        assets={**document.assets, **gallery.assets, **assets},
    )
    return with_formulas(done, project, desk, report)


def _large_letters(project: Project) -> bool:
    """Whether an edition needs letters larger than diagrams have."""
    return any(edition.spec.paper.smallest > LETTERS for edition in project.editions.values())


def _jobs(wanted: Sequence[Request], project: Project, *, narrow: bool = False) -> list[Job]:
    if not wanted:
        return []
    theme = theme_of(project).narrower() if narrow else theme_of(project)
    fonts = fonts_of(theme, project.fonts)
    scale = _PNG_SCALE if not narrow and any("pptx" in edition.spec.outputs for edition in project.editions.values()) else 0
    return [_job(request, project, theme, fonts, scale) for request in wanted]


def _job(request: Request, project: Project, theme: Theme, fonts: dict[str, bytes], scale: float) -> Job:
    # Two places with the same code share one drawing, so its ids come from the code and not from the place.
    return mermaid.job(
        request.code,
        Path(project.root),
        config=theme.config,
        family=theme.family,
        fonts=fonts,
        svg_id="m" + hashlib.sha256(request.code.encode()).hexdigest()[:8],
        background=theme.background,
        wrap=theme.wrap,
        scale=scale,
        label=f"draw {request.id}",
    )


def _drawn(
    wanted: Sequence[Request], jobs: Sequence[Job], results: Mapping[str, Result], report: Report, document: Document
) -> list[Drawn]:
    """What came out well; complaints about the rest go to the report."""
    drawn = []
    for request, job in zip(wanted, jobs, strict=False):  # there may be no Jobs at all
        result = results[job.key]
        report.extend(_home(diagnostic, request, document) for diagnostic in result.diagnostics)
        if not result.failed:
            drawn.append(_read(request, result))
    return drawn


def _read(request: Request, result: Result) -> Drawn:
    meta: dict[str, Any] = json.loads(result.outputs[mermaid.META])
    return Drawn(
        request=request,
        svg=result.outputs[mermaid.SVG],
        png=result.outputs.get(mermaid.PNG),
        graph=json.loads(result.outputs[mermaid.GRAPH]),
        kind=mermaid.TYPES[meta["type"]],
        width=float(meta["width"]),
        height=float(meta["height"]),
        smallest=float(meta["smallest"]),
        labels=tuple(meta["labels"]),
        acc_title=str(meta["title"]).strip(),
        acc_description=str(meta["description"]).strip(),
    )


def _home(diagnostic: Diagnostic, request: Request, document: Document) -> Diagnostic:
    """A complaint about a line of a diagram, brought to the author's own line."""
    told = diagnostic.span if diagnostic.span is not None and diagnostic.span.path == mermaid.INPUT else Span(mermaid.INPUT, 1)
    span = request.span(document.source, told.line, told.column or 1)
    if span is not None and told.end_column and told.end_line == told.line:
        span = replace(span, end_line=span.line, end_column=span.column + told.end_column - told.column)
    return replace(diagnostic, span=span).during(f"while drawing the diagram “{request.id}”")


def _replaced(blocks: Any, found: Sequence[tuple[Place, Request]], made: Mapping[str, Node]) -> Any:
    """The blocks with what was made of it in the place of each diagram. What holds none is not copied."""
    new = {id(place.node): made[request.id] for place, request in found if request.id in made}
    holders = {id(holder) for place, _ in found for holder in place.around}

    def rebuilt(item: Any) -> Any:
        if id(item) in new:
            return new[id(item)]
        if id(item) not in holders:
            return item
        if isinstance(item, list):
            return [rebuilt(part) for part in item]
        return {key: rebuilt(value) for key, value in item.items()}

    return rebuilt(blocks)
