"""The lines of a flowchart, as far as Mermaid's grammar can be followed without drawing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from handbill.markup import lines_of
from handbill.nearest import nearest


@dataclass(frozen=True)
class Fault:
    """What is wrong from one offset of a diagram's code to another."""

    start: int
    end: int
    message: str
    hint: str


DIRECTIONS = ("TB", "TD", "BT", "RL", "LR")
_HEAD = re.compile(r"[ \t]*(flowchart(?:-elk)?|graph)(:?)[ \t]*([^\s;]*)[ \t]*;?[ \t]*$", re.MULTILINE)
_SHAPES = (
    ("(((", (")))",)), ("((", ("))",)), ("([", ("])",)), ("(", (")",)), ("[[", ("]]",)), ("[(", (")]",)), ("[/", ("/]", "\\]")), ("[\\", ("\\]", "/]")),
    ("[", ("]",)), ("{{", ("}}",)), ("{", ("}",)), (">", ("]",)),
)  # fmt: skip
"""How the words of a node begin and end, the longest first."""
_SIGNS = re.compile(r"[\[\](){}\"|]")
_ID = re.compile(r"[^\W_](?:\w|-(?!-)|\.(?=\w))*")
_OTHER = re.compile(r"\s*(?:%%|flowchart\b|graph\b|subgraph\b|classDef\b|class\b|style\b|linkStyle\b|click\b|direction\b|accTitle\b|accDescr\b|---|$)")
_REMARK = re.compile(r"\s*(#(?!\w)|//|%(?!%))")
_WORDS = re.compile(r"--(?=[^->x])[^\n]*?--+[>xo]?|==(?=[^=>x])[^\n]*?==+[>xo]?|-\.(?=[^-.>])[^\n]*?\.+-+[>xo]?")
"""An arrow with its words in it."""
_ARROW = re.compile(r"[<xo]?(?:--+|==+|-\.+-?|~~~+)[>xo-]?")
_BETWEEN = re.compile(r"\|(?:\"[^\"\n]*\"|[^|\n]*)\|")
_NAME = re.compile(r"\w+@(?=[-=.~<{])")
_GAP = re.compile(r"[ \t;]+")
_SECOND = re.compile(r"[<>]|--+>?|==+>?")
_CLASS = re.compile(r":::[\w-]+")
_AND = re.compile(r"&")
_GROUP = re.compile(r"\s*subgraph\b[ \t]*(.*)")


def head(code: str) -> Iterator[Fault]:
    """Where the chart is to go."""
    found = _HEAD.match(code)
    if found and found[3] not in {"", "<", ">", "^", "v", *DIRECTIONS}:
        close = found[3].upper() if found[3].upper() in DIRECTIONS else ""
        yield Fault(found.start(3), found.end(3), f"“{found[3]}” is no direction of a flowchart.",
                    f"Did you mean “{close}”?" if close else "Write TD (down), LR (to the right), BT or RL.")  # fmt: skip
    elif found and found[2]:
        yield Fault(found.start(2), found.end(2), "No colon stands behind the kind of a diagram.", f"Write {found[1]} {found[3] or 'TD'}.")


def lines(code: str) -> Iterator[Fault]:
    """Words that need quotation marks, nodes without an arrow between them, remarks of other languages: the first of each line."""
    rows = list(lines_of(code))
    inside = False
    for number, (offset, line) in enumerate(rows):
        before, inside = inside, inside ^ (line.count('"') % 2 == 1)
        if number == 0 or before or inside:  # words in quotation marks may go over several lines
            continue
        fault = _group(line) if _GROUP.match(line) else None if _OTHER.match(line) else _line(line)
        if fault is not None:
            yield Fault(offset + fault.start, offset + fault.end, fault.message, fault.hint)


def _group(line: str) -> Fault | None:
    found = _GROUP.match(line)
    assert found is not None
    name = found[1].strip()
    if not name:
        start = len(line) - len(line.lstrip())
        return Fault(start, start + 8, "This group has no name.", 'Write one behind it: subgraph later ["What comes later"].')
    bare = re.sub(r"\[.*\]\s*;?$", "", name)
    if (sign := re.search(r"[(){}]", bare)) and not name.startswith('"'):
        start = found.start(1) + sign.start()
        return Fault(start, start + 1, f"“{sign[0]}” cannot stand in the name of a group.", f'Write subgraph group1 ["{name}"].')
    return None


def _line(line: str) -> Fault | None:
    """The first fault of a line of nodes and arrows; None also where something stands that is not known here."""
    remark = _REMARK.match(line)
    if remark:
        return Fault(remark.start(1), remark.end(1), f"“{remark[1]}” begins no remark in Mermaid.", "Write %% for a remark, or delete the line.")
    return None if re.fullmatch(r"\s*end\s*;?\s*", line) else _Row(line).fault()


