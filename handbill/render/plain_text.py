"""Plain text in reading order: for screen readers, Braille displays, e-mail and whoever wants no layout.

UTF-8 with a fixed line length. Headings are underlined, list items begin with "- " or their number,
the address of a link follows it in angle brackets. `handbill.inspect.plain` reads it back by these signs.
"""

from __future__ import annotations

import textwrap

from handbill.diagnostics import Diagnostic
from handbill.governance import notices
from handbill.jobs import Runner
from handbill.linear import Piece, flat, pieces, said, with_addresses
from handbill.model import Document, Edition, Project
from handbill.pandoc_ast import Inlines, Node, has_class, stringify, text, transform
from handbill.schema import Output

WIDTH = 72
"""Characters a line when the edition names no other number."""

_UNDERLINES = {1: "=", 2: "-"}


def render_text(
    document: Document, edition: Edition, output: Output, project: Project, runner: Runner
) -> tuple[bytes | None, list[Diagnostic]]:
    """The whole text of an edition, line by line."""
    width = output.width or WIDTH
    lines = [*wrapped(" · ".join(notices(project)), width), ""] if notices(project) else []
    before: Piece | None = None
    for piece in pieces(flat(document)):
        if before is not None:
            lines += [""] * _gap(before, piece)
        lines += _lines(piece, width, project)
        before = piece
    return ("\n".join(lines) + "\n").encode(), []


def _gap(before: Piece, piece: Piece) -> int:
    """Empty lines between two pieces: more before a section, none inside a list or between a word and its meaning."""
    if piece.kind == "heading":
        return 2 if piece.level <= 2 else 1
    if before.kind == "term" or (piece.level and before.level and before.kind != "heading"):
        return 0
    return 1


def _lines(piece: Piece, width: int, project: Project) -> list[str]:
    words = said(with_addresses(marked(piece.inlines, project.locale["note"])))
    if piece.kind == "title":
        return [*wrapped(words, width), "=" * min(width, len(words))]
    if piece.kind == "heading":
        sign = _UNDERLINES.get(piece.level)
        longest = max(map(len, wrapped(words, width)))
        return [*wrapped(words, width), *([sign * longest] if sign else [])]
    if piece.kind == "picture":
        return wrapped(f"{project.locale['picture']}: {words}", width)
    if piece.kind == "note":
        return wrapped(f"{project.locale['note']} {piece.marker}: {words}" if piece.marker else words, width)
    if piece.kind == "code":
        return [f"    {line}" for line in words.split("\n")]
    indent = "  " * piece.level + ("    " if piece.kind == "meaning" else "")
    if piece.kind != "item":
        return wrapped(words, width, indent + ("  " if piece.level else ""))
    sign = f"{piece.marker} " if piece.marker else "- "
    return wrapped(words, width, indent, sign)


def wrapped(words: str, width: int, indent: str = "", sign: str = "") -> list[str]:
    """Words in lines of at most `width` characters (a longer word has a line of its own), each begun as it should."""
    rest = indent + " " * len(sign)
    lines: list[str] = []
    for number, paragraph in enumerate(words.split("\n")):
        lines += textwrap.wrap(
            paragraph, width, initial_indent=indent + sign if number == 0 else rest,
            subsequent_indent=rest, break_long_words=False, break_on_hyphens=False,
        )  # fmt: skip
    return lines


def marked(inlines: Inlines, note: str) -> Inlines:
    """The same with the marks of notes in words: `note` and their number."""

    def change(node: Node) -> Node | list[Node]:
        if node["t"] == "Span" and has_class(node, "note-mark"):
            return text(f" [{note} {stringify(node)}]")
        return node

    changed: Inlines = transform(inlines, change)
    return changed
