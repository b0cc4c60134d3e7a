"""A drawing from the browser, cleaned: only shapes and text are left, and nothing that leads out of it.

The browser has made it plain already (see plain.js). But what ran there was fed by an author, so the
result is parsed anew, without DTDs and entities, and everything that is not on a list is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

NAMESPACE = "http://www.w3.org/2000/svg"
_SHAPES = {"path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan"}
_ELEMENTS = {"svg", "g", "defs", "linearGradient", "radialGradient", "stop", "clipPath", "pattern", *_SHAPES}
_ATTRIBUTES = {
    "id", "x", "y", "width", "height", "rx", "ry", "cx", "cy", "r", "x1", "y1", "x2", "y2", "fx", "fy", "d", "points",
    "transform", "viewBox", "offset", "fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity",
    "stroke-dasharray", "stroke-dashoffset", "stroke-linecap", "stroke-linejoin", "stop-color", "stop-opacity",
    "clip-path", "font-family", "font-size", "font-weight", "text-anchor", "gradientUnits", "gradientTransform",
    "spreadMethod", "clipPathUnits", "patternUnits", "patternContentUnits", "patternTransform",
}  # fmt: skip
_REFERENCE = re.compile(r"url\(#([^()\s\"']+)\)")
_HARMLESS = re.compile(r"[\w\s#.,:;%()+/*'-]*", re.ASCII)
_MAX_ELEMENTS = 50_000


class Refused(Exception):
    """The drawing holds what cannot be shown everywhere, or is no drawing at all."""


@dataclass(frozen=True)
class Drawing:
    """A clean drawing.

    width, height  CSS pixels
    labels         its words, in the order in which they were drawn
    smallest       the smallest type in it, CSS pixels; 0 when it has no words
    """

    svg: bytes
    width: float
    height: float
    labels: tuple[str, ...]
    smallest: float


def clean(text: str, prefix: str) -> Drawing:
    """The drawing with safe elements and attributes only; its ids begin with `prefix`. Raises `Refused`."""
    root = parse(text.encode())
    if root.tag != f"{{{NAMESPACE}}}svg":
        raise Refused("it is not an SVG drawing")
    if sum(1 for _ in root.iter()) > _MAX_ELEMENTS:
        raise Refused(f"it has more than {_MAX_ELEMENTS} parts")
    if root.find(f".//{{{NAMESPACE}}}foreignObject") is not None:
        raise Refused("foreignObject")
    _drop(root)
    _rename(root, prefix)
    etree.cleanup_namespaces(root)
    root.set("role", "img")
    return Drawing(
        etree.tostring(root, encoding="utf-8"),
        float(root.get("width", "0")),
        float(root.get("height", "0")),
        tuple(_labels(root)),
        min((size for size in _sizes(root, 16.0, 1.0)), default=0.0),
    )


def parse(data: bytes) -> etree._Element:
    """XML without document types, entities, network or endless depth. Raises `Refused`."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as problem:
        raise Refused(f"it is not well-formed: {problem}") from problem
    if root.getroottree().docinfo.doctype:
        raise Refused("it has a document type")
    return root


def with_words(svg: bytes, title: str, description: str) -> bytes:
    """The drawing with its title and description as its first children, as readers of SVG expect them."""
    root = parse(svg)
    for index, (tag, words) in enumerate((("title", title), ("desc", description))):
        if words:
            node = etree.Element(f"{{{NAMESPACE}}}{tag}")
            node.text = words
            root.insert(index, node)
    return etree.tostring(root, encoding="utf-8")


def _drop(root: etree._Element) -> None:
    for node in list(root.iter()):
        name = etree.QName(node)
        if name.namespace != NAMESPACE or name.localname not in _ELEMENTS:
            parent = node.getparent()
            if parent is not None:
                parent.remove(node)
            continue
        if name.localname not in ("text", "tspan"):
            node.text = None
        for key, value in list(node.attrib.items()):
            bare = _REFERENCE.sub("", str(value))
            if key not in _ATTRIBUTES or "url" in bare.lower() or not _HARMLESS.fullmatch(bare):
                del node.attrib[key]


def _rename(root: etree._Element, prefix: str) -> None:
    """Ids that nothing points to go; the others are numbered, so that two drawings on one page never share one."""
    wanted = {name for node in root.iter() for value in node.attrib.values() for name in _REFERENCE.findall(str(value))}
    names: dict[str, str] = {}
    for node in root.iter():
        identifier = node.attrib.pop("id", None)
        if identifier in wanted and identifier not in names:
            names[str(identifier)] = f"{prefix}-{len(names) + 1}"
            node.set("id", names[str(identifier)])
    for node in root.iter():
        for key, value in list(node.attrib.items()):
            for name in _REFERENCE.findall(str(value)):
                if name in names:
                    node.set(key, f"url(#{names[name]})")
                else:
                    node.attrib.pop(key, None)


def _labels(node: etree._Element) -> Iterator[str]:
    """The words of each text; the rows of one label form a group of texts (see text.js)."""
    rows = [" ".join("".join(map(str, child.itertext())).split()) for child in node if child.tag == f"{{{NAMESPACE}}}text"]
    if rows and len(rows) == len(node) and etree.QName(node).localname == "g":
        yield from filter(None, [" ".join(filter(None, rows))])
        return
    for child in node:
        if child.tag == f"{{{NAMESPACE}}}text":
            yield from filter(None, [" ".join("".join(map(str, child.itertext())).split())])
        else:
            yield from _labels(child)


def _sizes(node: etree._Element, inherited: float, scale: float) -> list[float]:
    """The type sizes of all text below, in CSS pixels, with the scales of the groups above."""
    try:
        size = float(node.get("font-size", inherited))
    except ValueError:
        size = inherited
    scale *= _scale(str(node.get("transform", "")))
    found = (
        [size * scale]
        if node.tag in (f"{{{NAMESPACE}}}text", f"{{{NAMESPACE}}}tspan") and (node.text or "").strip()
        else []
    )
    for child in node:
        found.extend(_sizes(child, size, scale))
    return found


def _scale(transform: str) -> float:
    factor = 1.0
    for name, inside in re.findall(r"(scale|matrix)\(([^)]*)\)", transform):
        numbers = [float(part) for part in re.findall(r"-?[\d.]+(?:e-?\d+)?", inside)]
        if name == "scale" and numbers:
            factor *= abs(numbers[0])
        elif len(numbers) == 6:
            factor *= abs(numbers[0] * numbers[3] - numbers[1] * numbers[2]) ** 0.5
    return factor
