"""The structure trees of all parts as one tree (ISO 32000-1, 14.7)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from handbill.tools.pdf.merge_part import Part


class Tags:
    """Adds the trees of parts to that of the target, which is the tree of the first part."""

    def __init__(self, target: Pdf, spine: Sequence[str]) -> None:
        """`spine` are the types of the elements that a part opens only because the document does, outermost first."""
        self._target = target
        self._spine = spine
        self._root = target.Root.StructTreeRoot
        self._document = self._root.K[0]
        self._numbers: list[Any] = []
        self._ids: list[tuple[bytes, Any]] = []
        self._next = 0

    def add(self, part: Part) -> None:
        """The tree of a part whose pages are in the target already. Every number in it moves beyond those before."""
        own = part.source is self._target
        root = self._root if own else self._target.copy_foreign(part.source.Root.StructTreeRoot)
        offset = self._next
        numbers = root.ParentTree.Nums
        for index in range(0, len(numbers), 2):
            self._numbers += [int(numbers[index]) + offset, numbers[index + 1]]
        self._next += len(numbers) // 2
        if offset:
            _renumber(part, offset)
        if "/IDTree" in root:
            names = root.IDTree.Names
            self._ids += [(bytes(names[index]), names[index + 1]) for index in range(0, len(names), 2)]
        if not own:
            self._join(self._document, root.K[0], list(self._spine))

    def finish(self) -> None:
        """Write the tables from numbers and names to elements."""
        self._root.ParentTree = self._target.make_indirect(Dictionary(Nums=Array(self._numbers)))
        if self._ids:
            pairs = [item for name, element in sorted(self._ids, key=lambda pair: pair[0]) for item in (name, element)]
            self._root.IDTree = Dictionary(Names=Array([_text(item) for item in pairs]))

    def _join(self, above: Object, other: Object, spine: list[str]) -> None:
        """What is in `other` at the end of `above`; one level deeper where both go on with the same element."""
        kids = list(_kids(other))
        last = list(_kids(above))[-1:] or [None]
        if spine and kids and _is(kids[0], spine[0]) and _is(last[0], spine[0]):
            self._join(last[0], kids[0], spine[1:])
            kids = kids[1:]
        if not kids:
            return
        for kid in kids:
            if isinstance(kid, Dictionary) and kid.get("/Type") == Name.StructElem:
                kid.P = above
        above.K = Array([*_kids(above), *kids])


def _kids(element: Object) -> Iterator[Any]:
    found = element.get("/K")
    if found is not None:
        yield from found if isinstance(found, Array) else [found]


def _is(element: Any, kind: str) -> bool:
    return isinstance(element, Dictionary) and element.get("/S") == Name(f"/{kind}")


def _text(item: Any) -> Any:
    return String(item) if isinstance(item, bytes) else item


def _renumber(part: Part, offset: int) -> None:
    seen: set[tuple[int, int]] = set()
    for page in part.pages:
        page.StructParents = int(page.StructParents) + offset
        for annotation in page.get("/Annots", ()):
            if "/StructParent" in annotation:
                annotation.StructParent = int(annotation.StructParent) + offset
    for form in _forms(part.resources, seen):
        form.StructParents = int(form.StructParents) + offset


def _forms(resources: Object, seen: set[tuple[int, int]]) -> Iterator[Object]:
    """The forms below these resources that hold marked content."""
    for form in resources.get("/XObject", {}).values():
        if form.objgen in seen or form.get("/Subtype") != Name.Form:
            continue
        seen.add(form.objgen)
        if "/StructParents" in form:
            yield form
        if "/Resources" in form:
            yield from _forms(form.Resources, seen)
