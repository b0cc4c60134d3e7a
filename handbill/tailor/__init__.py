"""tailor: Document x Edition -> Document. Pure: what an edition keeps, in which form and order.

The AST of the single source holds every section in every form, inside divs that the templates wrote
(`.section`, `.form`, and `.part` with the part's name: masthead, references, imprint ...). What comes out is what one edition
shows: flat headings and blocks for a document or a deck, one div a panel for a folded leaflet.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from handbill.diagnostics import Diagnostic, Report, error
from handbill.model import Document, Edition, Project
from handbill.pandoc_ast import Blocks, Node, attr, attr_of, citations, div, has_class, header
from handbill.tailor.figures import place_descriptions, without_decoration
from handbill.tailor.ids import unique_ids
from handbill.tailor.letters import legible
from handbill.tailor.lists import tables_as_lists
from handbill.tailor.tables import head_rows
from handbill.tailor.wide import too_wide

_PIECES = {"diagram": "diagram-block", "table": "data-table"}
"""Classes of the pieces of a section, where they are called otherwise than the piece."""


_LINE = "imprint-line"


@dataclass(frozen=True)
class Kept:
    """One piece of an edition: a section or a part, with its blocks, its heading first."""

    name: str
    role: str
    blocks: Blocks


def tailor(document: Document, edition: Edition, project: Project, report: Report) -> Document:
    """The document of one edition. Drops what the edition does not keep; never changes a word."""
    spec = edition.spec
    kept = [piece for block in document.ast["blocks"] if (piece := _keep(block, edition)) is not None]
    if not any(citations(piece.blocks) for piece in kept):  # no heading over an empty list
        kept = [piece for piece in kept if piece.name != "references"]
    report.extend(_homeless(kept, edition, project))
    blocks = _panels(kept, edition) if spec.shape == "panels" else [b for piece in kept for b in piece.blocks]
    report.extend(too_wide(blocks, edition, document.source))
    blocks, notes = legible(blocks, document.figures, spec.paper)
    report.extend(notes)
    blocks = place_descriptions(blocks, spec.descriptions, project.locale)
    if spec.shape == "deck":
        blocks = without_decoration(blocks)
    blocks = tables_as_lists(blocks) if spec.tables == "lists" else head_rows(blocks)
    return replace(document, ast={**document.ast, "blocks": unique_ids(blocks)})


def _keep(block: Node, edition: Edition) -> Kept | None:
    spec = edition.spec
    classes = attr_of(block)[1] if block["t"] == "Div" else []
    if "part" in classes:
        part = next(name for name in classes if name != "part")
        return Kept(part, "", _part(block, part, edition)) if part in spec.parts else None
    if "section" not in classes:
        return Kept("", "", [block])
    identifier, _, pairs = attr_of(block)
    role = pairs.get("role", "other")
    editions = pairs.get("editions")
    if editions is not None and edition.name not in editions.split():
        return None
    if spec.roles is not None and role not in [r.value for r in spec.roles]:
        return None
    return _section(block, identifier, role, edition)


def _section(block: Node, identifier: str, role: str, edition: Edition) -> Kept | None:
    """The section's heading and the first of the edition's forms that it has; None when it has none of them."""
    inner: Blocks = block["c"][1]
    forms = {attr_of(b)[1][1]: b["c"][1] for b in inner if b["t"] == "Div" and has_class(b, "form")}
    chosen = next((name for name in edition.spec.forms if name in forms), None)
    if chosen is None:
        return None
    body: Blocks = forms[chosen]
    title = next(b for b in inner if b["t"] == "Header")
    if body and body[0]["t"] == "Header" and body[0]["c"][0] == 1:  # the form's own title replaces the section's
        title, body = body[0], body[1:]
    if edition.spec.keep:
        body = [b for b in body if any(has_class(b, _PIECES.get(kind, kind)) for kind in edition.spec.keep)]
        if not body:
            return None
    heading = header(1, attr(identifier, [role]), title["c"][2])
    return Kept(identifier, role, [heading, *body])


def _part(block: Node, part: str, edition: Edition) -> Blocks:
    """The blocks of a part. The line of names inside the imprint is for slides, which do not show the list of it."""
    content: Blocks = []
    for inner in block["c"][1]:
        if not has_class(inner, _LINE):
            content.append(inner)
        elif edition.spec.shape == "deck":
            content += inner["c"][1]
    if content and content[0]["t"] == "Header":
        first = content[0]
        identifier = attr_of(first)[0]
        return [header(1, attr(identifier, [part, "unnumbered"]), first["c"][2]), div(attr("", [part]), content[1:])]
    return [div(attr("", [part]), content)]


def _panels(kept: list[Kept], edition: Edition) -> Blocks:
    """One div a panel, in the order in which they are read; a section goes where its role is named."""
    panels: Blocks = []
    for number, panel in enumerate(edition.spec.panels, start=1):
        roles = [role.value for role in panel.roles]
        pieces = [piece for role in roles for piece in kept if piece.role == role]
        pieces += [piece for part in panel.parts for piece in kept if piece.name == part and not piece.role]
        blocks: Blocks = [block for piece in pieces for block in piece.blocks]
        panels.append(div(attr(f"panel-{panel.name}", ["panel"], reading=str(number)), blocks))
    return panels


def _homeless(kept: list[Kept], edition: Edition, project: Project) -> Iterator[Diagnostic]:
    """An edition of panels has a place for every section that it keeps, or says which one has none."""
    if edition.spec.shape != "panels":
        return
    housed = {role.value for panel in edition.spec.panels for role in panel.roles}
    places = {str(section.head.id): section.span for section in project.sections}
    for piece in kept:
        if piece.role and piece.role not in housed:
            yield error(
                "panel-missing",
                f"The edition “{edition.name}” has no panel for the section “{piece.name}” (role {piece.role})",
                places.get(piece.name),
                f"Give it another role, name its editions so that “{edition.name}” is not among them, "
                "or add the role to a panel in edition.yaml.",
            )
