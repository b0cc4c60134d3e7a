"""The words of a finished file in reading order, as paragraphs, without what the program adds by itself."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from lxml import etree, html

from handbill.inspect.fidelity_text import TICKED
from handbill.inspect.pdf_tags import Tag
from handbill.model import Facts

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_COUNT = re.compile(r"(?:\d{1,3}|[a-z])[.)]?")
_UNREAD = frozenset({"Figure", "TOC", "Artifact"})
_LEAVES = frozenset({"P", "H1", "H2", "H3", "H4", "H5", "H6", "Caption", "TH", "TD", "LBody", "Code", "Lbl", "Note"})
_SKIPPED = frozenset({"nav", "svg", "math", "script", "style", "template", "head", "summary"})
_ADDED = frozenset({
    "skip", "eyebrow", "sources", "number", "again", "footnote-ref", "footnote-back", "draft-notice", "visually-hidden",
})  # fmt: skip
_BLOCKS = frozenset({
    "p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "dt", "dd", "div", "caption", "figcaption", "pre", "section",
})  # fmt: skip


def read_pdf(facts: Facts) -> list[str]:
    """The paragraphs of the structure tree; empty when the file has none."""
    tags = facts.extra.get("tags")
    return list(_tagged(tags)) if isinstance(tags, Tag) else []


def _tagged(tag: Tag) -> Iterator[str]:
    """The paragraphs below a tag. A list's marks are left out, as they are in pages."""
    words: list[str] = []
    for kid in tag.kids:
        if isinstance(kid, str):
            words.append(kid)
        elif kid.type == "Formula":
            words.append(kid.alt)
        elif (
            kid.type in _UNREAD
            or _counts(kid)
            or (kid.type == "Link" and any(to.startswith("#fn") for _, to in kid.links))
        ):
            continue
        elif any(inner.type in _LEAVES for inner in kid.walk()):
            if words:
                yield "".join(words)
                words = []
            yield from _tagged(kid)
        else:
            words.extend(_tagged(kid))
    if words:
        yield "".join(words)


def _counts(tag: Tag) -> bool:
    """Whether a tag is the number that a list gives its item. A reference's number is a link, or a word of the text."""
    return tag.type == "Lbl" and not tag.find("Link") and _COUNT.fullmatch(tag.text) is not None


def read_html(data: bytes) -> list[str]:
    """The paragraphs of a page or of a web deck."""
    page = html.document_fromstring(data.decode(), parser=html.HTMLParser(huge_tree=True))
    return _paragraphs(page.find("body"))


def read_epub(facts: Facts, data: bytes) -> list[str]:
    """The paragraphs of the documents of the spine."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        pages = [package.read(name) for name in facts.extra["spine"]]
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    return [p for page in pages for p in _paragraphs(etree.fromstring(page, parser))]


def _paragraphs(root: Any) -> list[str]:
    parts: list[str] = []
    _collect(root, parts)
    return [words for words in "".join(parts).split("\x00") if words.strip()]


def _collect(element: Any, parts: list[str]) -> None:
    if not isinstance(element.tag, str):
        return
    name = etree.QName(element).localname
    if name == "svg" and "math" in (element.get("class") or "").split():
        parts.append(element.get("aria-label", ""))
    if name == "input" and element.get("checked") is not None:
        parts.append(TICKED)
    if name in _SKIPPED or _ADDED & set((element.get("class") or "").split()):
        return
    gap = "\x00" if name in _BLOCKS else "\n" if name == "br" else ""
    parts.append(gap + (element.text or ""))
    for child in element:
        _collect(child, parts)
        parts.append(child.tail or "")
    parts.append(gap)


def read_pptx(data: bytes) -> list[str]:
    """The paragraphs of every slide's shapes and notes, in the order of the slides."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        deck, targets = "ppt/presentation.xml", _related(package, "ppt/presentation.xml")
        names = [targets[item.get(f"{_R}id", "")] for item in etree.fromstring(package.read(deck)).iter(f"{_P}sldId")]
        return [words for name in names for words in _slide(package, name) if words.strip()]


def _slide(package: zipfile.ZipFile, name: str) -> Iterator[str]:
    yield from _shapes(etree.fromstring(package.read(name)))
    for target in _related(package, name).values():
        if "/notesSlides/" in target:
            yield from _shapes(etree.fromstring(package.read(target)))


def _shapes(slide: Any) -> Iterator[str]:
    """The words of the shapes, without a slide's number, its picture in the notes and the section above its title."""
    for shape in slide.iter(f"{_P}sp", f"{_P}graphicFrame"):
        role = next((item.get("type", "") for item in shape.iter(f"{_P}ph")), "")
        if role in ("sldNum", "sldImg") or next(shape.iter(f"{_P}cNvPr")).get("name") == "Section":
            continue
        for paragraph in shape.iter(f"{_A}p"):
            pieces = paragraph.iter(f"{_A}t", f"{_A}br")
            yield "".join(" " if piece.tag == f"{_A}br" else piece.text or "" for piece in pieces)


def _related(package: zipfile.ZipFile, name: str) -> dict[str, str]:
    """The parts that a part of the package names, by the name it gives them."""
    folder, _, file = name.rpartition("/")
    relations = etree.fromstring(package.read(f"{folder}/_rels/{file}.rels"))
    inside = [item for item in relations if item.get("TargetMode") != "External"]
    return {item.get("Id", ""): _joined(folder, item.get("Target", "")) for item in inside}


def _joined(folder: str, target: str) -> str:
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
