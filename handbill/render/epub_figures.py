"""Drawings of an EPUB: files that bring their own font, so that every reader's device draws them alike."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence

from lxml import etree

from handbill.render.drawing import letters_of, read_svg
from handbill.render.faces import Face, needed

_SVG = "{http://www.w3.org/2000/svg}"


def drawing_file(data: bytes, alt: str, faces: Sequence[Face], fonts: Mapping[str, bytes]) -> bytes:
    """An SVG file that stands alone: named by its alt text, with the fonts of the letters that it draws.

    A picture file can reach no font of its book, and a device's own font would be wider than the boxes around
    the words. In a file, no reader's setting changes the letters either.
    """
    root = read_svg(data)
    for child in root.findall(f"{_SVG}title") + root.findall(f"{_SVG}style[@id='fonts']"):
        root.remove(child)
    carried = needed(faces, letters_of(data), fonts)
    if root.get("font-family"):
        names = dict.fromkeys(face.family for face in carried)
        root.set("font-family", ", ".join([*(f"'{name}'" for name in names), "sans-serif"]))
    style = root.makeelement(f"{_SVG}style", {"id": "fonts", "type": "text/css"})
    style.text = "\n".join(
        f"@font-face {{ {face.descriptors}; src: url(data:font/woff2;base64,{base64.b64encode(fonts[face.file]).decode()}) format(\"woff2\") }}"
        for face in carried
    )
    root.insert(0, style)
    if alt:
        title = root.makeelement(f"{_SVG}title")
        title.text = alt
        root.insert(0, title)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")
