"""The lines between two `---` at the very top of a file, and the text below them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from handbill.diagnostics import Report, error
from handbill.load.yaml_tree import Tree, read_yaml
from handbill.text import Markdown, Span

_SECOND = re.compile(r"(?:^|\n[ \t]*\n)(---)[ \t]*\n(?:id|role|title|short|plain)[ \t]*:[^\n]*\n(?:[\w-]+[ \t]*:[^\n]*\n|[ \t]+[^\n]*\n|\n)*---[ \t]*(?:\n|$)")
_NEARLY = re.compile(r"-{2,}|[–—]+-?|\*{3}|_{3}|={3,}")
"""What stands where three hyphens should: word processors make dashes of them."""


@dataclass(frozen=True)
class Parted:
    """A file in its two parts. `body` knows the line of each of its lines; `broken` when the head could not be read."""

    head: Tree
    body: Markdown
    body_line: int
    broken: bool = False


def part(path: str, text: str, report: Report, *, required: bool) -> Parted | None:
    """Front matter and body; None after a complaint that leaves nothing to look at.

    required   whether a file with no front matter is a mistake
    """
    lines = text.split("\n")
    if not text.strip():
        report.add(error("file-empty", f"“{path}” is empty.", Span(path, 1, 1), "Write its text, or delete the file."))
        return None
    if lines[0].rstrip() != "---":
        if not required:
            return Parted(Tree(path, {}), _body(path, lines, 0), 1)
        late = next((i for i, line in enumerate(lines) if line.strip()), 0)
        if lines[late].strip() == "---":
            report.add(error("front-matter-missing", "The opening line “---” must be the very first line, with nothing before it.",
                             Span(path, 1, 1), "Delete what stands before it."))  # fmt: skip
            return None
        if _NEARLY.fullmatch(lines[0].strip()):
            report.add(error("front-matter-missing", "The first line is exactly three hyphens, “---”.", Span(path, 1, 1, 1, len(lines[0].rstrip()) + 1),
                             "Type --- anew; word processors make dashes of hyphens."))  # fmt: skip
            return _headless(path, lines, 1)
        report.add(error("front-matter-missing", "The file does not begin with a line “---”.", Span(path, 1, 1),
                         "Begin the file with ---, then lines such as “id: …” and “title: …”, then --- again."))  # fmt: skip
        return _headless(path, lines)
    end = next((i for i, line in enumerate(lines[1:], 1) if line.rstrip() in ("---", "...")), None)
    if end is None and (odd := next((i for i, line in enumerate(lines[1:], 1) if _NEARLY.fullmatch(line.strip())), None)):
        start = len(lines[odd]) - len(lines[odd].lstrip())
        report.add(error("front-matter-unclosed", "The line that ends the front matter is exactly “---”, at the very left.",
                         Span(path, odd + 1, start + 1, odd + 1, len(lines[odd].rstrip()) + 1), "Write --- and nothing else."))  # fmt: skip
        return Parted(Tree(path, {}), _body(path, lines, odd + 1), odd + 2, broken=True)
    if end is None:
        report.add(error("front-matter-unclosed", "The lines after “---” are never closed by a second line “---”.",
                         Span(path, 1, 1, 1, 4), "Write --- on a line of its own before the text begins."))  # fmt: skip
        return None
    head = read_yaml(path, "\n".join(lines[1:end]), report, 2)
    if head is None:
        return Parted(Tree(path, {}), _body(path, lines, end + 1), end + 2, broken=True)
    if head.value is None:
        head.value = {}
    last = _end(path, lines, end + 1, report) if required else len(lines)
    return Parted(head, _body(path, lines[:last], end + 1), end + 2)


def _end(path: str, lines: list[str], start: int, report: Report) -> int:
    """Where the text that begins at line `start` ends: before a second front matter, of which is told."""
    second = _SECOND.search("\n".join(lines[start:]))
    if second is None:
        return len(lines)
    last = start + "\n".join(lines[start:]).count("\n", 0, second.start(1))
    report.add(error("front-matter-twice", "A second section begins here; a file holds one.", Span(path, last + 1, 1, last + 1, 4),
                     "Move this and all below to a file of its own."))  # fmt: skip
    return last


def _headless(path: str, lines: list[str], first: int = 0) -> Parted:
    """A file whose front matter lacks its first line, or is not there at all: what seems to be its text, from line `first` on."""
    start = first
    if re.match(r"[\w-]+:", "".join(lines[first : first + 1])):
        ends = (i + 1 for i, line in enumerate(lines[first:], first) if line.rstrip() in ("---", "...") or _NEARLY.fullmatch(line.strip()))
        start = next(ends, first)
    elif lines[first:] and lines[first].startswith("# "):
        start = first + 1
    return Parted(Tree(path, {}), _body(path, lines, start), start + 1, broken=True)


def _body(path: str, lines: list[str], start: int) -> Markdown:
    kept = lines[start:]
    while kept and not kept[0].strip():
        kept, start = kept[1:], start + 1
    while kept and not kept[-1].strip():
        kept = kept[:-1]
    places = tuple(Span(path, start + 1 + index, 1) for index in range(len(kept)))
    return Markdown("\n".join(kept), Span(path, start + 1, 1), places)
