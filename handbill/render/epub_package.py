"""The package of an EPUB 3.3: what is in it, in which order it is read, and how a reader finds the way.

pandoc writes the chapters; everything around them is written here, so that each statement is ours and
the same book gives the same bytes.
"""

from __future__ import annotations

import io
import os
import uuid
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import PurePosixPath

from lxml import etree
from lxml.builder import ElementMaker

from handbill.model import Edition, Project
from handbill.names import EPUB_COVER, EPUB_FOLDER
from handbill.render.epub_accessibility import Claims
from handbill.render.epub_chapters import EPUB_TYPE, XHTML, XML_LANG, Book, Chapter
from handbill.render.epub_pages import PageMark
from handbill.render.mend import Element

_OPF, _DC = "http://www.idpf.org/2007/opf", "http://purl.org/dc/elements/1.1/"
_O = ElementMaker(namespace=_OPF, nsmap={None: _OPF, "dc": _DC})
_D = ElementMaker(namespace=_DC, nsmap={"dc": _DC})
_H = ElementMaker(namespace=XHTML, nsmap={None: XHTML, "epub": "http://www.idpf.org/2007/ops"})
"""Where the cover's picture is in the package."""
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_TYPES = {
    ".css": "text/css", ".gif": "image/gif", ".jpeg": "image/jpeg", ".jpg": "image/jpeg", ".otf": "font/otf", ".png": "image/png",
    ".svg": "image/svg+xml", ".ttf": "font/ttf", ".webp": "image/webp", ".woff": "font/woff", ".woff2": "font/woff2",
    ".xhtml": "application/xhtml+xml",
}  # fmt: skip
_CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
  <rootfiles><rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""


@dataclass(frozen=True)
class Parts:
    """Everything that goes into one EPUB."""

    project: Project
    edition: Edition
    book: Book
    css: str
    fonts: Mapping[str, bytes]
    cover: bytes
    cover_alt: str
    marks: tuple[PageMark, ...]
    claims: Claims
    printed: str
    """What the page marks refer to, in words: the printed edition's name and version."""
    direction: str = "ltr"

    @property
    def language(self) -> str:
        return str(self.project.publication.language)


def pack(parts: Parts) -> bytes:
    """The finished file."""
    files = {
        "cover.xhtml": _page(parts, parts.project.locale["cover"], _cover(parts), "cover", "styles/book.css"),
        "nav.xhtml": _page(parts, parts.project.locale["contents"], _navigation(parts), "frontmatter", "styles/book.css"),
        "styles/book.css": parts.css.encode(),
        EPUB_COVER: parts.cover,
    }
    for chapter in parts.book.chapters:
        files[f"text/{chapter.name}"] = _chapter_page(parts, chapter)
    files |= {f"images/{name}": data for name, data in parts.book.pictures.items()}
    files |= {f"fonts/{name}": data for name, data in parts.fonts.items()}
    package = _package(parts, dict(sorted(files.items())))
    etree.indent(package)
    files["package.opf"] = _xml(package)
    return _zip({"mimetype": b"application/epub+zip", "META-INF/container.xml": _CONTAINER.encode()}
                | {EPUB_FOLDER + name: data for name, data in files.items()})  # fmt: skip


def _package(parts: Parts, files: Mapping[str, bytes]) -> Element:
    root = _O.package(
        _O.metadata(*_metadata(parts)), _O.manifest(*(_item(name, data) for name, data in files.items())), _spine(parts),
        version="3.0", prefix="ibooks: http://vocabulary.itunes.apple.com/rdf/ibooks/vocabulary-extensions-1.0/",
    )  # fmt: skip
    root.set("unique-identifier", "identifier")
    root.set(XML_LANG, parts.language)
    root.set("dir", parts.direction)
    return root


def _metadata(parts: Parts) -> Iterator[Element]:
    publication = parts.project.publication
    yield _D.identifier(identifier(parts.project, parts.edition), id="identifier")
    yield _D.title(str(publication.title), id="title")
    yield _meta("title-type", "main", "title")
    if publication.subtitle:
        yield _D.title(str(publication.subtitle), id="subtitle")
        yield _meta("title-type", "subtitle", "subtitle")
    yield _D.language(parts.language)
    for number, person in enumerate(publication.authors, start=1):
        yield _D.creator(str(person.name), id=f"author-{number}")
        yield _meta("role", "aut", f"author-{number}", scheme="marc:relators")
    for number, person in enumerate(publication.reviewers, start=1):
        yield _D.contributor(str(person.name), id=f"reviewer-{number}")
        yield _meta("role", "rev", f"reviewer-{number}", scheme="marc:relators")
    yield _D.publisher(str(publication.publisher.name))
    yield _D.date((publication.first_published or publication.last_reviewed).isoformat())
    for word in publication.keywords:
        yield _D.subject(str(word))
    if publication.rights:
        yield _D.rights(str(publication.rights))
    yield _meta("dcterms:modified", modified(publication.last_reviewed))
    yield _meta("ibooks:specified-fonts", "true")
    yield from _accessibility(parts)


def _accessibility(parts: Parts) -> Iterator[Element]:
    for name, value in parts.claims.properties:
        yield _meta(f"schema:{name}", value)
    summary = _meta("schema:accessibilitySummary", parts.claims.summary)
    summary.set(XML_LANG, parts.language)
    yield summary
    if parts.marks:
        yield _meta("pageBreakSource", parts.printed)
    evaluation = parts.project.publication.accessibility_evaluation
    if evaluation is not None:
        conforms = _meta("dcterms:conformsTo", str(evaluation.standard))
        conforms.set("id", "conformance")
        certified = _meta("a11y:certifiedBy", str(evaluation.by), "conformance")
        certified.set("id", "certifier")
        yield from (conforms, certified, _meta("dcterms:date", evaluation.date.isoformat(), "certifier"))


