"""Who answers for the text, until when, and who paid: GOV-01 to GOV-06.

Until a publication is approved these faults are warnings: a draft may lack what a release must have.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from handbill.diagnostics import Diagnostic, Severity
from handbill.governance import JUDGING, approved, standing
from handbill.model import Entry, Project
from handbill.pieces import cited
from handbill.rules.registry import Context, rule
from handbill.schema import Status
from handbill.text import Located, Span

_MONTH = 30.4375
_STAND_IN = re.compile(
    r"\b(?:to ?do|tbc|tba|tbd|fixme|xxx+|lorem ipsum|n/a|unknown|insert .{0,20}here)\b|^[\s?.…-]+$", re.IGNORECASE
)
_ANSWERS = re.compile(
    r"\b(?:clinicians?|doctors?|nurses?|midwi(?:fe|ves)|pharmacists?|dentists?|team|professionals?|clinic)\b", re.I
)
_REPLACE = re.compile(r"\breplac|\binstead of\b|\bsubstitut", re.IGNORECASE)


def _severity(project: Project) -> Severity:
    return Severity.ERROR if approved(project) else Severity.WARNING


def _place(project: Project, *keys: str) -> Span | None:
    """Where one of the keys stands in publication.yaml; its first line when none does."""
    found = (project.spans.get((key,)) for key in keys)
    return next((span for span in found if span is not None), project.spans.get(("id",)))


@rule(stage="load", code="identity-placeholder", severity=Severity.ERROR, profiled=True)
def identity(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A name, title or role says “to do” or the like instead of a name.

    Readers judge a text by who stands behind it; what is left open here is printed as it stands (GOV-01).
    Write the real value. Nobody's name may be made up: until it is known the publication stays a draft.
    """
    publication = project.publication
    texts: list[tuple[str, Located]] = [
        ("title", publication.title), ("version", publication.version), ("audience", publication.audience),
        ("publisher's name", publication.publisher.name),
        *((f"{person.role}'s name", person.name) for person in (*publication.authors, *publication.reviewers)),
        *((f"role of {person.name}", person.role) for person in (*publication.authors, *publication.reviewers)),
    ]  # fmt: skip
    for what, text in texts:
        if text.span is not None and _STAND_IN.search(text):  # one without a place stands in for what could not be read
            yield context.found(f"The {what} is still open: “{text}”.", text.place(0, len(text)), "Write the real one.",
                                severity=_severity(project))  # fmt: skip


@rule(stage="load", code="review-overdue", severity=Severity.WARNING, profiled=True, needs=("next_review",))
def overdue(project: Project, context: Context) -> Iterator[Diagnostic]:
    """The day of the next review has passed.

    Medicine moves on. After that day nobody has promised that the text still holds, so every page says that its
    review is overdue, and a release is refused (GOV-02).
    Have the text reviewed, then write the new dates.
    """
    day = project.publication.next_review
    if standing(project).overdue:
        yield context.found(f"The review was due on {day}, {(project.as_of - day).days} days ago.",
                            _place(project, "next_review"), "Have the text reviewed, then write the new dates.")  # fmt: skip


@rule(stage="load", code="review-soon", severity=Severity.WARNING, profiled=True, limits={"days": 90}, needs=("next_review",))
def soon(project: Project, context: Context) -> Iterator[Diagnostic]:
    """The next review is due soon.

    A review takes weeks; begin in time, or pages will say that it is overdue (GOV-02).
    Ask the reviewers now.
    """
    found = standing(project)
    if not found.overdue and found.days < context.limit("days"):
        yield context.found(
            f"The next review is due in {found.days} days.", _place(project, "next_review"), "Ask the reviewers now."
        )


@rule(
    stage="load", code="review-interval", severity=Severity.ERROR, profiled=True, limits={"months": 36}, needs=("last_reviewed", "next_review")
)
def interval(project: Project, context: Context) -> Iterator[Diagnostic]:
    """There is too much time between two reviews.

    Patient information is reviewed at least every three years (GOV-02).
    Choose an earlier day for the next review.
    """
    publication = project.publication
    months = (publication.next_review - publication.last_reviewed).days / _MONTH
    if months > context.limit("months") + 0.1:
        yield context.found(f"From one review to the next are {months:.0f} months; {context.limit('months'):g} are the most.",
                            _place(project, "next_review"), "Choose an earlier day.", severity=_severity(project))  # fmt: skip


