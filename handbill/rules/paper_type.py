"""Type on paper: large enough, lines neither too long nor too tight, ragged at the right, never hyphenated (PRN-01 to PRN-03)."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import shorten
from typing import TYPE_CHECKING

from handbill.diagnostics import Diagnostic, Severity
from handbill.model import Facts
from handbill.paper import Paper
from handbill.rules.registry import Context, rule
from handbill.text import Span

if TYPE_CHECKING:  # The inspectors load what reads PDFs; a check of the text needs none of it.
    from handbill.inspect.layout import Line
    from handbill.inspect.paper import PaperFacts

COMFORTABLE = 70
"""Characters: longer lines are harder to come back from; WCAG 1.4.8 ends at 80."""
_ROUNDING = 0.05


def measured(facts: Facts, context: Context) -> tuple[PaperFacts, Paper, Span | None] | None:
    """The measurements, what the edition promises, and the place of its description; None for what is not for paper."""
    found: PaperFacts | None = facts.extra.get("paper")
    if context.edition is None or found is None:
        return None
    return found, context.edition.spec.paper, context.edition.span


def quoted(line: Line) -> str:
    """A line of type as a reader would point to it."""
    return f"“{shortened(line.text, 50)}” on page {line.page}"


def shortened(text: str, width: int) -> str:
    """A text cut between words; one that begins with a very long word is cut in it."""
    cut = shorten(text, width, placeholder=" …")
    return cut if cut != "…" else f"{text[: width - 1]}…"


@rule(stage="inspect", code="type-small", severity=Severity.ERROR)
def type_small(facts: Facts, context: Context) -> Iterator[Diagnostic]:
    """The type on paper is too small to read.

    Running text of 12 points is the least that guidance for patients allows, 16 in large print; nothing at all,
    small print included, is under 9. It is measured in the finished PDF (PRN-01).

    Make the type larger in the edition's style sheet and its text shorter, not its letters smaller.
    """
    if (found := measured(facts, context)) is None:
        return
    paper, promise, place = found
    body, smallest = paper.type.body, paper.type.smallest
    if body is not None and body < promise.body - _ROUNDING:
        yield context.found(
            f"The running text of {facts.name} is {body:g} points; at least {promise.body:g} are promised.", place,
            "Set a larger font-size in the edition's style sheet; where the text then does not fit, it must be shorter.",
        )  # fmt: skip
    if smallest is not None and smallest.value < promise.smallest - _ROUNDING:
        yield context.found(
            f"The smallest type of {facts.name} is {smallest.value:g} points, for instance {quoted(smallest.line)}; "
            f"nothing may be under {promise.smallest:g}.", place,
            "Set it larger in the edition's style sheet. Labels of a diagram grow when the diagram is drawn wider or has fewer words.",
        )  # fmt: skip


@rule(stage="inspect", code="line-long", severity=Severity.ERROR)
def line_long(facts: Facts, context: Context) -> Iterator[Diagnostic]:
    """The lines of running text are too long.

    From the end of a long line the eye does not find the next one: 60 to 70 characters are best, and more than 80
    are an error. Narrow panels have no lower limit (PRN-02).

    Give the text wider margins or larger type in the edition's style sheet.
    """
    if (found := measured(facts, context)) is None:
        return
    paper, promise, place = found
    measure = paper.type.measure
    if not promise.measure or measure is None or measure.value <= min(COMFORTABLE, promise.measure):
        return
    yield context.found(
        f"A full line of running text in {facts.name} has {measure.value:g} characters, for instance {quoted(measure.line)}.",
        place,
        f"60 to {COMFORTABLE} are best: set a smaller max-width for the text, or a larger font-size.",
        severity=None if measure.value > promise.measure else Severity.WARNING,
    )


@rule(stage="inspect", code="leading-tight", severity=Severity.ERROR)
def leading_tight(facts: Facts, context: Context) -> Iterator[Diagnostic]:
    """The lines of running text are too close together.

    From line to line there should be at least 1.2 times the type size, or lines run together for weak eyes (PRN-02).

    Set a larger line-height in the edition's style sheet.
    """
    if (found := measured(facts, context)) is None:
        return
    paper, promise, place = found
    leading = paper.type.leading
    if leading is not None and leading.value < promise.leading - 0.011:
        yield context.found(
            f"Lines in {facts.name} are {leading.value:g} type sizes apart, for instance {quoted(leading.line)}; "
            f"at least {promise.leading:g} are promised.", place,
            "Set a larger line-height in the edition's style sheet.",
        )  # fmt: skip


@rule(stage="inspect", code="text-justified", severity=Severity.ERROR)
def text_justified(facts: Facts, context: Context) -> Iterator[Diagnostic]:
    """A paragraph is set to both edges.

    Justified text makes gaps of uneven width between words, which make reading harder, for people with dyslexia
    above all. It is measured in the finished PDF (PRN-03).

    Write “text-align: left” (or “start”) in the edition's style sheet.
    """
    if (found := measured(facts, context)) is None:
        return
    paper, _, place = found
    if flush := paper.type.flush:
        count = (
            f"{len(flush)} paragraphs of {facts.name} are" if len(flush) > 1 else f"One paragraph of {facts.name} is"
        )
        yield context.found(f"{count} set to both edges, for instance {quoted(flush[0])}.", place,
                            "Write “text-align: start” in the edition's style sheet.")  # fmt: skip


@rule(stage="inspect", code="text-hyphenated", severity=Severity.ERROR)
def text_hyphenated(facts: Facts, context: Context) -> Iterator[Diagnostic]:
    """A word is divided at the end of a line.

    Divided words are hard to read for tired people and for those who read slowly, and machines read them out wrongly (PRN-03).

    Write “hyphens: manual” in the edition's style sheet, and no soft hyphens in the text.
    """
    if (found := measured(facts, context)) is None:
        return
    paper, _, place = found
    if divided := paper.type.hyphenated:
        count = f"{len(divided)} words of {facts.name} are" if len(divided) > 1 else f"One word of {facts.name} is"
        yield context.found(f"{count} divided at the end of a line, for instance {quoted(divided[0].line)}.", place,
                            "Write “hyphens: manual” in the edition's style sheet, and no soft hyphens in the text.")  # fmt: skip
