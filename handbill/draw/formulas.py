"""TeX formulas become pictures that say themselves in words."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from handbill.diagnostics import Diagnostic, Report, error
from handbill.draw.formula_text import simple_text
from handbill.draw.pictures import ASSET
from handbill.formulas import is_formula
from handbill.jobs import Job, Result, Runner
from handbill.model import Document, Formula, Project
from handbill.pandoc_ast import Node, attr, attr_of, text, transform_only, walk
from handbill.text import Span
from handbill.tools import formula

Wanted = tuple[str, bool]
"""TeX, and whether it stands on a line of its own."""


def with_formulas(document: Document, project: Project, runner: Runner, report: Report) -> Document:
    """The document with an image of the class `math` instead of each formula.

    What is wrong with one goes to `report`, at the author's own place; it stays TeX then. Raises `ToolMissing`.
    """
    found = [_wanted(node) for node in walk(document.ast["blocks"]) if node["t"] == "Math"] if "$" in document.source.text else []
    if not found:
        return document
    spoken = str(project.publication.language).split("-")[0]
    different = list(dict.fromkeys(found))
    jobs = [_job(wanted, spoken if spoken in formula.SPOKEN else "en", project) for wanted in different]
    results = dict(zip(different, runner.run(jobs), strict=True))
    for wanted, result in results.items():
        for place in _places(wanted, found, document):
            report.extend(_home(diagnostic, place, document) for diagnostic in result.diagnostics)
    formulas, assets, images = {}, {}, {}
    for wanted, result in results.items():
        if not result.failed:
            made = _formula(wanted, result)
            formulas[made.svg], assets[made.svg] = made, result.outputs[formula.SVG]
            images[wanted] = _image(made, result, speaks=spoken in formula.SPOKEN)
    blocks = transform_only({"Math", "Span"}, document.ast["blocks"], lambda node: _changed(node, images))
    for wanted in _silent(blocks, formulas, different):
        report.add(_wordless(spoken, _span(_places(wanted, found, document)[0], document)))
    return replace(
        document, ast={**document.ast, "blocks": blocks}, formulas=formulas, assets={**document.assets, **assets}
    )


def _wanted(node: Node) -> Wanted:
    return str(node["c"][1]), node["c"][0]["t"] == "DisplayMath"


def _job(wanted: Wanted, locale: str, project: Project) -> Job:
    tex, display = wanted
    return formula.job(tex, Path(project.root), display=display, locale=locale, label=f"formula {tex[:40]}")


def _name(wanted: Wanted) -> str:
    return f"formula-{hashlib.sha256(repr(wanted).encode()).hexdigest()[:10]}.svg"


def _formula(wanted: Wanted, result: Result) -> Formula:
    meta: dict[str, Any] = json.loads(result.outputs[formula.META])
    return Formula(
        _name(wanted), meta["width"], meta["height"], meta["depth"], wanted[1], simple_text(result.outputs[formula.MATHML])
    )


def _image(made: Formula, result: Result, *, speaks: bool) -> Node:
    words = str(json.loads(result.outputs[formula.META])["words"]) if speaks else ""
    look = attr("", ["math", "display" if made.display else "inline"], width=f"{made.width}em", height=f"{made.height}em")
    return {"t": "Image", "c": [look, text(words), [ASSET + made.svg, ""]]}


def _changed(node: Node, images: dict[Wanted, Node]) -> Node:
    """A formula's image; in a span with an `alt` and nothing else, the author's words are its own."""
    if node["t"] == "Math":
        return images.get(_wanted(node), node)
    said = attr_of(node)[2].get("alt", "").strip() if node["t"] == "Span" else ""
    if said and len(node["c"][1]) == 1 and is_formula(node["c"][1][0]):
        look, _, target = node["c"][1][0]["c"]
        return {"t": "Image", "c": [look, text(said), target]}
    return node


def _silent(blocks: Any, formulas: dict[str, Formula], different: Sequence[Wanted]) -> list[Wanted]:
    """The formulas of which an image has no words."""
    silent = {n["c"][2][0] for n in walk(blocks) if is_formula(n) and not n["c"][1]}
    return [wanted for wanted in different if _name(wanted) in formulas and ASSET + _name(wanted) in silent]


def _wordless(language: str, span: Span | None) -> Diagnostic:
    return error(
        "formula-words-missing",
        f"Formulas cannot be put into words of the language “{language}” by themselves.",
        span,
        "Put it into square brackets and say it yourself: [$...$]{alt=\"...\"}.",
    )


def _places(wanted: Wanted, found: Sequence[Wanted], document: Document) -> list[int]:
    """Where the formula's TeX begins in the assembled source, each time it stands there; [-1] when nobody can tell."""
    tex, display = wanted
    mark, source = "$$" if display else "$", document.source.text
    places, start = [], 0
    for _ in range(found.count(wanted)):
        at = source.find(mark + tex + mark, start)
        if at < 0:
            break
        places.append(at + len(mark))
        start = at + len(mark + tex + mark)
    return places or [_first_line(tex, mark, source)]


def _first_line(tex: str, mark: str, source: str) -> int:
    """Of a formula over several lines of a list or quote, which stands there with indents: its first words."""
    first = next((line.strip() for line in tex.split("\n") if line.strip()), "")
    at = source.find(mark + first)
    return at + len(mark) if at >= 0 else source.find(first) if first else -1


def _span(place: int, document: Document, line: int = 1, column: int = 1) -> Span | None:
    """The author's place of a line and column of a formula that begins at `place`."""
    if place < 0:
        return None
    before = document.source.text[:place]
    first = place - (before.rfind("\n") + 1)
    return document.source.author_span(before.count("\n") + line, column + (first if line == 1 else 0))


def _home(diagnostic: Diagnostic, place: int, document: Document) -> Diagnostic:
    span = diagnostic.span
    line, column = (span.line, span.column or 1) if span is not None and span.path == formula.INPUT else (1, 1)
    return replace(diagnostic, span=_span(place, document, line, column))
