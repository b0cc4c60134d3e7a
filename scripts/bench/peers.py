"""Rows that set our handout beside that of other tools (see `peer`). Ratios below 1 mean that ours is there first."""

from __future__ import annotations

from scripts.bench.clock import Pairs, Sample, in_turn
from scripts.bench.rows import Measure, Row
from scripts.bench.workshop import HANDOUT, Workshop

_NAMES = {"weasyprint": "`pandoc --pdf-engine=weasyprint`", "typst": "pandoc's Typst writer and Typst"}


def _peer(chapters: int, word: str) -> Measure:
    cold = word.endswith("cold")

    def measure(shop: Workshop, runs: int) -> Pairs:
        site = shop.chapters(chapters)
        site.build(site.name, *HANDOUT)
        site.peer(word)

        def ours() -> Sample:
            if cold:
                site.forget()
            else:
                site.edit()
            return site.build(site.name, *HANDOUT)

        return in_turn(ours, lambda: site.peer(word), runs)

    return measure


def _row(chapters: int, tool: str, kind: str) -> Row:
    how = "from nothing" if kind == "cold" else "one-line edit"
    beside = f"{_NAMES[tool]}, {'one mmdc for each diagram' if kind == 'cold' else 'pictures kept'}"
    title = f"{chapters} chapter{'s' if chapters > 1 else ''} to handout, {how}"
    return Row(f"{tool}-{kind}-{chapters}", title, beside, None, _peer(chapters, f"{tool}_{kind}"), quick=chapters == 1)


PEERS = tuple(
    _row(chapters, tool, kind)
    for tool in _NAMES
    for chapters, kind in ((1, "cold"), (1, "edit"), (10, "cold"), (10, "edit"), (50, "edit"))
)
