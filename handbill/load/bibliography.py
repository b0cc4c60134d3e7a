"""`references.bib` through bibtexparser: entries in = entries out + failures reported."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from handbill.diagnostics import Report
from handbill.known import known
from handbill.load.files import Folder
from handbill.model import Entry
from handbill.text import Span

PATH = "references.bib"


@dataclass(frozen=True)
class Bibliography:
    """What a `.bib` file holds.

    entries  the readable entries, in the file's order
    blocks   key (empty for @string and @preamble), line (from 0) and raw text of each readable block
    broken   `citation:KEY` of the entries that could not be read, or `bibliography` for the whole file
    """

    entries: tuple[Entry, ...] = ()
    blocks: tuple[tuple[str, int, str], ...] = ()
    broken: frozenset[str] = frozenset()

    def text_of(self, keys: Iterable[str]) -> str:
        """The file with all but these entries blanked out: what nobody cites cannot matter, and every line keeps its number."""
        wanted = set(keys)
        for entry in self.entries:
            if entry.key in wanted:
                parents = (entry.fields.get(name, "") for name in ("crossref", "xref", "xdata"))
                wanted |= {key.strip() for parent in parents for key in parent.split(",")}
        lines: list[str] = []
        for key, start, raw in self.blocks:
            if not key or key in wanted:
                rows = raw.split("\n")
                lines += [""] * (start + len(rows) - len(lines))
                for index, row in enumerate(rows, start):
                    lines[index] += row
        return "\n".join(lines)


def read_bibliography(folder: Folder) -> Bibliography:
    """The bibliography that all publications of a project share; empty when there is no such file."""
    if not folder.exists(PATH):
        return Bibliography()
    text = folder.read_text(PATH)
    return (
        Bibliography(broken=frozenset(("bibliography",))) if text is None else parse_bibliography(text, folder.report)
    )


def parse_bibliography(text: str, report: Report) -> Bibliography:
    """The entries of a BibTeX text, every fault of its syntax reported."""
    sound = _sound(text)
    return _parsed(text, report) if sound is None else sound


def _packed(found: Bibliography | None) -> Any:
    return found and (
        tuple((e.key, e.type, dict(e.fields), _numbers(e.span), _places(e.field_spans), _places(e.name_spans)) for e in found.entries),
        found.blocks,
        found.broken,
    )


def _places(spans: Mapping[str, Span]) -> dict[str, tuple[int, ...]]:
    return {name: _numbers(span) for name, span in spans.items()}


def _numbers(span: Span) -> tuple[int, ...]:
    return span.line, span.column, span.end_line, span.end_column


def _unpacked(kept: Any) -> Bibliography | None:
    entries, blocks, broken = kept
    return Bibliography(tuple(_entry(*members) for members in entries), blocks, broken)


def _entry(key: str, kind: str, fields: dict[str, str], span: Any, *spans: dict[str, Any]) -> Entry:
    values, names = ({name: Span(PATH, *numbers) for name, numbers in some.items()} for some in spans)
    return Entry(key, kind, fields, Span(PATH, *span), values, names)


@known(_packed, _unpacked)
def _sound(text: str) -> Bibliography | None:
    """The entries of a text of which there is nothing to be told; None for any other."""
    report = Report()
    found = _parsed(text, report)
    return None if any(report) else found


def _parsed(text: str, report: Report) -> Bibliography:
    from handbill.load.bib_reading import Reading  # bibtexparser takes longer to load than to read a sound text again

    reading = Reading(PATH, text, report)
    reading.read()
    return Bibliography(tuple(reading.entries.values()), reading.blocks, frozenset(reading.broken))
