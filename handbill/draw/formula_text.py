"""Formulas that letters and signs say in full, as pandoc inlines: for formats without drawings in text.

What is raised or lowered takes Unicode's own raised and lowered signs: a raised letter that is only a matter of layout
is heard, and copied, as an ordinary one, and ten to the power of five must not become 105.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from handbill.formulas import LOWERED, RAISED, placed
from handbill.pandoc_ast import stringify, text

_TIGHT = frozenset("()[]{}|,;:!′/%")
_CLOSING = frozenset(")]}|!%′")
_SCRIPTS = {"msub": (LOWERED,), "msup": (RAISED,), "msubsup": (LOWERED, RAISED)}
_INVISIBLE = dict.fromkeys(map(ord, "\u2061\u2062\u2063\u2064"))
"""MathML's signs for what is not written: the application of a function, a product, a list, a sum."""


class _NeedsDrawing(Exception):
    """A fraction, a root, an arrangement in two dimensions."""


def simple_text(mathml: bytes) -> tuple[dict[str, object], ...]:
    """The formula as text; empty when it needs to be drawn."""
    root = etree.fromstring(mathml, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    try:
        return tuple(_inlines(root))
    except _NeedsDrawing:
        return ()


def _inlines(element: etree._Element) -> Iterator[dict[str, object]]:
    name = etree.QName(element).localname
    if name in ("math", "mrow", "mstyle", "mpadded"):
        for kid in element:
            yield from _spaced(kid)
    elif name in ("mi", "mn", "mtext", "mo"):
        yield from text((element.text or "").translate(_INVISIBLE).replace("\xa0", " "))
    elif name == "mspace":
        if element.get("width", "0").rstrip("em") not in ("0", "") and not element.get("width", "").startswith("-"):
            yield {"t": "Str", "c": "\u202f"}
    elif name in _SCRIPTS:
        base, *scripts = element
        yield from _inlines(base)
        for signs, script in zip(_SCRIPTS[name], scripts, strict=True):
            yield {"t": "Str", "c": _placed(script, signs)}
    else:
        raise _NeedsDrawing


def _spaced(kid: etree._Element) -> Iterator[dict[str, object]]:
    """A sign between two things has air around it; one that has nothing before it (a minus) or binds tightly has none."""
    sign, before = _sign(kid), kid.getprevious()
    if not sign or sign in _TIGHT or before is None or (_sign(before) and _sign(before) not in _CLOSING):
        yield from _inlines(kid)
    else:
        yield {"t": "Str", "c": f"\xa0{sign}\xa0"}


def _sign(element: etree._Element) -> str:
    return (element.text or "").translate(_INVISIBLE).strip() if etree.QName(element).localname == "mo" else ""


def _placed(script: etree._Element, signs: Mapping[str, str]) -> str:
    """What is raised or lowered, in signs of its own."""
    if said := placed(stringify(list(_inlines(script))), signs):
        return said
    raise _NeedsDrawing
