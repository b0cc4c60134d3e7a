"""YAML: every value a string with its place; what YAML can do and content needs not is refused."""

from __future__ import annotations

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from handbill.diagnostics import Report
from handbill.load.yaml_tree import Tree, read_yaml
from handbill.text import Located


def read(text: str, first_line: int = 1) -> Tree:
    report = Report()
    tree = read_yaml("file.yaml", text, report, first_line)
    assert not report.errors
    assert tree is not None
    return tree


def codes(text: str) -> list[str]:
    report = Report()
    read_yaml("file.yaml", text, report)
    return [found.code for found in report]


def test_values_stay_the_text_that_was_written() -> None:
    tree = read("a: no\nb: 1.10\nc: 010\nd: 12:30:45\ne: 2026-01-02\nf: 'null'\ng: 0x1F\n")
    assert tree.value == {
        "a": "no",
        "b": "1.10",
        "c": "010",
        "d": "12:30:45",
        "e": "2026-01-02",
        "f": "null",
        "g": "0x1F",
    }


def test_nothing_is_nothing_and_an_empty_text_is_a_text() -> None:
    assert read("a:\nb: ~\nc: null\nd: ''\n").value == {"a": None, "b": None, "c": None, "d": ""}


def test_places_of_keys_and_values() -> None:
    tree = read("a:\n  - b: one\n    c: [x, y]\n")
    assert str(tree.keys["a", 0, "c"]) == "file.yaml:3:5"
    assert str(tree.spans["a", 0, "c", 1]) == "file.yaml:3:12"
    assert tree.spans["a", 0, "b"].end_column == 11
    assert str(tree.span(("a", 0, "missing", "deeper"))).startswith("file.yaml:2:5")


def test_a_shifted_text_counts_from_its_first_line() -> None:
    assert str(read("a: b\n", first_line=7).value["a"].span) == "file.yaml:7:4"


def test_lines_of_a_literal_block() -> None:
    value = read("a: |\n\n    one\n      two\n\n    three\n").value["a"]
    assert value == "\none\n  two\n\nthree\n"
    assert [str(span)[10:] for span in value.line_spans] == ["2:5", "3:5", "4:5", "5:5", "6:5"]
    assert str(value.place(value.index("two"))) == "file.yaml:4:7"


def test_a_folded_block_remembers_each_of_its_lines() -> None:
    value = read("a: >\n  one two\n  three\n\n  four\n").value["a"]
    assert value == "one two three\nfour\n"
    assert [str(value.place(value.index(word)))[10:] for word in ("one", "two", "three", "four")] == [
        "2:3", "2:7", "3:3", "5:3",
    ]  # fmt: skip


def test_quotes_and_escapes() -> None:
    value = read('a: "x\\n\\"y\\" \\u00e9z"\n').value["a"]
    assert value == 'x\n"y" éz'
    assert value.place(value.index("z")).column == 20
    value = read("a: 'it''s so'\n").value["a"]
    assert value.place(value.index("so")).column == 11


def test_a_quoted_value_that_goes_on_on_the_next_line_with_a_space() -> None:
    value = read('a: "one\\\n   \\ two"\n').value["a"]
    assert value == "one two"
    assert str(value.place(value.index("two")))[10:] == "2:6"


@settings(max_examples=300, deadline=None)
@given(
    st.text(
        st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Cn", "Zl", "Zp")), min_size=1, max_size=120
    ),
    st.sampled_from([None, "'", '"', "|", ">"]),
    st.integers(20, 90),
)
def test_every_character_is_found_again(text: str, style: str | None, width: int) -> None:
    """Whatever the style: a character's place is that character, or the escape or quote that stands for it."""
    source = str(yaml.dump({"key": {"inner": text}}, default_style=style, width=width, allow_unicode=True))
    report = Report()
    tree = read_yaml("f", source, report)
    if tree is None:  # A text of only special signs, refused for what it is.
        return
    (inner,) = tree.value.values()
    (value,) = inner.values()
    if not isinstance(value, Located):
        return
    lines = source.split("\n")
    for index, character in enumerate(value):
        span = value.place(index)
        assert span is not None
        if not character.isspace():
            assert lines[span.line - 1][span.column - 1] in (character, "\\"), (source, value, index)


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("ab:-#\n \t'\"[]{}|>&*!%@`,?0é\\"), max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    report = Report()
    tree = read_yaml("f", text, report)
    assert tree is not None or report.errors
    for found in report:
        assert found.span is not None
        assert 1 <= found.span.line <= text.count("\n") + 1


def test_bombs_are_refused_quickly() -> None:
    assert codes("a: " + "[" * 5000) == ["yaml-too-deep"]
    assert codes("- x\n" * 100_001) == ["yaml-too-big"]
    assert codes("a: &a [x]\nb: [*a, *a]\n") == ["yaml-anchor"]


def test_duplicate_keys_are_all_told_and_the_first_stays() -> None:
    report = Report()
    tree = read_yaml("f", "a: 1\nb: 2\na: 3\nb: 4\n", report)
    assert tree is not None
    assert tree.value == {"a": "1", "b": "2"}
    assert [str(found.span) for found in report] == ["f:3:1", "f:4:1"]
    assert [str(found.related[0][0]) for found in report] == ["f:1:1", "f:2:1"]
