"""Drawn formulas in pandoc's tree: images of the class `math`, whose alt texts are their words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handbill.model import Document, Formula
from handbill.pandoc_ast import Inlines, Node, attr_of, has_class, stringify, text, transform

SCALE = 1.15
"""MathJax's letters are this much smaller than a text face's of the same size."""

DISPLAY_GAP = 0.6
"""Ems above and below a formula on a line of its own."""

LOWERED = dict(zip("0123456789+−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))
RAISED = dict(zip("0123456789+−=()in", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁱⁿ", strict=True))
"""Letters and signs that Unicode has raised and lowered."""


def placed(words: str, signs: Mapping[str, str]) -> str:
    """The words in raised or lowered signs; empty when one of them has none."""
    bare = "".join(words.split()).replace("-", "−")
    return "".join(signs[character] for character in bare) if set(bare) <= set(signs) else ""


def scripts_kept(node: Node) -> Node:
    """A raised or lowered text in signs that stay so where letters have no place: 10 to the power of 6 must not become 106."""
    if node["t"] not in ("Superscript", "Subscript"):
        return node
    said = placed(stringify(node["c"]), RAISED if node["t"] == "Superscript" else LOWERED)
    return {"t": "Str", "c": said} if said else node


def is_formula(node: Node) -> bool:
    """Whether an inline is a drawn formula."""
    return node["t"] == "Image" and has_class(node, "math")


def formula_of(node: Node, document: Document) -> Formula:
    """What is known of a drawn formula."""
    return document.formulas[str(node["c"][2][0]).removeprefix("asset:")]


def formula_size(node: Node) -> tuple[float, float]:
    """Width and height of a drawn formula in ems of the text around it."""
    pairs = attr_of(node)[2]
    width, height = (float(pairs.get(name, "0em").removesuffix("em")) * SCALE for name in ("width", "height"))
    return width, height


def is_display(node: Node) -> bool:
    """Whether an inline is a drawn formula on a line of its own."""
    return is_formula(node) and has_class(node, "display")


def formula_words(node: Node) -> str:
    """What a drawn formula says to those who do not see it."""
    return " ".join(stringify(node["c"][1]).split())


def formula_text(node: Node, document: Document) -> Inlines:
    """The formula as text: as it is written where letters can say it, else in words."""
    return [dict(inline) for inline in formula_of(node, document).simple] or text(formula_words(node))


def formulas_as_text(blocks: Any, document: Document) -> Any:
    """`blocks` for a format that has no drawings in text."""
    if not document.formulas:
        return blocks
    return transform(blocks, lambda node: formula_text(node, document) if is_formula(node) else node)
