"""A flowchart or state diagram as a numbered list: in which order its steps are told, and where each leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_POINTS = ("start", "end")
"""Kinds of node that are a mere dot: they are said, not counted."""


@dataclass(frozen=True)
class Link:
    """One arrow, seen from where it begins.

    way     next | on | back | self | both | none | end | group; `both` and `none` are arrows with two heads or no head
    number  of the step it leads to; 0 when it leads to the end or to a group
    name    of the step or group it leads to; empty for a mere sign (a fork, a choice without words)
    kind    of what it leads to: step, decision, fork, join, end or group
    label   what is written on it
    """

    way: str
    number: int
    name: str
    kind: str
    label: str


@dataclass(frozen=True)
class Step:
    """One box. `kind` is step, decision, fork or join; `name` is empty for a mere sign."""

    number: int
    name: str
    kind: str
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Group:
    """One frame around boxes, or a state with states of its own."""

    name: str
    inside: str
    numbers: tuple[int, ...]
    starts: tuple[int, ...]
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Outline:
    """The whole. `starts` and `ends` are numbers of steps; notes are (name of a step, words)."""

    steps: tuple[Step, ...]
    groups: tuple[Group, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    notes: tuple[tuple[str, str], ...] = ()


@dataclass
class _Graph:
    nodes: dict[str, Mapping[str, Any]]
    groups: dict[str, Mapping[str, Any]]
    edges: Sequence[Mapping[str, Any]]
    numbers: dict[str, int] = field(default_factory=dict)

    def name(self, identifier: str) -> str:
        found = self.nodes.get(identifier) or self.groups.get(identifier)
        return str(found["label"]) if found else identifier

    def kind(self, identifier: str) -> str:
        return str(self.nodes[identifier]["kind"]) if identifier in self.nodes else "group"


def outline(graph: Mapping[str, Any]) -> Outline:
    """The steps of a graph (see `flow` and `state` in graph.js) in an order in which they can be told."""
    nodes = {str(node["id"]): node for node in graph["nodes"]}
    groups = {str(group["id"]): group for group in graph["groups"]}
    known = nodes.keys() | groups.keys()
    edges = [edge for edge in graph["edges"] if edge["from"] in known and edge["to"] in known]
    whole = _Graph(nodes, groups, edges)
    order = _order([name for name in nodes if whole.kind(name) not in _POINTS], whole)
    whole.numbers = {identifier: number for number, identifier in enumerate(order, 1)}
    steps = tuple(
        Step(number, whole.name(identifier), whole.kind(identifier), _links(identifier, whole))
        for identifier, number in whole.numbers.items()
    )
    notes = tuple((whole.name(note["of"]), str(note["text"])) for note in graph.get("notes", ()))
    return Outline(steps, _groups(whole), _starts(whole), _ends(whole, steps), notes)


def _order(identifiers: list[str], graph: _Graph) -> list[str]:
    """A chain is told to its end before the next begins, and a step only after all that lead to it (cycles cut)."""
    onward: dict[str, list[str]] = {identifier: [] for identifier in identifiers}
    for edge in graph.edges:
        for source in _inside(edge["from"], graph, last=True):
            for target in _inside(edge["to"], graph, last=False):
                if source in onward and target in onward and source != target and target not in onward[source]:
                    onward[source].append(target)
    entered = {target for targets in onward.values() for target in targets}
    roots = [identifier for identifier in identifiers if identifier not in entered]
    forward = _without_cycles(identifiers, roots, onward)
    waiting = dict.fromkeys(identifiers, 0)
    for targets in forward.values():
        for target in targets:
            waiting[target] += 1
    order: list[str] = []
    ready = [identifier for identifier in reversed(identifiers) if waiting[identifier] == 0]
    while ready:
        current = ready.pop()
        order.append(current)
        for target in reversed(forward[current]):
            waiting[target] -= 1
            if waiting[target] == 0:
                ready.append(target)
    return order


def _without_cycles(identifiers: list[str], roots: list[str], onward: dict[str, list[str]]) -> dict[str, list[str]]:
    """The arrows without those that lead back to where one has come from, found by a walk from the roots."""
    forward: dict[str, list[str]] = {identifier: [] for identifier in identifiers}
    state: dict[str, str] = {}
    for root in [*roots, *identifiers]:
        if root in state:
            continue
        state[root] = "open"
        path = [(root, iter(onward[root]))]
        while path:
            current, targets = path[-1]
            target = next(targets, None)
            if target is None:
                state[current] = "done"
                path.pop()
            elif state.get(target) != "open":
                forward[current].append(target)
                if target not in state:
                    state[target] = "open"
                    path.append((target, iter(onward[target])))
    return forward


def _inside(identifier: str, graph: _Graph, *, last: bool) -> list[str]:
    """The step that stands for a group in the order of telling: its first, or its last."""
    seen: set[str] = set()
    while identifier in graph.groups and identifier not in seen:
        seen.add(identifier)
        members = [m for m in graph.groups[identifier]["members"] if m in graph.groups or graph.kind(m) not in (*_POINTS, "group")]
        if not members:
            return []
        identifier = members[-1 if last else 0]
    return [identifier]


def _links(identifier: str, graph: _Graph) -> tuple[Link, ...]:
    return tuple(_link(identifier, edge, graph) for edge in graph.edges if edge["from"] == identifier)


def _link(source: str, edge: Mapping[str, Any], graph: _Graph) -> Link:
    target, label = str(edge["to"]), str(edge["label"])
    here, there = graph.numbers.get(source, 0), graph.numbers.get(target, 0)
    if graph.kind(target) == "end":
        way = "end"
    elif target in graph.groups:
        way = "group"
    elif edge["way"] in ("both", "none"):
        way = str(edge["way"])
    elif here == there:
        way = "self"
    elif here and there == here + 1:
        way = "next"
    else:
        way = "on" if there > here else "back"
    return Link(way, there, "" if way == "end" else graph.name(target), graph.kind(target), label)


def _groups(graph: _Graph) -> tuple[Group, ...]:
    parents = {member: str(group["label"]) for group in graph.groups.values() for member in group["members"]}
    found = []
    for identifier, group in graph.groups.items():
        members = set(group["members"])
        numbers = tuple(sorted(graph.numbers[member] for member in members if member in graph.numbers))
        starts = _from_dots([member for member in members if graph.kind(member) == "start"], graph)
        found.append(Group(str(group["label"]), parents.get(identifier, ""), numbers, starts, _links(identifier, graph)))
    return tuple(found)


def _from_dots(dots: list[str], graph: _Graph) -> tuple[int, ...]:
    return tuple(sorted({graph.numbers[edge["to"]] for edge in graph.edges if edge["from"] in dots and edge["to"] in graph.numbers}))


def _starts(graph: _Graph) -> tuple[int, ...]:
    """Where one begins: at the dots that say so, else at the steps that no arrow enters."""
    grouped = {member for group in graph.groups.values() for member in group["members"]}
    dots = [name for name in graph.nodes if graph.kind(name) == "start" and name not in grouped]
    if dots:
        return _from_dots(dots, graph)
    entered = {edge["to"] for edge in graph.edges if edge["from"] != edge["to"]}
    entered |= {edge["from"] for edge in graph.edges if edge["way"] in ("both", "none")}
    for identifier in [name for name in graph.groups if name in entered]:
        entered.update(graph.groups[identifier]["members"])
    return tuple(number for name, number in graph.numbers.items() if name not in entered)


def _ends(graph: _Graph, steps: tuple[Step, ...]) -> tuple[int, ...]:
    left = {edge["from"] for edge in graph.edges} | {e["to"] for e in graph.edges if e["way"] in ("both", "none")}
    for identifier in [name for name in graph.groups if name in left]:
        left.update(graph.groups[identifier]["members"])
    last = {number for name, number in graph.numbers.items() if name not in left}
    last |= {step.number for step in steps if any(link.way == "end" for link in step.links)}
    return tuple(sorted(last))
