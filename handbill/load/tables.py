"""What must hold inside a data file beyond the types of its values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from handbill.diagnostics import Diagnostic, error
from handbill.load.yaml_tree import Path, Tree
from handbill.nearest import did_you_mean, nearest
from handbill.schema import Data, DataTable, Glossary
from handbill.text import Text


def faults(value: Data, tree: Tree) -> Iterator[Diagnostic]:
    """Every mistake of a data file that its model cannot see."""
    if isinstance(value, DataTable):
        columns = list(_columns(value, tree))
        yield from columns
        if not any(found.code == "table-column-duplicate" for found in columns):
            yield from _rows(value, tree)
    if isinstance(value, Glossary):
        yield from _terms(value, tree)


def _columns(table: DataTable, tree: Tree) -> Iterator[Diagnostic]:
    keys = [column.key for column in table.columns]
    for index, key in enumerate(keys):
        if key in keys[:index]:
            yield _twice("table-column-duplicate", f"Two columns have the key “{key}”.", tree, ("columns", index, "key"),
                         ("columns", keys.index(key), "key"))  # fmt: skip
    widths = [column.width for column in table.columns if column.width is not None]
    if sum(widths) > 1.001:
        yield error("table-width", f"The columns' widths add up to {sum(widths):.2f}; together they can be 1 at most.",
                    tree.key_span(("columns",)))  # fmt: skip


def _rows(table: DataTable, tree: Tree) -> Iterator[Diagnostic]:
    keys = [column.key for column in table.columns]
    for index, row in enumerate(table.rows):
        strange = [key for key in row if key not in keys]
        missing = [key for key in keys if key not in row]
        for key in strange:
            yield error("table-key-unknown", f"“{key}” is not the key of a column.", tree.key_span(("rows", index, key)),
                        *did_you_mean(key, keys))  # fmt: skip
        meant = {name for key in strange for name in nearest(key, missing, 1)}
        for key in missing:
            if key not in meant:
                span = tree.span(("rows", index))
                yield error("table-cell-missing", f"Row {index + 1} has nothing for the column “{key}”.", span.at(span.line, span.column),
                            f"Add a line “{key}: …”; write “Not known” or “None” rather than nothing.")  # fmt: skip


def _terms(glossary: Glossary, tree: Tree) -> Iterator[Diagnostic]:
    seen: dict[str, Path] = {}
    for index, term in enumerate(glossary.terms):
        places = [
            (term.term, ("terms", index, "term")),
            *((name, ("terms", index, "also", i)) for i, name in enumerate(term.also)),
        ]
        for name, path in places:
            word = name.casefold()
            if word in seen:
                yield _twice("glossary-duplicate", f"“{name}” is explained twice.", tree, path, seen[word])
            seen.setdefault(word, path)


def across(data: Mapping[str, Data]) -> Iterator[Diagnostic]:
    """Words that two glossaries of a publication explain."""
    seen: dict[str, tuple[str, Text]] = {}
    for name, value in data.items():
        for term in value.terms if isinstance(value, Glossary) else ():
            for word in (term.term, *term.also):
                before, first = seen.setdefault(word.casefold(), (name, word))
                if before != name and word.span is not None and first.span is not None:
                    found = error("glossary-duplicate", f"“{word}” is explained twice.", word.place(0, len(word)), "Keep one of the two.")
                    yield replace(found, related=((first.span, "the first one"),))


def _twice(code: str, message: str, tree: Tree, path: Path, first: Path) -> Diagnostic:
    found = error(code, message, tree.span(path), "Keep one of the two.")
    return replace(found, related=((tree.span(first), "the first one"),))
