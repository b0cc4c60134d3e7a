"""Folded sheets: the description of a fold must describe paper that can be folded, and read (PRN-04)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from handbill.diagnostics import Diagnostic, Severity
from handbill.folding import Buckles, folded, front_and_back, reading_order
from handbill.model import Edition, Project
from handbill.paper import Fold
from handbill.rules.registry import Context, rule
from handbill.schema import Panel

CLEARANCE = 1.0
"""Millimetres by which a panel that folds in must clear the crease; printers ask for 1 to 3."""


@rule(stage="load", code="fold-broken", severity=Severity.ERROR, firm=True)
def fold_broken(project: Project, context: Context) -> Iterator[Diagnostic]:
    """The description of a fold does not describe a sheet of paper.

    Every panel is printed once, has one width, and lies behind another panel of the same width; without that the
    pages cannot be made (PRN-04).

    Mend `fold` and `panels` in the edition's edition.yaml.
    """
    for edition in project.editions.values():
        if faults := list(_faults(edition)):
            yield context.found(f"The fold of the edition “{edition.name}” cannot be: {'; '.join(faults)}.", edition.span,
                                "Compare `fold` and `panels` in edition.yaml.")  # fmt: skip


@rule(stage="load", code="fold-wrong", severity=Severity.ERROR)
def fold_wrong(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A leaflet would not fold, or its panels would be read in the wrong order.

    The sheet is folded on paper logic: the first panel of the list must face front, a panel that folds in must be a
    little narrower, and whoever unfolds the leaflet must meet the panels in the order of the list (PRN-04).

    Change the places or widths in `fold`, or the order of `panels`, in edition.yaml.
    """
    for edition in project.editions.values():
        fold = edition.spec.fold
        if fold is None or any(_faults(edition)):
            continue
        for words, hint in _misfolds(fold, [panel.name for panel in edition.spec.panels]):
            yield context.found(f"The leaflet “{edition.name}” does not fold right: {words}.", edition.span, hint)


def _faults(edition: Edition) -> Iterator[str]:
    fold = edition.spec.fold
    if fold is None:
        if edition.spec.shape == "panels":
            yield "its `shape` is `panels`, and `fold` does not say where they lie"
        return
    for name, side in (("outside", fold.outside), ("inside", fold.inside)):
        if len(side.panels) != len(side.widths):
            yield f"the {name} has {len(side.panels)} panels and {len(side.widths)} widths"
    if len(fold.outside.panels) != len(fold.inside.panels):
        yield f"the outside has {len(fold.outside.panels)} panels and the inside {len(fold.inside.panels)}"
    elif any(abs(a - b) > 0.01 for a, b in zip(fold.outside.widths, reversed(fold.inside.widths), strict=False)):
        yield "a panel must be as wide as the one printed behind it, so the widths inside are those outside from right to left"
    yield from _names(edition.spec.panels, fold)


def _names(panels: Sequence[Panel], fold: Fold) -> Iterator[str]:
    placed = [*fold.outside.panels, *fold.inside.panels]
    for name in sorted({panel.name for panel in panels} ^ set(placed)):
        yield f"the panel “{name}” has no place" if name not in placed else f"there is no panel “{name}”"
    for name in sorted({name for name in placed if placed.count(name) > 1}):
        yield f"the panel “{name}” has two places"
    for panel in panels:
        side = "outside" if panel.name in fold.outside.panels else "inside"
        if panel.name in placed and panel.side != side:
            yield f"the panel “{panel.name}” lies {side} and says `side: {panel.side}`"


def _misfolds(fold: Fold, listed: Sequence[str]) -> Iterator[tuple[str, str]]:
    try:
        folded(fold, CLEARANCE)
        front, order = front_and_back(fold)[0], list(reading_order(fold))
    except Buckles as problem:
        yield f"{problem}", "Make the panel that folds in 1 to 3 mm narrower than the others."
        return
    if front != listed[0]:
        yield (f"“{front}” would face front, and the list of panels begins with “{listed[0]}”",
               "The cover is the last panel of the outside.")  # fmt: skip
    elif order != list(listed):
        yield f"it is read in the order {', '.join(order)}", "List the panels in the order in which they are read."
