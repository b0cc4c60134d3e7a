"""references.bib: entries in = entries out + failures reported."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from handbill.diagnostics import Report
from handbill.load.bibliography import Bibliography, parse_bibliography

GOOD = """% A remark.
@string{house = {A House}}

@book{smith,
  author    = {Smith, Ann},
  title     = {{A} Book},
  publisher = house # { Ltd},
  year      = 2020,
  month     = jan,
}

@online{page, title = "A Page", url = {https://example.org}}
"""


def parse(text: str) -> tuple[Bibliography, list[str]]:
    report = Report()
    found = parse_bibliography(text, report)
    return found, [diagnostic.code for diagnostic in report]


def test_a_good_file() -> None:
    found, codes = parse(GOOD)
    assert codes == []
    assert [(entry.key, entry.type) for entry in found.entries] == [("smith", "book"), ("page", "online")]
    smith = found.entries[0]
    assert smith.fields["publisher"] == "A House Ltd"
    assert smith.fields["month"] == "jan"
    assert smith.fields["title"] == "{A} Book"
    assert str(smith.span) == "references.bib:4:7"
    assert str(smith.field_spans["title"]) == "references.bib:6:17"


def test_only_wanted_entries_are_handed_on_each_on_its_own_line() -> None:
    found, _ = parse(GOOD)
    lines = found.text_of(["page"]).split("\n")
    assert lines[1] == "@string{house = {A House}}"
    assert lines[11].startswith("@online{page")
    assert "smith" not in found.text_of(["page"])
    assert found.text_of(["page"]) == parse(GOOD + "\n@misc{new, title={T}}\n")[0].text_of(["page"])


def test_parents_come_with_their_children() -> None:
    text = "@inbook{part, title={P}, crossref={whole}}\n@book{whole, title={W}}\n@book{other, title={O}}\n"
    kept = parse(text)[0].text_of(["part"])
    assert "@book{whole" in kept
    assert "other" not in kept


def test_a_broken_entry_is_not_handed_on_but_remembered() -> None:
    found, codes = parse("@book{a,\n title={x},\n title={y}}\n@book{b, title={z}}\n")
    assert codes == ["bibliography-field-duplicate"]
    assert found.broken == {"citation:a"}
    assert "{a," not in found.text_of(["a", "b"])
    assert "{b," in found.text_of(["a", "b"])


def test_nothing_is_logged(caplog: object) -> None:
    parse("@book{a, title = {x}\n@book{b, title={y}}\n")
    assert not getattr(caplog, "records", None)


_TOKENS = ["@book{", "@misc(", "a,", "b,", "title", " = ", "{x}", '"y"', ",", "}", ")", "\n", "{", '"', "\\", "#", "%", "2020", "é", "@", "@string{s={t}}", "@comment{", "@preamble{"]  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(_TOKENS), max_size=30).map("".join))
def test_no_entry_vanishes(text: str) -> None:
    """Every line that begins an entry is read, broken and said so, or part of a complaint."""
    found, codes = parse(text)
    starts = re.findall(r"(?m)^\s*@(?:book|misc)[{(]([^,{}()\"=\n#%@]*),", text)
    known = {entry.key for entry in found.entries} | {name.removeprefix("citation:") for name in found.broken}
    for key in starts:
        assert key.strip() in known or codes, (text, known)
