"""Sections, data and diagrams of a publication.

`broken` collects what is there but could not be read, as `kind:id`, so that nobody complains again
when the text refers to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import cast

from pydantic import BaseModel

from handbill.diagnostics import Diagnostic, Report, error, warning
from handbill.jobs import frozen
from handbill.load.files import Folder
from handbill.load.front_matter import Parted, part
from handbill.load.listing import identifier, is_slug, listed
from handbill.load.publication import PublicationFile
from handbill.load.tables import across, faults
from handbill.load.validate import validated
from handbill.load.yaml_tree import Tree, read_yaml
from handbill.model import Diagram, Section
from handbill.nearest import did_you_mean, nearest
from handbill.schema import (
    DATA_KINDS,
    Data,
    DataTable,
    DiagramHead,
    Glossary,
    ItemList,
    KeyPoints,
    SectionHead,
    Timeline,
)
from handbill.text import Markdown, Span


def read_sections(
    folder: Folder, base: str, home: PublicationFile, editions: Iterable[str], broken: set[str]
) -> tuple[Section, ...]:
    """The sections of `sections/*.md` in the publication's order."""
    found: dict[str, Section] = {}
    for path, stem in listed(folder, f"{base}/sections", ".md"):
        text = folder.read_text(path)
        parted = None if text is None else part(path, text, folder.report, required=True)
        if parted is None:
            broken.add(f"section:{_slug(stem)}")
            continue
        head = _section_head(folder, parted, stem, broken)
        place = parted.head.span(("id",))
        if head.id in found:
            first = found[head.id].span
            complaint = error(
                "section-duplicate",
                f"The section id “{head.id}” is used twice.",
                place,
                "Give one of the sections another id.",
            )
            folder.report.add(replace(complaint, related=((first, "the first one"),)))
            broken.add(f"section:{_slug(stem)}")
            continue
        for index, name in enumerate(head.editions or ()):
            if name not in editions:
                folder.report.add(error("edition-unknown", f"There is no edition “{name}”.",
                                        parted.head.span(("editions", index)), *did_you_mean(name, editions)))  # fmt: skip
        if not parted.broken and not any((parted.body.strip(), head.short, head.plain)):
            folder.report.add(warning("section-empty", f"The section “{head.id}” has no text.", Span(path, parted.body_line, 1),
                                      "Write its text below the second “---”, or delete the file."))  # fmt: skip
        found[head.id] = Section(head, parted.body, place if ("id",) in parted.head.spans else Span(path, 1, 1))
    return _ordered(folder, found, home, broken)


def _slug(stem: str) -> str:
    """A file's stem without the number that only sorts it: `03-history` -> `history`."""
    return stem.lstrip("0123456789").lstrip("-_ ") or stem


def _section_head(folder: Folder, parted: Parted, stem: str, broken: set[str]) -> SectionHead:
    """The front matter, with stand-ins for what could not be read, so that the mistakes of the text are found as well."""
    stand_ins = {"id": _slug(stem) if is_slug(_slug(stem)) else "unnamed", "title": "?"}
    head = None if parted.broken else validated(SectionHead, parted.head, folder.report, stand_ins)
    if head is not None:
        return head
    broken.add(f"section:{_slug(stem)}")
    return SectionHead.model_validate(stand_ins)


def _ordered(
    folder: Folder, found: Mapping[str, Section], home: PublicationFile, broken: set[str]
) -> tuple[Section, ...]:
    order = home.publication.sections
    if not order:
        if not found and not broken:
            folder.report.add(error("section-none", "The publication has no section.", Span(home.tree.path.replace("publication.yaml", "sections")),
                                    "Write a file sections/NAME.md."))  # fmt: skip
        return tuple(found.values())
    for index, name in enumerate(order):
        place = home.tree.span(("sections", index))
        if name in order[:index]:
            folder.report.add(
                error(
                    "section-listed-twice", f"The section “{name}” is listed twice.", place, "Delete one of the lines."
                )
            )
        elif name not in found and f"section:{name}" not in broken:
            folder.report.add(
                error(
                    "section-unknown", f"There is no section with the id “{name}”.", place, *did_you_mean(name, found)
                )
            )
    misspelt = {close for name in order if name not in found for close in nearest(name, found, 1)}
    for name, section in found.items():
        if name not in order and name not in misspelt:
            folder.report.add(error("section-unlisted", f"The section “{name}” is not in the publication's list, so nobody would see it.",
                                    section.span, f"Add “{name}” to “sections:” in publication.yaml, or delete this file."))  # fmt: skip
    return tuple(found[name] for name in dict.fromkeys(order) if name in found)


