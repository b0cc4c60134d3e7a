"""Walks over pandoc's trees: the one that copies only what changes gives what the one that copies all gives."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from handbill.pandoc_ast import transform, transform_only

KINDS = ("Str", "Space", "Emph", "Div", "Cite", "Image", "Para")


def nodes(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    holders = st.builds(lambda kind, parts: {"t": kind, "c": parts}, st.sampled_from(KINDS), inner)
    cited = st.builds(lambda parts: {"t": "Cite", "c": [[{"citationId": "x", "citationPrefix": parts}], []]}, inner)
    return st.lists(st.one_of(holders, cited, inner, st.just("words"), st.just(3)), max_size=4)


LEAVES = st.lists(st.sampled_from([{"t": "Str", "c": "word"}, {"t": "Space"}, {"t": "Image", "c": [["", [], []], [], ["u", ""]]}]), max_size=3)
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
