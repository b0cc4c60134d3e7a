"""How a rule is made known, found and run.

A rule is a function with the decorator `rule`. It gets the value of its stage and a `Context`, and
yields a diagnostic for each fault. Its docstring is the user's documentation: the first line says
what is wrong, then why it matters, then how to mend it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from handbill.diagnostics import Diagnostic, Report, Severity
from handbill.model import Edition, Project
from handbill.schema import Status
from handbill.schema_governance import RuleSetting
from handbill.text import Located, Span

STAGES = ("load", "assemble", "parse", "draw", "tailor", "cite", "render", "inspect")

Check = Callable[[Any, "Context"], Iterable[Diagnostic]]


@dataclass(frozen=True)
class Rule:
    """One check.

    firm      it cannot be lowered or silenced: what it lets pass would be broken on the page
    profiled  it runs only when the publication's profile names it
    limits    its thresholds by their names, which a profile may set otherwise
    needs     keys of publication.yaml without which it cannot judge
    """

    code: str
    stage: str
    severity: Severity
    firm: bool
    check: Check
    profiled: bool = False
    limits: Mapping[str, float] = field(default_factory=dict)
    needs: frozenset[str] = frozenset()

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

    @property
    def setting(self) -> RuleSetting:
        """What the publication's profile says about the running rule."""
        return self.project.profile.rules.get(self.rule.code, _AS_IT_IS)

    def limit(self, name: str) -> float:
        """A threshold of the running rule, as the profile or else the rule sets it."""
        return self.setting.limits.get(name, self.rule.limits[name])

    @property
    def values(self) -> tuple[str, ...]:
        """The words that the profile gives to the running rule."""
        return tuple(str(value) for value in self.setting.values)

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
        chosen = self.setting.severity
        level = severity or (Severity(chosen) if chosen and chosen != "off" else self.rule.severity)
        if self.rule.profiled and level is Severity.ERROR and self.project.publication.status is Status.DRAFT:
            level = Severity.WARNING  # a draft is on its way to what the profile demands; release and review insist
        return Diagnostic(level, self.rule.code, message, span, hints, related=tuple(related), edition=edition)

    def within(self, text: Located, start: int, end: int, message: str, *hints: str) -> Diagnostic:
        """A complaint of the running rule about a piece of a text, by its offsets."""
        return self.found(message, text.place(start, end), *hints)


_AS_IT_IS = RuleSetting()

RULES: dict[str, Rule] = {}
"""Every rule by its code, in the order in which they run."""

MOST = 500
"""Complaints of one rule: whoever has more has damaged a file, and wants an answer soon."""

_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")


def rule(
    *,
    stage: str,
    code: str,
    severity: Severity,
    firm: bool = False,
    profiled: bool = False,
    limits: Mapping[str, float] | None = None,
    needs: Iterable[str] = (),
) -> Callable[[Check], Check]:
    """Registers a rule. Raises ValueError for what a rule must not be: unknown stage, used code, no docstring."""

    def register(check: Check) -> Check:
        if stage not in STAGES:
            raise ValueError(f"{code}: there is no stage {stage!r}")
        if not _CODE.fullmatch(code) or code in RULES:
            raise ValueError(f"{code!r} is no slug or is used twice")
        if len((check.__doc__ or "").strip().split("\n")) < 3:
            raise ValueError(f"{code}: the docstring must say what is wrong, why it matters and how to mend it")
        RULES[code] = Rule(code, stage, severity, firm, check, profiled, limits or {}, frozenset(needs))
        return check

    return register


def active(known: Rule, project: Project) -> bool:
    """Whether the publication's profile lets a rule run; a firm one always does.

    Where `publication.yaml` could not be read, nobody knows the profile, the names or who answers for it.
    """
    if known.profiled and "publication" in project.broken:
        return False
    setting = project.profile.rules.get(known.code)
    return known.firm or (not known.profiled if setting is None else setting.severity != "off")


def run(stage: str, value: Any, project: Project, report: Report, edition: Edition | None = None) -> None:
    """Every rule of a stage on its value, as far as the publication's profile wants it."""
    for known in RULES.values():
        if known.stage == stage and active(known, project) and not known.needs & project.doubts:
            context = Context(project, known, edition)
            report.extend(islice(known.check(value, context), MOST))
