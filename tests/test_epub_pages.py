"""The printed pages in the EPUB: found by their words, marked where a mark may stand."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from handbill.render.epub_chapters import XHTML, Chapter
from handbill.render.epub_pages import letters, mark_pages, page_starts


def chapter(name: str, body: str) -> Chapter:
    page = etree.fromstring(f'<html xmlns="{XHTML}"><head><title>x</title></head><body>{body}</body></html>')
    return Chapter(name, name, "chapter", page)


def marked(body: str, *pages: str, pictures: dict[str, bytes] | None = None) -> str:
    only = chapter("ch001.xhtml", body)
    marks = mark_pages([only], pages, pictures or {})
    assert [mark.number for mark in marks] == list(range(1, len(pages) + 1))
    shown = etree.tostring(only.body, encoding="unicode")
    for number in range(1, len(pages) + 1):
        begin = shown.index(f'id="printed-page-{number}"')
        start, end = shown.rindex("<", 0, begin), shown.index("</span>", begin) + len("</span>")
        shown = f"{shown[:start]}|{number}|{shown[end:]}"
    return shown.partition(">")[2].removesuffix("</body>")


def test_a_page_that_begins_within_a_sentence_is_marked_there() -> None:
    shown = marked("<p>The first page ends here and the second one goes on to the end.</p>",
                   "The first page ends here and", "the second one goes on to the end.")  # fmt: skip
    assert shown == "<p>|1|The first page ends here and |2|the second one goes on to the end.</p>"


def test_a_mark_goes_before_a_heading_and_not_into_its_name() -> None:
    shown = marked("<section><p>Words of the first page.</p></section><section><h1>A new chapter</h1><p>Its text.</p></section>",
                   "Words of the first page.", "A new chapter Its text.")  # fmt: skip
    assert shown.endswith("<section>|2|<h1>A new chapter</h1><p>Its text.</p></section>")


def test_a_mark_goes_before_a_heading_that_begins_with_emphasis() -> None:
    shown = marked("<section><p>Words of the first page.</p><h1><em>A new</em> chapter</h1></section>",
                   "Words of the first page.", "A new chapter")  # fmt: skip
    assert shown.endswith("|2|<h1><em>A new</em> chapter</h1></section>")


def test_a_mark_goes_before_a_link_and_before_bold_words() -> None:
    shown = marked('<p>One two three four.</p><ul><li><a href="#x">Five six</a> seven</li><li><b>Eight nine</b> ten</li></ul>',
                   "One two three four.", "• Five six seven", "• Eight nine ten")  # fmt: skip
    assert '<li>|2|<a href="#x">Five six</a> seven</li><li>|3|<b>Eight nine</b> ten</li>' in shown


def test_text_after_an_element_is_marked_after_it() -> None:
    shown = marked("<p>Say <b>it loud</b> and say it again, please.</p>", "Say it loud", "and say it again, please.")
    assert shown == "<p>|1|Say <b>it loud</b> |2|and say it again, please.</p>"


def test_numbers_of_lists_and_running_heads_do_not_matter() -> None:
    shown = marked("<p>Before it comes the first.</p><ol><li>Start here, go on</li><li>Stop</li></ol>",
                   "Running head 1 Before it comes the first.", "Running head 2 1. Start here, go on 2. Stop")  # fmt: skip
    assert shown.startswith("<p>|1|Before")
    assert "<li>|2|Start here" in shown


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><title>No</title><text>Collect</text><text>Return the cells</text></svg>'


@pytest.mark.parametrize("printed", ["CollectReturn the cells The way of the cells.", "The way of the cells."])
def test_a_page_that_begins_with_a_figure_is_marked_before_it(printed: str) -> None:
    figure = '<figure><img src="../images/a.svg"/><figcaption>The way of the cells.</figcaption></figure>'
    shown = marked(f"<p>What comes before.</p>{figure}", "What comes before.", printed, pictures={"a.svg": SVG})
    assert shown.endswith(f"|2|{figure}")


def test_of_two_equal_places_the_nearer_one_is_meant() -> None:
    again = "Ask the team for the figures. "
    book = letters(again + "One. " * 300 + again + "Two. " * 300)
    starts = page_starts([again + "One. " * 300, again + "Two. " * 300], book)
    assert starts == [0, len(letters(again + "One. " * 300))]


def test_several_pages_in_one_paragraph_keep_their_order() -> None:
    words = " ".join(f"word{n}" for n in range(60))
    parts = [" ".join(f"word{n}" for n in range(low, low + 20)) for low in (0, 20, 40)]
    assert marked(f"<p>{words}</p>", *parts) == f"<p>|1|{parts[0]} |2|{parts[1]} |3|{parts[2]}</p>"


def test_a_page_without_words_begins_where_the_next_one_does() -> None:
    assert page_starts(["One two three four", "", "five six seven eight"], "Onetwothreefourfivesixseveneight") == [0, 15, 15]


@pytest.mark.parametrize("stranger", ["Nothing of this is in the book at all", "x" * 50])
def test_a_page_that_is_not_in_the_book_leaves_no_list_at_all(stranger: str) -> None:
    only = chapter("ch001.xhtml", "<p>One two three four five six.</p>")
    before = etree.tostring(only.page)
    assert mark_pages([only], ["One two three", stranger], {}) == ()
    assert etree.tostring(only.page) == before


def test_marks_name_the_file_in_which_they_stand() -> None:
    chapters = [chapter("a.xhtml", "<p>Alpha beta gamma.</p>"), chapter("b.xhtml", "<p>Delta epsilon zeta.</p>")]
    marks = mark_pages(chapters, ["Alpha beta gamma.", "Delta epsilon zeta."], {})
    assert [(mark.number, mark.file) for mark in marks] == [(1, "a.xhtml"), (2, "b.xhtml")]


@given(
    st.lists(st.lists(st.integers(0, 40), min_size=8, max_size=30), min_size=1, max_size=6),
    st.integers(0, 3),
)
@settings(max_examples=60, deadline=None)
def test_every_page_is_found_where_it_was_split(pages: list[list[int]], noise: int) -> None:
    """Words repeat (there are 41 of them), each page ends with a word of its own, a head of `noise` words comes first."""
    texts = [" ".join([*(f"w{n}x" for n in page), f"last{i}"]) for i, page in enumerate(pages)]
    printed = ["Head " * noise + text for text in texts]
    lengths = [len(letters(text)) for text in texts]
    expected = [sum(lengths[:i]) for i in range(len(texts))]
    assert page_starts(printed, letters(" ".join(texts))) == expected
