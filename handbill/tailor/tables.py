"""Tables whose first column names its row: Markdown has no way to say so, a class has."""

from __future__ import annotations

from handbill.pandoc_ast import Blocks, Node, has_class, transform_only

ROW_HEADS = "row-heads"


def head_rows(blocks: Blocks) -> Blocks:
    """`blocks` where the tables inside a `.row-heads` div have their first column as row headers."""

    def change(node: Node) -> Node:
        if has_class(node, ROW_HEADS):
            return {"t": "Div", "c": [node["c"][0], [_headed(block) for block in node["c"][1]]]}
        return node

    return transform_only({"Div"}, blocks, change)


def _headed(block: Node) -> Node:
    if block["t"] != "Table":
        return block
    content = list(block["c"])
    content[4] = [[attributes, 1, head, body] for attributes, _, head, body in content[4]]
    return {"t": "Table", "c": content}
