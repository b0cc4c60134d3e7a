"""Sections, data and diagrams of a publication."""

from __future__ import annotations

from collections.abc import Mapping

from handbill.diagnostics import error
from handbill.jobs import frozen
from handbill.load.files import Folder
from handbill.load.front_matter import part
from handbill.load.nearest import did_you_mean
from handbill.load.validate import validated
from handbill.load.yaml_tree import Path, read_yaml
from handbill.model import Diagram, Section
from handbill.schema import DATA_KINDS, Data, DiagramHead, Publication, SectionHead
from handbill.text import Markdown, Span


def read_sections(folder: Folder, base: str, publication: Publication, spans: Mapping[Path, Span]) -> tuple[Section, ...]:
    """The sections in the publication's order."""
    found: dict[str, Section] = {}
    for name in folder.names(f"{base}/sections"):
        if not name.endswith(".md"):
            continue
        path = f"{base}/sections/{name}"
        text = folder.read_text(path)
        parted = None if text is None else part(path, text, folder.report, required=True)
        if parted is None:
            continue
        stem = name.removesuffix(".md")
        head = validated(SectionHead, parted.head, folder.report, {"id": stem, "title": "?"})
        if head is None:
            continue
        if head.id in found:
            folder.report.add(error("section-duplicate", f"The section id “{head.id}” is used twice.", parted.head.span(("id",)),
                                    f"It is also the id in {found[head.id].span.path}."))  # fmt: skip
            continue
        found[head.id] = Section(head, parted.body, Span(path, 1, 1))
    if not publication.sections:
        return tuple(found.values())
    for index, name in enumerate(publication.sections):
        if name not in found:
            folder.report.add(error("section-unknown", f"There is no section with the id “{name}”.",
                                    spans.get(("sections", index)), *did_you_mean(name, found)))  # fmt: skip
    return tuple(found[name] for name in publication.sections if name in found)


def read_data(folder: Folder, base: str) -> Mapping[str, Data]:
    """What stands in `data/*.yaml`, by file name."""
    found: dict[str, Data] = {}
    for name in folder.names(f"{base}/data"):
        if not name.endswith(".yaml"):
            continue
        path = f"{base}/data/{name}"
        text = folder.read_text(path)
        tree = None if text is None else read_yaml(path, text, folder.report)
        if tree is None:
            continue
        kind = tree.value.get("kind") if isinstance(tree.value, dict) else None
        if kind not in DATA_KINDS:
            folder.report.add(error("data-kind", "The file does not say which kind of data it holds." if kind is None
                                    else f"“{kind}” is not a kind of data.", tree.span(("kind",)),
                                    *did_you_mean(str(kind or ""), DATA_KINDS)))  # fmt: skip
            continue
        value = validated(DATA_KINDS[kind], tree, folder.report)
        if value is not None:
            found[name.removesuffix(".yaml")] = value  # type: ignore[assignment]
    return frozen(found)


def read_diagrams(folder: Folder, base: str) -> Mapping[str, Diagram]:
    """What stands in `diagrams/*.mmd`, by file name."""
    found: dict[str, Diagram] = {}
    for name in folder.names(f"{base}/diagrams"):
        if not name.endswith(".mmd"):
            continue
        path = f"{base}/diagrams/{name}"
        text = folder.read_text(path)
        parted = None if text is None else part(path, text, folder.report, required=False)
        if parted is None:
            continue
        head = validated(DiagramHead, parted.head, folder.report, {})
        if head is not None:
            stem = name.removesuffix(".mmd")
            found[stem] = Diagram(stem, head, Markdown(str(parted.body), parted.body.span, parted.body.line_spans), Span(path, 1, 1))
    return frozen(found)
