"""The chapters of an EPUB: taken from pandoc's package, mended, and given their place in the book."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from handbill.render.mend import Element, classes, every, join_descriptions, mend, name_of, new, words_of

XHTML = "http://www.w3.org/1999/xhtml"
EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

_TEXT, _MEDIA, _NAV = "EPUB/text/", "EPUB/media/", "EPUB/nav.xhtml"
_PARTS = {
    "references": ("bibliography", "doc-bibliography"),
    "glossary": ("glossary", "doc-glossary"),
    "imprint": ("colophon", "doc-colophon"),
    "masthead": ("titlepage", ""),
}
"""What a chapter is, by the class of its section: the word of EPUB's vocabulary, and the role for listeners."""


@dataclass(frozen=True)
class Chapter:
    """One file of the text. `kind` is its word of EPUB's vocabulary ("chapter" when it is nothing special)."""

    name: str
    title: str
    kind: str
    page: Element

    @property
    def body(self) -> Element:
        return next(every(self.page, "body"))


@dataclass(frozen=True)
class Book:
    """What pandoc wrote: the chapters in reading order, the list of contents, and the pictures by their name."""

    chapters: tuple[Chapter, ...]
    contents: Element
    pictures: Mapping[str, bytes]


def parse(data: bytes) -> Element:
    """A document of a package; nothing outside it is looked at. Raises `etree.XMLSyntaxError`."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    return etree.fromstring(data, parser)


def read_book(data: bytes, assets: Mapping[str, bytes], words: Mapping[str, str]) -> Book:
    """The book in pandoc's package, mended. Pictures get the names that they have among `assets`."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        files = {name: package.read(name) for name in sorted(package.namelist()) if not name.endswith("/")}
    names = {name.removeprefix(_MEDIA): _asset(content, assets) for name, content in files.items() if name.startswith(_MEDIA)}
    chapters = tuple(
        _chapter(name.removeprefix(_TEXT), content, names, words)
        for name, content in files.items()
        if name.startswith(_TEXT)
    )
    _lead_home(chapters)
    contents = next(nav for nav in every(parse(files[_NAV]), "nav") if nav.get(EPUB_TYPE) == "toc")
    pictures = {names[name.removeprefix(_MEDIA)]: content for name, content in files.items() if name.startswith(_MEDIA)}
    return Book(chapters, next(every(contents, "ol")), pictures)


def _asset(content: bytes, assets: Mapping[str, bytes]) -> str:
    """The name of the asset that pandoc was given with exactly these bytes."""
    return next(name for name, data in sorted(assets.items()) if data == content).replace("/", "-")


def _chapter(name: str, content: bytes, pictures: Mapping[str, str], words: Mapping[str, str]) -> Chapter:
    page = parse(content)
    mend(page)
    join_descriptions(page, words["description"])
    _languages(page)
    _notes(page, words["back_to_text"])
    for image in every(page, "img"):
        file = (image.get("src") or "").rpartition("/")[2]
        image.set("src", f"../images/{pictures.get(file, file)}")
    first = next(every(page, "h1"), None)
    return Chapter(name, "" if first is None else words_of(first), _kind(page), page)


def _lead_home(chapters: tuple[Chapter, ...]) -> None:
    """Links into another chapter name its file. pandoc sees to that for headings, but not for figures and tables."""
    ids = {chapter.name: {e.get("id") for e in chapter.body.iter(etree.Element)} for chapter in chapters}
    for chapter in chapters:
        for link in every(chapter.body, "a"):
            file, sign, identifier = (link.get("href") or "").partition("#")
            known = ids.get(file or chapter.name)
            if sign and known is not None and identifier not in known:
                home = next((name for name, there in ids.items() if identifier in there), "")
                link.set("href", f"{home}#{identifier}")


def _kind(page: Element) -> str:
    """Says what the chapter is in its section's `epub:type` and role."""
    section = next(every(page, "section"), None)
    if section is None:
        return "chapter"
    for name, (kind, role) in _PARTS.items():
        if name in classes(section):
            section.set(EPUB_TYPE, kind)
            if role:
                section.set("role", role)
            return kind
    return "chapter"


def _languages(page: Element) -> None:
    """XHTML wants a language said twice: for XML and for HTML."""
    for element in page.iter(etree.Element):
        if language := element.get("lang"):
            element.set(XML_LANG, language)


def _notes(page: Element, back: str) -> None:
    """A footnote begins with its number, a link back to where it is called."""
    calls = {str(link.get("href")).rpartition("#")[2]: link for link in every(page, "a") if "footnote-ref" in classes(link)}
    for note in every(page, "aside"):
        call = calls.get(note.get("id") or "")
        first = next(every(note, "p"), None)
        if call is None or first is None:
            continue
        link = new(first, "a", {"href": f"#{call.get('id')}", "role": "doc-backlink", "title": back}, words_of(call))
        link.tail, first.text = f". {first.text or ''}", None
        first.insert(0, link)


def headings(chapters: tuple[Chapter, ...]) -> Iterator[int]:
    """Level of every heading of the book, in reading order."""
    for chapter in chapters:
        for element in every(chapter.body, "h1", "h2", "h3", "h4", "h5", "h6"):
            yield int(name_of(element)[1])
