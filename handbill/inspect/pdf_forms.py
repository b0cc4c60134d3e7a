"""Form XObjects of a page in the order in which their first marked text is painted: the order in which PDFium meets them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pikepdf

_SHOWS = frozenset({"Tj", "TJ", "'", '"'})
ObjectId = tuple[int, int]


def painted_forms(page: pikepdf.Page) -> tuple[ObjectId, ...]:
    """Identities of the forms of a page that hold marked text themselves, whatever holds them."""
    found: dict[ObjectId, None] = {}
    for form in _texts(page.obj, None):
        if form is not None:
            found.setdefault(form)
    return tuple(found)


def _texts(holder: Any, form: ObjectId | None) -> Iterator[ObjectId | None]:
    """For every marked text below `holder`, in order of painting, the form that it stands in (None for the page)."""
    forms = holder.get("/Resources", {}).get("/XObject", {})
    marks: list[bool] = []
    for instruction in pikepdf.parse_content_stream(holder):
        operator = str(instruction.operator)
        if operator in ("BDC", "BMC"):
            last = instruction.operands[-1]
            marks.append(isinstance(last, pikepdf.Dictionary) and "/MCID" in last)
        elif operator == "EMC":
            marks.pop()
        elif operator in _SHOWS and any(marks):
            yield form
        elif operator == "Do":
            inner = forms.get(instruction.operands[0])
            if inner is not None and inner.get("/Subtype") == pikepdf.Name.Form:
                yield from _texts(inner, inner.objgen)
