"""Every check of an author's work: one registered function each, its docstring the user's documentation."""

from __future__ import annotations

from typing import Any

from handbill.diagnostics import Diagnostic, Report
from handbill.model import Edition, Project
from handbill.rules import (
    attributes,
    bib_forms,
    bibliography,
    blocks,
    characters,
    citations,
    content_rules,
    diagram_classes,
    diagram_signs,
    diagrams,
    evidence,
    footnotes,
    governance,
    headings,
    house,
    inserts,
    language,
    leftovers,
    lists,
    numbers,
    paper_fit,
    paper_fold,
    paper_grey,
    paper_type,
    picture_words,
    pictures,
    policy,
    signs,
    slides,
    style_sheets,
    tables,
    targets,
    tongues,
    typed,
    words,
)
from handbill.rules.policy import apply_policy
from handbill.rules.registry import RULES, Context, Rule, rule, run
from handbill.templating import page_mistakes

MODULES = (
    citations,
    bibliography,
    bib_forms,
    inserts,
    targets,
    headings,
    blocks,
    lists,
    footnotes,
    signs,
    typed,
    attributes,
    tongues,
    tables,
    pictures,
    picture_words,
    diagrams,
    diagram_classes,
    diagram_signs,
    house,
    style_sheets,
    slides,
    characters,
    paper_type,
    paper_fold,
    paper_fit,
    paper_grey,
    governance,
    content_rules,
    language,
    words,
    numbers,
    evidence,
    leftovers,
)
"""The modules that hold rules; importing them registers each."""

SHARED = ("load", "assemble", "parse", "draw")
"""Stages that run once for a publication; the others run for each edition, where finding nothing says little."""

__all__ = ["MODULES", "RULES", "Context", "Rule", "apply_policy", "judge", "rule", "run"]


def judge(
    stage: str,
    value: Any,
    project: Project,
    report: Report,
    *,
    strict: bool = False,
    edition: Edition | None = None,
    found: Report | None = None,
) -> None:
    """Runs the rules of a stage on its value, then brings every complaint of the report in line with the publication's `rules:`.

    Call it once after each stage. A decision that nothing called for is reported by the stage of its rule. `found`
    receives what the rules said before any decision.
    """
    fresh = Report()
    if stage == "load":
        fresh.extend(policy.faults(project))
        fresh.extend(policy.profile_faults(project))
        fresh.extend(page_mistakes(project.templates, project.editions, project.locale))
    run(stage, value, project, fresh, edition)
    if stage == "load" and project.broken:  # About what stands in for something that could not be read.
        fresh.revise(lambda found: found if found.span is not None else None)
    if stage in SHARED:
        fresh.extend(list(policy.unneeded(project, fresh, [stage])))
    fresh.revise(lambda found: None if _meant_otherwise(found, project) else found)
    report.extend(fresh)
    if found is not None:
        found.extend(fresh)
    report.revise(lambda found: policy.decided(found, project.publication.rules, strict=strict))


def _meant_otherwise(found: Diagnostic, project: Project) -> bool:
    """Whether a decision about the rule is written but could not be read: that is told, and what was decided is not known."""
    return f"rule:{found.code}" in project.broken
