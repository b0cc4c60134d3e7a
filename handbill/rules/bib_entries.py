"""The entries that the rules of the bibliography look at, and their places."""

from __future__ import annotations

from collections.abc import Iterator

from handbill.diagnostics import Severity
from handbill.model import Entry, Project
from handbill.pieces import cited
from handbill.text import Span


def entries(project: Project) -> Iterator[tuple[Entry, Severity]]:
    """Each entry that could be read, and how bad a fault in it is for this publication."""
    keys = cited(project)
    for entry in project.bibliography:
        if f"citation:{entry.key}" not in project.broken:
            yield entry, Severity.ERROR if entry.key in keys else Severity.WARNING


def at(entry: Entry, *names: str) -> Span:
    return next((entry.field_spans[name] for name in names if name in entry.field_spans), entry.span)
