"""The names that a page template may use, and those in a template that nobody gives it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from jinja2 import Environment, meta, nodes

from handbill.schema import EditionFile, Output, Publication

NAMES = frozenset({
    "publication", "title", "language", "direction", "edition", "output", "words", "draft", "overdue", "notice", "authors", "keywords",
    "last_reviewed", "next_review", "css_string", "css",  # every page
    "toc", "body", "chapters",  # a document
    "slides", "masthead", "sheets", "title_size", "theme", "screen", "script", "vendor",  # a deck
    "picture", "subtitle_size",  # the cover
    "shelves", "quality",  # the list of files
    "files", "known_lines", "anchor", "profile", "as_of", "shown", "limits",  # the report
})  # fmt: skip
"""All that pages are filled in with; `render.page.fill_template` gives no other."""

_MODELS: Mapping[str, Any] = {"publication": Publication, "edition": EditionFile, "output": Output}
_GIVING = re.compile(r"\{%[-+]?\s*(?:set|for|with|macro|call|import|from)\b(.*?)%\}", re.DOTALL)
_WORD = re.compile(r"[A-Za-z_]\w*")


def given(templates: Iterable[str]) -> frozenset[str]:
    """The names that templates give themselves or those that they include: at least all of them."""
    return frozenset(word for text in templates for head in _GIVING.findall(text) for word in _WORD.findall(head))


def unknown(
    environment: Environment, tree: nodes.Template, own: Collection[str], words: Collection[str]
) -> Iterator[tuple[str, int, tuple[str, ...]]]:
    """Each name that will not be there when a template is filled in: its line, and the names of which it may be one.

    own    the names that templates give themselves
    words  the keys of `words`, the engine's own words in the publication's language
    """
    guarded = set(_guarded(tree))
    names = {*NAMES, *own, *environment.globals}
    lost = meta.find_undeclared_variables(tree) - names - guarded
    for node in tree.find_all(nodes.Name):
        if node.ctx == "load" and node.name in lost:
            lost.discard(node.name)
            yield node.name, node.lineno, tuple(sorted(names))
    members: dict[str, Collection[str]] = {"words": {*words, *dir(dict)} if words else (), **{name: {*model.model_fields, *dir(model)} for name, model in _MODELS.items()}}
    for attribute in tree.find_all(nodes.Getattr):
        owner = attribute.node.name if isinstance(attribute.node, nodes.Name) else ""
        known = members.get(owner, ()) if owner not in own else ()
        if known and attribute.attr not in {*known, *guarded}:
            yield attribute.attr, attribute.lineno, tuple(sorted(name for name in known if not name.startswith(("_", "model_"))))


def _guarded(tree: nodes.Template) -> Iterator[str]:
    """Names of which the template itself asks whether they are there."""
    tests = (test.node for test in tree.find_all(nodes.Test) if test.name in ("defined", "undefined"))
    defaults = (found.node for found in tree.find_all(nodes.Filter) if found.name in ("default", "d"))
    for node in (*tests, *defaults):
        if isinstance(node, nodes.Name):
            yield node.name
        elif isinstance(node, nodes.Getattr):
            yield node.attr
