"""Walks over pandoc's trees: the one that copies only what changes gives what the one that copies all gives."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from handbill.pandoc_ast import citations, holds, transform, transform_only, walk

KINDS = ("Emph", "Div", "Image", "Para")
"""Kinds that hold others; words and spaces never do."""


def nodes(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    holders = st.builds(lambda kind, parts: {"t": kind, "c": parts}, st.sampled_from(KINDS), inner)
    cited = st.builds(lambda parts: {"t": "Cite", "c": [[{"citationId": "x", "citationPrefix": parts}], []]}, inner)
    return st.lists(st.one_of(holders, cited, inner, st.just("words"), st.just(3)), max_size=4)


LEAVES = st.lists(
    st.sampled_from([{"t": "Str", "c": "word"}, {"t": "Space"}, {"t": "Image", "c": [["", [], []], [], ["u", ""]]}]),
    max_size=3,
)
TREES = st.recursive(LEAVES, nodes, max_leaves=30)


def change(node: dict[str, Any]) -> Any:
    match node["t"]:
        case "Image":
            return {"t": "Str", "c": "picture"}
        case "Cite":
            return [node, {"t": "Space"}]
        case "Emph":
            return None
    return node


@given(TREES)
def test_both_walks_give_the_same_and_leave_what_they_were_given_as_it_was(tree: list[Any]) -> None:
    before = copy.deepcopy(tree)
    made = transform_only({"Image", "Cite", "Emph"}, tree, change)
    assert tree == before
    assert made == transform(tree, change)
    assert (made is tree) == (made == tree)


def test_what_holds_nothing_of_that_kind_is_not_copied() -> None:
    quiet, loud = {"t": "Para", "c": [{"t": "Str", "c": "word"}]}, {"t": "Para", "c": [{"t": "Emph", "c": []}]}
    first, second = transform_only({"Emph"}, [quiet, loud], change)
    assert first is quiet
    assert second == {"t": "Para", "c": []}


@given(TREES, st.sampled_from((*KINDS, "Cite")))
def test_what_is_looked_for_is_what_a_plain_walk_finds(tree: list[Any], kind: str) -> None:
    nodes = list(walk(tree))
    assert holds(kind, tree) == any(node["t"] == kind for node in nodes)
    assert citations(tree) == [cited["citationId"] for node in nodes if node["t"] == "Cite" for cited in node["c"][0]]


def test_what_has_no_place_of_its_own_stays_where_something_beside_it_changes() -> None:
    caption = {"t": "Figure", "c": [["", [], []], [None, [{"t": "Emph", "c": []}, None]], []]}
    (made,) = transform_only({"Emph"}, [caption], change)
    assert made["c"][1] == [None, [None]]


@given(TREES)
def test_words_are_passed_over_only_where_nobody_asked_for_them(tree: list[Any]) -> None:
    def said(node: dict[str, Any]) -> Any:
        return {**node, "c": "said"} if node["t"] == "Str" else node

    assert transform_only({"Str"}, tree, said) == transform(tree, said)


def test_a_note_is_found_wherever_it_stands() -> None:
    note = {"t": "Note", "c": [{"t": "Para", "c": [{"t": "Str", "c": "word"}]}]}
    places: list[Any] = [
        [{"t": "Para", "c": [{"t": "Str", "c": "word"}, {"t": "Emph", "c": [note]}]}],
        [{"t": "Figure", "c": [["", [], []], [None, [{"t": "Plain", "c": [note]}]], []]}],
        [{"t": "Para", "c": [{"t": "Cite", "c": [[{"citationId": "x", "citationPrefix": [note]}], []]}]}],
    ]
    assert all(holds("Note", blocks) for blocks in places)
    assert not any(holds("Link", blocks) for blocks in places)
