"""Shaping a page for a tagged PDF: what it adds, and that it loses nothing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from handbill.render.shape import shape_for_pdf


def page(body: str, head: str = "") -> str:
    return f'<!DOCTYPE html><html lang="en"><head><title>T</title>{head}</head><body>{body}</body></html>'


def shaped(body: str, head: str = "") -> lxml_html.HtmlElement:
    return lxml_html.document_fromstring(shape_for_pdf(page(body, head)))


def words(html: str) -> str:
    root = lxml_html.document_fromstring(html)
    for element in root.xpath("//style|//title"):
        element.drop_tree()
    return re.sub(r"\s+", " ", root.text_content()).strip()


def scopes(body: str) -> list[str]:
    return [cell.get("scope") for cell in shaped(body).iter("th")]


TABLE = "<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (TABLE.format(head="<th>a</th><th>b</th>", rows="<tr><th>r</th><td>1</td></tr>"), ["col", "col", "row"]),
        (TABLE.format(head="<td></td><th>b</th>", rows="<tr><th>r</th><td>1</td></tr>"), ["col", "col", "row"]),
        (TABLE.format(head="<td>not empty</td><th>b</th>", rows="<tr><td>r</td><td>1</td></tr>"), ["col"]),
        (TABLE.format(head='<th colspan="2">a</th><th>b</th>', rows="<tr><td>1</td><td>2</td><td>3</td></tr>"), ["colgroup", "col"]),
        (TABLE.format(head="<th>a</th><th>b</th>", rows='<tr><th colspan="2">group</th></tr><tr><td>1</td><td>2</td></tr>'),
         ["col", "col", "rowgroup"]),
        ("<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>", ["col", "col"]),
        ("<table><tr><th>only</th></tr><tr><td>1</td></tr></table>", ["col"]),
        ('<table><tr><th scope="rowgroup">a</th><td>b</td></tr></table>', ["rowgroup"]),
        ('<table role="presentation"><tr><th>a</th></tr></table>', [None]),
    ],
)  # fmt: skip
def test_header_cells_say_what_they_head(table: str, expected: list[str | None]) -> None:
    assert scopes(table) == expected


@pytest.mark.parametrize(
    ("drawing", "title"),
    [
        ('<svg aria-label="A box"><rect></rect></svg>', "A box"),
        ('<b id="n">Its name</b><svg aria-labelledby="n"><rect></rect></svg>', "Its name"),
        ('<b id="n">One</b><b id="m">two</b><svg aria-labelledby="n m"></svg>', "One two"),
        ("<svg><desc>no</desc><title>Own title</title></svg>", "Own title"),
        ('<svg aria-label="No"><title>Own title</title></svg>', "Own title"),
    ],
)
def test_a_drawings_name_stands_first_in_it(drawing: str, title: str) -> None:
    (svg,) = shaped(drawing).iter("svg")
    assert (svg[0].tag, svg[0].text) == ("title", title)
    assert len(svg.findall("title")) == 1


def test_a_drawing_without_a_name_gets_none() -> None:
    (svg,) = shaped('<svg aria-labelledby="nowhere"><rect></rect></svg>').iter("svg")
    assert svg.find("title") is None


def test_a_navigation_within_the_page_is_its_contents() -> None:
    inside, outside, empty = shaped(
        '<nav><a href="#a">a</a></nav><nav><a href="#a">a</a><a href="b.html">b</a></nav><nav>none</nav>'
    ).iter("nav")
    assert (inside.get("role"), outside.get("role"), empty.get("role")) == ("doc-toc", None, None)


def test_boxes_to_tick() -> None:
    empty, ticked = shaped(
        '<ul class="task-list"><li><label><input type="checkbox">ask</label></li>'
        '<li><label><input type="checkbox" checked>read</label></li></ul>'
    ).iter("label")
    assert [(box.tag, box.get("aria-hidden"), box.text, box.tail) for box in (empty[0], ticked[0])] == [
        ("span", "true", None, "ask"), ("span", None, "x", "read"),
    ]  # fmt: skip
    assert [label.getparent().get("style") for label in (empty, ticked)] == ["list-style: none"] * 2


@pytest.mark.parametrize(
    ("attributes", "style"),
    [
        ('type="A"', "list-style-type: upper-alpha"),
        ('type="a" start="4"', "list-style-type: lower-alpha; counter-reset: list-item 3"),
        ('start="x"', None),
        ('start="2" style="color: red"', "color: red"),
        ('type="1"', None),
    ],
)
def test_how_a_list_counts(attributes: str, style: str | None) -> None:
    (numbered,) = shaped(f"<ol {attributes}><li>x</li></ol>").iter("ol")
    assert numbered.get("style") == style


def test_a_link_back_is_a_sign_that_every_font_has() -> None:
    back, other = shaped('<a role="doc-backlink" href="#r">↩︎</a><a href="#r">↩︎</a>').iter("a")
    assert (back.text, other.text) == ("^", "↩︎")


def test_links_with_nothing_to_click_are_none() -> None:
    links = shaped('<a href="#l1"></a><a href="x"><img src="i" alt="i"></a><a href="y">y</a>').iter("a")
    assert [link.get("href") for link in links] == [None, "x", "y"]


def test_the_source_of_a_formula_is_not_printed_beside_it() -> None:
    page = shaped("<math><mi>x</mi><annotation>x</annotation></math> tail")
    assert words(lxml_html.tostring(page, encoding="unicode")) == "x tail"


def test_our_styles_come_before_the_editions_own() -> None:
    first, second = shaped("x", "<style>p { color: red }</style>").iter("style")
    assert (first.get("id"), second.text) == ("handbill-shape", "p { color: red }")


INLINE = st.sampled_from(
    ["a", "é & ü", "<em>b</em>", '<a href="#x">c <b>d</b></a>', "<br>", "<code>&lt;e&gt;</code>", " "]
)
TEXT = st.lists(INLINE, min_size=1, max_size=4).map("".join)
CELLS = st.lists(st.tuples(st.sampled_from(["td", "th"]), TEXT), min_size=1, max_size=3)
ROWS = st.lists(CELLS.map(lambda cells: "".join(f"<{t}>{x}</{t}>" for t, x in cells)), min_size=1, max_size=3)
BLOCK = st.one_of(
    TEXT.map("<p>{}</p>".format),
    st.lists(TEXT, min_size=1, max_size=3).map(
        lambda items: f"<ol start='3'>{''.join(f'<li>{i}</li>' for i in items)}</ol>"
    ),
    ROWS.map(lambda rows: f"<table><tbody>{''.join(f'<tr>{row}</tr>' for row in rows)}</tbody></table>"),
    TEXT.map("<nav>{}</nav>".format),
    TEXT.map("<figure><svg aria-label='s'></svg><figcaption>{}</figcaption></figure>".format),
)


@given(st.lists(BLOCK, max_size=5).map("".join))
def test_no_word_is_lost_and_shaping_twice_changes_nothing(body: str) -> None:
    once = shape_for_pdf(page(body))
    assert words(once) == words(page(body))
    assert shape_for_pdf(once) == once
