"""A BibTeX text block by block, as bibtexparser reads it: each fault of its syntax at its own place."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from bibtexparser.entrypoint import parse_string
from bibtexparser.model import Block, DuplicateFieldKeyBlock, ImplicitComment, ParsingFailedBlock, String
from bibtexparser.model import Entry as BibEntry

from handbill.diagnostics import Diagnostic, Report, error, warning
from handbill.garble import GARBLED, INVISIBLE, garbled, told_invisible
from handbill.load.bib_failures import START, failure, stray
from handbill.load.bib_values import BadValue, unwrapped
from handbill.model import Entry
from handbill.text import Span

logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # What it would log comes back as failed blocks.

_ROUND = re.compile(r"\s*@\s*\w+\s*\(")
_NO_KEY = re.compile(r"[^\w:.-]+")
"""What cannot be in a key: who cites a source whose key has a space may have left it out."""
_KEY = re.compile(r"[^\W_](?:[\w:.#$%&+?<>~/-]*\w)?|_\w*")


@dataclass
class Reading:
    """What is read of a text, as far as it could be.

    entries  the readable entries by their keys, in the order of the file
    broken   `citation:KEY` of the entries that could not be read
    """

    path: str
    text: str
    report: Report
    strings: dict[str, str] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    kept: list[Block] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lines = self.text.split("\n")

    def read(self) -> None:
        """Reads all blocks."""
        self.report.extend(_odd_characters(self.path, self.lines))
        library = parse_string(self.text, parse_stack=[])
        self.strings = {string.key.lower(): string.value.strip('{}"') for string in library.strings}
        failed = -2
        for block in library.blocks:
            last = (block.start_line or 0) + (block.raw or "").count("\n")
            if isinstance(block, ImplicitComment) and (block.start_line or 0) <= failed + 1:
                continue
            if isinstance(block, ImplicitComment) and self.kept and self._goes_on(block, self.kept[-1]):
                failed = last
                continue
            self._block(block)
            failed = last if isinstance(block, ParsingFailedBlock) else failed
        self._swallowed({block.start_line for block in library.blocks})

    @property
    def blocks(self) -> tuple[tuple[str, int, str], ...]:
        """Key (empty for @string and @preamble), line (from 0) and raw text of each readable block."""
        return tuple((_key(block), block.start_line or 0, block.raw or "") for block in self.kept)

    def _goes_on(self, block: ImplicitComment, before: Block) -> bool:
        """Whether an entry goes on behind a brace that closes it too early; then that is told, and it counts as broken."""
        number = block.start_line or 0
        line = self.lines[number]
        head = line[: len(line) - len((block.raw or "").split("\n", 1)[0])].rstrip()
        if not isinstance(before, BibEntry) or not head.endswith("}") or not (block.raw or "").lstrip().startswith(","):
            return False
        column = len(head)
        self.report.add(error("bibliography-brace", f"This brace closes the entry “{before.key}” too early; what follows is not read.",
                              Span(self.path, number + 1, column, number + 1, column + 1), "Delete the brace."))  # fmt: skip
        self.broken.add(f"citation:{before.key}")
        self.kept.pop()
        return True

    def _block(self, block: Block) -> None:
        if isinstance(block, BibEntry):
            self._entry(block)
        elif isinstance(block, ImplicitComment):
            for diagnostic, key in stray(self.path, self.lines, block):
                self.report.add(diagnostic)
                self.broken |= {f"citation:{key}"} if key else set()
        elif isinstance(block, DuplicateFieldKeyBlock) and isinstance(block.ignore_error_block, BibEntry):
            self._entry(block.ignore_error_block, keep=False)
        elif isinstance(block, ParsingFailedBlock):
            inner = block.ignore_error_block
            if isinstance(inner, BibEntry):
                self._entry(inner)
                return
            if isinstance(inner, String):
                place = Span(self.path, (block.start_line or 0) + 1, 1)
                self.report.add(
                    error(
                        "bibliography-key-duplicate",
                        f"The @string “{inner.key}” is written twice.",
                        place,
                        "Delete one of the two.",
                    )
                )
                return
            diagnostic, key = failure(self.path, self.lines, block)
            self.broken.add(f"citation:{key}")
            self.report.add(diagnostic)
        else:
            self.kept.append(block)

    def _entry(self, block: BibEntry, keep: bool = True) -> None:
        span = self._key_span(block)
        faults = [*self._key_faults(block, span), *self._field_faults(block)]
        if any(fault.severity == "error" for fault in faults) or not keep:
            self.broken |= {f"citation:{block.key}", f"citation:{_NO_KEY.sub('', block.key)}", f"citation:{_NO_KEY.sub('-', block.key)}"}
        elif block.key not in self.entries:
            self.kept.append(block)
        self.report.extend(faults)
        fields, spans, names = {}, {}, {}
        for item in block.fields:
            name = item.key.lower()
            if name not in fields:
                names[name] = self._name_span(item.key, (item.start_line or 0) + 1)
                spans[name] = self._value_span(item.key, (item.start_line or 0) + 1, len(str(item.value)))
                fields[name] = self._value(str(item.value))
        if block.key and block.key not in self.entries:
            self.entries[block.key] = Entry(block.key, block.entry_type.lower(), fields, span, spans, names)

    def _key_faults(self, block: BibEntry, span: Span) -> Iterator[Diagnostic]:
        key = block.key
        if not key:
            yield error("bibliography-key-missing", "This entry has no key, so nobody can cite it.", span,
                        f"Write a key after the brace: @{block.entry_type}{{some-key, …")  # fmt: skip
        elif key in self.entries:
            first = self.entries[key].span
            found = error(
                "bibliography-key-duplicate",
                f"The key “{key}” is used by two entries.",
                span,
                "Give one of them another key.",
            )
            yield replace(found, related=((first, "the first one"),))
        elif not _KEY.fullmatch(key):
            yield error("bibliography-key", f"The key “{key}” cannot be cited.", span,
                        "Use letters, digits and hyphens only, with no space.")  # fmt: skip

    def _field_faults(self, block: BibEntry) -> Iterator[Diagnostic]:
        seen: dict[str, Span] = {}
        if (round_bracket := _ROUND.match(self.lines[block.start_line or 0])) is not None:
            yield error("bibliography-brace", "An entry stands in braces { }, not in round brackets.",
                        Span(self.path, (block.start_line or 0) + 1, round_bracket.end()), "Write “{” here and “}” at its end.")  # fmt: skip
        for item in block.fields:
            name, line = item.key.lower(), (item.start_line or 0) + 1
            if name.startswith("%"):
                row = next((i for i in range(block.start_line or 0, line) if self.lines[i].lstrip().startswith("%")), line - 1)
                yield error("bibliography-stray", "Inside an entry “%” begins no remark, so the field below it is lost.",
                            Span(self.path, row + 1, self.lines[row].find("%") + 1), "Move the remark above the entry.")  # fmt: skip
                continue
            place = self._name_span(item.key, line, after=seen.get(name))
            if name in seen:
                found = error("bibliography-field-duplicate", f"The field “{name}” stands twice in “{block.key}”.", place,
                              "Delete one of the two.")  # fmt: skip
                yield replace(found, related=((seen[name], "the first one"),))
            seen.setdefault(name, place)
            try:
                unwrapped(str(item.value), self.strings)
            except BadValue as problem:
                yield error(problem.code, problem.message.format(name=name), place, *problem.hints)

    def _value(self, raw: str) -> str:
        try:
            return unwrapped(raw, self.strings)
        except BadValue:
            return raw

    def _swallowed(self, starts: set[int | None]) -> None:
        """Entries that the parser took for part of something else."""
        for number, line in enumerate(self.lines):
            found = START.match(line)
            if found and number not in starts and not line.lstrip().startswith("%"):
                key = found[2].strip()
                self.broken.add(f"citation:{key}")
                self.report.add(error("bibliography-swallowed", f"The entry “{key}” begins inside another one, so it is not read.",
                                      Span(self.path, number + 1, found.start(1) + 1), "Look for a missing “}” or quotation mark above it."))  # fmt: skip

    def _key_span(self, block: BibEntry) -> Span:
        number = block.start_line or 0
        found = START.match(self.lines[number])
        if found is None:
            return Span(self.path, number + 1, 1)
        if not block.key:
            return Span(self.path, number + 1, found.start(2) + 1)
        start = self.lines[number].find(block.key, found.start(2))
        return Span(self.path, number + 1, start + 1, number + 1, start + 1 + len(block.key))

    def _name_span(self, name: str, number: int, after: Span | None = None) -> Span:
        """The place of a field's name in a line; the second one when the first is known."""
        line = self.lines[number - 1]
        begin = after.column if after is not None and after.line == number else 0
        found = re.search(rf"(?<![\w-]){re.escape(name)}\s*=", line[begin:], re.IGNORECASE)
        column = begin + found.start() + 1 if found else 1
        return Span(self.path, number, column, number, column + len(name))

    def _value_span(self, name: str, number: int, length: int) -> Span:
        """The place of a field's value, inside its braces or quotes."""
        found = re.search(rf"(?<![\w-]){re.escape(name)}\s*=\s*([{{\"]*)", self.lines[number - 1], re.IGNORECASE)
        if found is None:
            return Span(self.path, number, 1)
        end = min(found.end() + max(1, length - 2 * len(found[1])), len(self.lines[number - 1]))
        return Span(self.path, number, found.end() + 1, number, end + 1)


def _odd_characters(path: str, lines: Iterable[str]) -> Iterator[Diagnostic]:
    for number, line in enumerate(lines, 1):
        for found in INVISIBLE.finditer(line):
            message, hint = told_invisible(found[0])
            yield warning("character-invisible", message, Span(path, number, found.start() + 1), hint)
        for start, end, hint in garbled(line):
            yield warning("character-garbled", GARBLED, Span(path, number, start + 1, number, end + 1), hint)


def _key(block: Block) -> str:
    return block.key if isinstance(block, BibEntry) else ""
