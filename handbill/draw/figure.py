"""A finished diagram as pandoc blocks, as a `Figure` and as the files that it brings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handbill.draw.find import Request
from handbill.draw.pictures import ASSET
from handbill.model import Drawing, Figure, Source
from handbill.pandoc_ast import Blocks, Node, attr, div, text
from handbill.tools.mermaid import DiagramType, with_words


@dataclass(frozen=True)
class Drawn:
    """A request and what the browser made of it. Sizes are CSS pixels; `smallest` is the smallest type."""

    request: Request
    svg: bytes
    png: bytes | None
    graph: Mapping[str, Any]
    kind: DiagramType
    width: float
    height: float
    smallest: float
    labels: tuple[str, ...]
    acc_title: str
    acc_description: str


@dataclass(frozen=True)
class Said:
    """The words of a diagram. `markdown` is what `description` was read from, or its plain words."""

    title: str
    alt: str
    caption: Blocks
    description: Blocks
    markdown: str


def figure_of(drawn: Drawn, said: Said, source: Source, narrow: Drawn | None = None) -> tuple[Figure, dict[str, bytes]]:
    """The figure, and its files by asset name. `narrow` is the same diagram laid out for large letters."""
    name = drawn.request.id
    words = said.title or said.alt, said.alt if said.title else ""
    files = {f"{name}.svg": with_words(drawn.svg, *words)}
    other = None
    if narrow is not None:
        other = Drawing(f"{name}-narrow.svg", narrow.width, narrow.height, narrow.smallest)
        files[other.svg] = with_words(narrow.svg, *words)
    if drawn.png is not None:
        files[f"{name}.png"] = drawn.png
    figure = Figure(
        id=name,
        svg=f"{name}.svg",
        png=f"{name}.png" if drawn.png is not None else None,
        width=drawn.width,
        height=drawn.height,
        title=said.title,
        alt=said.alt,
        description=said.markdown,
        labels=drawn.labels,
        span=drawn.request.span(source),
        smallest=drawn.smallest,
        narrow=other,
    )
    return figure, files


def node_of(figure: Figure, said: Said) -> Node:
    """`.diagram-block` with the figure and, after it, its `.long-description`."""
    image = {"t": "Image", "c": [attr(), text(said.alt), [f"{ASSET}{figure.svg}", said.title]]}
    picture = {"t": "Figure", "c": [attr(figure.id, ["diagram"]), [None, said.caption], [{"t": "Plain", "c": [image]}]]}
    words = [div(attr("", ["long-description"]), said.description)] if said.description else []
    return div(attr("", ["diagram-block"]), [picture, *words])
