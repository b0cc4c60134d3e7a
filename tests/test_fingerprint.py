"""Digests of values: equal for equal values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum
from itertools import combinations
from typing import Any

import pytest
from pydantic import BaseModel

from handbill.fingerprint import fingerprint
from handbill.model import FromContent, Source
from handbill.text import Located, Span, Text


class Colour(StrEnum):
    RED = "red"


class Number(Enum):
    ONE = 1


@dataclass(frozen=True)
class One:
    a: Any
    b: Any = None


@dataclass(frozen=True)
class Other:
    a: Any
    b: Any = None


class Model(BaseModel):
    a: Any
    b: Any = None


DIFFERENT = [
    "", "a", b"a", 1, 1.0, True, None, date(2026, 1, 2), "1", [], ["a"], ["a", ""], ["", "a"], [["a"], []], [["a", []]], {}, {"a": 1},
    {"a": "1"}, {"a": 1, "b": 2}, {"b": 2, "a": 1}, set(), {"a"}, frozenset({"a", "b"}), One("a"), Other("a"), One("a", "b"), One(["a"], "b"),
    Model(a="a"), Model(a=None, b="a"), Colour.RED, Number.ONE, "red", "s1:a", ["s1:a"], {"pandoc-api-version": [1], "blocks": []},
    {"pandoc-api-version": [1], "blocks": ["a"]}, "\ud800",
]  # fmt: skip


def test_different_values_have_different_fingerprints_and_equal_ones_the_same() -> None:
    for one, other in combinations(DIFFERENT, 2):
        assert fingerprint(one) != fingerprint(other), (one, other)
    assert fingerprint(("a", "b")) == fingerprint(["a", "b"])
    assert fingerprint({"b", "a"}) == fingerprint(frozenset({"a", "b"}))


def test_it_is_the_same_in_every_process() -> None:
    value = One({"a": [1, None, Text("x", Span("f.md", 3, 4))]}, Colour.RED)
    assert fingerprint(value, places=True) == "b0c7af1686c752eea12a2f68806f60183eee34fc1d3e6c00dff90507a844291a"


@pytest.mark.parametrize(("one", "other"), [
    (Span("a.md", 1, 2), Span("a.md", 2, 2)),
    (Span("a.md", 1, 2), Span("b.md", 1, 2)),
    (Span("a.md", 1, 2, 3, 4), Span("a.md", 1, 2, 3, 5)),
    (Text("x", Span("a.md", 1)), Text("x", Span("a.md", 2))),
    (Located("x\ny", None, (Span("a.md", 1), Span("a.md", 2))), Located("x\ny", None, (Span("a.md", 1), Span("a.md", 3)))),
    (Located("x", None, (), ((0, Span("a.md", 1)),)), Located("x", None, (), ((0, Span("a.md", 2)),))),
    (Source("x", ((FromContent(Span("a.md", 1)),),)), Source("x", ((FromContent(Span("a.md", 2)),),))),
])  # fmt: skip
def test_places_count_only_when_they_are_asked_for(one: Any, other: Any) -> None:
    assert fingerprint([one]) == fingerprint([other])
    assert fingerprint([one], places=True) != fingerprint([other], places=True)


@pytest.mark.parametrize("value", [print, object(), iter([]), [lambda: None]])
def test_what_is_no_value_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="is no value"):
        fingerprint(value)
