"""Table cells, and tables that are none."""

from __future__ import annotations

from handbill.tools.pdf.elements import Kid, convert, kids_of, maker, paragraphs
from handbill.tools.pdf.tree import Elem, Leaf, Node

_HEADER_SCOPES = {"col": "Column", "colgroup": "Column", "row": "Row", "rowgroup": "Row"}


@maker("table")
def _table(elem: Elem, lang: str) -> list[Kid]:
    kids = [kid for kid in kids_of(elem, lang) if isinstance(kid, Node)]
    return [Node("Table", list(kids), source=elem)] if kids else []


@maker("td", "th")
def _cell(elem: Elem, lang: str) -> list[Kid]:
    spans = {
        name: number
        for name, number in (("ColSpan", _span(elem, "colspan")), ("RowSpan", _span(elem, "rowspan")))
        if number > 1
    }
    node = Node(elem.tag.upper(), kids_of(elem, lang), source=elem)
    if elem.tag == "th":
        scope = elem.attrib.get("scope", "").lower()
        spans["Scope"] = _HEADER_SCOPES.get(scope, "Column")  # type: ignore[assignment]
    if spans:
        node.attributes["Table"] = dict(spans)
    return [node]


def _span(elem: Elem, name: str) -> int:
    value = elem.attrib.get(name, "1").strip()
    return max(1, int(value)) if value.isdigit() else 1


@maker(roles=["presentation", "none"])
def _flat(elem: Elem, lang: str) -> list[Kid]:
    """A table for layout only: its cells' content, one after the other."""
    kids: list[Kid] = []
    for kid in elem.kids:
        if isinstance(kid, Elem) and kid.tag in ("thead", "tbody", "tfoot", "tr"):
            kids += _flat(kid, lang)
        elif isinstance(kid, Elem) and kid.tag in ("td", "th"):
            kids += paragraphs(kids_of(kid, lang))
        else:
            kids += [kid] if isinstance(kid, Leaf) else convert(kid, lang)
    return kids
