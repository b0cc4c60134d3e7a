"""The quality report, and the flagship under its profile."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import etree

from handbill.cli import main
from handbill.diagnostics import Report
from handbill.load import load
from handbill.model import Project
from handbill.quality import grade_of, quality, write_report
from handbill.quality.outcomes import _table, standard_of
from handbill.quality.report import Quality, as_html, as_json
from handbill.rules import RULES, judge
from handbill.rules.registry import STAGES
from handbill.schema import RuleChange
from handbill.schema_governance import Assessment
from handbill.text import Markdown, Text

REPOSITORY = Path(__file__).parent.parent
DAY = date(2026, 11, 22)
CHECKED = ("load", "assemble", "parse")


@cache
def flagship() -> Project:
    project = load(REPOSITORY, "gene-therapy", Report(), DAY)
    assert project is not None
    return project


def judged(project: Project) -> tuple[Report, Report]:
    """What is said, and what was found before any decision."""
    said, found = Report(), Report()
    judge("load", project, project, said, found=found)
    return said, found


def made(project: Project, stages: tuple[str, ...] = CHECKED) -> Quality:
    return quality(project, judged(project)[1], stages)


def test_the_flagship_keeps_its_profile() -> None:
    project = flagship()
    assert project.profile.name == "patient"
    said, _ = judged(project)
    assert [f"{d.code} {d.span}" for d in said if d.severity != "note"] == []


def test_what_the_flagship_lowers_has_a_reason() -> None:
    assert all(len(change.reason) > 30 for change in flagship().publication.rules.values())
    assert len(flagship().publication.rules) < 6


def test_without_its_decisions_the_flagship_is_warned() -> None:
    project = flagship()
    bare = replace(project, publication=project.publication.model_copy(update={"rules": {}}))
    assert {d.code for d in judged(bare)[0] if d.severity != "note"} == set(project.publication.rules)


def test_every_standard_names_rules_that_there_are_and_each_rule_belongs_to_one_at_most() -> None:
    codes = [code for row in _table() for code in row["rules"]]
    assert [code for code in codes if code not in RULES] == []
    assert len(codes) == len(set(codes))
    assert [code for code, rule in RULES.items() if rule.profiled and not standard_of(code)] == []


def test_rules_name_their_standard_in_their_documentation() -> None:
    unnamed = [code for code, rule in RULES.items() if rule.profiled and standard_of(code) not in rule.documentation]
    by_range = {"language-not-scored", "disclaimer-missing", "other-formats-missing"}
    assert set(unnamed) <= by_range


def test_outcomes() -> None:
    by_id = {standard.id: standard for standard in made(flagship()).standards}
    assert by_id["LANG-01"].outcome == "kept"
    assert by_id["GOV-03"].outcome == "silenced"
    assert by_id["PRN-01"].outcome == "not judged"
    assert {standard.id: standard for standard in made(flagship(), STAGES).standards}["PRN-01"].outcome == "kept"
    unsigned = next(rule for rule in by_id["GOV-03"].rules if rule.rule.code == "review-unsigned")
    assert unsigned.found and unsigned.reason


def test_a_rule_that_the_profile_leaves_out_was_not_asked() -> None:
    project = flagship()
    rules = {code: setting for code, setting in project.profile.rules.items() if code != "sentence-long"}
    lighter = replace(project, profile=project.profile.model_copy(update={"rules": rules}))
    assert {standard.id: standard.outcome for standard in made(lighter).standards}["LANG-01"] == "not asked"


def test_a_raised_rule_shows_as_what_it_was_raised_to() -> None:
    project = flagship()
    raised = {"claim-undated": RuleChange(severity="error", reason=Text("Be strict."))}
    strict = replace(project, publication=project.publication.model_copy(update={"rules": raised}))
    assert {standard.id: standard.outcome for standard in made(strict).standards}["REF-08"] == "error"


def test_the_json_tells_all() -> None:
    told = json.loads(json.dumps(as_json(made(flagship()))))
    assert told["publication"]["status"] == "draft"
    assert sum(told["tally"].values()) == len(_table())
    full, plain = told["readability"]
    assert (full["form"], plain["form"]) == ("full", "plain")
    assert len(full["sections"]) == 18
    assert plain["whole"]["grades"]["flesch-kincaid"] < full["whole"]["grades"]["flesch-kincaid"]
    assert full["whole"]["withoutNames"]["flesch-kincaid"] < full["whole"]["grades"]["flesch-kincaid"]
    assert len(full["costliestSentences"]) == len(full["costliestWords"]) == 10
    assert all(Path(REPOSITORY / s["place"].split(":")[0]).is_file() for s in full["costliestSentences"])
    assert {source["verified"] for source in told["sources"]} == {"yes", "partly", "no"}
    approval = next(row for row in told["evidence"] if row["sentence"] == "It is approved for these diseases.")
    assert (approval["sources"], approval["lacking"]) == (["cleveland-clinic"], "no source is fully verified")


def page_of(project: Project) -> etree._Element:
    html, problems = as_html(made(project))
    assert problems == []
    assert html is not None
    return etree.HTML(html)


def test_the_page_stands_alone_and_in_order() -> None:
    page = page_of(flagship())
    assert page.xpath("//script | //link | //iframe") == []
    assert [source for source in page.xpath("//@src | //@href") if not source.startswith(("#", "data:"))] == []
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {target[1:] for target in page.xpath("//a/@href")} <= set(ids)
    levels = [int(heading.tag[1]) for heading in page.xpath("//h1 | //h2 | //h3 | //h4")]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(table.xpath("caption") for table in page.xpath("//table"))
    assert len(page.xpath("//table[contains(@class, 'grades')]/tbody/tr")) == 18 + 12 + 2
    assert page.get("lang") == "en"


def test_every_place_leads_to_the_authors_own_line() -> None:
    page = page_of(flagship())
    places = page.xpath("//a[@class='place']")
    assert len(places) > 40
    for place in places:
        path, line, *_ = "".join(place.itertext()).split(":")
        (target,) = page.xpath("//*[@id=$name]", name=place.get("href")[1:])
        assert target.findtext("dt") == line
        assert (target.findtext("dd") or "") == (REPOSITORY / path).read_text(encoding="utf-8").split("\n")[int(line) - 1]
    assert page.xpath("//code[@class='place']") == []


def test_the_page_shows_what_people_found_and_escapes_what_they_wrote() -> None:
    project = flagship()
    judged = (
        Assessment(
            instrument="discern", by=Text("A <b>Reader</b>"), date=DAY, version=Text("0.0"), result=Text("4 of 5"),
            scores={"6": Text("5 of 5"), "99": Text("no such item")}, note=Markdown("Balanced."),
        ),
    )
    page = page_of(replace(project, publication=project.publication.model_copy(update={"assessments": judged})))
    (found,) = page.xpath("//p[@class='judged'][strong]")
    words = " ".join(found.itertext())
    assert "4 of 5" in words and "A <b>Reader</b>" in words and "Another version than this one" in words
    answers = [" ".join("".join(item.itertext()).split()) for item in page.xpath("//section[@class='instrument']//li")]
    assert [answer for answer in answers if "Not answered yet." not in answer] == [
        f"6 Is it balanced, with no one-sided view? 5 of 5 (A <b>Reader</b>, {DAY})"
    ]
    others = " ".join(page.xpath("//p[@class='small']/text()"))
    assert "99: no such item" in others and "Balanced." in others


def test_another_language_is_said_not_to_be_scored() -> None:
    project = flagship()
    french = replace(project, publication=project.publication.model_copy(update={"language": Text("fr")}))
    found = made(french)
    assert found.forms == () and found.evidence == ()
    assert grade_of(french) is None
    assert "is not scored" in " ".join(page_of(french).itertext())


def test_both_files_are_written(tmp_path: Path) -> None:
    report = Report()
    write_report(tmp_path, made(flagship()), report)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.html", "report.json"]
    assert len(report) == 0
    assert (tmp_path / "report.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


@pytest.mark.e2e
def test_the_page_passes_the_validators(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_report(tmp_path, made(flagship()), Report())
    code = main(["--root", str(REPOSITORY), "verify", str(tmp_path / "report.html")])
    said = capsys.readouterr()
    assert code == 0, said.out + said.err
    assert "axe" in said.out
