"""What is printed must be readable when a grey printer or a photocopier has taken the colours away."""

from __future__ import annotations

from collections.abc import Iterable

from handbill.colour import Colour, contrast, needed
from handbill.diagnostics import Diagnostic, Severity
from handbill.model import Facts
from handbill.rules.registry import Context, rule

_ROUNDING = 0.005
_SHOWN = 40


def grey(colour: Colour) -> Colour:
    """What a device without colours makes of sRGB (ISO 32000-1, 10.3.2: 0.3 red, 0.59 green, 0.11 blue)."""
    part = 0.3 * colour.red + 0.59 * colour.green + 0.11 * colour.blue
    return Colour(part, part, part)


@rule(stage="inspect", code="grey-contrast", severity=Severity.ERROR)
def text_can_be_read_in_grey(facts: Facts, context: Context) -> Iterable[Diagnostic]:
    """Words of a printed page can hardly be told from their ground when the colours are gone (PRN-05).

    Leaflets are copied on grey copiers, and many homes print in black. Two colours that differ well on a screen may come out
    as nearly the same grey: text needs 4.5:1, large text 3:1, as WCAG asks of colours.
    In the edition's style sheet make one of the two colours darker or lighter, not only another colour.
    """
    reading = facts.extra.get("reading")
    if reading is None or "paper" not in facts.extra or context.edition is None:
        return
    seen: set[tuple[Colour, Colour, float]] = set()
    for page in reading.pages:
        for run in page.runs:
            if run.ground is None or not run.text.strip():
                continue
            needs = needed(run.size, bold="Bold" in run.font)
            pair = (run.colour, run.ground, needs)
            if pair in seen:
                continue
            seen.add(pair)
            ratio = contrast(grey(run.colour.over(run.ground)), grey(run.ground))
            if ratio < needs - _ROUNDING:
                words = " ".join(run.text.split())
                yield context.found(
                    f"In {facts.name}, page {page.number + 1}, “{words[:_SHOWN]}” has a contrast of {ratio:.1f}:1 when printed in grey "
                    f"({run.colour} on {run.ground}), and needs {needs:g}:1.",
                    context.edition.span,
                    "Make one of the two colours in the edition’s style sheet darker or lighter.",
                )
