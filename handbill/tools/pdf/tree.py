"""The two trees between a page of HTML and the tags of its PDF.

`Elem` is what was laid out: HTML elements with the text and pictures that were painted for them, each
element once, however many pages, lines or columns it was broken over. `Node` is what a reader of the PDF
meets: structure elements of ISO 32000-1, 14.8.4. `semantics` makes the second from the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Box = tuple[int, float, float, float, float]
"""Page number from 0, and x1, y1, x2, y2 in points from the page's bottom left corner."""


@dataclass(eq=False)
class Leaf:
    """One run of painted text, or one picture.

    `marks` is filled while the page is painted: the content stream, and the number in it.
    """

    page: int
    text: str = ""
    spelled: str = ""
    """The words, where the glyphs alone do not tell them."""
    marks: list[tuple[Any, int]] = field(default_factory=list)


@dataclass(eq=False)
class Elem:
    """An HTML element that was laid out, or one of its pseudo-elements (`pseudo` is "before", "marker" ...)."""

    tag: str
    attrib: Mapping[str, str] = field(default_factory=dict)
    pseudo: str = ""
    kids: list[Elem | Leaf] = field(default_factory=list)
    parent: Elem | None = field(default=None, repr=False)
    order: int = 0
    """Place in the document, to keep the order of the source whatever the layout did."""
    title: str = ""
    """Text of an SVG's own `<title>`."""
    words: str = ""
    """What a link says in the source, without what style sheets add."""
    boxes: list[Box] = field(default_factory=list)
    annotations: list[tuple[int, Any]] = field(default_factory=list)
    """Page number and annotation of each rectangle that can be clicked."""

    @property
    def roles(self) -> list[str]:
        return self.attrib.get("role", "").split()

    @property
    def classes(self) -> list[str]:
        return self.attrib.get("class", "").split()

    def adopt(self, kid: Elem) -> None:
        """Take in a new element, in document order among those that are here."""
        kid.parent = self
        for index, other in enumerate(self.kids):
            if isinstance(other, Elem) and other.order > kid.order:
                self.kids.insert(index, kid)
                return
        self.kids.append(kid)

    def walk(self) -> Iterator[Elem]:
        yield self
        for kid in self.kids:
            if isinstance(kid, Elem):
                yield from kid.walk()

    def text(self) -> str:
        """What was painted below this element, in order."""
        return "".join(kid.text if isinstance(kid, Leaf) else kid.text() for kid in self.kids)


@dataclass(eq=False)
class Node:
    """A structure element. `attributes` holds one dictionary for each owner ("Table", "List", "Layout")."""

    type: str
    kids: list[Node | Leaf] = field(default_factory=list)
    lang: str = ""
    alt: str = ""
    expansion: str = ""
    id: str = ""
    attributes: dict[str, dict[str, Any]] = field(default_factory=dict)
    source: Elem | None = field(default=None, repr=False)

    def nodes(self) -> Iterator[Node]:
        yield self
        for kid in self.kids:
            if isinstance(kid, Node):
                yield from kid.nodes()

    def leaves(self) -> Iterator[Leaf]:
        for kid in self.kids:
            if isinstance(kid, Leaf):
                yield kid
            else:
                yield from kid.leaves()
