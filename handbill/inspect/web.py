"""What is in an HTML page or an EPUB, by reading it back."""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePosixPath

from lxml import etree, html

from handbill.model import Facts

_XHTML = "{http://www.w3.org/1999/xhtml}"
_OPF = "{http://www.idpf.org/2007/opf}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
_SILENT = ("script", "style", "template", "head")


def inspect_html(name: str, data: bytes) -> Facts:
    """Title, language, words, headings and links of one page."""
    page = html.document_fromstring(data.decode())
    for element in page.xpath("|".join(f"//{tag}" for tag in _SILENT[:-1])):
        element.drop_tree()
    body = page.find("body")
    return Facts(
        name=name,
        pages=1,
        texts=(_words(body),),
        titles=tuple(_words(h) for h in page.xpath("//h1|//h2|//h3")),
        language=page.get("lang", ""),
        title=page.findtext("head/title", "").strip(),
        links=tuple(page.xpath("//a/@href")),
        extra={"images": tuple((i.get("alt"), i.get("src", "")[:60]) for i in page.xpath("//img"))},
    )


def inspect_epub(name: str, data: bytes) -> Facts:
    """Title, language, and the words of each document of the spine, in reading order."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        container = etree.fromstring(package.read("META-INF/container.xml"), parser)
        opf_name = container.find(f".//{_CONTAINER}rootfile").get("full-path")
        opf = etree.fromstring(package.read(opf_name), parser)
        folder = PurePosixPath(opf_name).parent
        items = {item.get("id"): item.get("href") for item in opf.iter(f"{_OPF}item")}
        spine = [str(folder / items[ref.get("idref")]) for ref in opf.iter(f"{_OPF}itemref")]
        chapters = [etree.fromstring(package.read(path), parser) for path in spine]
    images = [image for chapter in chapters for image in chapter.iter(f"{_XHTML}img")]
    return Facts(
        name=name,
        pages=len(spine),
        texts=tuple(_words(chapter.find(f"{_XHTML}body")) for chapter in chapters),
        titles=tuple(_words(h) for chapter in chapters for h in chapter.iter(f"{_XHTML}h1", f"{_XHTML}h2", f"{_XHTML}h3")),
        language=opf.findtext(f".//{_DC}language", ""),
        title=opf.findtext(f".//{_DC}title", ""),
        links=tuple(a.get("href", "") for chapter in chapters for a in chapter.iter(f"{_XHTML}a")),
        extra={"images": tuple((i.get("alt"), i.get("src", "")) for i in images), "spine": tuple(spine)},
    )


def _words(element: etree._Element | None) -> str:
    return "" if element is None else " ".join(" ".join(element.itertext()).split())
