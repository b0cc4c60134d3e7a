"""Who answers for the content, and whether that still holds: approval bound to a digest, and dates.

An approval names the digest of all that was approved. One changed character gives another digest,
and the publication is a draft again until somebody approves it anew.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any, Literal

from handbill.model import Project, Standing
from handbill.pieces import cited
from handbill.schema import Publication, Status

_NOT_CONTENT = frozenset(
    {"approval", "status", "assessments", "rules", "profile", "editions", "braille", "accessibility_evaluation"}
)
"""What `publication.yaml` says about the making and judging of the text, and not to its readers."""
JUDGING = frozenset(
    {
        "status", "approval", "reviewers", "assessments", "accessibility_evaluation", "profile",
        "first_published", "last_reviewed", "next_review",
    }
)  # fmt: skip
"""What it says of how the text was judged: where one of them is wrong, files can be made without it, as a draft."""
_FOR_PEOPLE = frozenset({"verifiednote"})

SOON = 90
"""Days before the next review from which on it is time to begin."""


def standing(project: Project) -> Standing:
    """How the publication stands on `project.as_of`."""
    if project.settled is not None:
        return project.settled
    publication = project.publication
    approval: Literal["none", "fits", "outdated"] = "none"
    if publication.approval is not None:
        approval = "fits" if publication.approval.digest == digest(project) else "outdated"
    status = publication.status
    if status is Status.APPROVED and approval != "fits":
        status = Status.DRAFT
    known = project.as_of > date.min and "next_review" not in project.doubts
    days = (publication.next_review - project.as_of).days if known else SOON
    return Standing(status, approval, known and days < 0, days)


def approved(project: Project) -> bool:
    """Whether the content is approved exactly as it stands."""
    return standing(project).status is Status.APPROVED


def shown(project: Project) -> Publication:
    """The publication as its pages show it: with the status that holds, whatever it says of itself."""
    return project.publication.model_copy(update={"status": standing(project).status})


def notices(project: Project) -> tuple[str, ...]:
    """What every page must say at its edge, in the publication's language: that it is a draft, that its review is overdue."""
    found = standing(project)
    words = []
    if found.status is not Status.APPROVED:
        words.append(project.locale["draft_notice"])
    if found.overdue:
        words.append(project.locale["overdue_notice"])
    return tuple(words)


def digest(project: Project) -> str:
    """`sha256:` and the digest of all that a reader is given: texts, data, diagrams, pictures, cited sources."""
    publication = project.publication
    keys = cited(project)
    content: dict[str, Any] = {
        "publication": publication.model_dump(mode="json", exclude=set(_NOT_CONTENT)),
        "sections": [[s.head.model_dump(mode="json"), str(s.body)] for s in project.sections],
        "data": {name: data.model_dump(mode="json") for name, data in project.data.items()},
        "diagrams": {name: [d.head.model_dump(mode="json"), str(d.code)] for name, d in project.diagrams.items()},
        "pictures": {name: hashlib.sha256(data).hexdigest() for name, data in project.assets.items()},
        "sources": {
            entry.key: [entry.type, {k: str(v) for k, v in entry.fields.items() if k not in _FOR_PEOPLE}]
            for entry in project.bibliography
            if entry.key in keys
        },
    }
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()
