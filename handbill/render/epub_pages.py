"""The printed edition's pages in the EPUB: where each page begins, found by its first words.

Somebody in a class or a consultation says "page 7", and who reads the EPUB gets there. The words come
from the finished PDF of the same edition, in the order of its tags, so that running heads, page numbers
and list markers of the print do not matter; where a page begins in the middle of a sentence, so does
its mark.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from handbill.render.drawing import letters_of
from handbill.render.epub_chapters import EPUB_TYPE, Chapter
from handbill.render.mend import Element, name_of, new

_SAMPLES = (40, 24, 12)
"""How many letters of a page are looked for; fewer where a list marker or a picture interrupts them."""
_SKIPPED_WORDS = 30
"""How far into a page its first recognised words may stand."""
_LEEWAY = 800
"""How many letters the EPUB may have more than the print (notices, titles of descriptions) without losing the place."""
_HOSTS = frozenset(
    {"p", "li", "dd", "dt", "td", "th", "div", "section", "figcaption", "caption", "blockquote", "aside", "body"}
)
"""Elements in which a mark may stand as it is; inside a heading, a link or a figure it goes before that."""


@dataclass(frozen=True)
class PageMark:
    """Where a printed page begins: its number, the file of the text, and the mark's id in it."""

    number: int
    file: str
    id: str


def page_starts(pages: Sequence[str], book: str) -> list[int] | None:
    """For each page's text the offset in `book` (letters only, see `letters`) where it begins; the first at 0.

    Pages without words begin where the next one does. None when a page cannot be found: a list of pages
    that leads to wrong places is worse than none.
    """
    starts: list[int] = []
    expected = 0
    for page in pages:
        begin = _find(page, book, expected, starts[-1]) if starts else 0
        if begin is None:
            return None
        starts.append(begin)
        expected = begin + len(letters(page))
    return starts


def _find(page: str, book: str, expected: int, least: int) -> int | None:
    """The place nearest to `expected`, and not before `least`, where the page's first recognised words stand."""
    words = [word for word in map(letters, page.split()) if word]
    if not words:
        return max(least, min(expected, len(book)))
    last = expected + max(_LEEWAY, len("".join(words)))
    for skipped in range(min(_SKIPPED_WORDS, len(words))):
        following = "".join(words[skipped : skipped + max(_SAMPLES)])
        for size in _SAMPLES:
            if skipped and len(following) < size:
                continue
            if places := list(_places(following[:size], book, least, last)):
                return min(places, key=lambda place: abs(place - expected))
    return None


def _places(sample: str, book: str, least: int, last: int) -> Iterator[int]:
    place = book.find(sample, least, last)
    while place >= 0:
        yield place
        place = book.find(sample, place + 1, last)


def letters(text: str) -> str:
    """Letters and digits only, in one form each, so that line ends, ligatures and punctuation do not matter."""
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())


def mark_pages(chapters: Sequence[Chapter], pages: Sequence[str], pictures: Mapping[str, bytes]) -> tuple[PageMark, ...]:
    """Puts a mark where each printed page begins, and tells where; none when the pages do not fit the chapters."""
    text = _Text(chapters, pictures)
    starts = page_starts(pages, text.letters)
    if starts is None:
        return ()
    numbered = list(enumerate(starts, start=1))
    return tuple(reversed([text.mark(start, number) for number, start in reversed(numbered)]))


@dataclass(frozen=True)
class _Piece:
    """A run of text: before the children of `element` or, as `tail`, after it."""

    chapter: Chapter
    element: Element
    tail: bool


class _Text:
    """All letters of the chapters in reading order, pictures' letters included, and where each comes from."""

    def __init__(self, chapters: Sequence[Chapter], pictures: Mapping[str, bytes]) -> None:
        self._pictures = pictures
        self._begins: list[int] = []
        self._pieces: list[_Piece] = []
        self._parts: list[str] = []
        self._length = 0
        for chapter in chapters:
            self._read(chapter, chapter.body)
        self.letters = "".join(self._parts)

    def _read(self, chapter: Chapter, element: Element) -> None:
        words = element.text or ""
        if name_of(element) == "img":
            words = self._drawn(element)
        self._add(words, _Piece(chapter, element, tail=False))
        for child in element:
            self._read(chapter, child)
            self._add(child.tail or "", _Piece(chapter, child, tail=True))

    def _drawn(self, image: Element) -> str:
        name = (image.get("src") or "").rpartition("/")[2]
        return letters_of(self._pictures[name]) if name.endswith(".svg") and name in self._pictures else ""

    def _add(self, words: str, piece: _Piece) -> None:
        if found := letters(words):
            self._begins.append(self._length)
            self._pieces.append(piece)
            self._parts.append(found)
            self._length += len(found)

    def mark(self, place: int, number: int) -> PageMark:
        """Puts the mark of a page before the letter at `place`.

        Marks are put from the last to the first, so that those before stay where they are.
        """
        index = max(0, bisect_right(self._begins, place) - 1)
        piece = self._pieces[index]
        skipped = place - self._begins[index]
        element = piece.element
        near = element.getparent() if piece.tail else element
        assert near is not None
        identifier = f"printed-page-{number}"
        about = {"id": identifier, EPUB_TYPE: "pagebreak", "role": "doc-pagebreak", "aria-label": str(number)}
        mark = new(near, "span", about, "")
        if not piece.tail and (skipped == 0 or name_of(element) not in _HOSTS):
            _before(element, mark)
        elif piece.tail:
            element.tail, mark.tail = _split(element.tail or "", skipped)
            near.insert(near.index(element) + 1, mark)
        else:
            element.text, mark.tail = _split(element.text or "", skipped)
            element.insert(0, mark)
        return PageMark(number, piece.chapter.name, identifier)


def _before(element: Element, mark: Element) -> None:
    """The mark as the first thing of `element`, or before it or the figure that it is in, where a mark may stand."""
    figure = next((e for e in element.iterancestors() if name_of(e) == "figure"), None)
    spot = element if figure is None else figure
    parent = spot.getparent()
    while name_of(spot) not in _HOSTS and parent is not None and name_of(parent) not in _HOSTS:
        spot, parent = parent, parent.getparent()
    if name_of(spot) in _HOSTS:
        mark.tail, spot.text = spot.text, None
        spot.insert(0, mark)
    elif parent is not None:
        parent.insert(parent.index(spot), mark)


def _split(text: str, skipped: int) -> tuple[str, str]:
    """`text` before and after its first `skipped` letters."""
    count = 0
    for index, character in enumerate(text):
        if count >= skipped and letters(character):
            return text[:index], text[index:]
        count += len(letters(character))
    return text, ""
