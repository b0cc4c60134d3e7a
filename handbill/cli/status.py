"""`status` and `approve`: who answers for each publication, and until when."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from handbill.approving import approval_block, with_approval
from handbill.cli.asking import find_root, print_diagnostics, publications_asked
from handbill.diagnostics import Diagnostic, Report
from handbill.files import write_atomically
from handbill.finding import discover
from handbill.governance import digest, standing
from handbill.load import load
from handbill.model import Project
from handbill.prepare import examine
from handbill.quality import grade_of
from handbill.rules import judge
from handbill.rules.release import release_faults
from handbill.schema import Status
from handbill.schema_governance import Approval
from handbill.text import Text
from handbill.tools.toolbox import Toolbox

_APPROVALS = {"fits": "approved as it stands", "outdated": "changed since it was approved", "none": "not approved"}


def status(arguments: argparse.Namespace) -> int:
    """One line a publication: version, the status that holds, approval, days to the next review."""
    root = find_root(arguments)
    if root is None or (names := publications_asked(root, arguments.publications)) is None:
        return 2
    rows = [("publication", "version", "status", "approval", "next review")]
    complaints: list[Diagnostic] = []
    for name in names:
        report = Report()
        project = load(root, name, report, arguments.as_of)
        if project is None or report.failed:
            complaints += report.errors
            rows.append((name, "?", "?", "?", "?"))
        else:
            rows.append(_row(project))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        print("  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[4]]))
    print_diagnostics(complaints, root)
    return 1 if complaints else 0


def _row(project: Project) -> tuple[str, str, str, str, str]:
    publication, found = project.publication, standing(project)
    approval = _APPROVALS[found.approval]
    if publication.approval is not None and found.approval == "fits":
        approval = f"{publication.approval.by}, {publication.approval.date}"
    when = (
        f"overdue by {-found.days} day{'s' if found.days != -1 else ''}"
        if found.overdue
        else f"in {found.days} day{'s' if found.days != 1 else ''}"
    )
    shown = found.status if found.status is publication.status else f"{found.status} (says {publication.status})"
    return publication.id, str(publication.version), str(shown), approval, f"{publication.next_review}, {when}"


def approve(arguments: argparse.Namespace) -> int:
    """Writes the approval of exactly this content into publication.yaml; refuses while there are errors."""
    root = find_root(arguments)
    if root is None:
        return 2
    name = arguments.publication
    if name not in discover(root):
        publications_asked(root, [name])
        return 2
    project, problems = _judged(root, name, arguments.as_of)
    if project is None or problems:
        print_diagnostics(problems, root)
        print("Not approved: mend these errors first.", file=sys.stderr)
        return 1
    today = arguments.as_of or datetime.now(UTC).date()
    block = approval_block(arguments.by, arguments.role, today, digest(project), grade_of(project))
    if arguments.only_print:
        print(block, end="")
        return 0
    path = root / "content" / name / "publication.yaml"
    text = path.read_text(encoding="utf-8")
    write_atomically(path, with_approval(text, block).encode())
    print(f"{name} {project.publication.version} is approved by {arguments.by} ({arguments.role}).")
    return 0


def _judged(root: Path, name: str, as_of: date | None) -> tuple[Project | None, list[Diagnostic]]:
    """The project, and the errors that it would have if it were approved."""
    report = Report()
    project = load(root, name, report, as_of)
    with Toolbox(root, root / ".cache") as toolbox:
        report.extend(examine(root, name, toolbox.runner, as_of=as_of))
    if project is None or report.failed:
        return None, list(report.errors)
    approval = Approval(by=Text("?"), role=Text("?"), date=project.as_of, digest=digest(project))
    changes = {"status": Status.APPROVED, "approval": approval}
    candidate = replace(project, publication=project.publication.model_copy(update=changes))
    strict = Report()
    judge("load", candidate, candidate, strict)
    problems = [problem for problem in strict.errors if problem.code != "bibliography-unverified"]
    return project, [*problems, *release_faults(candidate)]
