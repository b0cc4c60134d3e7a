"""Ids are unique within one edition, although the single source may show the same thing in several forms."""

from __future__ import annotations

from handbill.pandoc_ast import WITH_ATTR, Blocks, Node, attr_of, transform_only, with_attr


def unique_ids(blocks: Blocks) -> Blocks:
    """`blocks` where the second and later thing of an id gets a number after it; links go to the first."""
    seen: dict[str, int] = {}

    def change(node: Node) -> Node:
        identifier, classes, pairs = attr_of(node)
        if not identifier:
            return node
        seen[identifier] = seen.get(identifier, 0) + 1
        if seen[identifier] == 1:
            return node
        fresh = f"{identifier}-{seen[identifier]}"
        return with_attr(node, [fresh, classes, [[k, v] for k, v in pairs.items()]])

    return transform_only(WITH_ATTR, blocks, change)
