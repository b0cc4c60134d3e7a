"""`doctor`: a table of the tools, and how to get what is missing."""

from __future__ import annotations

from pathlib import Path

from handbill.cli.asking import print_diagnostics
from handbill.diagnostics import Diagnostic, Severity
from handbill.tools.doctor import doctor as examine
from handbill.tools.locate import Found


def doctor(root: Path) -> int:
    """Prints what was found and what was not; 3 when a tool that a build needs is missing."""
    found = examine(root)
    rows = [("tool", "version", "from", "path")]
    rows += [(f.name, f.version or "?", f.source, str(f.path)) for f in found if isinstance(f, Found)]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        print("  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3]]))
    missing = [f for f in found if isinstance(f, Diagnostic)]
    print_diagnostics(missing, root)
    return 3 if any(d.severity is Severity.ERROR for d in missing) else 0
