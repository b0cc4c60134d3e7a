"""Small pure helpers over pandoc's JSON document (pandoc-types 1.23). No second tree of our own.

A node is a mapping with `t` and `c`; an attribute triple is `[id, [classes], [[key, value], ...]]`.
Nothing here changes a node in place.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Iterator
from typing import Any

Node = dict[str, Any]
Blocks = list[Node]
Inlines = list[Node]

API_VERSION = [1, 23, 1, 1]
_WITH_ATTR = {
    "Div": 0, "Span": 0, "CodeBlock": 0, "Code": 0, "Figure": 0, "Table": 0, "Link": 0, "Image": 0, "Header": 1,
}  # fmt: skip
WITH_ATTR = frozenset(_WITH_ATTR)
"""The kinds of nodes that can have an id."""
WORDS = frozenset({"Str", "Space", "SoftBreak", "LineBreak"})
"""The kinds of nodes that hold no others and are most of every text."""
_TEXT = {"Space": " ", "SoftBreak": " ", "LineBreak": "\n"}


def attr_of(node: Node) -> tuple[str, list[str], dict[str, str]]:
    """Id, classes and key-values of a node; empty ones when it carries none."""
    index = _WITH_ATTR.get(node["t"])
    if index is None:
        return "", [], {}
    identifier, classes, pairs = node["c"][index]
    return identifier, list(classes), dict(pairs)


def attr(identifier: str = "", classes: Iterable[str] = (), **pairs: str) -> list[Any]:
    """An attribute triple; underscores in keyword names become hyphens."""
    return [identifier, list(classes), [[k.replace("_", "-"), v] for k, v in pairs.items()]]


def with_attr(node: Node, triple: list[Any]) -> Node:
    """The same node with another attribute triple."""
    content = list(node["c"])
    content[_WITH_ATTR[node["t"]]] = triple
    return {"t": node["t"], "c": content}


def has_class(node: Node, name: str) -> bool:
    return name in attr_of(node)[1]


def div(triple: list[Any], blocks: Blocks) -> Node:
    return {"t": "Div", "c": [triple, blocks]}


def header(level: int, triple: list[Any], inlines: Inlines) -> Node:
    return {"t": "Header", "c": [level, triple, inlines]}


def para(inlines: Inlines) -> Node:
    return {"t": "Para", "c": inlines}


def text(value: str) -> Inlines:
    """Plain text as inlines: words, spaces, line breaks."""
    out: Inlines = []
    for number, line in enumerate(value.split("\n")):
        if number:
            out.append({"t": "LineBreak"})
        for index, word in enumerate(line.split(" ")):
            if index:
                out.append({"t": "Space"})
            if word:
                out.append({"t": "Str", "c": word})
    return out


def walk(node: Any) -> Iterator[Node]:
    """Every node below `node` (itself included), in document order."""
    waiting = [node]
    while waiting:  # one generator for the whole tree: a chain of them costs the depth for every node
        item = waiting.pop()
        if isinstance(item, dict):
            if "t" in item:
                yield item
            waiting.extend([value for value in item.values() if isinstance(value, (list, dict))][::-1])
        else:
            waiting.extend([value for value in item if isinstance(value, (list, dict))][::-1])


Change = Callable[[Node], Node | list[Node] | None]
"""Gives a node, several in its place, or None to drop it; leaves the one that it is given as it is."""


def transform(node: Any, change: Change) -> Any:
    """Rebuilds the tree from the leaves up."""
    if isinstance(node, list):
        out: list[Any] = []
        for item in node:
            if isinstance(item, dict) and "t" in item:
                result = change(_descend(item, change))
                if result is None:
                    continue
                if isinstance(result, list):
                    out.extend(result)
                else:
                    out.append(result)
            elif isinstance(item, (list, dict)):
                out.append(transform(item, change))
            else:
                out.append(item)
        return out
    if isinstance(node, dict):
        if "t" in node:
            result = change(_descend(node, change))
            return node if result is None or isinstance(result, list) else result
        return {key: transform(value, change) for key, value in node.items()}
    return node


def _descend(node: Node, change: Change) -> Node:
    content = node.get("c")
    return {"t": node["t"], "c": transform(content, change)} if isinstance(content, list) else node


def transform_only(kinds: Collection[str], blocks: list[Any], change: Change) -> list[Any]:
    """As `transform`, for a `change` that concerns nodes of these kinds alone: what holds none of them is not copied."""
    return _transform_only(kinds, WORDS.difference(kinds), blocks, change)


def _transform_only(kinds: Collection[str], passed: Collection[str], items: list[Any], change: Change) -> list[Any]:
    """Two of three nodes of a text are words or spaces, and whole texts are gone through many times: those are `passed` over."""
    made: list[Any] | None = None
    for index, item in enumerate(items):
        new: Any = item
        if isinstance(item, dict):
            kind = item.get("t")
            if kind not in passed:
                new = _inside(kinds, passed, item, change)
                if kind in kinds:
                    new = change(new)
        elif isinstance(item, list) and item:
            new = _transform_only(kinds, passed, item, change)
        if made is None:
            if new is item:
                continue
            made = items[:index]
        if isinstance(item, dict) and (new is None or isinstance(new, list)):
            made.extend(new or ())
        else:
            made.append(new)
    return items if made is None else made


def _inside(kinds: Collection[str], passed: Collection[str], node: Node, change: Change) -> Node:
    """The node with what is in it changed: itself when nothing is."""
    if "t" in node:
        content = node.get("c")
        if not isinstance(content, list):
            return node
        inner = _transform_only(kinds, passed, content, change)
        return node if inner is content else {"t": node["t"], "c": inner}
    parts = {key: _part(kinds, passed, value, change) for key, value in node.items()}
    return node if all(parts[key] is value for key, value in node.items()) else parts


def _part(kinds: Collection[str], passed: Collection[str], value: Any, change: Change) -> Any:
    if isinstance(value, list):
        return _transform_only(kinds, passed, value, change)
    return _inside(kinds, passed, value, change) if isinstance(value, dict) else value


def holds(kind: str, node: Any) -> bool:
    """Whether a node of a kind, other than words and spaces, is below a list or mapping of nodes."""
    for item in node.values() if isinstance(node, dict) else node:
        if isinstance(item, dict):
            found = item.get("t")
            if found == kind or (found not in WORDS and holds(kind, item)):
                return True
        elif isinstance(item, list) and item and holds(kind, item):
            return True
    return False


def stringify(node: Any, without: Container[str] = ()) -> str:
    """The words of a node: text, code and mathematics; notes, raw text and picture alt texts included as they stand.

    Nodes of the types in `without`, which are no words or spaces, are passed over.
    """
    parts: list[str] = []
    _stringify(node, parts, without)
    return "".join(parts)


def _stringify(node: Any, parts: list[str], without: Container[str]) -> None:
    if isinstance(node, list):
        _stringify_all(node, parts, without)
        return
    if not isinstance(node, dict):
        return
    kind = node.get("t")
    if kind in without:
        return
    if kind == "Str":
        parts.append(node["c"])
    elif kind in _TEXT:
        parts.append(_TEXT[kind])
    elif kind in ("Code", "CodeBlock", "Math", "RawInline", "RawBlock"):
        parts.append(node["c"][1])
    elif kind == "Quoted":
        single = node["c"][0]["t"] == "SingleQuote"
        parts.append("‘" if single else "“")
        _stringify(node["c"][1], parts, without)
        parts.append("’" if single else "”")
    elif kind == "Cite":
        _stringify(node["c"][1], parts, without)
    else:
        _stringify(node.get("c"), parts, without)
        if kind in ("Para", "Plain", "Header"):
            parts.append("\n")


def _stringify_all(items: list[Any], parts: list[str], without: Container[str]) -> None:
    for item in items:
        kind = item.get("t") if isinstance(item, dict) else ""
        if kind == "Str":  # two of three nodes of a text are words or spaces, and calls take time
            parts.append(item["c"])
        elif kind in _TEXT:
            parts.append(_TEXT[kind])
        elif isinstance(item, (dict, list)):
            _stringify(item, parts, without)


def to_meta(value: Any) -> Node:
    """A Python value as pandoc metadata. Strings stay plain text; they are never parsed as Markdown."""
    if isinstance(value, bool):
        return {"t": "MetaBool", "c": value}
    if isinstance(value, dict):
        return {"t": "MetaMap", "c": {key: to_meta(item) for key, item in value.items()}}
    if isinstance(value, (list, tuple)):
        return {"t": "MetaList", "c": [to_meta(item) for item in value]}
    return {"t": "MetaInlines", "c": text(str(value))}


def document(blocks: Blocks, meta: dict[str, Node] | None = None) -> dict[str, Any]:
    """A whole pandoc document."""
    return {"pandoc-api-version": API_VERSION, "meta": meta or {}, "blocks": blocks}


def citations(node: Any) -> list[str]:
    """Citation keys in the order in which they stand, repeats included."""
    found: list[str] = []
    _cited(node, found)
    return found


def _cited(node: Any, found: list[str]) -> None:
    """Every document is walked through here several times: as few steps as can be."""
    if isinstance(node, dict):
        if node.get("t") == "Cite":
            found.extend(citation["citationId"] for citation in node["c"][0])
        node = node.values()
    for item in node:
        if isinstance(item, dict):
            if item.get("t") not in WORDS:
                _cited(item, found)
        elif isinstance(item, list) and item:
            _cited(item, found)
