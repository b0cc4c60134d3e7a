"""Whether every text of a finished file can be told from its ground: WCAG 2.2, 1.4.3, with the colours that really meet.

In a PDF each run of letters knows what was painted below it. Pages and e-books are laid out by the reader's own program,
so there the cascade of their style sheets is followed, in light and in dark.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree, html

from handbill.colour import BLACK, BOLD, WHITE, Colour, contrast, needed
from handbill.diagnostics import Diagnostic, error
from handbill.inspect.cascade import DARK, LIGHT, Cascade
from handbill.inspect.cascade_look import Declared, Look
from handbill.inspect.pdf_painted import PaintedRun
from handbill.inspect.pdf_read import Reading
from handbill.inspect.pdf_tags import Mark, Words
from handbill.inspect.style_places import in_diagrams, place_of
from handbill.model import Artifact, Edition, Facts, Project

_ROUNDING = 0.005
"""A contrast that is shown as 4.5 is one."""
_POINTS = 72 / 96


class Pale(NamedTuple):
    """A text whose colour is too close to its ground, and the declaration that made it so, where one is known."""

    colour: Colour
    ground: Colour
    needs: float
    words: str
    by: Declared | None = None
    drawn: bool = False
    """Whether it stands in a drawing, whose colours its author may have set."""


def check_contrast(artifact: Artifact, facts: Facts, edition: Edition, project: Project) -> list[Diagnostic]:
    """Each pair of colours of the file that cannot be read, said once, at the line that sets the colour."""
    found: dict[tuple[str, str], Pale] = {}
    for pale in _FINDERS.get(artifact.format, _none)(facts, artifact.data):
        found.setdefault((str(pale.colour), str(pale.ground)), pale)
    return [_complaint(pale, artifact, edition, project) for pale in found.values()]


def _none(facts: Facts, data: bytes) -> Iterator[Pale]:
    return iter(())


def _in_pdf(facts: Facts, data: bytes) -> Iterator[Pale]:
    reading: Reading = facts.extra["reading"]
    known: dict[tuple[Colour, Colour, float], float] = {}
    for page in reading.pages:
        for run in page.runs:
            if run.ground is None:
                continue
            needs = needed(run.size, bold="Bold" in run.font)
            pair = run.colour, run.ground, needs
            if pair not in known:
                known[pair] = contrast(run.colour.over(run.ground), run.ground)
            if known[pair] < needs - _ROUNDING:
                drawn = run.drawn or run.mark in _pictured(reading)
                yield Pale(run.colour, run.ground, needs, _line(run, page.runs), drawn=drawn)


def _pictured(reading: Reading) -> set[Mark]:
    """The marks of words that stand in pictures."""
    figures = reading.tags.find("Figure") if reading.tags else ()
    return {kid.mark for tag in figures for kid in tag.kids if isinstance(kid, Words)}


def _line(run: PaintedRun, runs: tuple[PaintedRun, ...]) -> str:
    """The run with those of its line: one that is a single letter says little."""
    return "".join(other.text for other in runs if other.base == run.base and other.colour == run.colour)


def _in_page(facts: Facts, data: bytes) -> Iterator[Pale]:
    page = html.document_fromstring(data.decode(), parser=html.HTMLParser(huge_tree=True))
    cascade = Cascade([style.text or "" for style in page.iter("style") if "print" not in (style.get("media") or "")])
    yield from _pale(cascade, page, {scheme: Look() for scheme in cascade.schemes})


def _in_book(facts: Facts, data: bytes) -> Iterator[Pale]:
    """Both schemes always: at night a reading system turns the ground black, and letters white where a book leaves them alone."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        sheets = [package.read(name).decode() for name in package.namelist() if name.endswith(".css")]
        pages = [package.read(name) for name in facts.extra["spine"]]
    cascade = Cascade(sheets)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    starts = {LIGHT: Look(), DARK: Look(colour=WHITE, ground=BLACK)}
    for page in pages:
        yield from _pale(cascade, etree.fromstring(page, parser), starts)


def _pale(cascade: Cascade, page: etree._Element, starts: dict[str, Look]) -> Iterator[Pale]:
    for words, look in cascade.looks(page, starts):
        if look.ground is None:
            continue
        needs = needed(look.pixels * _POINTS, bold=look.weight >= BOLD)
        if contrast(look.seen, look.ground) < needs - _ROUNDING:
            yield Pale(look.colour, look.ground, needs, words, look.colour_by or look.ground_by)


_FINDERS = {"pdf": _in_pdf, "html": _in_page, "epub": _in_book}


def _complaint(pale: Pale, artifact: Artifact, edition: Edition, project: Project) -> Diagnostic:
    ratio = contrast(pale.colour.over(pale.ground), pale.ground)
    words = " ".join(pale.words.split())
    ground = place_of(None, pale.ground, edition, artifact.output, project)
    below = f"The ground is set in {ground.path}, line {ground.line}." if ground != edition.span else ""
    return error(
        "contrast-low",
        f"In {artifact.name} the colour {pale.colour} on {pale.ground} has a contrast of {ratio:.1f}:1, for instance in "
        f"“{words[:40]}{'…' if len(words) > 40 else ''}”; text of that size needs {pale.needs:g}:1 or more.",
        (in_diagrams((pale.colour, pale.ground), words, project) if pale.drawn else None)
        or place_of(pale.by, pale.colour, edition, artifact.output, project),
        *filter(None, ["Make one of the two darker or lighter.", below]),
    )  # fmt: skip