@rule(stage="load", code="review-future", severity=Severity.ERROR, profiled=True, needs=("last_reviewed",))
def future(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A review or an approval is dated in the future.

    What has not happened yet cannot be shown as done (GOV-02, GOV-03).
    Correct the date.
    """
    publication = project.publication
    days = [("last review", publication.last_reviewed, _place(project, "last_reviewed"))]
    for index, reviewer in enumerate(publication.reviewers):
        days.append((f"review by {reviewer.name}", reviewer.date, project.spans.get(("reviewers", index, "date"))))
    if publication.approval is not None:
        days.append(("approval", publication.approval.date, project.spans.get(("approval", "date"))))
    for what, day, place in days:
        if day > project.as_of:
            yield context.found(f"The {what} is dated {day}, which has not come yet.", place, "Correct the date.")


@rule(stage="load", code="review-unsigned", severity=Severity.ERROR, profiled=True, needs=("reviewers",))
def unsigned(project: Project, context: Context) -> Iterator[Diagnostic]:
    """Nobody with clinical knowledge has signed the text.

    Readers act on it; somebody who knows the subject must have checked it, by name, role and date (GOV-03).
    Name the people who reviewed it under “reviewers:”. Nobody's name may be made up.
    """
    if not project.publication.reviewers:
        yield context.found("No reviewer is named.", _place(project, "reviewers"),
                            "Add name, role and date of each person who checked the text.", severity=_severity(project))  # fmt: skip


@rule(stage="load", code="approval-missing", severity=Severity.WARNING, profiled=True, needs=JUDGING)
def missing(project: Project, context: Context) -> Iterator[Diagnostic]:
    """The status is “approved”, but nothing says who approved it.

    Until then it counts as a draft, and every page says so (GOV-03).
    Run build.py approve PUBLICATION --by NAME --role ROLE; it writes who, when and exactly what.
    """
    publication = project.publication
    if publication.status is Status.APPROVED and publication.approval is None:
        yield context.found("The status is “approved”, but there is no approval, so this counts as a draft.", _place(project, "status"),
                            f"Run: build.py approve {publication.id} --by NAME --role ROLE")  # fmt: skip


@rule(stage="load", code="approval-outdated", severity=Severity.WARNING, profiled=True, needs=JUDGING)
def outdated(project: Project, context: Context) -> Iterator[Diagnostic]:
    """The text is not the one that was approved.

    An approval is for every word as it was read. Something has changed since, so the text counts as a draft again,
    and every page says so (GOV-03).
    Have the changes reviewed, then run build.py approve PUBLICATION --by NAME --role ROLE.
    """
    publication = project.publication
    approval = publication.approval
    if approval is not None and standing(project).approval == "outdated":
        yield context.found(f"The content has changed since {approval.by} approved it on {approval.date}, so this counts as a draft.",
                            project.spans.get(("approval", "digest")),
                            f"Have it reviewed, then run: build.py approve {publication.id} --by NAME --role ROLE")  # fmt: skip


@rule(stage="load", code="interests-missing", severity=Severity.ERROR, profiled=True)
def interests(project: Project, context: Context) -> Iterator[Diagnostic]:
    """Nothing says which interests the people behind the text have.

    Readers may ask who gains from it. “None” is an answer; silence is not (GOV-04).
    Write a line “conflicts: …”, even if it says that there are none.
    """
    if not project.publication.conflicts:
        yield context.found("Nothing says which interests the authors and reviewers have.", _place(project, "funding"),
                            "Write a line “conflicts: …”, even if it says that there are none.", severity=_severity(project))  # fmt: skip


@rule(stage="load", code="source-interested", severity=Severity.ERROR, profiled=True)
def interested(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A source that has an interest in the subject is not named as such.

    Who sells a treatment sees it with other eyes. Readers must be able to tell (GOV-04).
    Name the source under “conflicts:” in publication.yaml. The profile says which classes of source have an interest.
    """
    said = str(project.publication.conflicts or "").casefold()
    keys = cited(project)
    for entry in project.bibliography:
        if entry.key in keys and entry.fields.get("sourceclass") in context.values and not _named(entry, said):
            yield context.found(
                f"“{entry.key}” is a source of the class “{entry.fields['sourceclass']}”, but “conflicts” does not name it.",
                entry.field_spans.get("sourceclass", entry.span), "Name it under “conflicts:” in publication.yaml.",
                severity=_severity(project),
            )  # fmt: skip


def _named(entry: Entry, said: str) -> bool:
    bodies = (
        entry.fields.get(name, "").strip("{} ").casefold()
        for name in ("author", "organization", "publisher", "institution")
    )
    return any(body and body in said for body in bodies)


@rule(stage="load", code="contact-route-missing", severity=Severity.ERROR, profiled=True)
def routes(project: Project, context: Context) -> Iterator[Diagnostic]:
    """Readers are not told how to complain, or where to find more help.

    A text for patients names a contact, a way to say what is wrong with it, and further support (GOV-05).
    Write “feedback: …” and at least one place under “support:”.
    """
    publication = project.publication
    wanted = (
        (publication.feedback, "how to comment or complain", "feedback"),
        (publication.support, "where to find more help", "support"),
    )
    for value, what, key in wanted:
        if not value:
            yield context.found(f"Nothing says {what}.", _place(project, "contact"), f"Add a line “{key}: …”.",
                                severity=_severity(project))  # fmt: skip


@rule(stage="load", code="disclaimer-missing", severity=Severity.WARNING, profiled=True)
def disclaimer(project: Project, context: Context) -> Iterator[Diagnostic]:
    """Nothing says that the text does not replace advice from the reader's own clinician.

    A leaflet knows nothing of the one who reads it (GOV-06).
    Write under “disclaimer:” that it supports what the reader's clinician says, and does not replace it.
    """
    said = project.publication.disclaimer
    english = str(project.publication.language).startswith("en")
    if not said or (english and not (_REPLACE.search(said) and _ANSWERS.search(said))):
        yield context.found("Nothing says that this text does not replace the reader's own clinician.",
                            _place(project, "disclaimer"), "Say so under “disclaimer:”.")  # fmt: skip


@rule(stage="load", code="other-formats-missing", severity=Severity.WARNING, profiled=True)
def other_formats(project: Project, context: Context) -> Iterator[Diagnostic]:
    """Nothing says how to get the text in large print, Braille or another language.

    Who cannot read it as it is must learn that there are other ways (GOV-06).
    Write a line “other_formats: …” with what there is and whom to ask.
    """
    if not project.publication.other_formats:
        yield context.found("Nothing says how to get the text in another format.", _place(project, "contact"),
                            "Add a line “other_formats: …”.")  # fmt: skip
