"""Lists, terms and their meanings, tables of contents."""

from __future__ import annotations

from collections.abc import Iterable

from handbill.tools.pdf.elements import Kid, convert, kids_of, made_of, maker, paragraphs, split
from handbill.tools.pdf.tree import Elem, Leaf, Node

_CSL_BOXES = {"csl-left-margin", "csl-right-inline"}
_NUMBERING = {"1": "Decimal", "a": "LowerAlpha", "A": "UpperAlpha", "i": "LowerRoman", "I": "UpperRoman"}


@maker("ul", "ol", "menu", roles=["list"])
def _list(elem: Elem, lang: str) -> list[Kid]:
    node = Node("L", source=elem)
    for kid in kids_of(elem, lang):
        if isinstance(kid, Node) and kid.type in ("LI", "L", "Caption"):
            node.kids.append(kid)
        else:
            node.kids.append(Node("LI", [Node("LBody", [kid])]))
    if not node.kids:
        return []
    if elem.tag == "ol":
        node.attributes["List"] = {"ListNumbering": _NUMBERING.get(elem.attrib.get("type", "1"), "Decimal")}
    elif elem.tag in ("ul", "menu"):
        node.attributes["List"] = {"ListNumbering": "Disc" if any(n.type == "Lbl" for n in node.nodes()) else "None"}
    return [node]


@maker("li", roles=["listitem"])
def _item(elem: Elem, lang: str) -> list[Kid]:
    """Marker and body. Where a style sheet hides the marker, `li::before` is what people see as one."""
    labels, rest = split(elem, _marks_item)
    body = Node("LBody", _inside(rest, lang))
    if elem.attrib.get("id", "").startswith("fn") and "doc-endnotes" in _roles_above(elem):
        body.kids = [Node("Note", paragraphs(body.kids), source=elem)]
    label = _inside(labels, lang)
    return [Node("LI", [*([Node("Lbl", label)] if label else []), body], source=elem)]


def _inside(parts: Iterable[Elem | Leaf], lang: str) -> list[Kid]:
    """What stands for parts of an item. The boxes that pandoc puts number and text of a source in say no more."""
    opened: list[Elem | Leaf] = []
    for part in parts:
        opened += part.kids if isinstance(part, Elem) and _CSL_BOXES & set(part.classes) else [part]
    return made_of(opened, lang)


def _marks_item(kid: Elem | Leaf) -> bool:
    return isinstance(kid, Elem) and (kid.pseudo in ("marker", "before") or "csl-left-margin" in kid.classes)


def _roles_above(elem: Elem) -> list[str]:
    roles: list[str] = []
    above = elem.parent
    while above is not None:
        roles += above.roles
        above = above.parent
    return roles


@maker("dl")
def _definitions(elem: Elem, lang: str) -> list[Kid]:
    """A list whose labels are the terms. A `div` in a `dl` only groups."""
    node = Node("L", source=elem)
    items = [part for kid in elem.kids if isinstance(kid, Elem) for part in _terms(kid)]
    item: Node | None = None
    for part in items:
        kids = kids_of(part, lang)
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


@maker(roles=["doc-toc"])
def _contents(elem: Elem, lang: str) -> list[Kid]:
    """`<nav role="doc-toc">`: its lists become tables of contents, everything else stays what it is."""
    lists = [kid for kid in elem.kids if isinstance(kid, Elem) and kid.tag in ("ul", "ol")]
    made: list[Kid] = []
    for kid in elem.kids:
        if kid in lists and isinstance(kid, Elem):
            made.append(_contents_list(kid, lang))
        else:
            made += [kid] if isinstance(kid, Leaf) else convert(kid, lang)
    return [Node("Sect", paragraphs(made), source=elem)] if made else []


def _contents_list(elem: Elem, lang: str) -> Node:
    node = Node("TOC", source=elem)
    for kid in elem.kids:
        if not isinstance(kid, Elem):
            continue
        deeper, rest = split(kid, lambda part: isinstance(part, Elem) and part.tag in ("ul", "ol"))
        labels, words = split(Elem(kid.tag, kids=rest), _marks_item)
        item = Node("TOCI", source=kid)
        if label := made_of(labels, lang):
            item.kids.append(Node("Lbl", label))
        if made := [_unwrapped(part) for part in made_of(words, lang)]:
            item.kids.append(Node("Reference", made))
        item.kids += [_contents_list(part, lang) for part in deeper if isinstance(part, Elem)]
        node.kids.append(item)
    return node


def _unwrapped(kid: Kid) -> Kid:
    """A reference's link need not sit in a reference of its own."""
    return kid.kids[0] if isinstance(kid, Node) and kid.type == "Reference" and len(kid.kids) == 1 else kid
