"""Every demand of the standards has its rules, and every rule fails on a mistake and falls silent once it is mended.

The mistakes are those of `tests/faults/`; here stands the smallest change that mends each. What is measured in finished
PDFs fails and passes in `tests/test_measured.py`, in PDFs that are really made.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from handbill.diagnostics import Report
from handbill.governance import digest
from handbill.load import load
from handbill.rules import RULES
from tests.faults import collection
from tests.test_measured import PAGES, PANELS

STANDARDS = Path(__file__).parents[1] / "handbill" / "quality" / "standards.toml"
DEMANDED = (
    *(f"GOV-0{n}" for n in range(1, 7)), *(f"CON-0{n}" for n in range(1, 5)), *(f"LANG-0{n}" for n in range(1, 10)),
    *(f"NUM-0{n}" for n in range(1, 5)), *(f"REF-0{n}" for n in (1, 2, 3, 4, 7, 8)), *(f"PRN-0{n}" for n in range(1, 5)),
)  # fmt: skip
SECTION, ABOUT, BOOKS = "content/sample/sections/two.md", "content/sample/publication.yaml", "references.bib"
ONE, FOLD = "content/sample/sections/one.md", "templates/editions/handout/edition.yaml"

Edit = tuple[str, str, str]
"""A file, what stands there, what mends it. Where nothing stands there, a new file."""

RISKS = "---\nid: risks\nrole: risks\ntitle: What are the risks?\n---\n\nNobody knows.\n"
BRIEF = "---\nid: brief\nrole: main-message\ntitle: In brief\n---\n\nOne message.\n"
MENDED: dict[str, dict[str, tuple[str, *tuple[Edit, ...]]]] = {
    "GOV-01": {"identity-placeholder": ("to-do", (ABOUT, "name: TBC", "name: Tess B. Cole"))},
    "GOV-02": {
        "review-overdue": ("past", (ABOUT, "next_review: 2025-01-02", "next_review: 2026-11-22")),
        "review-soon": ("next-month", (ABOUT, "next_review: 2027-01-02", "next_review: 2027-02-20")),
        "review-interval": ("four-years", (ABOUT, "next_review: 2030-01-02", "next_review: 2029-01-02")),
        "review-future": ("tomorrow", (ABOUT, "date: 2026-12-24", "date: 2026-11-22")),
    },
    "GOV-03": {
        "review-unsigned": ("nobody", (ABOUT, "reviewers: []", "reviewers: [{name: B. Reader, role: nurse, date: 2026-11-01}]")),
        "approval-missing": ("claimed", (ABOUT, "status: approved", "status: review")),
        "approval-outdated": ("changed", (ABOUT, "@@digest", "")),
    },
    "GOV-04": {
        "interests-missing": ("silent", (ABOUT, "funding: none", "funding: none\nconflicts: none")),
        "source-interested": ("company", (ABOUT, "Good Pills makes", "Good Pills and Better Pills make")),
    },
    "GOV-05": {"contact-route-missing": ("no-support", (ABOUT, "feedback: Tell", "support: [{name: A charity}]\nfeedback: Tell"))},
    "GOV-06": {
        "disclaimer-missing": ("weak", (ABOUT, "This text is a draft.", "This text supports your clinician and does not replace them.")),
        "other-formats-missing": ("none", (ABOUT, "contact:", "other_formats: Ask us for large print.\ncontact:")),
    },
    "CON-01": {"treatment-incomplete": ("no-risks", ("content/sample/sections/risks.md", "", RISKS))},
    "CON-02": {"main-message": ("four-sentences", (ABOUT, "It is short. It goes on.", "It is short."))},
    "CON-03": {
        "action-missing": ("no-list", (SECTION, "Do something.", "- Call your nurse.")),
        "help-missing": ("nobody-to-call", (SECTION, "- Read it again.", "- Call the ward if you feel unwell.")),
    },
    "CON-04": {
        "summary-missing": ("none", ("content/sample/sections/brief.md", "", BRIEF)),
        "figure-caption-missing": (
            "file-and-fence", (SECTION, "```{.mermaid #b}", '```{.mermaid #b caption="What it says"}'),
            ("content/sample/diagrams/route.mmd", "---\n", "---\ncaption: The route\n"),
        ),
        "table-caption-missing": ("none", (ONE, "| One  | 1     |", "| One  | 1     |\n\n: One value.")),
    },
    "LANG-01": {"sentence-long": ("words", (SECTION, " it once began here.", " it once began."), (SECTION, "One two three four", "One two. Three four"),
                                  (SECTION, "nine ten one two three four five six seven eight nine ten one two", "nine. Ten one two three four five six seven. Eight nine ten one two"))},
    "LANG-02": {
        "paragraph-long": ("four", (SECTION, " Three things. Four things.", " Three things.")),
        "list-long": ("seven", (SECTION, "- item g\n", "")),
    },
    "LANG-03": {
        "reading-grade": ("hard", (SECTION, "Individualised immunological investigations frequently necessitate multidisciplinary collaboration.",
                                   "The nurse will look at you. She will ask how you feel.")),
        "language-not-scored": ("french", (ABOUT, "language: fr", "language: en-US")),
    },
    "LANG-04": {
        "term-unexplained": ("first-use", (SECTION, "The plasmid is new.", "The plasmid (a ring of DNA) is new.")),
        "term-order": ("turned", (SECTION, "A vector (a carrier)", "A carrier (vector)")),
        "glossary-unused": ("word", (SECTION, "[[words]]", "A vector brings it.\n\n[[words]]")),
    },
    "LANG-05": {"acronym-unexpanded": ("first-use", (SECTION, "and MRI does too", "and a scan (MRI) does too"))},
    "LANG-06": {"voice-passive": ("step", (SECTION, "- The form must be filled in.", "- Fill in the form."))},
    "LANG-07": {
        "title-long": ("many", (ABOUT, " until it has far too many letters", " until it has many letters")),
        "heading-not-question": ("risks", (SECTION, "title: The risks", "title: What are the risks?")),
        "heading-h1-in-body": ("one-sign", (ONE, "# Too big", "## Right")),
        "heading-skipped": ("begins-too-low", (ONE, "### Three", "## Two")),
        "heading-empty": ("no-words", (ONE, "## {#empty}", "## Words {#empty}")),
        "heading-as-text": ("indented", (ONE, " ## Heading", "## Heading")),
    },
    "LANG-08": {
        "text-emphasis": ("slanted", (SECTION, "*slanted* here.", "**bold** here."), (SECTION, "[below]{.underline}", "below")),
        "text-capitals": ("shouting", (SECTION, "PLEASE READ THIS NOW", "Please read this NOW")),
    },
    "LANG-09": {
        "word-vague": ("praise", (SECTION, "A new breakthroughs list.", "A new list.")),
        "cure-uncited": ("no-source", (SECTION, "It can cure the disease.\n", "It can cure the disease. [@smith]\n")),
    },
    "NUM-01": {"number-percentage": ("ten", (SECTION, "10% of people and ten per cent of children", "1 in 10 people"))},
    "NUM-02": {"frequency-vague": ("rare", (SECTION, "Rare: a rash.", "Rare: a rash in 1 in 2,000 people."))},
    "NUM-03": {"denominator-mixed": ("list", (SECTION, "1 in 10 people had pain", "10 in 100 people had pain"))},
    "NUM-04": {"risk-relative": ("twice", (SECTION, "twice the risk.\n", "twice the risk: 2 in 1,000 instead of 1 in 1,000.\n"))},
    "REF-01": {
        "citation-unknown": ("typo", (ONE, "@smit]", "@smith]")),
        "citation-malformed": ("bracket-left-open", (ONE, "[@smith\n", "[@smith]\n")),
    },
    "REF-02": {
        "citation-uncited": ("spare", (ONE, "[@smith]", "[@smith; @lee]")),
        "bibliography-duplicate": ("doi", (BOOKS, "doi    = {10.1000/182},\n}\n@book", "doi    = {10.1000/183},\n}\n@book")),
    },
    "REF-03": {"claim-uncited": (
        "kinds", (SECTION, "It was approved.\n", "It was approved. [@smith]\n"), (SECTION, "in 1990.\n", "in 1990. [@smith]\n"),
        (SECTION, "10 people.\n", "10 people. [@smith]\n"), (SECTION, "came of it.\n", "came of it. [@smith]\n"),
    )},
    "REF-04": {
        "bibliography-type": ("typo", (BOOKS, "@boko", "@book")),
        "bibliography-field-missing": ("journal", (BOOKS, "date  ", "journal = {J},\n  date  ")),
        "bibliography-field-unknown": ("required", (BOOKS, "jounral", "journal")),
        "bibliography-unverified": ("approved", (BOOKS, "verified = {no}", "author = {Lee, Bo}, journal = {J}, year = {2020}, verified = {yes}")),
        "bibliography-verified": ("maybe", (BOOKS, "{maybe}", "{partly}")),
        "bibliography-doi": ("address", (BOOKS, "https://doi.org/", "")),
        "bibliography-isbn": ("check-digit", (BOOKS, "148410-1", "148410-0")),
        "bibliography-url": ("no-scheme", (BOOKS, "{www.example", "{https://www.example")),
        "bibliography-date": ("future", (BOOKS, "2031-01-01", "2026-01-01")),
        "bibliography-names": ("ampersand", (BOOKS, "Ann Smith & Bo Lee", "Ann Smith and Bo Lee")),
    },
    "REF-07": {
        "source-stale": ("two-years", (BOOKS, "2024-11-01", "2025-12-01"), (BOOKS, "  url = {https://example.org/b},", "  url = {https://example.org/b},\n  urldate = {2026-01-01},")),
        "source-class": ("unknown", (BOOKS, "jurnal", "journal"), (BOOKS, "urldate", "publisher = {A Clinic},\n  urldate")),
    },
    "REF-08": {"claim-undated": (
        "approval", (SECTION, "approved. [@smith]", "approved. [@agency]"), (SECTION, "id: two", "id: two\nas_of: 2026-06-01"),
        ("content/sample/sections/four.md", "as_of: 2026-01-01", "as_of: 2026-06-01"),
    )},
    "PRN-04": {
        "fold-broken": ("other-side", (FOLD, "inside: {panels: [left, middle, right], widths: [97, 100, 100]}",
                                       "inside: {panels: [left, middle, right], widths: [100, 100, 97]}")),
        "fold-wrong": ("flap-too-wide", (FOLD, "outside: {panels: [flap, back, front], widths: [99, 99, 99]}", "outside: {panels: [flap, back, front], widths: [97, 100, 100]}"),
                       (FOLD, "widths: [99, 99, 99]", "widths: [100, 100, 97]")),
    },
}  # fmt: skip
def demands() -> dict[str, set[str]]:
    """The rules of every demand, as the quality report has them."""
    table = tomllib.loads(STANDARDS.read_text(encoding="utf-8"))["standard"]
    return {row["id"]: set(row["rules"]) for row in table}


@pytest.mark.parametrize("standard", DEMANDED)
def test_every_demand_has_registered_rules_and_each_of_them_has_cases(standard: str) -> None:
    rules = demands()[standard]
    assert rules
    assert rules <= set(RULES)
    measured = {code for code in rules if RULES[code].stage == "inspect"}
    assert rules == set(MENDED.get(standard, ())) | measured
    assert measured <= PAGES | PANELS  # each of them fails and passes in `test_measured.py`


CASES = [(code, *edits) for rules in MENDED.values() for code, edits in rules.items()]


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case[0]))
def test_a_rule_fails_on_a_mistake_and_passes_when_it_is_mended(case: tuple[str, str, *tuple[Edit, ...]], tmp_path: Path) -> None:
    code, name, *edits = case
    collection.build(collection.parse(collection.HERE / code / f"{name}.txt"), tmp_path / "p")
    assert code in {d.code for d in collection.complaints(tmp_path / "p")}
    for path, old, new in edits:
        file = tmp_path / "p" / path
        if old == "@@digest":
            _approve(file)
        elif not old:
            file.write_text(new, encoding="utf-8")
        else:
            text = file.read_text(encoding="utf-8")
            assert old in text
            file.write_text(text.replace(old, new), encoding="utf-8")
    found = collection.complaints(tmp_path / "p")
    assert code not in {d.code for d in found}, found
    assert not [d for d in found if d.code.startswith(("schema-", "yaml-", "front-matter"))]


def _approve(about: Path) -> None:
    """Puts the digest of this very content into its approval."""
    project = load(about.parents[2], collection.PUBLICATION, Report(), collection.AS_OF)
    assert project is not None
    text = about.read_text(encoding="utf-8")
    about.write_text(re.sub(r"sha256:0+", digest(project), text), encoding="utf-8")
