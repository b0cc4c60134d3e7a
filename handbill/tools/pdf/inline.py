"""Links, pictures, short forms and notes: what stands within a line."""

from __future__ import annotations

from collections.abc import Iterator

from handbill.tools.pdf.elements import Kid, is_inline, kids_of, made_of, maker, paragraphs, split
from handbill.tools.pdf.tree import Elem, Leaf, Node


@maker("a")
def _link(elem: Elem, lang: str) -> list[Kid]:
    kids = kids_of(elem, lang)
    if "href" not in elem.attrib or not elem.annotations:
        return kids
    if any(not is_inline(kid) for kid in kids):
        kids = paragraphs(kids)
    node = Node("Link", kids, alt=elem.attrib.get("aria-label", ""), source=elem)
    if {"doc-noteref", "doc-biblioref"} & set(elem.roles):
        return [Node("Reference", [node])]
    return [node]


@maker("abbr", "acronym")
def _abbreviation(elem: Elem, lang: str) -> list[Kid]:
    kids = kids_of(elem, lang)
    if title := elem.attrib.get("title", "").strip():
        return [Node("Span", kids, expansion=title, source=elem)]
    return kids


@maker("img", "svg")
def _picture(elem: Elem, lang: str) -> list[Kid]:
    kind = "Formula" if "math" in elem.classes else "Figure"
    alt = elem.attrib.get("alt") or elem.title or elem.attrib.get("aria-label", "")
    return [Node(kind, list(_all_leaves(elem)), alt=" ".join(alt.split()), source=elem)]


def _all_leaves(elem: Elem) -> Iterator[Leaf]:
    for kid in elem.kids:
        if isinstance(kid, Leaf):
            yield kid
        else:
            yield from _all_leaves(kid)


@maker(roles=["doc-footnote"])
def _footnote(elem: Elem, lang: str) -> list[Kid]:
    """A note at the foot of the page: the call where it stands in the text, and the note right after it."""
    calls, rest = split(elem, lambda kid: isinstance(kid, Elem) and kid.pseudo == "footnote-call")
    labels = [kid for kid in rest if isinstance(kid, Elem) and kid.pseudo == "footnote-marker"]
    body = made_of((kid for kid in rest if kid not in labels), lang)
    label = made_of(labels, lang)
    note = Node("Note", [*([Node("Lbl", label)] if label else []), *paragraphs(body)], source=elem)
    call = made_of(calls, lang)
    return [*([Node("Reference", call)] if call else []), note]
