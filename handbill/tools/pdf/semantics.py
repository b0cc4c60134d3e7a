"""HTML elements become structure elements: the meaning of the tags, without any layout.

The rules follow ISO 32000-1, 14.8.4 (what may stand in what), ISO 14289-1 (what PDF/UA adds) and the
Tagged PDF Best Practice Guide. Elements that say nothing to a listener (`span`, `em`, anonymous boxes)
leave no tag behind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from handbill.tools.pdf.tables import associate
from handbill.tools.pdf.tree import Elem, Leaf, Node

Kid = Node | Leaf

_PLAIN = {
    "article": "Art", "section": "Sect", "nav": "Sect", "aside": "Sect", "main": "Part",
    "blockquote": "BlockQuote", "p": "P", "pre": "P", "summary": "P", "legend": "P",
    "h1": "H1", "h2": "H2", "h3": "H3", "h4": "H4", "h5": "H5", "h6": "H6",
    "caption": "Caption", "figcaption": "Caption",
    "thead": "THead", "tbody": "TBody", "tfoot": "TFoot", "tr": "TR",
    "q": "Quote", "code": "Code", "samp": "Code",
}  # fmt: skip
_DIV = {"div", "header", "footer", "address", "figure", "details", "fieldset", "form", "hgroup", "center", "search"}
_GROUPING = {"Document", "Part", "Art", "Sect", "Div", "BlockQuote", "Note"}
"""Elements that hold blocks: words directly in them get a paragraph of their own."""
_INLINE = {"Span", "Quote", "Code", "Link", "Reference", "Figure", "Formula"}
_TABLE_PARTS = {"THead", "TBody", "TFoot", "TR", "TH", "TD"}
_NUMBERING = {"1": "Decimal", "a": "LowerAlpha", "A": "UpperAlpha", "i": "LowerRoman", "I": "UpperRoman"}
_HEADER_SCOPES = {"col": "Column", "colgroup": "Column", "row": "Row", "rowgroup": "Row"}


def build(root: Elem) -> Node:
    """The structure tree of a document whose `<html>` element is `root`."""
    document = Node("Document", _paragraphs(_kids(root, "")), source=root)
    for number, node in enumerate(n for n in document.nodes() if n.type == "Note"):
        node.id = f"note-{number + 1}"
    for number, table in enumerate(n for n in document.nodes() if n.type == "Table"):
        associate(table, f"t{number + 1}")
    return document


def _convert(elem: Elem, lang: str) -> list[Kid]:
    """The structure elements that stand for `elem`: one, none, or its kids' where it says nothing itself."""
    own = elem.attrib.get("lang", "") if not elem.pseudo else ""
    inner = own or lang
    made = _make(elem, inner)
    if own and own.lower() != lang.lower():
        made = _speak(made, own, elem)
    if elem.attrib.get("dir") == "rtl" and not elem.pseudo:
        for node in made:
            if isinstance(node, Node) and node.type not in _INLINE:
                node.attributes.setdefault("Layout", {})["WritingMode"] = "RlTb"
    return made


def _make(elem: Elem, lang: str) -> list[Kid]:
    if elem.pseudo:
        return _kids(elem, lang)
    for role in elem.roles:
        if maker := _ROLES.get(role):
            return maker(elem, lang)
    if any(isinstance(kid, Elem) and kid.pseudo == "footnote-call" for kid in elem.kids):
        return _footnote(elem, lang)
    if maker := _MAKERS.get(elem.tag):
        return maker(elem, lang)
    if elem.tag in _PLAIN:
        node = Node(_PLAIN[elem.tag], _kids(elem, lang), source=elem)
        if node.type in _GROUPING:
            node.kids = _paragraphs(node.kids)
        elif node.type == "TR":
            node.kids = [kid for kid in node.kids if isinstance(kid, Node)]
        return [node] if node.kids or node.type in _TABLE_PARTS else []
    if elem.tag in _DIV:
        return _div(elem, lang)
    return _kids(elem, lang)


def _kids(elem: Elem, lang: str) -> list[Kid]:
    made: list[Kid] = []
    for kid in elem.kids:
        made += [kid] if isinstance(kid, Leaf) else _convert(kid, lang)
    return made


def _speak(made: list[Kid], lang: str, elem: Elem) -> list[Kid]:
    """Put the language on the one node there is, else on a span around the words or on each block."""
    if not made:
        return made
    if all(_is_inline(kid) for kid in made) and not (len(made) == 1 and isinstance(made[0], Node)):
        return [Node("Span", made, lang=lang, source=elem)]
    for kid in made:
        if isinstance(kid, Node) and not kid.lang:
            kid.lang = lang
    return made


def _is_inline(kid: Kid) -> bool:
    return isinstance(kid, Leaf) or kid.type in _INLINE


