"""`make bench`: that it measures what it says. No time is judged here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from scripts.bench import peer, table
from scripts.bench.__main__ import ROWS
from scripts.bench.clock import Failed, Pairs, Sample, in_turn, run
from scripts.bench.rows import Row
from scripts.bench.workshop import Site

ROOT = Path(__file__).resolve().parents[1]
ROW = Row("x", "ours", "the floor", 1.3, lambda _shop, _runs: Pairs((), ()))


def test_both_are_run_in_turn_and_pair_by_pair_the_median_counts() -> None:
    said: list[str] = []

    def work(name: str, *times: float) -> object:
        rest = iter(times)
        return lambda: said.append(name) or Sample(next(rest))  # type: ignore[func-returns-value]

    pairs = in_turn(work("ours", 2, 30, 4), work("floor", 1, 10, 4), 3)  # type: ignore[arg-type]
    assert said == ["ours", "floor"] * 3
    assert pairs.ratios(ROW.of) == [1, 2, 3] and pairs.ratio(ROW.of) == 2
    assert pairs.median(ROW.of) == (4, 4)
    assert pairs.ratios(lambda sample: sample.memory) == []


def test_a_process_is_measured_with_its_children(tmp_path: Path) -> None:
    burn = "sum(i * i for i in range(2_000_000))"
    nested = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {burn!r}], check=True); hold = b'x' * 60_000_000; {burn}"
    alone, both = (run([sys.executable, "-c", code], tmp_path, memory=True) for code in (burn, nested))
    assert both.processor > 1.5 * alone.processor > 0
    assert both.seconds > alone.seconds
    assert both.memory > alone.memory + 50


def test_what_does_not_work_is_no_time(tmp_path: Path) -> None:
    with pytest.raises(Failed, match="it broke"):
        run([sys.executable, "-c", "raise SystemExit('it broke')"], tmp_path)


@pytest.mark.parametrize(
    ("seconds", "more", "said"),
    [(1.2, False, "reached"), (1.4, False, "missed"), (1.2, True, "missed"), (1.4, True, "reached")],
)
def test_a_line_tells_both_times_the_ratio_and_the_verdict(seconds: float, more: bool, said: str) -> None:
    row = Row("x", "ours", "the floor", 1.3, ROW.measure, more=more)
    line = table.line(row, Pairs((Sample(seconds, 2),), (Sample(1, 4),)))
    assert line == (
        f"| ours | the floor | {seconds:.2f} s | 1.00 s | **{seconds:.2f}** ({seconds:.2f} to {seconds:.2f}) | 1 | 0.50 "
        f"| {'≥' if more else '≤'} 1.3 | {said} |"
    )
    assert line.count(" | ") == table.head().split("\n")[0].count(" | ")


def test_new_lines_take_the_place_of_old_ones_in_the_order_of_the_rows(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "Before.\n<!-- table -->\nold facts\n| b | x | 1 |\n| gone | x | 1 |\n<!-- end of the table -->\nAfter.\n"
    )
    table.write(page, ["facts", "| c | x | 3 |", "| a | x | 2 |"], ["| a | x ", "| b | x ", "| c | x ", "| d | x "])
    assert page.read_text() == (
        "Before.\n<!-- table -->\n\nfacts\n| a | x | 2 |\n| b | x | 1 |\n| c | x | 3 |\n\n<!-- end of the table -->\nAfter.\n"
    )
    page.write_text("Nothing.\n")
    with pytest.raises(ValueError, match="no place"):
        table.write(page, ["new"], [])


def test_the_page_about_performance_has_a_place_for_the_table_and_no_row_that_is_not_measured_any_more() -> None:
    page = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    block = page.partition("<!-- table -->")[2].partition("<!-- end of the table -->")[0]
    rows = [line for line in block.splitlines() if line.startswith("| ")][2:]
    assert rows
    assert [line for line in rows if not line.startswith(tuple(table.begin(row) for row in ROWS.values()))] == []


@pytest.mark.parametrize("end", ["", "\n[[a-table]]\n", "\n:::\n"])
def test_an_edit_changes_one_line_of_prose_and_says_something_else_each_time(tmp_path: Path, end: str) -> None:
    section = tmp_path / "content" / "a" / "sections" / "1.md"
    section.parent.mkdir(parents=True)
    before = f"---\ntitle: One\n---\n\nThe first line of prose, which is long enough to be one.\n\n| A | table, which is no prose at all. |\n{end}"
    section.write_text(before)
    site = Site(tmp_path, "a")
    assert site.edit() == section
    assert section.read_text() == before.replace("be one.", "be one. Edit 1 was here.")
    site.edit()
    assert section.read_text() == before.replace("be one.", "be one. Edit 2 was here.")


def test_diagrams_are_found_in_what_pandoc_writes() -> None:
    text = 'a\n\n``` mermaid\npie\n```\n\n``` {#x .mermaid caption="c"}\nflowchart LR\nA --> B\n```\n\n``` python\nx\n```\n'
    assert [found[2] for found in peer._FENCE.finditer(text)] == ["pie", "flowchart LR\nA --> B"]


def test_it_runs() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scripts.bench", "--runs", "1", "--rows", "check"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "| `check` of the flagship, nothing changed, processor time | `python -c pass` |" in done.stdout
    assert f"{sys.version.split()[0]}" in done.stdout and "cores" in done.stdout
