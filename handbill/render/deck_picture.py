"""The pictures of a deck in HTML: drawings inside the page, so that they use its font, or files beside it."""

from __future__ import annotations

import re

from lxml import etree
from markupsafe import Markup

from handbill.box import Box
from handbill.model import Document, Figure
from handbill.pandoc_ast import Node, attr_of, has_class, stringify, walk
from handbill.render.deck import Slide
from handbill.render.deck_fit import figure_of
from handbill.render.page import ASSET, data_uri

_SVG = "{http://www.w3.org/2000/svg}"
_DROPPED = (
    "role",
    "aria-roledescription",
    "aria-labelledby",
    "aria-describedby",
    "style",
    "width",
    "height",
    "preserveAspectRatio",
)


def picture(slide: Slide, box: Box, document: Document, *, inline: bool, files: dict[str, bytes]) -> Markup:
    """The slide's picture at the size of `box`. When not `inline`, its file goes into `files`.

    In a file of pages, which has no notes, the alt text goes on with the long description.
    """
    image = next((n for n in walk(slide.exhibit) if n["t"] == "Image"), None)
    if image is None or slide.exhibit is None or slide.exhibit["t"] != "Figure":
        return Markup("")
    figure, alt = figure_of(slide, document), alt_of(image)
    if inline and figure is not None and figure.svg is not None and has_class(slide.exhibit, "diagram"):
        return drawing(document.assets[figure.svg], figure, slide.id, box)
    if not inline:
        alt = " ".join([alt, *stringify(slide.description).split()])
    source = address(image, document, inline=inline, files=files)
    return Markup('<img src="{}" alt="{}" width="{}" height="{}">').format(source, alt, round(box.w), round(box.h))


def alt_of(image: Node) -> str:
    """What an image says to those who do not see it."""
    return attr_of(image)[2].get("alt") or stringify(image["c"][1]).strip()


def address(image: Node, document: Document, *, inline: bool, files: dict[str, bytes]) -> str:
    """Where a page finds an image: inside itself, or beside it in `files`."""
    url = str(image["c"][2][0])
    if not url.startswith(ASSET):
        return url
    name = url.removeprefix(ASSET)
    data = document.assets.get(name, b"")
    if inline:
        return data_uri(name, data)
    files[name] = data
    return name


def drawing(data: bytes, figure: Figure, scope: str, box: Box) -> Markup:
    """An SVG file as an element of the page, named by its alt text. Its ids begin with `scope`, so that one
    picture may stand on several slides."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    root = etree.fromstring(data, parser)
    for name in _DROPPED:
        root.attrib.pop(name, None)
    if "viewBox" not in root.attrib:
        root.set("viewBox", f"0 0 {figure.width:g} {figure.height:g}")
    root.set("width", f"{box.w:.0f}")
    root.set("height", f"{box.h:.0f}")
    root.set("role", "img")
    root.set("aria-label", figure.alt)
    root.set("focusable", "false")
    for child in root.findall(f"{_SVG}title") + root.findall(f"{_SVG}desc"):
        root.remove(child)  # a browser would show the title as a tip over the whole drawing
    return Markup(_scoped(etree.tostring(root, encoding="unicode"), scope))  # noqa: S704  sanitised when it was drawn


def _scoped(svg: str, scope: str) -> str:
    """`svg` with `scope` before each of its ids, wherever these are used."""
    names = sorted(set(re.findall(r'\bid="([^"]+)"', svg)), key=len, reverse=True)
    if not names:
        return svg
    either = "|".join(map(re.escape, names))
    svg = re.sub(rf'\bid="({either})"', rf'id="{scope}--\1"', svg)
    return re.sub(rf"#({either})(?![\w-])", rf"#{scope}--\1", svg)