def _paragraphs(kids: list[Kid]) -> list[Kid]:
    """Words and inline elements that stand among blocks, each run of them in a paragraph."""
    made: list[Kid] = []
    run: list[Kid] = []

    def close() -> None:
        if run:
            alone = len(run) == 1 and isinstance(run[0], Node) and run[0].type in ("Figure", "Formula")
            made.append(run[0] if alone else Node("P", list(run)))
            run.clear()

    for kid in kids:
        if _is_inline(kid):
            run.append(kid)
        else:
            close()
            made.append(kid)
    close()
    return made


def _div(elem: Elem, lang: str) -> list[Kid]:
    """A `Div` only where it holds several blocks; around a single one it would be noise."""
    kids = _paragraphs(_kids(elem, lang))
    if len(kids) < 2:
        return kids
    return [Node("Div", kids, source=elem)]


# Lists


def _list(elem: Elem, lang: str) -> list[Kid]:
    node = Node("L", source=elem)
    for kid in _kids(elem, lang):
        if isinstance(kid, Node) and kid.type in ("LI", "L", "Caption"):
            node.kids.append(kid)
        else:
            node.kids.append(Node("LI", [Node("LBody", [kid])]))
    if not node.kids:
        return []
    if elem.tag == "ol":
        node.attributes["List"] = {"ListNumbering": _NUMBERING.get(elem.attrib.get("type", "1"), "Decimal")}
    elif any(n.type == "Lbl" for kid in node.kids if isinstance(kid, Node) for n in kid.kids if isinstance(n, Node)):
        node.attributes["List"] = {"ListNumbering": "Disc"}
    return [node]


def _item(elem: Elem, lang: str) -> list[Kid]:
    """Marker and body. Where a style sheet hides the marker, `li::before` is what people see as one."""
    labels, rest = _split(elem, _marks_item)
    body = Node("LBody", _made(rest, lang))
    if elem.attrib.get("id", "").startswith("fn") and "doc-endnotes" in _roles_above(elem):
        body.kids = [Node("Note", _paragraphs(body.kids), source=elem)]
    label = _made(labels, lang)
    return [Node("LI", [*([Node("Lbl", label)] if label else []), body], source=elem)]


def _marks_item(kid: Elem | Leaf) -> bool:
    return isinstance(kid, Elem) and (
        kid.pseudo in ("marker", "before") or "csl-left-margin" in kid.classes or "footnote-marker" in kid.pseudo
    )


def _roles_above(elem: Elem) -> list[str]:
    roles: list[str] = []
    above = elem.parent
    while above is not None:
        roles += above.roles
        above = above.parent
    return roles


def _split(elem: Elem, first: Callable[[Elem | Leaf], bool]) -> tuple[list[Elem | Leaf], list[Elem | Leaf]]:
    return [kid for kid in elem.kids if first(kid)], [kid for kid in elem.kids if not first(kid)]


def _made(kids: Iterable[Elem | Leaf], lang: str) -> list[Kid]:
    made: list[Kid] = []
    for kid in kids:
        made += [kid] if isinstance(kid, Leaf) else _convert(kid, lang)
    return made


def _definitions(elem: Elem, lang: str) -> list[Kid]:
    """A list whose labels are the terms. A `div` in a `dl` only groups."""
    node = Node("L", source=elem)
    items = [part for kid in elem.kids if isinstance(kid, Elem) for part in _terms(kid)]
    item: Node | None = None
    for part in items:
        kids = _kids(part, lang)
        if part.tag == "dt" and (item is None or any(isinstance(k, Node) and k.type == "LBody" for k in item.kids)):
            item = None
        if item is None:
            item = Node("LI")
            node.kids.append(item)
        made = Node("Lbl" if part.tag == "dt" else "LBody", kids, lang=part.attrib.get("lang", ""), source=part)
        item.kids.append(made)
    return [node] if node.kids else []


def _terms(elem: Elem) -> list[Elem]:
    if elem.tag in ("dt", "dd"):
        return [elem]
    return [part for kid in elem.kids if isinstance(kid, Elem) for part in _terms(kid)]


# Contents


def _contents(elem: Elem, lang: str) -> list[Kid]:
    """`<nav role="doc-toc">`: its lists become tables of contents, everything else stays what it is."""
    lists = [kid for kid in elem.kids if isinstance(kid, Elem) and kid.tag in ("ul", "ol")]
    made: list[Kid] = []
    for kid in elem.kids:
        if kid in lists and isinstance(kid, Elem):
            made.append(_contents_list(kid, lang))
        else:
            made += [kid] if isinstance(kid, Leaf) else _convert(kid, lang)
    return [Node("Sect", _paragraphs(made), source=elem)] if made else []


