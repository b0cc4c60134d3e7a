"""The lines of diagrams other than flowcharts, as far as Mermaid's grammar can be followed without drawing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handbill.markup import lines_of
from handbill.nearest import nearest
from handbill.rules.flowchart import Fault

_REMARK = re.compile(r"\s*(?:%%|accTitle\b|accDescr\b|title\b|---\s*$|$)")

_KEYWORDS = (
    "participant", "actor", "create", "destroy", "box", "activate", "deactivate", "autonumber", "loop", "alt", "else", "opt", "par", "and",
    "critical", "option", "break", "rect", "end", "Note", "title", "link", "links", "properties", "details", "par_over",
)  # fmt: skip
_KEYWORD = re.compile(rf"\s*(?:{'|'.join(_KEYWORDS)})(?![\w-])", re.IGNORECASE)
_MESSAGE = re.compile(r"(?:<<)?--?(?:>>|>|x|\)|\|?[\\/]{1,2}|[\\/]{0,2}\|)|[\\/]{1,2}\|?--?|\|[\\/]--?")
_NO_MESSAGE = re.compile(r"==+>?|=>|(?<![-<])->[ \t]+>|--+[ \t]+>|(?<!-)-(?=[ \t]+\w+[ \t]*:)|[–—]+>|→")
_NOTE = re.compile(r"\s*note\b(?!\s+(?:over|(?:left|right)\s+of)\b)[ \t]*", re.IGNORECASE)
_FRAME = re.compile(r"\s*(?:loop|alt|opt|par|par_over|critical|break|rect|box)(?![\w-])", re.IGNORECASE)
_PART = re.compile(r"\s*(else|and|option)(?![\w-])", re.IGNORECASE)


def sequence(code: str) -> Iterator[Fault]:
    """Messages without an arrow or words, notes without a place, ends and parts without a frame."""
    inside = depth = 0
    for number, (offset, line) in enumerate(lines_of(code)):
        inside = (inside or bool(re.match(r"\s*accDescr\s*\{", line))) and "}" not in line
        if number == 0 or inside or _REMARK.match(line) or line.lstrip().startswith("#"):
            continue
        for piece in re.finditer(r"[^;]+", line.split("%%")[0]):
            start, row = offset + piece.start(), piece[0]
            if not row.strip():
                continue
            if re.fullmatch(r"\s*end(?:\s.*)?", row, re.IGNORECASE):
                if depth == 0:
                    yield _whole(start, row, "This “end” ends nothing.", "Delete it.")
                depth = max(0, depth - 1)
            elif (part := _PART.match(row)) and depth == 0:
                yield Fault(start + part.start(1), start + part.end(1), f"This “{part[1]}” stands in no frame.", "Write it between “alt”, “par” or “critical” and its “end”.")
            else:
                depth += bool(_FRAME.match(row))
                yield from _statement(start, row, piece.start() > 0)


def _statement(start: int, row: str, behind: bool) -> Iterator[Fault]:
    note = _NOTE.match(row)
    if note:
        yield _whole(start, row, "This note does not say where it stands.", "Write Note over Ann: words, or Note right of Ann: words.")
    elif re.match(r"\s*note\b", row, re.IGNORECASE):
        if ":" not in row:
            yield _whole(start, row, "The words of this note are missing.", "Write them behind a colon: Note over Ann: words.")
    elif _KEYWORD.match(row):
        return
    elif odd := _NO_MESSAGE.search(row.split(":")[0]):
        yield Fault(start + odd.start(), start + odd.end(), f"“{odd[0]}” is no arrow of a sequence diagram.", "Write ->> for a message and -->> for an answer.")
    elif arrow := _MESSAGE.search(row):
        if ":" not in row[arrow.end() :]:
            yield _whole(start, row, "This message has no words.", "Write them behind a colon: Ann->>Bob: words.")
    elif behind:
        yield _whole(start, row, "A “;” ends a message, so what follows is not understood.", "Write #59; for a semicolon, or a comma.")
    else:
        yield _unknown(start, row, "sequence diagram", _KEYWORDS, "Write a message as Ann->>Bob: words.")


def _whole(start: int, row: str, message: str, hint: str) -> Fault:
    begin = start + len(row) - len(row.lstrip())
    return Fault(begin, begin + len(row.strip()), message, hint)


def _unknown(start: int, row: str, kind: str, words: tuple[str, ...], hint: str) -> Fault:
    begin = start + len(row) - len(row.lstrip())
    word = row.split()[0]
    close = nearest(word, words, 1) if word.isalpha() and len(word) > 3 else ()
    if close:
        return Fault(begin, begin + len(word), f"A {kind} knows no “{word}”.", f"Did you mean “{close[0]}”?")
    return _whole(start, row, f"A {kind} does not understand this line.", hint)


_SLICE = re.compile(r"\s*\"[^\"]*\"[ \t]*(:?)[ \t]*(-?)")


def pie(code: str) -> Iterator[Fault]:
    """Slices without quotation marks or colon, or with less than nothing."""
    rows = lines_of(re.sub(r"\"[^\"]*\"", lambda found: f'"{"_" * (len(found[0]) - 2)}"', code))
    for number, (offset, line) in enumerate(rows):
        row = line.split("%%")[0]
        if number == 0 or _REMARK.match(row) or re.match(r"\s*showData\b", row):
            continue
        found = _SLICE.match(row)
        if found is None:
            yield _whole(offset, row, "This is no slice.", 'Write its name in double quotation marks, a colon and a number: "Lungs" : 12.5.')
        elif not found[1]:
            yield _whole(offset, row, "Between the name of this slice and its number stands no colon.", 'Write "Lungs" : 12.5.')
        elif found[2]:
            yield Fault(offset + found.start(2), offset + found.end(2), "A slice cannot be less than nothing.", "Write a number above 0.")


_RELATION = re.compile(r"(?<=[\w\"`~>)\]])[ \t]+([<>|*o(.)-]*(?:--|\.\.)[<>|*o()]*)(?=[ \t]|$)")
_THIN = re.compile(r"(?<=[\w\"`])[ \t]+(<?\|?-\|?>|<\|?-)[ \t]+(?=[\w\"`])")


def classes(code: str) -> Iterator[Fault]:
    """Relations with one end, or with one dash; braces that are never closed."""
    depth: list[int] = []
    for number, (offset, line) in enumerate(lines_of(code)):
        row = line.split("%%")[0]
        if number == 0 or _REMARK.match(row):
            continue
        if depth and not re.match(r"\s*(?:class|namespace)\b", row):
            depth = depth[:-1] if row.strip().endswith("}") else depth
            continue
        if thin := _THIN.search(row.split(":")[0]):
            yield Fault(offset + thin.start(1), offset + thin.end(1), f"“{thin[1]}” is no relation of a class diagram.", "Write it with two dashes: <|-- or -->.")
        elif (relation := _RELATION.search(row)) and not re.match(r"\s*[\w\"`]", row[relation.end() :]):
            yield Fault(offset + relation.start(1), offset + relation.end(1), "This relation leads nowhere.", "Write behind it the class to which it leads.")
        if row.rstrip().endswith("{"):
            depth.append(offset + row.rindex("{"))
        elif row.strip() == "}":
            depth = depth[:-1]
    for place in depth[-1:]:
        yield Fault(place, place + 1, "This brace is never closed.", "Write “}” on a line of its own below the last member.")


_ENDS = r"(?:\|o|\|\||\}o|\}\|)(?:--|\.\.)(?:o\||\|\||o\{|\|\{)"
_LINKED = re.compile(r"\s*(\"[^\"]*\"|[\w -]*?[\w])[ \t]*([|}{o.-]*(?:--|\.\.)[|}{o.-]*)[ \t]*(\"[^\"]*\"|\w[\w -]*)?[ \t]*(:?)")


def entities(code: str) -> Iterator[Fault]:
    """Relations with ends that are none, or without words."""
    depth = 0
    for number, (offset, line) in enumerate(lines_of(code)):
        row = line.split("%%")[0]
        if number == 0 or _REMARK.match(row):
            continue
        if depth or not (found := _LINKED.match(row)) or not re.search(r"--|\.\.", found[2]):
            depth = max(0, depth + row.rstrip().endswith("{") - (row.strip() == "}"))
            continue
        place = offset + found.start(2), offset + found.end(2)
        if not re.fullmatch(_ENDS, found[2]) and "|" in found[2]:
            yield Fault(*place, f"“{found[2]}” is no relation of this kind of diagram.", "Write two signs at each end: ||--o{ for “one has none or many”.")
        elif found[3] is None:
            yield Fault(*place, "This relation leads nowhere.", "Write behind it the thing to which it leads.")
        elif not found[4] and re.fullmatch(_ENDS, found[2]) and found.end() >= len(row.rstrip()):
            yield _whole(offset, row, "This relation has no words.", "Write them behind a colon: PATIENT ||--o{ VISIT : has.")


def states(code: str) -> Iterator[Fault]:
    """Arrows with one dash, and braces that are never closed."""
    opened: list[int] = []
    noting = False
    for number, (offset, line) in enumerate(lines_of(code)):
        row = line.split("%%")[0]
        noted = noting or bool(re.match(r"\s*note\b", row))
        noting = noted and ":" not in row and not re.match(r"\s*end note\b", row)
        if number == 0 or noted or _REMARK.match(row):
            continue
        if thin := re.search(r"(?<=[\w\]])[ \t]*((?<![-<])->|=+>)[ \t]*(?=[\w\[])", row.split(":")[0]):
            yield Fault(offset + thin.start(1), offset + thin.end(1), f"“{thin[1]}” is no arrow of a state diagram.", "Write “-->”.")
        if row.rstrip().endswith("{"):
            opened.append(offset + row.rindex("{"))
        elif row.rstrip().endswith("}") and opened:
            opened.pop()
    for place in opened[-1:]:
        yield Fault(place, place + 1, "This brace is never closed.", "Write “}” on a line of its own below the last state.")


def mindmap(code: str) -> Iterator[Fault]:
    """A second root."""
    root: int | None = None
    for number, (offset, line) in enumerate(lines_of(code)):
        row = line.split("%%")[0]
        if number == 0 or not row.strip() or re.match(r"\s*(?:::|accTitle|accDescr|---)", row):
            continue
        indent = len(row.expandtabs(4)) - len(row.expandtabs(4).lstrip())
        if root is None:
            root = indent
        elif indent <= root:
            yield _whole(offset, row, "A mind map has one root, and this would be a second one.", "Move the line to the right, below what it belongs to.")
            return