class _Row:
    """A line that is gone through piece by piece: what has been passed, and what the last piece was."""

    def __init__(self, line: str) -> None:
        self.line, self.position, self.last = line, 0, ""

    def fault(self) -> Fault | None:
        """The first fault."""
        steps = (self._gap, self._named_arrow, self._arrow, self._between, self._sign, self._node)
        while self.position < len(self.line) and not self.line.startswith("%%", self.position):
            begun = self.position
            for step in steps:
                found = step()
                if found is not None:
                    return found
                if self.position > begun:
                    break
            else:
                return None
        return None

    def _take(self, pattern: re.Pattern[str], what: str) -> re.Match[str] | None:
        found = pattern.match(self.line, self.position)
        if found:
            self.position, self.last = found.end(), what
        return found

    def _gap(self) -> None:
        if found := _GAP.match(self.line, self.position):
            self.position = found.end()
            self.last = "" if ";" in found[0] else self.last

    def _named_arrow(self) -> None:
        """`e1@-->`, or `A@{ shape: rect }`."""
        if self._take(_NAME, "") and self.line.startswith("{", self.position):
            end = self.line.find("}", self.position)
            self.position, self.last = end + 1 if end >= 0 else len(self.line), "node"

    def _arrow(self) -> Fault | None:
        if self.last != "arrow":
            for pattern in (_WORDS, _ARROW):
                if self._take(pattern, "arrow"):
                    return None
        elif sign := _SECOND.match(self.line, self.position):
            return Fault(sign.start(), sign.end(), f"Behind the arrow stands “{sign[0]}” as well.", "Write one arrow between two nodes: A --> B.")
        return None

    def _between(self) -> Fault | None:
        """Words of an arrow between bars."""
        if self.last == "arrow" and (found := _BETWEEN.match(self.line, self.position)):
            words = found[0][1:-1]
            if (sign := _SIGNS.search(words)) and not words.lstrip().startswith('"'):
                return _unquoted(self.position + 1 + sign.start(), sign[0], words, "|", "|")
            self.position = found.end()
        return None

    def _sign(self) -> Fault | None:
        if self.last == "node" and self.line.startswith(",", self.position):
            return Fault(self.position, self.position + 1, "No comma stands between nodes.",
                         "Write “&” between nodes that one arrow joins: A & B --> C.")  # fmt: skip
        if self.last == "node":
            self._take(_CLASS, "node")
            self._take(_AND, "and")
        return None

    def _node(self) -> Fault | None:
        begun, before = self.position, self.last
        found = self._take(_ID, "node")
        if found is None:
            return None
        if found[0] == "end":
            return Fault(begun, found.end(), "“end” cannot be the name of a node: it ends a group.", "Write End, or another name.")
        if before == "node":
            return _apart(self.line, begun, found[0])
        shape = _shape(self.line, self.position)
        if isinstance(shape, Fault):
            return shape
        self.position = shape
        return None


def _apart(line: str, position: int, name: str) -> Fault:
    first = line.split()[0]
    if first == "title":
        return Fault(line.index(first), line.index(first) + 5, "Flowcharts have no “title” of their own.", "Write it as the diagram's title or caption.")
    close = nearest(first, ("subgraph", "classDef", "class", "style", "linkStyle", "click", "direction"), 1) if first.isalpha() else ()
    if close:
        start = line.index(first)
        return Fault(start, start + len(first), f"Flowcharts know no “{first}”.", f"Did you mean “{close[0]}”?")
    return Fault(position, position + len(name), f"Before “{name}” stands no arrow.",
                 "Write --> between two nodes. A name is one word; what it shows stands in brackets: my-node[My node].")  # fmt: skip


def _shape(line: str, position: int) -> int | Fault:
    """Where the words of a node end, which begin here if there are some; the fault in them."""
    for begin, ends in _SHAPES:
        if not line.startswith(begin, position):
            continue
        start = position + len(begin)
        if line[start:].lstrip().startswith('"'):
            close = line.find('"', line.index('"', start) + 1)
            after = close + 1 + len(line[close + 1 :]) - len(line[close + 1 :].lstrip()) if close >= 0 else -1
            stop = next((after + len(end) for end in ends if after >= 0 and line.startswith(end, after)), None)
            if stop is None and close >= 0 and after < len(line):
                return Fault(close, close + 1, "A quotation mark ends the words of this node too early.", "Write #quot; for a quotation mark within words.")
            return len(line) if stop is None else stop
        for sign in _SIGNS.finditer(line, start):
            if (end := next((end for end in ends if line.startswith(end, sign.start() - (end[0] in "/\\"))), None)) is not None:
                return sign.start() - (end[0] in "/\\") + len(end)
            if sign[0] == ")" and begin == "(" and line.startswith("))", sign.start()):
                continue
            meant = re.compile(rf"(.*?){re.escape(ends[0])}\s*(?=$|[;&<]|:::|--|==|-\.|~~~|[xo]--)").match(line, start)
            return _unquoted(sign.start(), sign[0], meant[1] if meant else "…", begin, ends[0])
        return len(line)
    return position


def _unquoted(start: int, sign: str, words: str, begin: str, end: str) -> Fault:
    return Fault(start, start + 1, f"“{sign}” may stand in words only between double quotation marks.",
                 f'Write {begin}"{words.replace(chr(34), "#quot;")}"{end}.')  # fmt: skip
