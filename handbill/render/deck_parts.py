"""The blocks of one slide, sorted by where a deck shows them."""

from __future__ import annotations

from enum import StrEnum

from handbill.pandoc_ast import Blocks, Node, attr_of, citations, has_class, para, stringify, text, transform

_EXHIBITS = ("Figure", "Table")


class Kind(StrEnum):
    """What a slide is for."""

    TITLE = "title"
    CONTENT = "content"
    SOURCES = "sources"
    ABOUT = "about"


class Parts:
    """The blocks of one slide, sorted by where a deck shows them."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.body: Blocks = []
        self.exhibits: Blocks = []
        self.descriptions: Blocks = []
        self.notes: Blocks = []
        self.fine: Blocks = []
        self.shown: Blocks = []  # everything that is cited on the slide

    def sort(self, blocks: Blocks) -> None:
        for block in blocks:
            if block["t"] == "Div" and has_class(block, "notes"):
                self.notes += block["c"][1]
            elif block["t"] == "Div" and has_class(block, "long-description"):
                self.descriptions += block["c"][1]
            else:
                self._show(block)

    def _show(self, block: Node) -> None:
        if self.kind is not Kind.SOURCES:
            self.shown.append(block)
        if _is_citation_only(block):
            return
        if self.kind is Kind.ABOUT and has_class(block, "imprint"):
            self._imprint(block)
        elif block["t"] == "Div" and not has_class(block, "columns") and attr_of(block)[0] != "refs":
            self._open(block)
        elif block["t"] in _EXHIBITS:
            self._exhibit(block)
        elif block["t"] in ("Para", "Plain") and [i["t"] for i in block["c"]] == ["Image"] and not has_class(block["c"][0], "math"):
            self._exhibit({"t": "Figure", "c": [["", [], []], [None, []], [{"t": "Plain", "c": block["c"]}]]})
        else:
            self.body.append(self._without_footnotes(block))

    def _open(self, block: Node) -> None:
        """A box is its content: a slide is a box already. A box's title above a slide's own title says it twice."""
        for inner in block["c"][1]:
            if has_class(inner, "table-note"):
                self.fine += inner["c"][1]
            elif has_class(inner, "notes") or has_class(inner, "long-description"):
                self.sort([inner])
            elif inner["t"] == "Div" and has_class(inner, "box-title"):
                continue
            else:
                self._show(_row_heads(inner) if has_class(block, "row-heads") else inner)

    def _exhibit(self, block: Node) -> None:
        """A picture's caption is said, unless nothing else says it; a table's caption is its fine print."""
        caption = block["c"][1][1]
        (self.notes if block["t"] == "Figure" and has_class(block, "diagram") else self.fine).extend(caption)
        content = list(block["c"])
        content[1] = [None, []]
        self.exhibits.append({"t": block["t"], "c": content})

    def _imprint(self, block: Node) -> None:
        """The disclaimer is shown; who wrote, paid and checks is in the notes."""
        for inner in block["c"][1]:
            (self.body if inner["t"] == "Para" else self.notes).append(inner)

    def _without_footnotes(self, block: Node) -> Node:
        """`block` with footnote marks; the footnotes go to the fine print."""

        def change(node: Node) -> Node:
            if node["t"] != "Note":
                return node
            mark = {"t": "Superscript", "c": text(chr(ord("a") + len(self.fine) % 26))}
            first = node["c"][0] if node["c"] and node["c"][0]["t"] in ("Para", "Plain") else para([])
            self.fine.append(para([mark, {"t": "Space"}, *first["c"]]))
            self.fine += node["c"][1:]
            return mark

        result: Node = transform([block], change)[0]
        return result


def _row_heads(block: Node) -> Node:
    """A table whose rows are headed by their first cells."""
    if block["t"] != "Table":
        return block
    bodies = [[body[0], 1, *body[2:]] for body in block["c"][4]]
    return {"t": "Table", "c": [*block["c"][:4], bodies, *block["c"][5:]]}


def _is_citation_only(block: Node) -> bool:
    """A paragraph of nothing but citations: the author's way to say where the whole slide comes from."""
    if block["t"] not in ("Para", "Plain"):
        return False
    rest = transform(block["c"], lambda node: None if node["t"] == "Cite" else node)
    return bool(citations(block)) and not stringify(rest).strip()
