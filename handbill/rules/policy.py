"""What a publication, or `--strict`, makes of a complaint: lowered, silenced or raised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from handbill.diagnostics import Diagnostic, Severity, error, warning
from handbill.model import Project
from handbill.nearest import did_you_mean
from handbill.rules.registry import RULES
from handbill.schema import Publication, RuleChange
from handbill.schema_governance import NO_PROFILE

_ORDER = {Severity.NOTE: 0, Severity.WARNING: 1, Severity.ERROR: 2}


def apply_policy(
    found: Iterable[Diagnostic], publication: Publication, *, strict: bool = False
) -> tuple[Diagnostic, ...]:
    """The complaints as this publication wants them: its `rules:` followed, warnings raised to errors when strict."""
    changed = (decided(diagnostic, publication.rules, strict=strict) for diagnostic in found)
    return tuple(diagnostic for diagnostic in changed if diagnostic is not None)


def decided(diagnostic: Diagnostic, changes: Mapping[str, RuleChange], *, strict: bool) -> Diagnostic | None:
    """One complaint after the publication's decision about its rule; None when it is silenced."""
    change = changes.get(diagnostic.code)
    known = RULES.get(diagnostic.code)
    if change is not None and known is not None and not known.firm:
        if change.severity == "off":
            return None
        return replace(diagnostic, severity=Severity(change.severity))
    if strict and diagnostic.severity is Severity.WARNING:
        return replace(diagnostic, severity=Severity.ERROR)
    return diagnostic


def faults(project: Project) -> Iterable[Diagnostic]:
    """Decisions about rules that do not exist or cannot be lowered."""
    for code, change in project.publication.rules.items():
        place = project.spans.get(("rules", code, "severity")) or project.spans.get(("rules", code))
        known = RULES.get(code)
        if known is None:
            hints = did_you_mean(code, RULES) or ("“build.py rules” lists them.",)
            yield error("silence-unknown", f"There is no rule “{code}” that could be changed.", project.spans.get(("@key", "rules", code), place), *hints)
        elif known.firm and change.severity != "error":
            yield error("silence-refused", f"The rule “{code}” cannot be lowered: what it finds would be broken on the page.", place,
                        "Delete these lines and mend what the rule finds.")  # fmt: skip


def profile_faults(project: Project) -> Iterable[Diagnostic]:
    """What the publication's profile says about rules or thresholds that do not exist."""
    for code, setting in project.profile.rules.items():
        place = project.spans.get(("@profile", "rules", code))
        known = RULES.get(code)
        if known is None:
            hints = did_you_mean(code, RULES) or ("“build.py rules” lists them.",)
            yield error(
                "profile-rule-unknown", f"The profile names a rule “{code}” that does not exist.", place, *hints
            )
            continue
        for name in setting.limits.keys() - known.limits.keys():
            there = project.spans.get(("@profile", "rules", code, "limits", name), place)
            hints = did_you_mean(name, known.limits) or ("It has none.",)
            yield error("profile-limit-unknown", f"The rule “{code}” has no limit “{name}”.", there, *hints)


def unneeded(project: Project, found: Iterable[Diagnostic], stages: Iterable[str]) -> Iterable[Diagnostic]:
    """Decisions that nothing called for, among rules of the `stages` that ran; `found` are the complaints before any decision."""
    codes = {diagnostic.code for diagnostic in found}
    ran = set(stages)
    unread = project.profile is NO_PROFILE and ("profile",) in project.spans
    if project.broken or unread or project.doubts:  # what would the rules find in what was meant?
        return
    for code in project.publication.rules:
        known = RULES.get(code)
        if known is not None and not known.firm and known.stage in ran and code not in codes:
            place = project.spans.get(("rules", code, "severity"))
            yield warning("silence-unneeded", f"The rule “{code}” finds nothing any more, so it need not be lowered.", place,
                          "Delete these lines.")  # fmt: skip
