"""tailor: what an edition keeps, in which form, and where its pieces go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from handbill.diagnostics import Report
from handbill.model import Document, Edition, FromContent, Project, Source
from handbill.pandoc_ast import attr, attr_of, div, document, header, para, stringify, text, walk
from handbill.tailor import tailor
from handbill.tailor.figures import without_decoration
from handbill.tailor.ids import unique_ids
from handbill.tailor.tables import head_rows
from handbill.tailor.wide import too_wide
from handbill.text import Span

MakeEdition = Callable[..., Edition]
Node = dict[str, Any]


def form(name: str, *blocks: Node) -> Node:
    return div(attr("", ["form", name]), list(blocks))


def a_section(identifier: str, role: str, *forms: Node, editions: str | None = None) -> Node:
    pairs = {"role": role} | ({"editions": editions} if editions is not None else {})
    heading = header(1, attr(identifier + "-heading"), text(identifier.capitalize()))
    return div(attr(identifier, ["section"], **pairs), [heading, *forms])


def a_part(name: str, *blocks: Node) -> Node:
    return div(attr("", ["part", name]), list(blocks))


def a_document(*blocks: Node) -> Document:
    return Document(ast=document(list(blocks)), source=Source("", ()))


@pytest.fixture
def run(make_project: Callable[..., Project]) -> Callable[..., tuple[list[Node], Report]]:
    def tailored(source: Document, edition: Edition) -> tuple[list[Node], Report]:
        report = Report()
        return tailor(source, edition, make_project(), report).ast["blocks"], report

    return tailored


def headings(blocks: list[Node]) -> list[str]:
    return [stringify(n["c"][2]).strip() for n in walk(blocks) if n["t"] == "Header"]


SOURCE = a_document(
    a_part("masthead", para(text("title"))),
    a_section("alpha", "definition", form("full", para(text("long"))), form("short", para(text("brief")))),
    a_section("beta", "risks", form("plain", para(text("simple")))),
    a_section("gamma", "uses", form("full", para(text("only slides"))), editions="slides"),
    a_part("imprint", header(1, attr("about"), text("About")), para(text("who"))),
)


def test_the_first_form_that_a_section_has_is_taken_and_others_dropped(run: Any, make_edition: MakeEdition) -> None:
    blocks, _ = run(SOURCE, make_edition(forms=["short", "full"]))
    assert "brief" in stringify(blocks)
    assert "long" not in stringify(blocks)
    assert headings(blocks) == ["Alpha", "About"]


def test_a_section_without_any_of_the_forms_is_dropped(run: Any, make_edition: MakeEdition) -> None:
    blocks, _ = run(SOURCE, make_edition(forms=["plain"]))
    assert headings(blocks) == ["Beta", "About"]


def test_editions_and_roles_choose_sections(run: Any, make_edition: MakeEdition) -> None:
    blocks, _ = run(SOURCE, make_edition("slides", forms=["full"]))
    assert headings(blocks) == ["Alpha", "Gamma", "About"]
    blocks, _ = run(SOURCE, make_edition("slides", forms=["full"], roles=["uses"]))
    assert headings(blocks) == ["Gamma", "About"]


def test_parts_are_kept_by_name(run: Any, make_edition: MakeEdition) -> None:
    blocks, _ = run(SOURCE, make_edition(parts=["masthead"]))
    assert "title" in stringify(blocks)
    assert "who" not in stringify(blocks)


def test_the_heading_of_a_section_carries_its_id_and_role(run: Any, make_edition: MakeEdition) -> None:
    blocks, _ = run(SOURCE, make_edition())
    (heading,) = [b for b in blocks if b["t"] == "Header" and attr_of(b)[0] == "alpha"]
    assert attr_of(heading)[1] == ["definition"]


def test_a_forms_own_title_replaces_the_sections(run: Any, make_edition: MakeEdition) -> None:
    own = form("plain", header(1, attr(), text("Simple title")), para(text("words")))
    blocks, _ = run(a_document(a_section("beta", "risks", own)), make_edition(forms=["plain"]))
    assert headings(blocks) == ["Simple title"]


PANELS = {
    "shape": "panels", "forms": ["plain"], "parts": ["masthead"],
    "panels": [
        {"name": "front", "title": "front", "side": "outside", "parts": ["masthead"]},
        {"name": "left", "title": "left", "side": "inside", "roles": ["risks"]},
    ],
}  # fmt: skip


def test_panels_hold_the_sections_of_their_roles(run: Any, make_edition: MakeEdition) -> None:
    blocks, report = run(SOURCE, make_edition("leaflet", **PANELS))
    assert [attr_of(panel)[0] for panel in blocks] == ["panel-front", "panel-left"]
    assert [attr_of(panel)[2]["reading"] for panel in blocks] == ["1", "2"]
    assert "simple" in stringify(blocks[1])
    assert not report.failed


def test_a_section_without_a_panel_is_an_error_that_names_it(run: Any, make_edition: MakeEdition) -> None:
    extra = a_document(a_section("delta", "benefits", form("plain", para(text("x")))))
    _, report = run(extra, make_edition("leaflet", **PANELS))
    (found,) = report.errors
    assert found.code == "panel-missing"
    assert "delta" in found.message


def cited(key: str) -> Node:
    return para([{"t": "Cite", "c": [[{"citationId": key}], text("[1]")]}])


def test_a_list_of_sources_stands_only_where_something_is_cited(run: Any, make_edition: MakeEdition) -> None:
    sources = a_part("references", header(1, attr("references"), text("Sources")))
    for body, titles in ((cited("work"), ["Alpha", "Sources"]), (para(text("nothing")), ["Alpha"])):
        blocks, _ = run(a_document(a_section("alpha", "uses", form("full", body)), sources), make_edition(parts=["references"]))
        assert headings(blocks) == titles


def diagram_block() -> Node:
    image = {"t": "Image", "c": [attr("", ["diagram"]), text("alt"), ["asset:flow.svg", ""]]}
    figure = {"t": "Figure", "c": [attr("flow", ["diagram"]), [None, [{"t": "Plain", "c": text("The flow")}]], [{"t": "Plain", "c": [image]}]]}
    return div(attr("", ["diagram-block"]), [figure, div(attr("", ["long-description"]), [para(text("first go left"))])])


@pytest.mark.parametrize(("where", "figures", "described"), [
    ("before", 1, 1), ("after", 1, 1), ("none", 1, 0), ("instead", 0, 1), ("notes", 1, 1), ("appendix", 1, 1),
])  # fmt: skip
def test_long_descriptions_go_where_the_edition_wants_them(
    run: Any, make_edition: MakeEdition, where: str, figures: int, described: int
) -> None:
    source = a_document(a_section("alpha", "uses", form("full", diagram_block(), cited("work"))), a_part("references", header(1, attr("references"), text("Sources"))))
    blocks, _ = run(source, make_edition(descriptions=where, parts=["references"]))
    kinds = [n["t"] for n in walk(blocks)]
    assert kinds.count("Figure") == figures
    assert stringify(blocks).count("first go left") == described
    if where in ("before", "after"):
        order = [n["t"] for n in walk(blocks) if n["t"] == "Figure" or (n["t"] == "Div" and "long-description" in attr_of(n)[1])]
        assert order == (["Div", "Figure"] if where == "before" else ["Figure", "Div"])
    if where == "notes":
        assert any("notes" in attr_of(n)[1] for n in walk(blocks) if n["t"] == "Div")
    if where == "appendix":
        links = [n["c"][2][0] for n in walk(blocks) if n["t"] == "Link"]
        assert links == ["#flow-description", "#flow"]
        assert headings(blocks)[-1] == "Sources"


def test_ids_become_unique_in_order() -> None:
    blocks = [div(attr("x"), []), div(attr("x"), []), div(attr("y"), [])]
    assert [attr_of(b)[0] for b in unique_ids(blocks)] == ["x", "x-2", "y"]


def test_row_heads_only_where_the_class_says_so() -> None:
    table = {"t": "Table", "c": [attr(), [None, []], [], [attr(), []], [[attr(), 0, [], []]], [attr(), []]]}
    plain, marked = head_rows([div(attr(), [table]), div(attr("", ["row-heads"]), [table])])
    assert plain["c"][1][0]["c"][4][0][1] == 0
    assert marked["c"][1][0]["c"][4][0][1] == 1


def test_tailoring_changes_nothing_in_place(run: Any, make_edition: MakeEdition) -> None:
    before = repr(SOURCE.ast)
    run(SOURCE, make_edition(forms=["short", "full", "plain"]))
    assert repr(SOURCE.ast) == before


def test_decoration_is_left_out_of_slides() -> None:
    plain, alone = ({"t": "Image", "c": [attr("", classes), [], ["asset:a.png", ""]]} for classes in ([], ["decorative"]))
    blocks = [para([alone]), para([{"t": "Str", "c": "x"}, alone]), para([plain])]
    assert without_decoration(blocks) == [para([{"t": "Str", "c": "x"}]), para([plain])]


@pytest.mark.parametrize(
    ("width", "told"),
    [("140mm", True), ("14cm", True), ("6in", True), ("400", True), ("87mm", False), ("80%", False), ("", False), ("wide", False)],
)
def test_a_picture_wider_than_its_panel_is_told(make_edition: Callable[..., Edition], width: str, told: bool) -> None:
    fold = {"kind": "z", "height": 210, "outside": {"panels": ["front"], "widths": [100]}, "inside": {"panels": ["back"], "widths": [97]}}
    edition = make_edition("leaflet", shape="panels", panels=[{"name": "back", "title": "back panel"}], fold=fold)
    pairs = [["width", width]] if width else []
    image = {"t": "Image", "c": [["", [], pairs], [], ["asset:figures/wide.png", ""]]}
    panel = div(attr("panel-back", ["panel"]), [{"t": "Para", "c": [image]}])
    place = Span("content/x/sections/a.md", 3, 1)
    found = list(too_wide([panel], edition, Source("![A](figures/wide.png)", ((FromContent(place),),))))
    assert [problem.code for problem in found] == ["figure-wide"] * told
    if told:
        assert "the back panel has room for 87 mm" in found[0].message
        assert found[0].span is not None
        assert (found[0].span.path, found[0].span.line) == ("content/x/sections/a.md", 3)
