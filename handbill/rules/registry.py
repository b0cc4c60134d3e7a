"""How a rule is made known, found and run.

A rule is a function with the decorator `rule`. It gets the value of its stage and a `Context`, and
yields a diagnostic for each fault. Its docstring is the user's documentation: the first line says
what is wrong, then why it matters, then how to mend it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from handbill.diagnostics import Diagnostic, Report, Severity
from handbill.model import Edition, Project
from handbill.text import Span

STAGES = ("load", "assemble", "parse", "draw", "tailor", "cite", "render", "inspect")

Check = Callable[[Any, "Context"], Iterable[Diagnostic]]


@dataclass(frozen=True)
class Rule:
    """One check. `firm` rules cannot be lowered or silenced: what they let pass would be broken on the page."""

    code: str
    stage: str
    severity: Severity
    firm: bool
    check: Check

    @property
    def documentation(self) -> str:
        """The docstring with its indentation taken off."""
        lines = (self.check.__doc__ or "").strip().split("\n")
        return "\n".join(line.strip() for line in lines)

    @property
    def summary(self) -> str:
        """The first line of the documentation."""
        return self.documentation.split("\n", 1)[0]


@dataclass(frozen=True)
class Context:
    """What a rule may look at beside the value that it judges."""

    project: Project
    rule: Rule
    edition: Edition | None = None

    def found(
        self,
        message: str,
        span: Span | None,
        *hints: str,
        severity: Severity | None = None,
        related: Iterable[tuple[Span, str]] = (),
    ) -> Diagnostic:
        """A complaint of the running rule."""
        edition = self.edition.name if self.edition else ""
        level = severity or self.rule.severity
        return Diagnostic(level, self.rule.code, message, span, hints, related=tuple(related), edition=edition)


RULES: dict[str, Rule] = {}
"""Every rule by its code, in the order in which they run."""

_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")


def rule(*, stage: str, code: str, severity: Severity, firm: bool = False) -> Callable[[Check], Check]:
    """Registers a rule. Raises ValueError for what a rule must not be: unknown stage, used code, no docstring."""

    def register(check: Check) -> Check:
        if stage not in STAGES:
            raise ValueError(f"{code}: there is no stage {stage!r}")
        if not _CODE.fullmatch(code) or code in RULES:
            raise ValueError(f"{code!r} is no slug or is used twice")
        if len((check.__doc__ or "").strip().split("\n")) < 3:
            raise ValueError(f"{code}: the docstring must say what is wrong, why it matters and how to mend it")
        RULES[code] = Rule(code, stage, severity, firm, check)
        return check

    return register


def run(stage: str, value: Any, project: Project, report: Report, edition: Edition | None = None) -> None:
    """Every rule of a stage on its value."""
    for known in RULES.values():
        if known.stage == stage:
            context = Context(project, known, edition)
            report.extend(known.check(value, context))
