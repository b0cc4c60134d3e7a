"""The cascade of a page's own style sheets, as far as it decides what can be read.

tinycss2 parses and cssselect2 matches; here declarations win. What a browser alone knows (scripts, hovering, the width
of the window) is left out: rules for it are not followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import cssselect2
import tinycss2
from lxml import etree

from handbill.inspect.cascade_look import TAKEN, Declared, Look, look_of

LIGHT, DARK = "light", "dark"
_UNSEEN = frozenset({"head", "script", "style", "template", "svg", "math"})
_PSEUDO = ("before", "after")
_SITUATED = ("[", "+", "~", ":first", ":last", ":nth", ":only", ":has", ":empty", ":lang", ":dir")
"""What makes a selector depend on more than the names, classes and ids of an element and of those around it."""
_DATA = re.compile(r"""url\((["']?)data:[^"')]*\1\)""")
"""Fonts and pictures inside a sheet are most of it, and say nothing of its colours."""
_ID = re.compile(r"#([\w-]+)")

_Match = tuple[Any, str | None, str, list[Declared]]
"""A rule that matches: its weight, the pseudo-element or None, the scheme it is for, what it declares."""
_Looks = dict[str, Look]


class Cascade:
    """The style sheets of a page. `schemes` are the schemes of colours that they know."""

    def __init__(self, sheets: Sequence[str]) -> None:
        self.schemes: tuple[str, ...] = (LIGHT,)
        self._plain, self._situated = cssselect2.Matcher(), cssselect2.Matcher()
        self._rules = 0
        self._ids: set[str] = set()
        self._matches: dict[Any, list[_Match]] = {}
        self._looks: dict[Any, tuple[_Looks, tuple[tuple[str, Look], ...]]] = {}
        for sheet in sheets:
            self._read(tinycss2.parse_stylesheet(_DATA.sub("url()", sheet), skip_comments=True, skip_whitespace=True), "")

    def _read(self, rules: Sequence[Any], scheme: str) -> None:
        for rule in rules:
            if rule.type == "qualified-rule":
                self._add(rule, scheme)
            elif rule.type == "at-rule" and rule.content is not None and (only := _scheme(rule)) is not None:
                self._read(tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True), only or scheme)

    def _add(self, rule: Any, scheme: str) -> None:
        selector = tinycss2.serialize(rule.prelude).strip()
        declarations = [
            Declared(item.name if item.name.startswith("--") else item.lower_name, item.value, item.important, selector)
            for item in tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
            if item.type == "declaration" and (item.lower_name in TAKEN or item.name.startswith("--"))
        ]
        if not declarations:
            return
        try:
            selectors = cssselect2.compile_selector_list(rule.prelude)
        except cssselect2.SelectorError:  # what no browser knows either, or only the newest
            return
        if scheme == DARK:
            self.schemes = (LIGHT, DARK)
        self._ids |= set(_ID.findall(selector))
        matcher = self._situated if any(sign in selector for sign in _SITUATED) else self._plain
        for compiled in selectors:
            # Each matcher counts for itself; the common number keeps the order of the sheets between the two.
            self._rules += 1
            matcher.add_selector(compiled, (self._rules, scheme, declarations))

    def looks(self, root: etree._Element, starts: _Looks) -> list[tuple[str, Look]]:
        """Every look that a shown text of the page has, in each of the schemes of `starts`, with the first text of that look.

        Words that style sheets add are texts, too.
        """
        found: dict[int, tuple[str, Look]] = {}
        self._walk(cssselect2.ElementWrapper.from_html_root(root), starts, (), found)
        return list(found.values())

    def _walk(self, wrapper: Any, above: _Looks, key: Any, found: dict[int, tuple[str, Look]]) -> None:
        element = wrapper.etree_element
        name = etree.QName(element).localname
        if name in _UNSEEN or element.get("hidden") is not None:
            return
        identifier = element.get("id")
        key = (key, name, element.get("class"), identifier if identifier in self._ids else None)
        looks, added = self._looks_of(wrapper, above, key)
        fresh = [look for look in looks.values() if id(look) not in found]
        if fresh and (words := " ".join(filter(None, [_bare(element.text), *(_bare(kid.tail) for kid in element)]))):
            found |= {id(look): (words, look) for look in fresh}
        for words, look in added:
            found.setdefault(id(look), (words, look))
        if looks:
            for kid in wrapper.iter_children():
                self._walk(kid, looks, key, found)

    def _looks_of(self, wrapper: Any, above: _Looks, key: Any) -> tuple[_Looks, tuple[tuple[str, Look], ...]]:
        """The element's looks, none where it is not shown, and the words that rules add to it.

        Elements of the same names in the same surroundings look alike, unless a rule asks for more than names.
        """
        situated = [_match(*found) for found in self._situated.match(wrapper)]
        style = wrapper.etree_element.get("style", "")
        place = (id(above), key, tuple(match[0] for match in situated), style)
        if place not in self._looks:
            if key not in self._matches:
                self._matches[key] = [_match(*found) for found in self._plain.match(wrapper)]
            inline: list[_Match] = [(((9, 0, 0), 0), None, "", list(_inline(style)))] if style else []
            self._looks[place] = _seen([*self._matches[key], *situated, *inline], above, key[1])
        return self._looks[place]


def _match(specificity: Any, order: int, pseudo: str | None, rule: tuple[int, str, list[Declared]]) -> _Match:
    number, scheme, declarations = rule
    return (specificity, number), pseudo, scheme, declarations


def _seen(matches: list[_Match], above: _Looks, name: str) -> tuple[_Looks, tuple[tuple[str, Look], ...]]:
    looks: _Looks = {}
    added: list[tuple[str, Look]] = []
    for scheme, before in above.items():
        look = look_of(_winning(matches, None, scheme), before, name)
        if not look.shown:
            continue
        looks[scheme] = look
        for pseudo in _PSEUDO:
            won = _winning(matches, pseudo, scheme)
            if "content" in won and (said := _generated(won["content"].value)):
                added.append((said, look_of(won, look, "")))
    return looks, tuple(added)


def _scheme(rule: Any) -> str | None:
    """The scheme of colours for which the rules inside hold, "" for any; None when they are for another situation."""
    if rule.lower_at_keyword != "media":
        return "" if rule.lower_at_keyword in ("supports", "layer") else None
    words = {token.lower_value for token in _flat(rule.prelude) if token.type == "ident"}
    if words & {"print", "forced-colors", "prefers-contrast", "max-width", "not"}:
        return None
    return DARK if "dark" in words else LIGHT if "light" in words else ""


def _flat(tokens: Sequence[Any]) -> Iterator[Any]:
    for token in tokens:
        yield token
        yield from _flat(getattr(token, "content", None) or getattr(token, "arguments", None) or ())


def _bare(text: str | None) -> str:
    return " ".join((text or "").split())


def _generated(value: Sequence[Any]) -> str:
    """The words of `content`; a counter or an attribute stands for some."""
    told = (token.value if token.type == "string" else "…" for token in value if token.type in ("string", "function"))
    return " ".join("".join(told).split())


def _inline(style: str) -> Iterator[Declared]:
    for item in tinycss2.parse_blocks_contents(style, skip_comments=True, skip_whitespace=True):
        if item.type == "declaration":
            yield Declared(item.name if item.name.startswith("--") else item.lower_name, item.value, item.important, "")


def _winning(matches: Sequence[_Match], pseudo: str | None, scheme: str) -> dict[str, Declared]:
    """The declaration of each property that wins: important ones, then by specificity, then the last."""
    won: dict[str, Declared] = {}
    chosen = [match for match in matches if match[1] == pseudo and match[2] in ("", scheme)]
    for match in sorted(chosen, key=lambda found: found[0]):
        for declared in match[3]:
            before = won.get(declared.name)
            if before is None or declared.important or not before.important:
                won.pop(declared.name, None)  # the later one comes last, so that a shorthand meets its parts in order
                won[declared.name] = declared
    return won