def read_data(folder: Folder, base: str, broken: set[str]) -> Mapping[str, Data]:
    """What stands in `data/*.yaml`, by file name."""
    found: dict[str, Data] = {}
    for path, stem in listed(folder, f"{base}/data", ".yaml"):
        value = None
        if identifier(folder, path, stem) and (text := folder.read_text(path)) is not None:
            tree = read_yaml(path, text, folder.report)
            value = None if tree is None else _data(folder, tree, stem, broken)
        if value is None:
            broken.add(f"insert:{stem}")
        else:
            found[stem] = value
    folder.report.extend(across(found))
    return frozen(found)


def _data(folder: Folder, tree: Tree, stem: str, broken: set[str]) -> Data | None:
    kind = tree.value.get("kind") if isinstance(tree.value, dict) else None
    if isinstance(tree.value, dict) and kind not in DATA_KINDS:
        folder.report.add(_kind(kind, tree))
        return None
    model = cast("type[BaseModel]", DATA_KINDS[str(kind or "list")])
    own = Report()
    value = cast("Data | None", validated(model, tree, own, {"kind": kind, **_STAND_INS[model]} if kind else None))
    folder.report.extend(own)
    if own.failed:
        broken.add(f"insert:{stem}")
    elif value is not None:
        folder.report.extend(faults(value, tree))
    return value


_STAND_INS: Mapping[type[BaseModel], Mapping[str, object]] = {
    KeyPoints: {"title": "?", "items": [{"label": "?", "text": "?"}]},
    DataTable: {"caption": "?", "columns": [{"key": "a", "title": "?"}, {"key": "b", "title": "?"}], "rows": [{"a": "?"}]},
    Timeline: {"title": "?", "events": [{"when": "?", "title": "?", "text": "?"}]},
    Glossary: {"title": "?", "terms": [{"term": "?", "definition": "?"}]},
    ItemList: {"title": "?", "items": ["?"]},
}
"""A value for each required key of each kind of data, in case it is missing or wrong."""


def _kind(kind: object, tree: Tree) -> Diagnostic:
    if kind is None:
        place = tree.keys.get(("kind",)) or tree.span(()).at(tree.span(()).line, tree.span(()).column)
        return error("data-kind", "The file does not say which kind of data it holds.", place,
                     "Begin it with a line “kind: …”: " + ", ".join(DATA_KINDS) + ".")  # fmt: skip
    return error(
        "data-kind", f"“{kind}” is not a kind of data.", tree.span(("kind",)), *did_you_mean(str(kind), DATA_KINDS)
    )


def read_diagrams(folder: Folder, base: str, taken: Iterable[str], broken: set[str]) -> Mapping[str, Diagram]:
    """What stands in `diagrams/*.mmd`, by file name. `taken` are the names of data, which a diagram cannot have."""
    found: dict[str, Diagram] = {}
    for path, stem in listed(folder, f"{base}/diagrams", ".mmd"):
        broken.add(f"insert:{stem}")
        if not identifier(folder, path, stem) or (text := folder.read_text(path)) is None:
            continue
        parted = part(path, text, folder.report, required=False)
        broken_head = parted is not None and parted.broken
        head = None if parted is None or broken_head else validated(DiagramHead, parted.head, folder.report, {})
        if parted is None:
            continue
        if stem in taken:
            folder.report.add(error("insert-duplicate", f"“{stem}” is the name of a diagram and of data.", Span(path),
                                    "Rename one of the two files."))  # fmt: skip
            continue
        if not any(line.strip() and not line.lstrip().startswith("%%") for line in parted.body.split("\n")):
            folder.report.add(error("diagram-empty", "The file has no diagram below its second “---”.", Span(path, parted.body_line, 1),
                                    "Write the diagram, or delete the file."))  # fmt: skip
            continue
        if not broken_head:
            broken.discard(f"insert:{stem}")
        found[stem] = Diagram(
            stem, head or DiagramHead(), Markdown(str(parted.body), parted.body.span, parted.body.line_spans), Span(path, 1, 1)
        )
    return frozen(found)
