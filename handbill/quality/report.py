"""The quality report of one publication: `report.json` for programs, `report.html` for people."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from handbill.diagnostics import Diagnostic, Report
from handbill.governance import shown, standing
from handbill.model import Project, Standing
from handbill.names import REPORT, REPORT_DATA, REPORT_PAGE
from handbill.publish import Store
from handbill.quality.evidence import Row, Source, evidence, sources
from handbill.quality.lines import anchor, author_lines
from handbill.quality.outcomes import ORDER, RuleOutcome, Standard, craft, outcomes, standards
from handbill.quality.scoring import FormScore, Score, scores
from handbill.render.page import fill_template, style_sheets, trusted
from handbill.render.ready import template_ready
from handbill.schema import Output
from handbill.schema_governance import Assessment
from handbill.text import Span, Text

STYLES = ("fonts.css", "base.css", "report.css")
SHOWN = 12
"""Places of one rule that the page lists; the JSON file lists all."""


@dataclass(frozen=True)
class Quality:
    """All that the report tells."""

    project: Project
    standing: Standing
    standards: tuple[Standard, ...]
    craft: tuple[RuleOutcome, ...]
    forms: tuple[FormScore, ...]
    evidence: tuple[Row, ...]
    sources: Mapping[str, Source]
    instruments: tuple[tuple[Mapping[str, Any], tuple[Assessment, ...]], ...]

    def places(self) -> Iterator[Span | None]:
        """Every place of which the page speaks."""
        rules = (*self.craft, *(rule for standard in self.standards for rule in standard.rules))
        yield from (item.span for rule in rules for item in rule.found[:SHOWN])
        yield from (costly.place for form in self.forms for costly in form.sentences)
        yield from (row.place for row in self.evidence)
        yield from (source.place for source in self.sources.values())

    @property
    def tally(self) -> dict[str, int]:
        """How many standards have each outcome, worst first."""
        count = Counter(standard.outcome for standard in self.standards)
        return {outcome: count[outcome] for outcome in ORDER if count[outcome]}


@cache
def _instruments() -> list[dict[str, Any]]:
    text = Path(__file__).with_name("instruments.toml").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = tomllib.loads(text)["instrument"]
    return found


@dataclass(frozen=True)
class Draft:
    """What the report says of the text alone, whatever comes of it: it can be found out while files are made."""

    forms: tuple[FormScore, ...]
    evidence: tuple[Row, ...]
    sources: Mapping[str, Source]


def draft(project: Project) -> Draft:
    """The part of a project's report that no finished file is needed for."""
    found = Draft(scores(project), evidence(project), sources(project))
    template_ready(next(iter(project.editions.values())), project, REPORT_PAGE)
    return found


def quality(project: Project, found: Report, stages: tuple[str, ...], known: Draft | None = None) -> Quality:
    """What there is to say of a project. `found` is what the rules of `stages` said before any decision."""
    by_code = outcomes(project, found, stages)
    judged = project.publication.assessments
    own = known or draft(project)
    return Quality(
        project, standing(project), standards(by_code), craft(by_code), own.forms, own.evidence, own.sources,
        tuple((row, tuple(a for a in judged if a.instrument == row["id"])) for row in _instruments()),
    )  # fmt: skip


def write_report(folder: Path, made: Quality, report: Report) -> None:
    """Writes both files below the publication's output folder."""
    store = Store(folder, report)
    store.write(REPORT_DATA, (json.dumps(as_json(made), indent=2, ensure_ascii=False) + "\n").encode())
    page, problems = as_html(made)
    report.extend(problems)
    if page is not None:
        store.write(REPORT, page.encode())


def as_html(made: Quality) -> tuple[str | None, list[Diagnostic]]:
    """The page, self-contained; None after a complaint about its template or style sheets."""
    project = made.project
    first = next(iter(project.editions.values()))
    css, _, problems = style_sheets(
        first, Output(file=REPORT, styles=tuple(map(Text, STYLES))), project, inline=True, letters=None
    )
    if problems:
        return None, problems
    files = author_lines(project.root, made.places())
    context = {
        "files": files, "known_lines": {line.id for file in files for line in file.lines}, "anchor": anchor,
        "css": trusted(css), "quality": made, "publication": shown(project), "profile": project.profile, "as_of": project.as_of,
        "shown": SHOWN, "limits": _limits(project), "language": str(project.publication.language),
    }  # fmt: skip
    return fill_template(first, project, REPORT_PAGE, context)


def _limits(project: Project) -> dict[str, float]:
    """The thresholds of the reading grade as the profile sets them; empty when it does not ask for it."""
    from handbill.rules import RULES

    setting = project.profile.rules.get("reading-grade")
    return {} if setting is None else {**RULES["reading-grade"].limits, **setting.limits}


def as_json(made: Quality) -> dict[str, Any]:
    """The report as JSON values."""
    publication = shown(made.project)
    return {
        "publication": {
            "id": publication.id, "title": str(publication.title), "version": str(publication.version),
            "language": str(publication.language), "status": publication.status.value, "approval": made.standing.approval,
            "profile": made.project.profile.name, "asOf": made.project.as_of.isoformat(),
            **_review(made),
        },
        "tally": made.tally,
        "standards": [
            {"id": s.id, "title": s.title, "source": s.source, "outcome": s.outcome, "rules": [_rule(r) for r in s.rules]}
            for s in made.standards
        ],
        "craft": [_rule(r) for r in made.craft],
        "readability": [_form(form) for form in made.forms],
        "evidence": [
            {"kind": r.kind, "sentence": r.sentence, "place": _place(r.place), "sources": [s.key for s in r.sources], "lacking": r.lacking}
            for r in made.evidence
        ],
        "sources": [
            {"key": s.key, "title": s.title, "who": s.who, "class": s.kind, "verified": s.verified, "note": s.note, "read": s.read}
            for s in made.sources.values()
        ],
        "assessments": [a.model_dump(mode="json") for a in made.project.publication.assessments],
    }  # fmt: skip


def _review(made: Quality) -> dict[str, Any]:
    if "next_review" in made.project.doubts:
        return {"nextReview": None, "daysToReview": None, "overdue": None}
    day = made.project.publication.next_review
    return {"nextReview": day.isoformat(), "daysToReview": made.standing.days, "overdue": made.standing.overdue}


def _rule(outcome: RuleOutcome) -> dict[str, Any]:
    found = [
        {"message": d.message, "severity": d.severity.value, "place": _place(d.span), "edition": d.edition}
        for d in outcome.found
    ]
    return {"code": outcome.rule.code, "outcome": outcome.outcome, "reason": outcome.reason, "found": found}


def _form(form: FormScore) -> dict[str, Any]:
    return {
        "form": form.form, "whole": _score(form.whole), "sections": [_score(score) for score in form.sections],
        "costliestSentences": [
            {"text": c.sentence.text, "words": c.sentence.count, "cost": round(c.sentence.cost, 3), "place": _place(c.place)}
            for c in form.sentences
        ],
        "costliestWords": [{"word": w.text, "times": w.count, "cost": round(w.cost, 3)} for w in form.words],
    }  # fmt: skip


def _score(score: Score) -> dict[str, Any]:
    counts = score.counts
    return {
        "section": score.name, "title": score.title, "words": counts.words, "sentences": counts.sentences,
        "syllables": counts.syllables, "longWords": counts.long_words, "grades": score.plain, "withoutNames": score.neutral,
    }  # fmt: skip


def _place(span: Span | None) -> str | None:
    return None if span is None else str(span)
