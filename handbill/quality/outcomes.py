"""What became of every rule: kept, broken, lowered with a reason, or not asked for."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from handbill.diagnostics import Diagnostic, Severity
from handbill.model import Project
from handbill.rules import RULES, Rule
from handbill.rules.registry import active

Outcome = Literal["kept", "note", "warning", "error", "silenced", "not asked", "not judged"]
ORDER: tuple[Outcome, ...] = ("error", "warning", "silenced", "note", "not judged", "kept", "not asked")
"""Worst first: what is kept as far as anybody looked is not kept."""
_AS_SAID: Mapping[Severity, Outcome] = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}


@dataclass(frozen=True)
class RuleOutcome:
    """One rule: its outcome, what it found, and why it was lowered when it was."""

    rule: Rule
    outcome: Outcome
    found: tuple[Diagnostic, ...]
    reason: str = ""


@dataclass(frozen=True)
class Standard:
    """A demand of published standards, and the rules that look after it."""

    id: str
    title: str
    source: str
    rules: tuple[RuleOutcome, ...]

    @property
    def outcome(self) -> Outcome:
        """The worst of its rules; those that were not asked for say nothing when others were."""
        return min((rule.outcome for rule in self.rules), key=ORDER.index, default="not asked")


@cache
def _table() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("standards.toml").read_text(encoding="utf-8"))[
        "standard"
    ]
    return found


def standard_of(code: str) -> str:
    """The id of the standard that a rule looks after, such as GOV-02; empty for rules of the craft alone."""
    return next((str(row["id"]) for row in _table() if code in row["rules"]), "")


def outcomes(project: Project, found: Iterable[Diagnostic], stages: Iterable[str]) -> Mapping[str, RuleOutcome]:
    """The outcome of every rule, from what the rules found before any decision.

    stages   those whose rules ran; what was found decides for the stages that run for each edition
    """
    by_code: dict[str, list[Diagnostic]] = {}
    for diagnostic in found:
        by_code.setdefault(diagnostic.code, []).append(diagnostic)
    ran = set(stages)
    return {
        code: _outcome(project, rule, tuple(by_code.get(code, ())), rule.stage in ran and not rule.needs & project.doubts) for code, rule in RULES.items()
    }


def _outcome(project: Project, rule: Rule, found: tuple[Diagnostic, ...], ran: bool) -> RuleOutcome:
    if not active(rule, project):
        return RuleOutcome(rule, "not asked", ())
    if not ran:
        return RuleOutcome(rule, "not judged", ())
    if not found:
        return RuleOutcome(rule, "kept", ())
    change = project.publication.rules.get(rule.code)
    if change is not None and not rule.firm:
        lowered: Outcome = "silenced" if change.severity in ("off", "note") else _AS_SAID[Severity(change.severity)]
        return RuleOutcome(rule, lowered, found, str(change.reason))
    return RuleOutcome(rule, min((_AS_SAID[diagnostic.severity] for diagnostic in found), key=ORDER.index), found)


def standards(by_code: Mapping[str, RuleOutcome]) -> tuple[Standard, ...]:
    """Every standard with its rules, in the order of the table."""
    return tuple(
        Standard(
            row["id"], row["title"], row["source"], tuple(by_code[code] for code in row["rules"] if code in by_code)
        )
        for row in _table()
    )


def craft(by_code: Mapping[str, RuleOutcome]) -> tuple[RuleOutcome, ...]:
    """The rules that belong to no standard: those of the craft."""
    return tuple(outcome for code, outcome in by_code.items() if not standard_of(code))
