"""What is in an HTML page or an EPUB, by reading it back."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from lxml import etree, html

from handbill.inspect.landmarks import landmarks_of
from handbill.model import Facts

_OPF = "{http://www.idpf.org/2007/opf}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
_EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"
_SILENT = frozenset({"script", "style", "template", "head", "title", "desc"})
_INLINE = frozenset({
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd", "label", "mark", "q", "s", "small",
    "span", "strong", "sub", "sup", "u", "var",
})  # fmt: skip
_LOADS = {"script": "src", "img": "src", "iframe": "src", "link": "href", "source": "src", "video": "src", "audio": "src", "object": "data"}
_CSS_URL = re.compile(r"""(?:url\(|@import\s)\s*["']?([^"')\s]+)""", re.IGNORECASE)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")

Page = etree._Element


def inspect_html(name: str, data: bytes) -> Facts:
    """Title, language, words, headings and links of one page.

    `extra`, as for an EPUB: `images`, alt text (None when there is none) and address of every picture; `levels` of the
    headings; `broken`, links inside the file that lead nowhere; `loads`, what the file would fetch from elsewhere;
    `twins`, ids used twice; `landmarks` of a page; `headless`, tables without a header cell.
    """
    page = html.document_fromstring(data.decode(), parser=html.HTMLParser(huge_tree=True))
    body = page.find("body")
    ids = {"": _ids(page)}
    return Facts(
        name=name,
        pages=1,
        texts=(text_of(body),),
        titles=tuple(text_of(heading) for heading in _of(page, *_HEADINGS[:3])),
        language=page.get("lang", ""),
        title=str(page.findtext("head/title", "")).strip(),
        links=tuple(str(href) for href in page.xpath("//a/@href")),
        extra=_extra({"": page}) | {"broken": tuple(_broken({"": page}, ids)), "loads": tuple(_fetched({"": page}, frozenset())),
                                      "landmarks": landmarks_of(page)},
    )  # fmt: skip


def inspect_epub(name: str, data: bytes) -> Facts:
    """Title, language, and the words of each document of the spine, in reading order.

    `extra`, beside that of a page: `spine`, the names of these documents; `claims`, the values of each schema.org
    property; `summary` of the accessibility; `pages`, label and target of each entry of the page list; `contents`, the
    same of the table of contents; `places`, kind and target of each landmark; `metadata`, all other properties.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        files = {name: package.read(name) for name in package.namelist()}
    container = _parse(files["META-INF/container.xml"])
    rootfile = container.find(f".//{_CONTAINER}rootfile")
    opf_name = "" if rootfile is None else rootfile.get("full-path", "")
    opf = _parse(files[opf_name])
    items = {item.get("id"): _join(opf_name, item.get("href", "")) for item in opf.iter(f"{_OPF}item")}
    spine = [items[ref.get("idref")] for ref in opf.iter(f"{_OPF}itemref")]
    pages = {path: _parse(files[path]) for path in spine}
    ids = {path: _ids(_parse(content)) for path, content in files.items() if path.endswith(".xhtml")}
    documents = {path: page for path, page in pages.items() if not _is_navigation(page)}
    navigation = [(path, nav) for path, page in pages.items() for nav in _of(page, "nav")]
    named = frozenset({*items.values(), opf_name})
    return Facts(
        name=name,
        pages=len(spine),
        texts=tuple(text_of(next(_of(page, "body"), None)) for page in pages.values()),
        titles=tuple(text_of(heading) for page in documents.values() for heading in _of(page, *_HEADINGS[:3])),
        language=opf.findtext(f".//{_DC}language", ""),
        title=opf.findtext(f".//{_DC}title", ""),
        links=tuple(a.get("href", "") for page in documents.values() for a in _of(page, "a")),
        extra={
            **_extra(documents),
            "spine": tuple(spine),
            "broken": tuple(_broken(pages, ids)),
            "loads": (*_fetched(pages, named), *_fetched_by_styles(files, named)),
            "contents": tuple(_entries(navigation, "toc")),
            "pages": tuple(_entries(navigation, "page-list")),
            "places": tuple(_places(navigation)),
            **_metadata(opf),
        },
    )


def _extra(pages: Mapping[str, Page]) -> dict[str, Any]:
    every = pages.values()
    counts = [Counter(element.get("id") for element in page.iter(etree.Element) if element.get("id")) for page in every]
    return {
        "images": tuple(_image(image) for page in every for image in _of(page, "img", "svg") if image.get("aria-hidden") != "true"),
        "levels": tuple(int(_name(heading)[1]) for page in every for heading in _of(page, *_HEADINGS)),
        "twins": tuple(name for count in counts for name, times in count.items() if times > 1),
        "headless": sum(next(_of(table, "th"), None) is None for page in every for table in _of(page, "table")),
        "languages": tuple(str(page.get("lang", "")) for page in every),
    }


def _image(image: Page) -> tuple[str | None, str]:
    if _name(image) == "svg":
        return image.get("aria-label"), "svg"
    return image.get("alt"), image.get("src", "")[:60]


def _metadata(opf: Page) -> dict[str, Any]:
    claims: dict[str, tuple[str, ...]] = {}
    others: dict[str, str] = {}
    for meta in opf.iter(f"{_OPF}meta"):
        name, value = meta.get("property", ""), (meta.text or "").strip()
        if name.startswith("schema:"):
            claims[name[7:]] = (*claims.get(name[7:], ()), value)
        else:
            others[name] = value
    return {"claims": claims, "summary": " ".join(claims.get("accessibilitySummary", ())), "metadata": others}


def _entries(navigation: list[tuple[str, Page]], kind: str) -> Iterator[tuple[str, str]]:
    for path, nav in navigation:
        if nav.get(_EPUB_TYPE) == kind:
            yield from ((text_of(link), _join(path, link.get("href", ""))) for link in _of(nav, "a"))


def _broken(pages: Mapping[str, Page], ids: Mapping[str, frozenset[str]]) -> Iterator[str]:
    """Links to something in the file that is not there, with the document that they stand in."""
    for path, page in pages.items():
        for link in _of(page, "a"):
            href = link.get("href")
            if href is None or urlsplit(href).scheme or urlsplit(href).netloc:
                continue
            file, _, fragment = href.partition("#")
            target = _join(path, file) if file else path
            if target not in ids or (fragment and unquote(fragment) not in ids[target]) or not href:
                yield f"{path}: {href}".removeprefix(": ")


def _places(navigation: list[tuple[str, Page]]) -> Iterator[tuple[str, str]]:
    """Kind and target of each entry of the list of landmarks."""
    for path, nav in navigation:
        if nav.get(_EPUB_TYPE) == "landmarks":
            yield from ((link.get(_EPUB_TYPE, ""), _join(path, link.get("href", ""))) for link in _of(nav, "a"))


def _fetched(pages: Mapping[str, Page], inside: frozenset[str]) -> Iterator[str]:
    """What documents would fetch that does not come with them; `inside` are the names of what does."""
    for path, page in pages.items():
        for element in _of(page, *_LOADS):
            if address := element.get(_LOADS[_name(element)]):
                yield from _outside(address, path, inside)
        for style in _of(page, "style"):
            for address in _CSS_URL.findall(style.text or ""):
                yield from _outside(address, path, inside)


def _fetched_by_styles(files: Mapping[str, bytes], inside: frozenset[str]) -> Iterator[str]:
    for path, content in files.items():
        if path.endswith(".css"):
            for address in _CSS_URL.findall(content.decode(errors="replace")):
                yield from _outside(address, path, inside)


def _outside(address: str, path: str, inside: frozenset[str]) -> Iterator[str]:
    if not address.startswith(("data:", "#")) and _join(path, address.partition("#")[0]) not in inside:
        yield address


def text_of(element: Page | None) -> str:
    """The words of an element as a reader meets them: blocks apart, words that change their look halfway whole."""
    if element is None:
        return ""
    return " ".join("".join(_pieces(element)).split())


def _pieces(element: Page) -> Iterator[str]:
    if _name(element) not in _SILENT:
        gap = "" if _name(element) in _INLINE else " "
        yield gap + (element.text or "")
        for child in element:
            yield from _pieces(child)
            yield child.tail or ""
        yield gap


def _of(root: Page, *names: str) -> Iterator[Page]:
    return (element for element in root.iter(etree.Element) if _name(element) in names)


def _name(element: Page) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _ids(page: Page) -> frozenset[str]:
    return frozenset(str(element.get("id")) for element in page.iter(etree.Element) if element.get("id"))


def _is_navigation(page: Page) -> bool:
    return any(nav.get(_EPUB_TYPE) == "toc" for nav in _of(page, "nav"))


def _join(path: str, address: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(address))) if address else path


def _parse(data: bytes) -> Page:
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True))