def _meta(name: str, value: str, refines: str = "", **attributes: str) -> Element:
    return _O.meta(value, property=name, **({"refines": f"#{refines}"} if refines else {}), **attributes)


def _item(name: str, data: bytes) -> Element:
    path = PurePosixPath(name)
    properties = [word for word in ({"nav.xhtml": "nav", EPUB_COVER: "cover-image"}.get(name),) if word]
    if path.suffix == ".xhtml" and b"<svg" in data:  # a drawing within the text (EPUB 3.3, 5.4.1.4)
        properties.append("svg")
    extra = {"properties": " ".join(properties)} if properties else {}
    return _O.item({"id": _id(name), "href": name, "media-type": _TYPES[path.suffix], **extra})


def _id(name: str) -> str:
    return "".join(c if c.isalnum() and c.isascii() else "-" for c in name)


def _spine(parts: Parts) -> Element:
    """Cover, title page, contents, text."""
    chapters = [f"text/{chapter.name}" for chapter in parts.book.chapters]
    front = sum(chapter.kind == "titlepage" for chapter in parts.book.chapters[:1])
    order = ["cover.xhtml", *chapters[:front], "nav.xhtml", *chapters[front:]]
    return _O.spine(*(_O.itemref(idref=_id(name)) for name in order), {"page-progression-direction": parts.direction})


def _cover(parts: Parts) -> list[Element]:
    return [_H.div(_H.img(src=EPUB_COVER, alt=parts.cover_alt, role="doc-cover"), {"class": "cover"})]


def _navigation(parts: Parts) -> list[Element]:
    words = parts.project.locale
    contents = _H.nav(_H.h1(words["contents"], id="contents"), parts.book.contents, {EPUB_TYPE: "toc", "role": "doc-toc"})
    contents.set("aria-labelledby", "contents")
    places = _H.nav(_H.h2(words["landmarks"]), _H.ol(*(_H.li(_H.a(text, {"href": href, EPUB_TYPE: kind}))
                                                         for kind, text, href in _landmarks(parts))),
                    {EPUB_TYPE: "landmarks", "hidden": "hidden", "aria-label": words["landmarks"]})  # fmt: skip
    navigation = [contents, places]
    if parts.marks:
        pages = (_H.li(_H.a(str(mark.number), href=f"text/{mark.file}#{mark.id}")) for mark in parts.marks)
        navigation.append(_H.nav(_H.h2(words["printed_pages"]), _H.ol(*pages),
                                 {EPUB_TYPE: "page-list", "role": "doc-pagelist", "hidden": "hidden",
                                  "aria-label": words["printed_pages"]}))  # fmt: skip
    return navigation


def _landmarks(parts: Parts) -> Iterator[tuple[str, str, str]]:
    words, chapters = parts.project.locale, parts.book.chapters
    yield "cover", words["cover"], "cover.xhtml"
    yield from ((c.kind, c.title, f"text/{c.name}") for c in chapters if c.kind == "titlepage")
    yield "toc", words["contents"], "nav.xhtml#contents"
    yield from [("bodymatter", c.title, f"text/{c.name}") for c in chapters if c.kind == "chapter"][:1]
    yield from ((c.kind, c.title, f"text/{c.name}") for c in chapters if c.kind not in ("titlepage", "chapter"))


def _chapter_page(parts: Parts, chapter: Chapter) -> bytes:
    body = chapter.body
    kind = {"titlepage": "frontmatter", "chapter": "bodymatter"}.get(chapter.kind, "backmatter")
    return _page(parts, chapter.title or str(parts.project.publication.title), list(body), kind, "../styles/book.css")


def _page(parts: Parts, title: str, content: list[Element], kind: str, style: str) -> bytes:
    head = _H.head(_H.meta(charset="utf-8"), _H.title(title), _H.link(rel="stylesheet", type="text/css", href=style))
    page = _H.html(head, _H.body(*content, {EPUB_TYPE: kind}))
    page.set("lang", parts.language)
    page.set(XML_LANG, parts.language)
    page.set("dir", parts.direction)
    return _xml(page, "<!DOCTYPE html>")


def _xml(root: Element, doctype: str | None = None) -> bytes:
    etree.cleanup_namespaces(root)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", doctype=doctype)


def identifier(project: Project, edition: Edition) -> str:
    """The book's name for ever, whatever its version: a UUID made from publisher, publication and edition."""
    publication = project.publication
    name = f"handbill:{publication.publisher.name}/{publication.id}/{edition.name}"
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}"


def modified(reviewed: date) -> str:
    """When the book last changed: SOURCE_DATE_EPOCH where the build is told it, else the day of the last review."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    when = datetime.fromtimestamp(int(epoch), UTC) if epoch.isdigit() else datetime.combine(reviewed, datetime.min.time())
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def _zip(files: Mapping[str, bytes]) -> bytes:
    """A ZIP as OCF wants it (EPUB 3.3, 4.2.3): `mimetype` first and stored; the rest sorted; one time for all."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        for name in ["mimetype", *sorted(files.keys() - {"mimetype"})]:
            entry = zipfile.ZipInfo(name, _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            package.writestr(entry, files[name])
    return stream.getvalue()
