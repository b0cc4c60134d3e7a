"""The structure tree of a finished PDF, read back as a listener's machine would meet it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import pikepdf

from handbill.inspect.pdf_forms import painted_forms

Mark = tuple[int, int, int]
"""Page (from 0), form on that page (0 is the page itself), and number of the marked content."""
Texts = Mapping[Mark, str]
"""Painted text by its mark."""


class Words(str):
    """The words of one marked content, and which it is."""

    __slots__ = ("mark",)
    mark: Mark

    def __new__(cls, words: str, mark: Mark) -> Self:
        made = super().__new__(cls, words)
        made.mark = mark
        return made

    def __reduce__(self) -> tuple[type[Words], tuple[str, Mark]]:
        return Words, (str(self), self.mark)


@dataclass(frozen=True)
class Tag:
    """One structure element. `links` holds what each of its rectangles says and where it leads."""

    type: str
    kids: tuple[Tag | str, ...] = ()
    lang: str = ""
    alt: str = ""
    expansion: str = ""
    id: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    links: tuple[tuple[str, str], ...] = ()

    def walk(self) -> Iterator[Tag]:
        """This element and everything below it, in reading order."""
        waiting = [self]
        while waiting:  # a generator inside a generator for each level takes several times as long
            tag = waiting.pop()
            yield tag
            waiting += [kid for kid in reversed(tag.kids) if isinstance(kid, Tag)]

    def find(self, *types: str) -> list[Tag]:
        return [tag for tag in self.walk() if tag.type in types]

    @property
    def text(self) -> str:
        """Everything that is read below this element, pictures left out."""
        return " ".join("".join(self._pieces()).split())

    def _pieces(self) -> Iterator[str]:
        for kid in self.kids:
            if isinstance(kid, str):
                yield kid
            elif kid.type in _BLOCKS:
                yield from (" ", *kid._pieces(), " ")
            else:
                yield from kid._pieces()


_BLOCKS = frozenset(
    {"P", "H1", "H2", "H3", "H4", "H5", "H6", "LI", "Lbl", "LBody", "TH", "TD", "TR", "Caption", "TOCI", "Div", "Sect"}
    | {"Note", "Table", "L", "BlockQuote"}
)


def read_tags(pdf: pikepdf.Pdf, texts: Texts) -> Tag | None:
    """The tree below the document element; None when the file has no tags."""
    root = pdf.Root.get("/StructTreeRoot")
    if root is None or "/K" not in root:
        return None
    reader = _Reader(pdf, texts)
    tags = [reader.tag(kid) for kid in _listed(root.K)]
    return tags[0] if len(tags) == 1 else Tag("Document", tuple(tags))


def walk_outline(pdf: pikepdf.Pdf) -> tuple[tuple[int, str], ...]:
    """Level (from 1) and words of every bookmark."""
    found: list[tuple[int, str]] = []

    def visit(items: Any, level: int) -> None:
        for item in items:
            found.append((level, item.title))
            visit(item.children, level + 1)

    with pdf.open_outline() as outline:
        visit(outline.root, 1)
    return tuple(found)


class _Reader:
    def __init__(self, pdf: pikepdf.Pdf, texts: Texts) -> None:
        self._texts = texts
        self._pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
        with_forms = {page for page, form, _ in texts if form}
        self._forms = {number: painted_forms(pdf.pages[number]) for number in with_forms}

    def tag(self, element: Any, page: int = -1) -> Tag:
        held = dict(element.items())  # asking for one key after the other takes twice as long
        if "/Pg" in held:
            page = self._pages.get(held["/Pg"].objgen, page)
        kids: list[Tag | str] = []
        links: list[tuple[str, str]] = []
        for kid in _listed(held.get("/K")):
            if isinstance(kid, int):
                kids.append(self._words((page, 0, kid)))
            elif kid.get("/Type") == "/MCR":
                kids.append(self._marked(kid, page))
            elif kid.get("/Type") == "/OBJR":
                links.append(_link(kid.Obj))
            else:
                kids.append(self.tag(kid, page))
        return Tag(
            type=str(held["/S"])[1:],
            kids=tuple(kids),
            lang=str(held.get("/Lang", "")),
            alt=str(held.get("/Alt", "")),
            expansion=str(held.get("/E", "")),
            id=str(held.get("/ID", "")),
            attributes=_attributes(held.get("/A")),
            links=tuple(links),
        )

    def _marked(self, reference: Any, page: int) -> str:
        if "/Pg" in reference:
            page = self._pages.get(reference.Pg.objgen, page)
        form = 0
        if "/Stm" in reference:
            forms = self._forms.get(page, ())
            if reference.Stm.objgen not in forms:  # a picture without words
                return ""
            form = forms.index(reference.Stm.objgen) + 1
        return self._words((page, form, int(reference.MCID)))

    def _words(self, mark: Mark) -> Words:
        return Words(self._texts.get(mark, ""), mark)


def _listed(kids: Any) -> Iterator[Any]:
    if kids is None:
        return
    yield from kids if isinstance(kids, pikepdf.Array) else [kids]


def _link(annotation: Any) -> tuple[str, str]:
    target = str(annotation.A.URI) if "/A" in annotation else f"#{annotation.get('/Dest', '')}"
    return str(annotation.get("/Contents", "")), target


def _attributes(value: Any) -> dict[str, Any]:
    """All attributes of an element, whoever owns them, as plain values."""
    made: dict[str, Any] = {}
    if isinstance(value, pikepdf.Array):
        for one in value:
            made |= _attributes(one)
    elif isinstance(value, pikepdf.Dictionary):
        made = {str(key)[1:]: _plain(item) for key, item in value.items() if key != "/O"}
    return made


def _plain(value: Any) -> Any:
    if isinstance(value, pikepdf.Array):
        return tuple(_plain(item) for item in value)
    if isinstance(value, pikepdf.Name):
        return str(value)[1:]
    return str(value) if isinstance(value, pikepdf.String) else value
