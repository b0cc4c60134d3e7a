"""The command line: which rows, how often, and where the table goes."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from scripts.bench import __doc__ as about
from scripts.bench import table
from scripts.bench.clock import Failed
from scripts.bench.machine import facts
from scripts.bench.peers import PEERS
from scripts.bench.rows import OWN
from scripts.bench.workshop import ROOT, Workshop

PAGE = ROOT / "docs" / "performance.md"
ROWS = {row.name: row for row in (*OWN, *PEERS)}


def main(words: Sequence[str]) -> int:
    """0 when every row was measured, 1 when something did not work; never for a time."""
    parser = argparse.ArgumentParser(
        prog="bench", description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=5, help="pairs for each row (default: 5)")
    parser.add_argument("--quick", action="store_true", help="only the rows that take seconds")
    parser.add_argument("--rows", nargs="+", choices=ROWS, metavar="ROW", help=f"only these: {', '.join(ROWS)}")
    parser.add_argument("--project", type=Path, default=ROOT, help="whose content is measured (default: this project)")
    parser.add_argument(
        "--write",
        action="store_true",
        help=f"put what was measured into the table of {PAGE.relative_to(ROOT)}; other rows stay",
    )
    given = parser.parse_args(words)
    rows = [row for row in ROWS.values() if (row.name in given.rows if given.rows else row.quick or not given.quick)]
    lines = [*(f"{fact}  " for fact in facts(ROOT)), "", *table.head().split("\n")]
    print("\n".join(lines), flush=True)
    failed = False
    with tempfile.TemporaryDirectory(prefix="handbill-bench-", ignore_cleanup_errors=True) as name:
        shop = Workshop(Path(name), given.project)
        for row in rows:
            try:
                lines.append(table.line(row, row.measure(shop, given.runs)))
            except Failed as problem:
                failed = True
                print(f"{row.name}: {problem}", file=sys.stderr, flush=True)
                continue
            print(lines[-1], flush=True)
    if given.write:
        table.write(PAGE, lines, [table.begin(row) for row in ROWS.values()])
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
