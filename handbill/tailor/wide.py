"""Pictures whose author asked for more width than their panel has: nothing is shrunk without a word."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handbill.diagnostics import Diagnostic, error
from handbill.model import Edition, Source
from handbill.pandoc_ast import Blocks, attr_of, walk

_LENGTH = re.compile(r"(\d+(?:\.\d+)?)\s*(mm|cm|in|px|pt|pc)?")
_MILLIMETRES = {"mm": 1.0, "cm": 10.0, "in": 25.4, "px": 25.4 / 96, "pt": 25.4 / 72, "pc": 25.4 / 6, None: 25.4 / 96}
"""Of one unit (CSS Values 4, 6.2); a bare number counts pixels, as pandoc has it."""
_PANEL = "panel-"


def too_wide(blocks: Blocks, edition: Edition, source: Source) -> Iterator[Diagnostic]:
    """A complaint about each picture that was given a width which its panel does not have."""
    if edition.spec.fold is None:
        return
    room = {place.panel: place.width - 2 * edition.spec.paper.safe for place in edition.spec.fold.places}
    titles = {panel.name: str(panel.title) for panel in edition.spec.panels}
    for block in blocks:
        name = attr_of(block)[0].removeprefix(_PANEL)
        for image in walk(block) if name in room else ():
            asked = attr_of(image)[2].get("width", "") if image["t"] == "Image" else ""
            width = _wanted(asked)
            if width > room[name]:
                file = str(image["c"][2][0]).removeprefix("asset:")
                yield error(
                    "figure-wide",
                    f"The picture “{file}” is to be {width:g} mm wide, and the {titles.get(name, name)} has room for {room[name]:g} mm.",
                    source.find(f"{file}){{width={asked}") or source.find(f"width={asked}") or source.find(file),
                    "Give it a smaller width, or leave the width out: then it fills the panel.",
                )


def _wanted(width: str) -> float:
    found = _LENGTH.fullmatch(width.strip())
    return float(found[1]) * _MILLIMETRES[found[2]] if found else 0.0
