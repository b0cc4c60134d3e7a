"""Labelled items: the lists of a deck that are better shown as cards or as a line of time.

An author writes `**Delivered:** by vectors` in a list, or as paragraphs of their own. The words
are the same in every format; only where the label stands differs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from handbill.pandoc_ast import Blocks, Inlines, Node, attr_of, has_class, stringify

MOST_CARDS = 6
_LABEL_END = (":", "?", ".")
_TIME = re.compile(r"^\D{0,12}\d{4}")


@dataclass(frozen=True)
class Item:
    """One labelled item: what it is called, and what is said about it."""

    label: Inlines
    text: Inlines

    @property
    def is_time(self) -> bool:
        """Whether the label is a date or a stretch of time."""
        return bool(_TIME.match(stringify(self.label)))


def items_of(blocks: Blocks) -> tuple[tuple[Item, ...], Blocks]:
    """The labelled items with which `blocks` begin, and the blocks after them; no items when there are fewer than two."""
    if blocks and blocks[0]["t"] in ("BulletList", "OrderedList"):
        first = blocks[0]
        entries: list[Any] = first["c"] if first["t"] == "BulletList" else first["c"][1]
        found = [_item(entry) for entry in entries]
        if all(found) and 2 <= len(found) <= MOST_CARDS:
            return tuple(item for item in found if item), blocks[1:]
        return (), blocks
    run = []
    for block in blocks:
        item = _item([block])
        if item is None:
            break
        run.append(item)
    return (tuple(run), blocks[len(run) :]) if 2 <= len(run) <= MOST_CARDS else ((), blocks)


def _item(entry: Blocks) -> Item | None:
    """The item that a list entry or a paragraph is; None when it has no label or says more than one paragraph can."""
    paragraphs = [block for block in entry if block["t"] in ("Para", "Plain")]
    if not paragraphs or len(paragraphs) != len(entry):
        return None
    inlines: Inlines = list(paragraphs[0]["c"])
    label: Inlines = []
    if has_class(inlines[0], "when"):
        label, inlines = list(inlines[0]["c"][1]), inlines[1:]
    elif inlines[0]["t"] == "Strong" and stringify(inlines[0]).strip().endswith(_LABEL_END):
        label, inlines = _bare(inlines[0]["c"]), _capital(inlines[1:])
    if not label:
        return None
    for paragraph in paragraphs[1:]:
        inlines = [*inlines, {"t": "LineBreak"}, *paragraph["c"]]
    while inlines and inlines[0]["t"] in ("Space", "SoftBreak", "LineBreak"):
        inlines = inlines[1:]
    return Item(label, inlines) if stringify(inlines).strip() else None


def _bare(label: Inlines) -> Inlines:
    """The label without its colon: on a line of its own it needs none."""
    last: Node = label[-1]
    if last["t"] != "Str" or not last["c"].endswith(":"):
        return label
    return [*label[:-1], {"t": "Str", "c": last["c"].rstrip(": ")}]


def _capital(inlines: Inlines) -> Inlines:
    """The text as the beginning of a line: its first word with a capital, unless the word has one elsewhere (mRNA)."""
    for index, node in enumerate(inlines):
        if node["t"] == "Str":
            word = node["c"]
            begun = {"t": "Str", "c": word[:1].upper() + word[1:]} if word.islower() else node
            return [*inlines[:index], begun, *inlines[index + 1 :]]
        if node["t"] not in ("Space", "SoftBreak", "LineBreak"):
            break
    return inlines


def is_plain_text(blocks: Blocks) -> bool:
    """Whether the blocks are paragraphs only: a statement, which a slide shows large."""
    return bool(blocks) and all(b["t"] in ("Para", "Plain", "BlockQuote") and not attr_of(b)[1] for b in blocks)


def columns_of(blocks: Blocks) -> list[Blocks]:
    """The columns of a body that is nothing but columns; one column, the whole body, when it is anything else."""
    if len(blocks) != 1 or not has_class(blocks[0], "columns"):
        return [blocks]
    return [block["c"][1] for block in blocks[0]["c"][1] if block["t"] == "Div"]