def _contents_list(elem: Elem, lang: str) -> Node:
    node = Node("TOC", source=elem)
    for kid in elem.kids:
        if not isinstance(kid, Elem):
            continue
        item = Node("TOCI", source=kid)
        node.kids.append(item)
        words: list[Kid] = []
        for part in kid.kids:
            if isinstance(part, Elem) and part.tag in ("ul", "ol"):
                item.kids.append(_contents_list(part, lang))
            else:
                words += [part] if isinstance(part, Leaf) else _convert(part, lang)
        if words:
            item.kids.insert(0, Node("Reference", [_unwrapped(kid) for kid in words]))
    return node


def _unwrapped(kid: Kid) -> Kid:
    """A reference's link need not sit in a reference of its own."""
    return kid.kids[0] if isinstance(kid, Node) and kid.type == "Reference" and len(kid.kids) == 1 else kid


# Tables


def _table(elem: Elem, lang: str) -> list[Kid]:
    kids = [kid for kid in _kids(elem, lang) if isinstance(kid, Node)]
    return [Node("Table", list(kids), source=elem)] if kids else []


def _cell(elem: Elem, lang: str) -> list[Kid]:
    spans = {
        name: number
        for name, number in (("ColSpan", _span(elem, "colspan")), ("RowSpan", _span(elem, "rowspan")))
        if number > 1
    }
    node = Node(elem.tag.upper(), _kids(elem, lang), source=elem)
    if elem.tag == "th":
        scope = elem.attrib.get("scope", "").lower()
        spans["Scope"] = _HEADER_SCOPES.get(scope, "Column")  # type: ignore[assignment]
    if spans:
        node.attributes["Table"] = dict(spans)
    return [node]


def _span(elem: Elem, name: str) -> int:
    value = elem.attrib.get(name, "1").strip()
    return max(1, int(value)) if value.isdigit() else 1


def _flat(elem: Elem, lang: str) -> list[Kid]:
    """A table for layout only: its cells' content, one after the other."""
    kids: list[Kid] = []
    for kid in elem.kids:
        if isinstance(kid, Elem) and kid.tag in ("thead", "tbody", "tfoot", "tr"):
            kids += _flat(kid, lang)
        elif isinstance(kid, Elem) and kid.tag in ("td", "th"):
            kids += _paragraphs(_kids(kid, lang))
        else:
            kids += [kid] if isinstance(kid, Leaf) else _convert(kid, lang)
    return kids


# Inline elements


def _link(elem: Elem, lang: str) -> list[Kid]:
    kids = _kids(elem, lang)
    if "href" not in elem.attrib or not elem.annotations:
        return kids
    if any(not _is_inline(kid) for kid in kids):
        kids = _paragraphs(kids)
    node = Node("Link", kids, alt=elem.attrib.get("aria-label", ""), source=elem)
    if {"doc-noteref", "doc-biblioref"} & set(elem.roles):
        return [Node("Reference", [node])]
    return [node]


def _abbreviation(elem: Elem, lang: str) -> list[Kid]:
    kids = _kids(elem, lang)
    if title := elem.attrib.get("title", "").strip():
        return [Node("Span", kids, expansion=title, source=elem)]
    return kids


def _picture(elem: Elem, lang: str) -> list[Kid]:
    leaves = [leaf for leaf in _all_leaves(elem)]
    kind = "Formula" if "math" in elem.classes else "Figure"
    alt = elem.attrib.get("alt") or elem.title or elem.attrib.get("aria-label", "")
    return [Node(kind, list(leaves), alt=" ".join(alt.split()), source=elem)]


def _all_leaves(elem: Elem) -> Iterable[Leaf]:
    for kid in elem.kids:
        if isinstance(kid, Leaf):
            yield kid
        else:
            yield from _all_leaves(kid)


def _footnote(elem: Elem, lang: str) -> list[Kid]:
    """A note at the foot of the page: the call where it stands in the text, and the note right after it."""
    calls, rest = _split(elem, lambda kid: isinstance(kid, Elem) and kid.pseudo == "footnote-call")
    labels = [kid for kid in rest if isinstance(kid, Elem) and kid.pseudo == "footnote-marker"]
    body = _made((kid for kid in rest if kid not in labels), lang)
    label = _made(labels, lang)
    note = Node("Note", [*([Node("Lbl", label)] if label else []), *_paragraphs(body)], source=elem)
    call = _made(calls, lang)
    return [*([Node("Reference", call)] if call else []), note]


_Maker = Callable[[Elem, str], list[Kid]]

_MAKERS: dict[str, _Maker] = {
    "ul": _list, "ol": _list, "menu": _list, "li": _item, "dl": _definitions,
    "table": _table, "td": _cell, "th": _cell,
    "a": _link, "abbr": _abbreviation, "acronym": _abbreviation,
    "img": _picture, "svg": _picture,
}  # fmt: skip
_ROLES: dict[str, _Maker] = {
    "list": _list, "listitem": _item, "doc-toc": _contents, "presentation": _flat, "none": _flat,
}  # fmt: skip
