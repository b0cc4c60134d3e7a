"""Ordinary pictures: from their path in the publication's folder to an asset of the document."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from urllib.parse import unquote

from lxml import etree
from PIL import Image, UnidentifiedImageError

from handbill.diagnostics import Diagnostic, error
from handbill.model import Figure, Source
from handbill.nearest import did_you_mean
from handbill.pandoc_ast import Node, attr_of, stringify
from handbill.tools.mermaid import Refused, parse

ASSET = "asset:"
_NUMBER = re.compile(r"\s*([\d.]+)\s*(px|pt|mm|cm|in)?\s*")
_PIXELS = {"px": 1.0, "": 1.0, "pt": 96 / 72, "mm": 96 / 25.4, "cm": 960 / 25.4, "in": 96.0}
_SVG = "{http://www.w3.org/2000/svg}"
_ACTIVE = {"script", "foreignObject", "iframe", "handler", "listener", "animate", "set"}


class Gallery:
    """Takes pictures into the document, each file once."""

    def __init__(self, files: Mapping[str, bytes], source: Source) -> None:
        self._files = files
        self._source = source
        self._seen: dict[str, int] = {}
        self.figures: dict[str, Figure] = {}
        self.assets: dict[str, bytes] = {}
        self.findings: list[Diagnostic] = []

    def take(self, node: Node) -> Node:
        """An `Image` that points to its asset; as it was when it is none of the publication's files."""
        triple, inlines, (url, title) = node["c"]
        name = unquote(url)
        if not name or name.startswith((ASSET, "data:")):
            return node
        data = self._files.get(name)
        span = self._source.find(f"({url}")
        if data is None:
            self.findings.append(error("image-missing", f"There is no picture “{name}”.", span, *did_you_mean(name, self._files)))
            return node
        try:
            width, height = size_of(name, data)
        except Refused as why:
            self.findings.append(error("image-broken", f"The picture “{name}” cannot be used: {why}.", span,
                                       "Save it again as PNG, JPEG or plain SVG."))  # fmt: skip
            return node
        asset = name.removeprefix("figures/").replace("/", "-")
        vector = asset.lower().endswith(".svg")
        identifier, _, pairs = attr_of(node)
        figure = Figure(
            id=identifier or asset.rpartition(".")[0], svg=asset if vector else None, png=None if vector else asset,
            width=width, height=height, title=title, alt=pairs.get("alt") or stringify(inlines).strip(), description="", span=span,
        )  # fmt: skip
        self.figures.setdefault(figure.id, figure)
        self.assets[asset] = data
        return {"t": "Image", "c": [triple, inlines, [ASSET + asset, title]]}


def size_of(name: str, data: bytes) -> tuple[float, float]:
    """Width and height in CSS pixels. Raises `Refused` for a file that is broken or does more than show."""
    if name.lower().endswith(".svg"):
        return _svg_size(data)
    try:
        with Image.open(io.BytesIO(data)) as picture:
            picture.verify()
            return float(picture.width), float(picture.height)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as problem:
        raise Refused("the file is damaged or is no picture") from problem


def _svg_size(data: bytes) -> tuple[float, float]:
    root = parse(data)
    if root.tag != f"{_SVG}svg":
        raise Refused("it is not an SVG drawing")
    for node in root.iter():
        name = etree.QName(node).localname
        if name in _ACTIVE or any(key.lower().startswith("on") for key in node.attrib):
            raise Refused(f"it holds active parts ({name})")
        for key, value in node.attrib.items():
            target = str(value).strip()
            if etree.QName(key).localname == "href" and not target.startswith(("#", "data:image/")):
                raise Refused(f"it points to another file ({target})")
    box = [float(part) for part in re.findall(r"-?[\d.]+", str(root.get("viewBox", "")))]
    width, height = _pixels(str(root.get("width", ""))), _pixels(str(root.get("height", "")))
    if len(box) == 4:
        width = width or box[2]
        height = height or box[3]
    if not width or not height:
        raise Refused("it says neither its size nor its viewBox")
    return width, height


def _pixels(length: str) -> float:
    found = _NUMBER.fullmatch(length)
    return float(found[1]) * _PIXELS[found[2] or ""] if found else 0.0
