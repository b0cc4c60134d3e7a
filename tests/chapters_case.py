"""A document laid out as a whole beside the same document laid out in chapters: what differs."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pikepdf

from handbill.inspect.pdf_read import Reading, read_pdf
from handbill.inspect.pdf_tags import Tag

_SLACK = 0.02
"""Points: numbers are written with six digits, and added up from another beginning."""


def differences(whole: bytes, apart: bytes) -> list[str]:
    """Everything that a reader, a listener or a program could meet otherwise in one file than in the other."""
    one, other = read_pdf(whole), read_pdf(apart)
    return [*_pages(one, other), *_document(one, other), *_tags(one.tags, other.tags), *_objects(whole, apart)]


def _pages(one: Reading, other: Reading) -> Iterator[str]:
    if len(one.pages) != len(other.pages):
        yield f"{len(one.pages)} pages, {len(other.pages)} apart"
    for left, right in zip(one.pages, other.pages, strict=False):
        if (left.size, left.crop, left.trim, left.bleed) != (right.size, right.crop, right.trim, right.bleed):
            yield f"page {left.number + 1}: boxes"
        if left.text != right.text:
            yield f"page {left.number + 1}: text {_first(left.text.split(), right.text.split())}"
        runs = [[(r.text, r.actual, r.font, r.size, r.box) for r in sorted(p.runs, key=_place)] for p in (left, right)]
        if len(runs[0]) != len(runs[1]):
            yield f"page {left.number + 1}: {len(runs[0])} runs, {len(runs[1])} apart"
        for a, b in zip(*runs, strict=False):
            if a[:4] != b[:4] or any(abs(x - y) > _SLACK for x, y in zip(a[4], b[4], strict=True)):
                yield f"page {left.number + 1}: {a} is {b} apart"
                break


def _place(run: Any) -> Any:
    return (round(run.box[1]), round(run.box[0]), run.text)


def _document(one: Reading, other: Reading) -> Iterator[str]:
    for name in ("outline", "language", "title", "links", "conformance"):
        if getattr(one, name) != getattr(other, name):
            yield f"{name}: {_first(getattr(one, name), getattr(other, name))}"


def _tags(one: Tag | None, other: Tag | None, where: str = "") -> Iterator[str]:
    assert one is not None
    assert other is not None
    where = f"{where}/{one.type}"
    facts = [(t.type, t.lang, t.alt, t.expansion, bool(t.id), t.links, _attributes(t)) for t in (one, other)]
    if facts[0] != facts[1]:
        yield f"{where}: {facts[0]} is {facts[1]} apart"
    words = [[str(kid) for kid in t.kids if not isinstance(kid, Tag)] for t in (one, other)]
    if words[0] != words[1]:
        yield f"{where}: words {_first(words[0], words[1])}"
    inner = [[kid for kid in t.kids if isinstance(kid, Tag)] for t in (one, other)]
    if len(inner[0]) != len(inner[1]):
        yield f"{where}: {len(inner[0])} elements, {len(inner[1])} apart"
    for a, b in zip(*inner, strict=False):
        yield from _tags(a, b, where)


def _attributes(tag: Tag) -> dict[str, Any]:
    """Attributes without the names of header cells, which only must be the right ones: how many there are counts."""
    made = {name: value for name, value in tag.attributes.items() if name not in ("Headers", "BBox")}
    box = [round(float(part), 1) for part in tag.attributes.get("BBox", ())]
    return {**made, "headers": len(tag.attributes.get("Headers", ())), "box": box}


def _objects(whole: bytes, apart: bytes) -> Iterator[str]:
    with pikepdf.open(io.BytesIO(whole)) as one, pikepdf.open(io.BytesIO(apart)) as other:
        for name, read in (
            ("places", _places),
            ("bookmarks", _bookmarks),
            ("rectangles", _rectangles),
            ("numbers", _numbers),
        ):
            left, right = read(one), read(other)
            if left != right:
                yield f"{name}: {_first(left, right)}"
        if str(one.docinfo) != str(other.docinfo):
            yield f"information: {one.docinfo} is {other.docinfo} apart"
        if one.Root.Metadata.read_bytes() != other.Root.Metadata.read_bytes():
            yield "metadata"
        yield from _fonts(one, other)


def _at(pdf: pikepdf.Pdf, place: Any) -> tuple[int, ...]:
    pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
    return (pages[place[0].objgen], *(round(float(part)) for part in list(place)[2:4]))


def _places(pdf: pikepdf.Pdf) -> list[Any]:
    names = pdf.Root.Names.Dests.Names if "/Names" in pdf.Root else []
    return sorted((str(names[index]), _at(pdf, names[index + 1])) for index in range(0, len(names), 2))


def _bookmarks(pdf: pikepdf.Pdf) -> list[Any]:
    def visit(item: Any, level: int) -> Iterator[Any]:
        while item is not None:
            yield level, str(item.Title), _at(pdf, item.Dest), int(item.Count)
            yield from visit(item.get("/First"), level + 1)
            item = item.get("/Next")

    return list(visit(pdf.Root.Outlines.get("/First"), 1)) if "/Outlines" in pdf.Root else []


def _rectangles(pdf: pikepdf.Pdf) -> list[Any]:
    return [
        (
            number,
            [round(float(part), 1) for part in note.Rect],
            str(note.get("/Contents", "")),
            str(note.get("/Dest", "")),
        )
        for number, page in enumerate(pdf.pages)
        for note in page.obj.get("/Annots", ())
    ]


def _numbers(pdf: pikepdf.Pdf) -> list[Any]:
    """From page, form and annotation to the types of their elements, by the tree of numbers."""
    nums = pdf.Root.StructTreeRoot.ParentTree.Nums
    tree = {int(nums[index]): nums[index + 1] for index in range(0, len(nums), 2)}
    assert len(tree) == len(nums) // 2, "two entries have the same number"
    found: list[Any] = []
    for number, page in enumerate(pdf.pages):
        found.append((number, [str(element.S) for element in tree[int(page.obj.StructParents)]]))
        found += [(number, str(tree[int(note.StructParent)].S)) for note in page.obj.get("/Annots", ())]
    return found


def _fonts(one: pikepdf.Pdf, other: pikepdf.Pdf) -> Iterator[str]:
    """Every font of the whole is there once, with the same glyphs."""
    left, right = (
        sorted({(_family(font), _glyphs(font)) for page in pdf.pages for font in page.Resources.Font.values()})
        for pdf in (one, other)
    )
    if left != right:
        yield f"fonts: {_first(left, right)}"


def _family(font: Any) -> str:
    return str(font.BaseFont).partition("+")[2]


def _glyphs(font: Any) -> tuple[str, bytes]:
    inner = font.DescendantFonts[0] if "/DescendantFonts" in font else font
    letters = font.ToUnicode.read_bytes().split(b"endcodespacerange")[-1]
    return str(inner.get("/W")), b"".join(sorted(line for line in letters.splitlines() if line.startswith(b"<")))


def _first(left: Any, right: Any) -> str:
    """The first item that differs, and how many there are."""
    for index, (a, b) in enumerate(zip(left, right, strict=False)):
        if a != b:
            return f"at {index}: {a!r} is {b!r} apart"
    return (
        f"{len(left)}, {len(right)} apart: {(left if len(left) > len(right) else right)[min(len(left), len(right))]!r}"
    )
