"""What fits on paper: panels hold their text, nothing is printed over anything, and margins, sizes and pages are as promised (PRN-04)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from handbill.diagnostics import Diagnostic, Severity
from handbill.model import Facts
from handbill.paper import SIZES
from handbill.rules.paper_type import measured, quoted, shortened
from handbill.rules.registry import Context, rule
from handbill.schema import EditionFile

if TYPE_CHECKING:  # The inspectors load what reads PDFs; a check of the text needs none of it.
    from handbill.inspect.panels import PanelFacts, Spill

_SIZE_TOLERANCE = 0.5


@rule(stage="inspect", code="panel-overflow", severity=Severity.ERROR, firm=True)
def panel_overflow(facts: Facts, context: Context) -> Iterator[Diagnostic]:
    """A text does not fit its panel.

    What does not fit runs over a fold or off the paper, and nothing is shrunk or cut to hide it. Panel and surplus
    are measured in the finished PDF (PRN-04).

    Shorten the panel's texts, or give one of its sections to another panel in edition.yaml.
    """
    if (found := measured(facts, context)) is None:
        return
    for panel in found[0].panels:
        for kind, sentence in (("below", _below), ("beside", _beside), ("lost", _lost)):
            spills = [spill for spill in panel.spills if spill.kind == kind]
            if not spills:
                continue
            first = spills[0]
            related = [
                (s.span, f"also outside: “{_short(s.text)}”") for s in spills[1:] if s.span and s.span != first.span
            ]
            yield context.found(
                sentence(panel, spills), first.span or panel.span, *_advice(panel, kind), related=related
            )


def _below(panel: PanelFacts, spills: Sequence[Spill]) -> str:
    lines, words = sum(s.lines for s in spills), sum(s.words for s in spills)
    far = max(spill.millimetres for spill in spills)
    return (
        f"The text of the {panel.panel.title} is {far:g} mm too long: {lines} {_plural(lines, 'line')} "
        f"({words} {_plural(words, 'word')}) do not fit, from “{_short(spills[0].text)}” on."
    )


def _beside(panel: PanelFacts, spills: Sequence[Spill]) -> str:
    worst = max(spills, key=lambda spill: spill.millimetres)
    return f"“{_short(worst.text)}” is {worst.millimetres:g} mm too wide for the {panel.panel.title}."


def _lost(panel: PanelFacts, spills: Sequence[Spill]) -> str:
    words = sum(spill.words for spill in spills)
    return f"{words} {_plural(words, 'word')} of the {panel.panel.title} are not on the paper, from “{_short(spills[0].text)}” on."


def _advice(panel: PanelFacts, kind: str) -> tuple[str, ...]:
    if kind == "beside":
        return ("Use a shorter word, fewer columns or a narrower picture; panels are narrow.",)
    if kind == "lost":
        return ("Something in the edition's style sheet hides it, for instance “display: none” or “overflow: hidden”.",)
    outside = sum(spill.words for spill in panel.spills if spill.kind == "below")
    return (f"Write about {outside} words less; {max(0, panel.words - outside)} of the panel's {panel.words} words fit.",
            "Or give one of its sections to another panel: `panels` in edition.yaml.")  # fmt: skip


@rule(stage="inspect", code="panel-words", severity=Severity.WARNING)
def panel_words(facts: Facts, context: Context) -> Iterator[Diagnostic]:
    """A panel has more words than its budget.

    A full panel is not read. The budget is data of the edition: `words` of each panel (PRN-04).

    Shorten the panel's texts, or give it a larger budget if it looks well.
    """
    if (found := measured(facts, context)) is None:
        return
    for panel in found[0].panels:
        budget = panel.panel.words
        full = any(spill.kind == "below" for spill in panel.spills)  # how much is too much is told already
        if budget is not None and panel.words > budget and not full:
            yield context.found(f"The {panel.panel.title} has {panel.words} words; its budget is {budget}.", panel.span,
                                f"Leave out {panel.words - budget} {_plural(panel.words - budget, 'word')}.")  # fmt: skip


@rule(stage="inspect", code="panel-empty", severity=Severity.WARNING)
def panel_empty(facts: Facts, context: Context) -> Iterator[Diagnostic]:
    """A panel has nothing on it.

    An edition of panels is made for certain kinds of section; a publication that has none of them leaves white paper.

    Write the section, or its `plain` text, or leave the edition out of `editions` in publication.yaml.
    """
    if (found := measured(facts, context)) is None or context.edition is None:
        return
    names = list(context.project.publication.editions)
    index = names.index(context.edition.name) if context.edition.name in names else 0
    place = context.project.spans.get(("editions", index)) or context.edition.span
    for panel in found[0].panels:
        if not panel.words:
            yield context.found(
                f"The {panel.panel.title} of the {context.edition.spec.title.lower()} is empty: {_reason(panel, context)}.", place,
                "Write such a section, or leave this edition out of `editions`.",
            )  # fmt: skip


def _reason(panel: PanelFacts, context: Context) -> str:
    assert context.edition is not None
    roles = panel.panel.roles
    there = [str(s.head.id) for s in context.project.sections if s.head.role in roles]
    if there:
        forms = " or ".join(f"`{form}`" for form in context.edition.spec.forms)
        return f"no text in the form {forms} is in {_either([f'“{name}”' for name in there])}"
    if not roles:
        return "nothing is written for its parts"
    return f"no section has the role {_either([role.value for role in roles])}"


@rule(stage="inspect", code="text-overlap", severity=Severity.ERROR, firm=True)
def text_overlap(facts: Facts, context: Context) -> Iterator[Diagnostic]:
    """Words are printed over other words.

    It happens where a style sheet puts things at fixed places and a text has grown.

    Shorten the text, or let it flow: no “position: absolute” for what can grow.
    """
    if (found := measured(facts, context)) is None:
        return
    for one, other in found[0].type.overlaps[:3]:
        yield context.found(f"In {facts.name} {quoted(one)} and “{_short(other.text)}” are printed over each other.", found[2],
                            "Shorten one of them, or change the edition's style sheet.")  # fmt: skip


@rule(stage="inspect", code="paper-margin", severity=Severity.ERROR)
def paper_margin(facts: Facts, context: Context) -> Iterator[Diagnostic]:
    """Text stands too near to the edge of the paper.

    Paper is cut with a tolerance: what is nearer than 5 mm to the edge may be cut off (PRN-04).

    Give the page larger margins in the edition's style sheet, or shorten what does not fit its column.
    """
    if (found := measured(facts, context)) is None:
        return
    paper, promise, place = found
    apart = set(paper.layout.apart)
    outside = [s for s in paper.type.outside if not paper.panels or s.line in apart]  # panels are measured one by one
    if outside:
        worst = max(outside, key=lambda sample: sample.value)
        yield context.found(
            f"In {facts.name} {quoted(worst.line)} is {worst.value:g} mm too near to the edge of the paper, or beyond it; "
            f"{promise.safe:g} mm must stay free.", place,
            "A long word, a wide table or a picture may push it there; else give the page larger margins.",
        )  # fmt: skip


@rule(stage="inspect", code="paper-size", severity=Severity.ERROR)
def paper_size(facts: Facts, context: Context) -> Iterator[Diagnostic]:
    """A page has not the size that the edition promises.

    A print shop has fixed paper: every page must be of the size that edition.yaml names, sheet and fold included (PRN-04).

    Let the page template set `size` from the edition's data, and set no other in the style sheet.
    """
    if (found := measured(facts, context)) is None or context.edition is None:
        return
    width, height = sheet_size(context.edition.spec)
    for number, sheet in enumerate(found[0].layout.sheets, start=1):
        if max(abs(sheet.width - width), abs(sheet.height - height)) > _SIZE_TOLERANCE:
            yield context.found(
                f"Page {number} of {facts.name} is {sheet.width:g} by {sheet.height:g} mm, not {width:g} by {height:g}.", found[2],
                "Look for “@page” with another `size` in the edition's style sheets.",
            )  # fmt: skip
            return


@rule(stage="inspect", code="paper-pages", severity=Severity.ERROR)
def paper_pages(facts: Facts, context: Context) -> Iterator[Diagnostic]:
    """The number of pages is not the one that the edition needs.

    A leaflet has two sides and a poster one; anything more would not be printed, or would be a blank sheet (PRN-04).

    Shorten the text, or keep fewer sections in the edition.
    """
    if (found := measured(facts, context)) is None:
        return
    _, promise, place = found
    if promise.pages and facts.pages != promise.pages:
        yield context.found(
            f"{facts.name} has {facts.pages} {_plural(facts.pages, 'page')} and must have {promise.pages}.", place,
            "Shorten the text, or keep fewer sections in this edition." if facts.pages > promise.pages
            else "Something is missing: look at the page.",
        )  # fmt: skip


@rule(stage="inspect", code="paper-bleed", severity=Severity.ERROR)
def paper_bleed(facts: Facts, context: Context) -> Iterator[Diagnostic]:
    """A press-ready file has no bleed.

    Colour that ends exactly at the edge leaves a white hairline where the cutter is a little off; print shops ask
    for 3 mm more on each side (PRN-04).

    Let the page template set `bleed` from the edition's data when it has `marks`.
    """
    if (found := measured(facts, context)) is None:
        return
    paper, promise, place = found
    short = [number for number, s in enumerate(paper.layout.sheets, start=1) if min(s.bleed) < promise.bleed - 0.05]
    if promise.marks and short:
        yield context.found(f"Page {short[0]} of {facts.name} has less than {promise.bleed:g} mm of bleed.", place,
                            "The page template must hand on `marks` and `bleed`.")  # fmt: skip


def sheet_size(spec: EditionFile) -> tuple[float, float]:
    """Width and height of the trimmed page of an edition, in millimetres."""
    if spec.fold is not None:
        return spec.fold.width, spec.fold.height
    return SIZES[spec.paper.size]


def _short(text: str) -> str:
    return shortened(text, 40)


def _plural(count: int, word: str) -> str:
    return word if count == 1 else f"{word}s"


def _either(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
