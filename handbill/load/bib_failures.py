"""Why bibtexparser could not read a block, at the place where the author went wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bibtexparser.model import ImplicitComment, ParsingFailedBlock

from handbill.diagnostics import Diagnostic, error, warning
from handbill.text import Span

START = re.compile(r"\s*(@\s*(?!comment|string|preamble)\w+\s*)[{(]([^,{}\"=]*)", re.IGNORECASE)

_NO_AT = re.compile(r"(article|book|booklet|collection|inbook|incollection|inproceedings|manual|misc|online|phdthesis|report|techreport|thesis|unpublished|www)"
                    r"\s*\{\s*([^\s,{}=\"]+)\s*,?\s*$", re.IGNORECASE)  # fmt: skip
_OTHER_FORMATS = (
    (re.compile(r"[A-Z][A-Z0-9]  - "), "RIS"),
    (re.compile(r"[{\[]\s*(?:\"|$)"), "JSON"),
    (re.compile(r"%[0A-Z] \S"), "EndNote"),
    (re.compile(r"<\?xml|<\w+>"), "XML"),
)
_FIELD = re.compile(r"^\s*([\w-]+)\s*=\s*([{\"]?)")


def failure(path: str, lines: list[str], block: ParsingFailedBlock) -> tuple[Diagnostic, str]:
    """The diagnostic for a block that could not be read, and the key of its entry as far as it can be told."""
    first = block.start_line or 0
    head = START.match(lines[first])
    key = head[2].strip() if head else ""
    detail = str(getattr(block.error, "abort_reason", block.error))
    last = first + (block.raw or "").count("\n")
    name = f"The entry “{key}”" if key else "This entry"
    if "Expected comma after entry key" in detail and not key:
        return error("bibliography-key-missing", "This entry has no key, so nobody can cite it.", Span(path, first + 1, (head.end(1) if head else 0) + 1),
                     "Write a key and a comma after the brace: @book{some-key,", detail=detail), ""  # fmt: skip
    if "Expected comma after entry key" in detail:
        column = (head.end(2) if head else 0) + 1
        return error("bibliography-comma", f"After the key “{key}” a comma is missing.", Span(path, first + 1, column),
                     f"Write @…{{{key.split()[0] if key else 'key'}, and then the fields.", detail=detail), key.split()[0] if key else ""  # fmt: skip
    into_next = last > first and START.match(lines[last]) is not None
    if "Expected a `=`" in detail and not into_next:
        place = Span(path, last + 1, len(lines[last]) - len(lines[last].lstrip()) + 1)
        return error("bibliography-equals", f"{name} has a field without “=”.", place,
                     "Write each field as name = {value}, with one comma after it.", detail=detail), key  # fmt: skip
    number, column, what, hint = _unclosed(lines, first, last - into_next)
    return error(
        "bibliography-brace", f"{name} is not closed: {what}.", Span(path, number + 1, column + 1), hint, detail=detail
    ), key


def stray(path: str, lines: list[str], block: ImplicitComment) -> Iterator[tuple[Diagnostic, str]]:
    """What is said about lines between the entries, and the key of the entry that they were meant to be."""
    for number, line in enumerate((block.raw or "").split("\n"), (block.start_line or 0) + 1):
        text = line.strip()
        if not text or text.startswith("%"):
            continue
        column = lines[number - 1].find(text) + 1
        place = Span(path, number, column)
        if entry := _NO_AT.match(text):
            yield error("bibliography-stray", f"The “@” before “{entry[1]}” is missing, so this entry is not read.",
                        Span(path, number, column, number, column + len(entry[1])), f"Write @{entry[1]}{{{entry[2]},"), entry[2]  # fmt: skip
        elif other := next((name for sign, name in _OTHER_FORMATS if sign.match(text)), None):
            yield error("bibliography-stray", f"This is in the format {other}, not in BibTeX, so it is not read.", place,
                        "Choose “BibTeX” where you copied or exported it."), ""  # fmt: skip
        else:
            yield warning("bibliography-stray", "This line stands between the entries and is not read.", place,
                          "Begin it with % if it is a remark; otherwise look for a missing or extra brace or comma above."), ""  # fmt: skip
        return


def _unclosed(lines: list[str], first: int, last: int) -> tuple[int, int, str, str]:
    """Row, column, words and hint for the brace or quotation mark that has no partner."""
    depth = 0
    opened: tuple[int, int, str] | None = None
    for row in range(first, last + 1):
        line = lines[row]
        field = _FIELD.match(line)
        unfinished = opened is not None and (depth > 1 or opened[2] == '"')
        if unfinished and (field or (line.strip() == "}" and not "".join(lines[row + 1 : last + 1]).strip())):
            break
        if field and field[2]:
            opened = (row, field.end() - 1, field[2])
        hidden = re.search(r"\\[}\"]\s*,?\s*$", line)
        if hidden:
            return (
                row,
                hidden.start(),
                "a backslash hides the brace after it",
                "Delete the backslash, or write \\textbackslash{} for a real one.",
            )
        depth += len(re.findall(r"(?<!\\)\{", line)) - len(re.findall(r"(?<!\\)\}", line))
        if opened and opened[2] == '"' and line.count('"') % 2 == 0:
            opened = None
    if opened is not None and (depth > 1 or opened[2] == '"'):
        sign = "quotation mark" if opened[2] == '"' else "brace"
        return (
            opened[0],
            opened[1],
            f"the {sign} that opens here has no partner",
            f"Close the value with a {sign} and a comma.",
        )
    head = START.match(lines[first])
    column = head.end(1) if head else 0
    return first, column, "the brace that opens it has no partner", "Write } on a line of its own after the last field."
