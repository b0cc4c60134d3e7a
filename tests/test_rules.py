"""Rules: the registry checks itself, every rule is documented and tried, a publication can decide about them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from handbill.diagnostics import Report, Severity, error, warning
from handbill.explanations import explanation, explanations
from handbill.model import Project
from handbill.rules import RULES, apply_policy, judge, registry
from handbill.schema import Publication
from handbill.tools import pandoc
from tests.faults import collection

PACKAGE = Path(__file__).parent.parent / "handbill"
_SAID = re.compile(r"(?:\b(?:error|warning|note|_Answer|BadValue|_refuse|_twice|_broken|_dropped)\(|Severity\.\w+,|\byield )\s*\"([a-z0-9]+(?:-[a-z0-9]+)+)\",")


def test_the_registry_refuses_what_is_no_rule() -> None:
    def good(value: object, context: object) -> tuple[()]:
        """What is wrong.

        Why it matters.
        """
        return ()

    def bare(value: object, context: object) -> tuple[()]:
        """Too little."""
        return ()

    with pytest.raises(ValueError, match="no stage"):
        registry.rule(stage="nowhere", code="new-rule", severity=Severity.ERROR)(good)
    with pytest.raises(ValueError, match="twice"):
        registry.rule(stage="load", code="citation-unknown", severity=Severity.ERROR)(good)
    with pytest.raises(ValueError, match="docstring"):
        registry.rule(stage="load", code="new-rule", severity=Severity.ERROR)(bare)
    assert "new-rule" not in RULES


def test_every_rule_of_load_has_a_case_in_the_collection() -> None:
    """Rules that only a profile calls for have tests of their own."""
    tried = {path.parent.name for path in collection.cases()}
    assert [
        code for code, rule in RULES.items() if rule.stage == "load" and not rule.profiled and code not in tried
    ] == []


def test_each_case_lies_in_the_folder_of_a_complaint_that_it_expects() -> None:
    for path in collection.cases():
        assert path.parent.name in {wanted.code for wanted in collection.parse(path).expected}, path


def test_every_code_that_can_be_told_is_explained() -> None:
    """Found in the source: what is given to the functions that make a complaint, and the tables that hold codes."""
    said = {code for path in PACKAGE.rglob("*.py") for code in _SAID.findall(path.read_text(encoding="utf-8"))}
    said |= {code for code, _, _ in pandoc._WORDS.values()} | {"edition-unknown", "format-unknown"}
    assert len(said) > 180
    assert said - set(explanations()) - set(RULES) == set()


def test_an_explanation_says_what_why_and_how() -> None:
    for code, parts in explanations().items():
        assert set(parts) == {"what", "why", "mend"}, code
        assert code not in RULES
    assert (explanation("yaml-tab") or "").count("\n\n") == 2
    assert explanation("nothing-such") is None


Make = Callable[..., Project]


def decided(make_project: Make, **rules: dict[str, str]) -> Publication:
    changes = {code.replace("_", "-"): change for code, change in rules.items()}
    return make_project(publication={"rules": changes}).publication


def test_a_publication_lowers_and_silences(make_project: Make) -> None:
    publication = decided(
        make_project,
        slide_words={"severity": "off", "reason": "Long slides."},
        heading_skipped={"severity": "note", "reason": "An old text."},
    )
    found = [warning("slide-words", "A"), error("heading-skipped", "B"), warning("raw-markup", "C")]
    kept = apply_policy(found, publication)
    assert [(d.code, d.severity) for d in kept] == [("heading-skipped", "note"), ("raw-markup", "warning")]


def test_strict_raises_warnings_but_not_what_was_decided(make_project: Make) -> None:
    publication = decided(make_project, raw_markup={"severity": "warning", "reason": "Known."})
    found = [warning("slide-words", "A"), warning("raw-markup", "B")]
    assert [d.severity for d in apply_policy(found, publication, strict=True)] == ["error", "warning"]


def test_a_firm_rule_stays(make_project: Make) -> None:
    publication = decided(make_project, citation_unknown={"severity": "off", "reason": "Later."})
    assert len(apply_policy([error("citation-unknown", "A")], publication)) == 1


def test_a_decision_about_a_tool_changes_nothing(make_project: Make) -> None:
    publication = decided(make_project, tool_missing={"severity": "off", "reason": "No."})
    assert len(apply_policy([error("tool-missing", "A")], publication)) == 1


def test_judge_follows_the_publication(make_project: Make, make_section: Callable[..., object]) -> None:
    project = make_project(
        make_section("one", "A <b> claim."),
        publication={"rules": {"raw-markup": {"severity": "off", "reason": "Known."}}},
    )
    report = Report()
    judge("load", project, project, report)
    assert [found.code for found in report] == []
    judge("load", make_project(make_section("one", "A <b> claim.")), project, report, strict=True)
    assert not report.failed


def test_strict_stops_the_line(make_project: Make, make_section: Callable[..., object]) -> None:
    project = make_project(make_section("one", "A <b> claim."))
    report = Report()
    judge("load", project, project, report)
    assert not report.failed
    judge("load", project, project, report, strict=True)
    assert report.failed
