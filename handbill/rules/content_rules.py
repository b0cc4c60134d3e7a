"""What a text about treatment must tell: CON-01 to CON-04."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handbill.diagnostics import Diagnostic, Severity
from handbill.markup import fences
from handbill.model import Project
from handbill.pieces import complete, forms
from handbill.readability import scored, sentences
from handbill.reading import reading
from handbill.rules.registry import Context, rule
from handbill.schema import KeyPoints, Role
from handbill.text import Span

_QUESTIONS = {
    Role.HOW_IT_WORKS: "how the treatment works", Role.BENEFITS: "what its benefits are", Role.RISKS: "what its risks are",
    Role.NO_TREATMENT: "what happens without it", Role.ALTERNATIVES: "what else could be done",
    Role.QUALITY_OF_LIFE: "how it affects everyday life", Role.UNKNOWNS: "what is not known",
    Role.QUESTIONS: "what readers can ask", Role.ACTIONS: "what readers can do next",
}  # fmt: skip
_HELP = re.compile(
    r"\bget (?:medical )?help\b|\bemergency\b|\burgent|\bambulance\b|\b(?:call|phone|ring|contact|see|tell|ask)\b[^.]{0,60}"
    r"\b(?:team|doctor|nurse|midwife|pharmacist|gp|clinic|ward|hospital|999|112|911|111)\b",
    re.IGNORECASE,
)
_CAPTION = re.compile(r"""\bcaption\s*=|\btitle\s*=""")


def _first_line(project: Project) -> Span | None:
    return project.spans.get(("title",)) or project.spans.get(("id",))


@rule(stage="load", code="treatment-incomplete", severity=Severity.ERROR, profiled=True)
def treatment(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A text about a treatment leaves out something that people need for a decision.

    Who decides must know how it works, its benefits and risks, what happens without it, what else there is, how it
    changes life, what is not known, and what to ask (CON-01; DISCERN 8 to 15).
    Write a section with that “role:”. Where nothing is known, the section says so and whom to ask.
    """
    if not complete(project):
        return
    there = {section.head.role.value for section in project.sections}
    absent = [name for name in context.values if name not in there]
    if absent:
        untold = ", ".join(_QUESTIONS.get(Role(name), name) if name in set(Role) else name for name in absent)
        yield context.found(f"No section says {untold}.", _first_line(project),
                            f"Write sections with these roles: {', '.join(absent)}. Where nothing is known, say so and whom to ask.")  # fmt: skip


@rule(stage="load", code="main-message", severity=Severity.ERROR, profiled=True, limits={"sentences": 3})
def main_message(project: Project, context: Context) -> Iterator[Diagnostic]:
    """The main message is too long, or it does not come first.

    People remember one message, and it must be the first that they read: one to three sentences (CON-02).
    Shorten “summary:”; let the section with the role main-message come first, and be the only one.
    """
    summary = project.publication.summary
    count = len(sentences(" ".join(summary.split())))
    if scored(str(project.publication.language)) and count > context.limit("sentences"):
        yield context.found(f"The main message has {count} sentences; {context.limit('sentences'):g} are the most.", summary.span,
                            "Keep only what a reader should remember when all else is forgotten.")  # fmt: skip
    sections = [section for section in project.sections if section.head.role is Role.MAIN_MESSAGE]
    for section in sections:
        if section is not project.sections[0]:
            first = "There is more than one section" if section is not sections[0] else "The section"
            yield context.found(f"{first} with the main message{'' if len(sections) > 1 else ' is not the first'}.", section.span,
                                "Put it first, and give others another role.")  # fmt: skip


@rule(stage="load", code="action-missing", severity=Severity.ERROR, profiled=True)
def action(project: Project, context: Context) -> Iterator[Diagnostic]:
    """Readers are not told what they can do.

    Information helps when it leads to a step; the text names at least one (CON-03).
    Write a section with “role: actions” that has a list of steps.
    """
    sections = [section for section in project.sections if section.head.role is Role.ACTIONS]
    if not sections and complete(project):
        yield context.found(
            "No section says what readers can do.", _first_line(project), "Write a section with “role: actions”."
        )
    for section in sections:
        if not any(item.section is section and item.passage.kind == "item" for item in reading(project, "full")):
            yield context.found(
                "This section names no step that readers can take.", section.span, "Write the steps as a list."
            )


@rule(stage="load", code="help-missing", severity=Severity.ERROR, profiled=True)
def get_help(project: Project, context: Context) -> Iterator[Diagnostic]:
    """Readers are not told when and where to get help.

    Who feels unwell must find at once what to do (CON-03; CDC Index 14).
    Say in the section with “role: actions”, “risks” or “contact” when to call whom.
    """
    wanted = (Role.ACTIONS, Role.RISKS, Role.CONTACT)
    there = [item for item in reading(project, "full") if item.section is not None and item.section.head.role in wanted]
    if not scored(str(project.publication.language)) or not complete(project):
        return
    if not any(_HELP.search(item.words) for item in there):
        place = next((item.section.span for item in there if item.section), _first_line(project))
        yield context.found("Nothing says when to get help, and from whom.", place,
                            "Say when to call whom, in the section with “role: actions”.")  # fmt: skip


@rule(stage="load", code="summary-missing", severity=Severity.WARNING, profiled=True)
def summary(project: Project, context: Context) -> Iterator[Diagnostic]:
    """The text has no summary beside its main message.

    A few key points help readers to keep what they read (CON-04; PEMAT).
    Add key points (data of “kind: key-points”), or a section with “role: main-message”.
    """
    points = any(isinstance(data, KeyPoints) for data in project.data.values())
    if not points and not any(section.head.role is Role.MAIN_MESSAGE for section in project.sections):
        yield context.found("The text has no summary.", _first_line(project),
                            "Add key points, or a section with “role: main-message”.")  # fmt: skip


@rule(stage="load", code="figure-caption-missing", severity=Severity.WARNING, profiled=True)
def captions(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A figure has no caption.

    A caption tells what to look for, and lists of figures are made of them (CON-04; PEMAT).
    Write “caption:” at the head of the diagram's file, or caption="…" behind ```mermaid.
    """
    for diagram in project.diagrams.values():
        if not diagram.head.caption:
            yield context.found(
                f"The diagram “{diagram.id}” has no caption.", diagram.span, "Write “caption: …” at its head."
            )
    for form in forms(project):
        for fence in fences(form.text) if form.name != "short" else ():
            if "mermaid" in fence.info and fence.body is not None and not _CAPTION.search(fence.info):
                yield context.found("This diagram has no caption.", form.text.place(fence.start, fence.start + 3),
                                    "Write it behind the fence: ```{.mermaid caption=\"…\"}")  # fmt: skip
