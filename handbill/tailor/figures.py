"""Where the words of a diagram go: before or after it, at the end, into the speaker's notes, or in its place."""

from __future__ import annotations

from collections.abc import Mapping

from handbill.pandoc_ast import (
    Blocks,
    Inlines,
    Node,
    attr,
    attr_of,
    div,
    has_class,
    header,
    stringify,
    text,
    transform_only,
)

BLOCK, DESCRIPTION = "diagram-block", "long-description"


def place_descriptions(blocks: Blocks, where: str, words: Mapping[str, str]) -> Blocks:
    """`blocks` with each diagram's long description where the edition wants it (see `EditionFile.descriptions`)."""
    appendix: Blocks = []

    def change(node: Node) -> Node | list[Node]:
        if not has_class(node, BLOCK):
            return node
        figure = [b for b in node["c"][1] if not _is_description(b)]
        described = [b for b in node["c"][1] if _is_description(b)]
        if not described or where == "none":
            return figure
        if where == "instead":
            return [block for d in described for block in d["c"][1]]
        if where == "notes":
            return [*figure, div(attr("", ["notes"]), [b for d in described for b in d["c"][1]])]
        if where == "appendix":
            appendix.extend(_entry(figure, described))
            return [*figure, _pointer(figure, words)]
        return [*described, *figure] if where == "before" else [*figure, *described]

    placed: Blocks = transform_only({"Div"}, blocks, change)
    if not appendix:
        return placed
    title = header(1, attr("descriptions", ["descriptions", "unnumbered"]), text(words["appendix_descriptions"]))
    split = _before_end_matter(placed)
    return [*placed[:split], title, *appendix, *placed[split:]]


def without_decoration(blocks: Blocks) -> Blocks:
    """`blocks` without pictures that are only decoration: a slide has its own."""
    kept = transform_only({"Image"}, blocks, lambda node: None if has_class(node, "decorative") else node)
    return [block for block in kept if block["t"] not in ("Para", "Plain") or block["c"]]


def _is_description(block: Node) -> bool:
    return block["t"] == "Div" and has_class(block, DESCRIPTION)


def _figure_id(figure: Blocks) -> str:
    return next((attr_of(b)[0] for b in figure if b["t"] == "Figure"), "figure")


def _title(figure: Blocks) -> Inlines:
    for block in figure:
        if block["t"] == "Figure":
            caption = block["c"][1][1]
            if caption:
                inlines: Inlines = text(stringify(caption).strip())
                return inlines
    return text(_figure_id(figure))


def _entry(figure: Blocks, described: Blocks) -> Blocks:
    name = _figure_id(figure)
    back = {"t": "Link", "c": [attr("", ["backlink"]), _title(figure), [f"#{name}", ""]]}
    heading = header(2, attr(f"{name}-description", ["description-title"]), [back])
    return [heading, *[block for d in described for block in d["c"][1]]]


def _pointer(figure: Blocks, words: Mapping[str, str]) -> Node:
    link = {"t": "Link", "c": [attr(), text(words["description"]), [f"#{_figure_id(figure)}-description", ""]]}
    return div(attr("", ["description-link"]), [{"t": "Para", "c": [link]}])


def _before_end_matter(blocks: Blocks) -> int:
    for index, block in enumerate(blocks):
        if block["t"] == "Header" and {"references", "imprint"} & set(attr_of(block)[1]):
            return index
    return len(blocks)
