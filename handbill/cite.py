"""cite: Document -> Document. Numbers citations for one edition and links references back to the text.

The whole source is cited once, in `parse`. An edition that keeps fewer citations, or another order,
is numbered afresh, so that its reader sees 1, 2, 3 and only the sources used there.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from handbill.diagnostics import Report
from handbill.jobs import Runner
from handbill.model import Document, Project
from handbill.pandoc_ast import Node, attr, attr_of, citations, has_class, text, transform, transform_only, with_attr
from handbill.tools import citeproc, pandoc

_INPUT, _OUTPUT = "edition.json", "cited.json"


def cite(document: Document, whole: Document, project: Project, runner: Runner, report: Report) -> Document | None:
    """`document` (an edition of `whole`) with its citations numbered in order and linked both ways."""
    ast = document.ast
    keys = list(dict.fromkeys(citations(ast["blocks"])))
    if keys != list(dict.fromkeys(citations(whole.ast["blocks"]))):
        renumbered = _renumber(ast, project, runner, report)
        if renumbered is None:
            return None
        ast = renumbered
    return replace(document, ast={**ast, "meta": {}, "blocks": _link_back(ast["blocks"], keys, project)})


def _renumber(ast: Any, project: Project, runner: Runner, report: Report) -> Any:
    emptied = transform_only({"Div"}, ast["blocks"], _without_entries)
    text = json.dumps({**ast, "meta": {}, "blocks": emptied}, ensure_ascii=False, separators=(",", ":"))
    language = str(project.publication.language)
    skeleton = citeproc.skeleton(text) if citeproc.separable(project.citation_style) else None
    if skeleton is not None:
        (cited,) = runner.run([skeleton.job(project.bibliography_text, project.citation_style, language)])
        renumbered = None if cited.failed else skeleton.filled(cited.outputs[citeproc.OUTPUT])
        if renumbered is not None:
            report.extend(cited.diagnostics)
            return renumbered
    job = pandoc.convert(
        _INPUT,
        {_INPUT: text.encode(), **pandoc.citeproc_inputs(project.bibliography_text, project.citation_style)},
        reader="json",
        writer="json",
        output=_OUTPUT,
        options=pandoc.citeproc_options(language),
        label="cite",
    )
    (result,) = runner.run([job])
    report.extend(result.diagnostics)
    return None if result.failed else json.loads(result.outputs[_OUTPUT])


def _without_entries(node: Node) -> Node:
    if node["t"] == "Div" and attr_of(node)[0] == "refs":
        return {"t": "Div", "c": [["refs", [], []], []]}
    return node


def _link_back(blocks: Any, keys: list[str], project: Project) -> Any:
    """Gives the first citation of each work an id, and makes the number of its reference a link to it."""
    seen: set[str] = set()
    unverified = {entry.key for entry in project.bibliography if entry.fields.get("verified", "yes") != "yes"}
    words = project.locale
    present = set(keys)

    def change(node: Node) -> Node | list[Node]:
        if node["t"] == "Cite":
            for citation in node["c"][0]:
                key = citation["citationId"]
                if key not in seen:
                    seen.add(key)
                    node = {"t": "Span", "c": [attr(f"cite-{key}"), [node]]}
            return node
        if node["t"] == "Div":
            identifier = attr_of(node)[0]
            if identifier.startswith("ref-") and identifier[4:] in present:
                return _entry(node, identifier[4:], identifier[4:] in unverified, words)
        return node

    return transform_only({"Cite", "Div"}, blocks, change)


def _entry(node: Node, key: str, unverified: bool, words: Any) -> Node:
    def change(inner: Node) -> Node | list[Node]:
        if inner["t"] == "Span" and has_class(inner, "csl-left-margin"):
            link = {"t": "Link", "c": [attr("", ["backlink"]), inner["c"][1], [f"#cite-{key}", words["back_to_text"]]]}
            return {"t": "Span", "c": [inner["c"][0], [link]]}
        if inner["t"] == "Span" and has_class(inner, "csl-right-inline") and unverified:
            mark = {"t": "Span", "c": [attr("", ["unverified"]), text(f"[{words['unverified']}]")]}
            return {"t": "Span", "c": [inner["c"][0], [*inner["c"][1], {"t": "Space"}, mark]]}
        return inner

    rebuilt: Node = transform([node], change)[0]
    return with_attr(rebuilt, attr(f"ref-{key}", attr_of(node)[1]))
