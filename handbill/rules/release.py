"""What `build --release` asks beyond a plain build: approved as it stands, in date, every source verified.

These are not rules that a publication could lower: a release has them or is none.
"""

from __future__ import annotations

from collections.abc import Iterator

from handbill.diagnostics import Diagnostic, error
from handbill.governance import standing
from handbill.model import Project
from handbill.pieces import cited
from handbill.schema import Status


def release_faults(project: Project) -> Iterator[Diagnostic]:
    """Why the publication cannot be released on `project.as_of`."""
    found, publication = standing(project), project.publication
    if found.status is not Status.APPROVED and not project.doubts:  # what is in doubt has its own error
        reason = (
            "its content has changed since it was approved"
            if found.approval == "outdated"
            else f"its status is “{publication.status}”"
        )
        if publication.status is Status.APPROVED and publication.approval is None:
            reason = "there is no approval"
        yield error("release-unapproved", f"“{publication.id}” cannot be released: {reason}.", project.spans.get(("status",)),
                    f"Have it reviewed, then run: build.py approve {publication.id} --by NAME --role ROLE")  # fmt: skip
    if found.overdue:
        yield error("release-overdue", f"“{publication.id}” cannot be released: its review was due on {publication.next_review}.",
                    project.spans.get(("next_review",)), "Have it reviewed, then write the new dates.")  # fmt: skip
    if not publication.reviewers and "reviewers" not in project.doubts:
        yield error("release-unapproved", f"“{publication.id}” cannot be released: no reviewer is named.",
                    project.spans.get(("reviewers",)) or project.spans.get(("id",)),
                    "Add name, role and date of each person who checked the text.")  # fmt: skip
    keys = cited(project)
    for entry in project.bibliography:
        if entry.key in keys and entry.fields.get("verified", "yes") != "yes":
            place = entry.field_spans.get("verified", entry.span)
            yield error("release-unverified", f"“{publication.id}” cannot be released: the source “{entry.key}” is not verified.", place,
                        "Look the source up, complete it, and write verified = {yes}.")  # fmt: skip
