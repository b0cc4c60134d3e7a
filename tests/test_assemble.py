"""assemble: one source, and every line of it knows where it came from."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handbill.assemble import assemble
from handbill.assemble.context import split_inserts
from handbill.assemble.engine import escape
from handbill.diagnostics import Report
from handbill.model import FromContent, FromTemplate, Project, Section
from handbill.schema import KeyPoints, SectionHead
from handbill.text import Markdown, Span, Text

Make = Callable[..., Project]
MakeSection = Callable[..., Section]
MakeText = Callable[..., Markdown]


def test_one_origin_for_each_line_and_every_author_line_is_found_again(make_project: Make, make_section: MakeSection) -> None:
    body = "First line.\nSecond line.\n\n## A heading\n\n- item one\n- item two"
    source = assemble(make_project(make_section("alpha", body, role="definition")), Report())
    assert source is not None
    assert len(source.origins) == source.text.count("\n") + 1
    for offset, line in enumerate(body.split("\n")):
        if line:
            number = source.text.split("\n").index(line) + 1
            assert source.author_span(number) == Span("content/sample/sections/alpha.md", 10 + offset, 1)


def test_template_text_knows_its_template_line(make_project: Make) -> None:
    templates = {"source.md.j2": "one\n{% for word in ['a'] %}\ntwo {{ publication.title }}\n{% endfor %}\nthree\n"}
    source = assemble(make_project(templates=templates), Report())
    assert source is not None
    assert source.text == "one\ntwo A sample\nthree"
    assert source.origins[0] == (FromTemplate("templates/source.md.j2", 1),)
    assert source.origins[1][0] == FromTemplate("templates/source.md.j2", 3)
    assert source.origins[2] == (FromTemplate("templates/source.md.j2", 5),)


def test_values_inside_loops_macros_includes_and_filters_keep_their_place(make_project: Make, make_text: MakeText) -> None:
    templates = {
        "source.md.j2": '{% for p in sections[0].forms[0].parts %}{% include "inner.j2" %}\n{% endfor %}',
        "inner.j2": "{% macro item(q) %}- {{ q.text | indent(2) }}{% endmacro %}"
        "{% for q in p.item.items %}{{ item(q) }}\n{% endfor %}",
    }
    points = KeyPoints(
        kind="key-points", title=Text("T"),
        items=[{"label": Text("a"), "text": make_text("one\ntwo", "data/k.yaml", 5)}, {"label": Text("b"), "text": make_text("three", "data/k.yaml", 9)}],
    )  # fmt: skip
    body = make_text("[[points]]", "s.md", 1)
    project = make_project(holding(body), data={"points": points}, templates=templates)
    source = assemble(project, Report())
    assert source is not None
    lines = source.text.split("\n")
    assert "- one" in lines
    assert "  two" in lines
    assert source.author_span(lines.index("- one") + 1, 3) == Span("data/k.yaml", 5, 1)
    assert source.author_span(lines.index("  two") + 1, 3) == Span("data/k.yaml", 6, 1)
    assert source.author_span(lines.index("- three") + 1, 3) == Span("data/k.yaml", 9, 1)


def holding(body: Markdown) -> Section:
    return Section(SectionHead(id="points-section", title=Text("Points")), body, Span("s.md", 1, 1))


HOSTILE = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs", "Co", "Cn"]), max_size=40)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(st.text(alphabet="abc *_[]#|`é", max_size=12), min_size=1, max_size=8))
def test_property_every_author_line_comes_back(lines: list[str], make_project: Make, make_section: MakeSection) -> None:
    marked = [f"q{index}q {line}".rstrip() for index, line in enumerate(lines)]
    source = assemble(make_project(make_section("alpha", "\n".join(marked))), Report())
    assert source is not None
    texts = source.text.split("\n")
    assert len(texts) == len(source.origins)
    for index, line in enumerate(marked):
        assert source.author_span(texts.index(line) + 1) == Span("content/sample/sections/alpha.md", 10 + index, 1)


@settings(max_examples=200, deadline=None)
@given(HOSTILE)
def test_property_escaped_data_is_one_line_without_marks(value: str) -> None:
    escaped = escape(value)
    assert "\n" not in escaped
    assert re.sub(r"\\(.)", r"\1", escaped) == " ".join(re.sub(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+", " ", value).strip(" ").split(" "))


def test_a_template_that_was_compiled_before_knows_its_lines_among_other_templates(make_project: Make) -> None:
    part = {"source.md.j2": "one {{ publication.title }}\n{% include 'parts/x.md.j2' %}\nthree\n", "parts/x.md.j2": "two\n"}
    before = assemble(make_project(templates=part), Report())
    after = assemble(make_project(templates={"a.md.j2": "first of all", **part, "parts/b.md.j2": "between"}), Report())
    assert before is not None
    assert before == after == assemble(make_project(templates=part), Report())
    assert FromTemplate("templates/parts/x.md.j2", 1) in [origin for row in before.origins for origin in row]


def test_data_never_becomes_syntax(make_project: Make) -> None:
    project = make_project(publication={"title": "*a* [b](c) `d` {{ 7*7 }} <i>", "summary": "x"})
    source = assemble(project, Report())
    assert source is not None
    assert r"\*a\* \[b\]\(c\) \`d\` \{\{ 7\*7 \}\} \<i\>" in source.text


def test_marks_in_author_text_do_no_harm(make_project: Make, make_section: MakeSection) -> None:
    source = assemble(make_project(make_section("alpha", "x \ue0000\ue001 y")), Report())
    assert source is not None
    assert "x 0 y" in source.text


@pytest.mark.parametrize(
    ("template", "code", "line"),
    [
        ("ok\n{{ nothing_here }}\n", "template-undefined", 2),
        ("ok\n\n{% if %}\n", "template-syntax", 3),
        ("ok\n{% include 'absent.j2' %}\n", "template-missing", 2),
        ("{{ publication.__class__.__mro__ }}", "template-forbidden", 1),
        ("ok\n{{ 1 / 0 }}\n", "template-failed", 2),
    ],
)
def test_a_mistake_in_a_template_is_told_at_its_line(make_project: Make, template: str, code: str, line: int) -> None:
    report = Report()
    assert assemble(make_project(templates={"source.md.j2": template}), report) is None
    (found,) = report
    assert found.span is not None
    assert (found.code, found.span.path, found.span.line) == (code, "templates/source.md.j2", line)


def test_inserts_are_found_outside_code_only(make_text: MakeText) -> None:
    text = make_text("before\n[[name]]\n```\n[[code]]\n```\nafter", "s.md", 20)
    pieces = list(split_inserts(text))
    assert [str(piece) for piece in pieces] == ["before", "name", "```\n[[code]]\n```\nafter"]
    assert pieces[1].span == Span("s.md", 21, 3)
    assert pieces[2].line_spans[1] == Span("s.md", 23, 1)


def test_origins_carry_the_column_where_an_author_starts(make_project: Make) -> None:
    source = assemble(make_project(templates={"source.md.j2": "{{ publication.version }}"}), Report())
    assert source is not None
    assert all(not isinstance(o, FromContent) or o.column >= 1 for row in source.origins for o in row)


def test_each_text_has_its_own_names_of_addresses(make_project: Callable[..., Project], make_section: Callable[..., Section]) -> None:
    one = make_section("one", "See [here][more], [more] and [More][].\n\n[more]: https://one.example\n")
    two = make_section("two", "See [there][more] and [it][own].\n\n[more]: https://two.example\n[own]: https://own.example\n")
    source = assemble(make_project(one, two), Report())
    assert source is not None
    assert "[here][more-one-full], [more][more-one-full] and [More][More-one-full]." in source.text
    assert "[more-one-full]: https://one.example" in source.text
    assert "[there][more-two-full] and [it][own]." in source.text  # nobody else has that name
    assert "[more-two-full]: https://two.example\n[own]: https://own.example" in source.text
