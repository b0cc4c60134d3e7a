"""EPUB 3: pandoc's writer on the tailored document, then the package finished by `epub_package`."""

from __future__ import annotations

import json
from typing import Any

from handbill.diagnostics import Diagnostic
from handbill.jobs import Runner
from handbill.model import Document, Edition, Project
from handbill.pandoc_ast import Blocks, Node, attr, has_class, header, text, to_meta, transform
from handbill.render.cover import cover_picture
from handbill.render.epub_package import finish
from handbill.render.page import ASSET, data_uri, style_sheets
from handbill.schema import Output
from handbill.tools import pandoc

_OUTPUT = "book.epub"


def render_epub(
    document: Document, edition: Edition, output: Output, project: Project, runner: Runner
) -> tuple[bytes | None, list[Diagnostic]]:
    """An EPUB 3 with cover, navigation, embedded fonts and SVG figures; the same bytes every time."""
    css, fonts, diagnostics = style_sheets(edition, output, project, inline=False)
    cover, found = cover_picture(edition, output, project, runner)
    diagnostics += found
    if cover is None:
        return None, diagnostics
    blocks = _chapters(document, project)
    ast = {**document.ast, "meta": _metadata(project), "blocks": transform(blocks, _carried(document))}
    job = pandoc.convert(
        "document.json",
        {"document.json": json.dumps(ast).encode()},
        reader="json",
        writer="epub3",
        output=_OUTPUT,
        options=[
            "--standalone", "--epub-title-page=false", "--split-level=1",
            "--toc", "--toc-depth=2", "--syntax-highlighting=none", f"--metadata=lang:{project.publication.language}",
        ],
        label=output.file,
    )  # fmt: skip
    (result,) = runner.run([job])
    diagnostics += result.diagnostics
    if result.failed:
        return None, diagnostics
    return finish(result.outputs[_OUTPUT], css, cover, project, fonts), diagnostics


def _metadata(project: Project) -> dict[str, Node]:
    publication = project.publication
    meta: dict[str, Any] = {
        "title": str(publication.title),
        "author": [str(person.name) for person in publication.authors],
        "publisher": str(publication.publisher.name),
        "date": (publication.first_published or publication.last_reviewed).isoformat(),
        "subject": [str(word) for word in publication.keywords],
        "identifier": f"urn:handbill:{publication.id}:{publication.version}",
    }
    if publication.subtitle:
        meta["subtitle"] = str(publication.subtitle)
    if publication.rights:
        meta["rights"] = str(publication.rights)
    return {name: to_meta(value) for name, value in meta.items() if value}


def _chapters(document: Document, project: Project) -> Blocks:
    """The masthead becomes the first chapter, headed by the title; everything else has its heading already."""
    out: Blocks = []
    for block in document.ast["blocks"]:
        if block["t"] == "Div" and has_class(block, "masthead"):
            out.append(header(1, attr("masthead", ["masthead", "unnumbered"]), text(str(project.publication.title))))
            inner = [b for b in block["c"][1] if not (b["t"] == "Div" and has_class(b, "title"))]
            out.append({"t": "Div", "c": [attr("", ["masthead"]), inner]})
        else:
            out.append(block)
    return out


def _carried(document: Document) -> Any:
    """Pictures inside the document: pandoc's sandbox reads no picture files."""

    def change(node: Node) -> Node:
        if node["t"] != "Image" or not node["c"][2][0].startswith(ASSET):
            return node
        name = node["c"][2][0][len(ASSET) :]
        return {"t": "Image", "c": [node["c"][0], node["c"][1], [data_uri(name, document.assets[name]), ""]]}

    return change


