"""SVG pictures: as elements of a web page, and as files that carry their own font."""

from __future__ import annotations

import re

from lxml import etree

_SVG = "{http://www.w3.org/2000/svg}"
_UNWANTED = ("aria-label", "aria-labelledby", "aria-describedby", "aria-roledescription", "style")


def read_svg(data: bytes) -> etree._Element:
    """The root of an SVG file; nothing outside the file is looked at. Raises `etree.XMLSyntaxError`."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    return etree.fromstring(data, parser)


def letters_of(data: bytes) -> str:
    """The words in an SVG picture, in the order in which they are drawn."""
    texts = (" ".join("".join(map(str, element.itertext())).split()) for element in read_svg(data).iter(f"{_SVG}text"))
    return " ".join(filter(None, texts))


def inline_svg(data: bytes, alt: str, scope: str) -> str:
    """An SVG file as an element that a page may hold: named by `alt`, its ids its own (they begin with `scope`).

    It keeps its proportions and takes the page's font. Its `<title>` is left out: a browser would show it as a
    tip over the whole drawing.
    """
    root = read_svg(data)
    for name in _UNWANTED:
        root.attrib.pop(name, None)
    for child in root.findall(f"{_SVG}title") + root.findall(f"{_SVG}desc"):
        root.remove(child)
    root.set("role", "img")
    root.set("aria-label", alt)
    root.set("focusable", "false")
    return scoped(etree.tostring(root, encoding="unicode"), scope)


def scoped(svg: str, scope: str) -> str:
    """`svg` with `scope` before each of its ids, wherever these are used."""
    names = sorted(set(re.findall(r'\bid="([^"]+)"', svg)), key=len, reverse=True)
    if not names:
        return svg
    either = "|".join(map(re.escape, names))
    svg = re.sub(rf'\bid="({either})"', rf'id="{scope}--\1"', svg)
    return re.sub(rf"#({either})(?![\w-])", rf"#{scope}--\1", svg)
