"""The diagrams of a document: fenced Mermaid code, in a `.diagram` block or by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from handbill.model import Source
from handbill.pandoc_ast import WORDS, Blocks, Node, attr_of, has_class, stringify
from handbill.text import Span

BLOCK = "diagram"
LANGUAGE = "mermaid"


@dataclass(frozen=True)
class Request:
    """One diagram as it stands in the document.

    id           where links lead; given by the engine (`figure-1`) when the author gave none
    caption      blocks, or Markdown from an attribute
    description  the same; None when the author wrote none
    line         line of the assembled source where the code begins, 0 when it was not found
    """

    id: str
    code: str
    title: str
    alt: str
    caption: Blocks | str | None
    description: Blocks | str | None
    line: int

    def span(self, source: Source, line: int = 1, column: int = 1) -> Span | None:
        """The author's place of a place in the code."""
        if not self.line:
            return None
        number = self.line + line - 1
        rows, code = source.text.split("\n"), self.code.split("\n")
        indented = rows[number - 1].find(code[line - 1]) if number <= len(rows) and line <= len(code) else 0  # in a list
        return source.author_span(number, max(0, indented) + column)


class Finder:
    """Reads requests from the AST in document order. The same node always gives the same request."""

    def __init__(self, source: Source) -> None:
        self._lines = [line.strip() for line in source.text.split("\n")]
        self._from = 0
        self._unnamed = 0
        self._codes: dict[str, str] = {}

    def request(self, node: Node) -> Request | None:
        """The request that a block makes; None for a block that is no diagram."""
        if node["t"] == "CodeBlock" and has_class(node, LANGUAGE):
            return self._make(node, attr_of(node), {})
        if node["t"] == "Div" and has_class(node, BLOCK):
            parts = {name: block["c"][1] for block in node["c"][1] if block["t"] == "Div"
                     for name in ("caption", "description") if has_class(block, name)}  # fmt: skip
            code = next((block for block in node["c"][1] if block["t"] == "CodeBlock" and has_class(block, LANGUAGE)), None)
            return None if code is None else self._make(code, attr_of(node), parts)
        return None

    def _make(self, code: Node, attributes: tuple[str, list[str], dict[str, str]], parts: dict[str, Blocks]) -> Request:
        identifier, _, pairs = attributes
        text = str(code["c"][1])
        return Request(
            id=self._name(identifier, text),
            code=text,
            title=pairs.get("title", ""),
            alt=pairs.get("alt", ""),
            caption=parts.get("caption") or pairs.get("caption"),
            description=parts.get("description") or pairs.get("description"),
            line=self._line(text),
        )

    def _name(self, identifier: str, code: str) -> str:
        """An id that no other code has. A diagram that stands in several forms of a section keeps its id."""
        if not identifier:
            self._unnamed += 1
            identifier = f"figure-{self._unnamed}"
        name, number = identifier, 1
        while self._codes.setdefault(name, code) != code:
            number += 1
            name = f"{identifier}-{number}"
        return name

    def _line(self, code: str) -> int:
        """Line of the source (from 1) where the code begins, searched onwards from the diagram before."""
        wanted = [line.strip() for line in code.split("\n")]
        for start in (*range(self._from, len(self._lines)), *range(self._from)):
            fenced = start > 0 and self._lines[start - 1].startswith(("```", "~~~"))
            if fenced and self._lines[start : start + len(wanted)] == wanted:
                self._from = start + len(wanted)
                return int(start) + 1
        return 0


@dataclass(frozen=True)
class Place:
    """Where a diagram stands: its node, and all that it stands in, from the inside out."""

    node: Node
    around: tuple[Any, ...]


def requests(blocks: Any, source: Source) -> list[tuple[Place, Request]]:
    """Every diagram below `blocks` with its place, in document order."""
    finder = Finder(source)
    return [(place, request) for place in _candidates(blocks) if (request := finder.request(place.node))]


def _candidates(blocks: Any) -> Iterator[Place]:
    """Nodes from the outside in; what is inside a diagram's block is not looked at again."""
    waiting: list[tuple[Any, tuple[Any, ...] | None]] = [(blocks, None)]
    while waiting:
        node, above = waiting.pop()
        inner: Iterable[Any] = node
        if isinstance(node, dict):
            if _is_diagram(node):
                yield Place(node, tuple(_upwards(above)))
                continue
            inner = node.values()
        around = (node, above)
        waiting.extend(
            [(item, around) for item in inner if isinstance(item, list) or (isinstance(item, dict) and item.get("t") not in WORDS)][::-1]
        )


def _upwards(chain: tuple[Any, ...] | None) -> Iterator[Any]:
    while chain is not None:
        holder, chain = chain
        yield holder


def _is_diagram(node: Node) -> bool:
    kind = node.get("t")
    if kind == "CodeBlock":
        return has_class(node, LANGUAGE)
    return kind == "Div" and has_class(node, BLOCK) and any(
        block["t"] == "CodeBlock" and has_class(block, LANGUAGE) for block in node["c"][1]
    )  # fmt: skip


def plain(words: Blocks | str) -> str:
    """The words of blocks, or of Markdown as it stands."""
    return words if isinstance(words, str) else stringify(words).strip()
