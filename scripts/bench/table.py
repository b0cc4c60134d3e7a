"""The table that is printed, and written into docs/performance.md."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from scripts.bench.clock import Pairs
from scripts.bench.rows import Row

HEAD = ("row", "beside", "ours", "floor", "ratio (least to most)", "pairs", "processor", "to reach", "")
_BLOCK = re.compile(r"(<!-- table -->\n)(.*?)(<!-- end of the table -->)", re.DOTALL)


def line(row: Row, pairs: Pairs) -> str:
    """One row as Markdown."""
    ours, floor = pairs.median(row.of)
    ratios = pairs.ratios(row.of)
    ratio = pairs.ratio(row.of)
    processor = pairs.ratio(lambda sample: sample.processor)
    reach = "" if row.reach is None else f"{'≥' if row.more else '≤'} {row.reach:g}"
    return begin(row) + cells(
        _amount(ours, row.unit), _amount(floor, row.unit),
        f"**{ratio:.2f}** ({ratios[0]:.2f} to {ratios[-1]:.2f})", str(len(ratios)), f"{processor:.2f}" if processor else "", reach, verdict(row, ratio),
    )  # fmt: skip


def verdict(row: Row, ratio: float) -> str:
    """Whether the figure was reached; nothing where there is none."""
    if row.reach is None:
        return ""
    return "reached" if (ratio >= row.reach if row.more else ratio <= row.reach) else "missed"


def cells(*words: str) -> str:
    return f"| {' | '.join(words)} |"


def head() -> str:
    return f"{cells(*HEAD)}\n{cells(*['---'] * len(HEAD))}"


def begin(row: Row) -> str:
    """How the line of a row begins: by this it is found again."""
    return f"| {row.title} | {row.beside} "


def write(page: Path, lines: Sequence[str], order: Sequence[str]) -> None:
    """Put new lines into the table of a page, whose rows begin like `order`; what was not measured stays.

    Raises ValueError when the page has no place for a table.
    """
    text = page.read_text(encoding="utf-8")
    block = _BLOCK.search(text)
    if block is None:
        raise ValueError(f"{page} has no place for a table")
    known = [*lines, *block[2].splitlines()]
    rows = [next((line for line in known if line.startswith(start)), "") for start in order]
    head = [line for line in lines if not line.startswith(tuple(order))]
    table = "\n".join(["", *head, *filter(None, rows), ""])
    page.write_text(text[: block.start()] + block[1] + table + "\n" + block[3] + text[block.end() :], encoding="utf-8")


def _amount(value: float, unit: str) -> str:
    return f"{value:.3f} {unit}" if value < 0.1 else f"{value:.2f} {unit}" if value < 100 else f"{value:.0f} {unit}"
