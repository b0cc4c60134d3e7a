"""A chapter laid out by itself as it would lie in its document, and the running heads and feet of all its pages.

The pages of a chapter do not depend on the chapters before it, but for four things: which of the document's pages
is its first one, that it begins after a page break, what lies elsewhere, and the numbers in the margins. The first
three are told here; the margins are left empty and painted by a layer of their own, so that a chapter that moves by
a page is still the same chapter.

WeasyPrint has no seams for this either, so for the time of one layout some names that it looks up are replaced.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import weasyprint.document
import weasyprint.layout
import weasyprint.layout.page
from weasyprint.css.targets import TargetCollector, TargetLookupItem
from weasyprint.document import Document
from weasyprint.layout import LayoutContext

from handbill.tools.pdf.replacing import replaced
from handbill.tools.pdf.words import Misfit

_POINTS = 0.75
_NO_TYPE = weasyprint.layout.page.PageType("", False, "", 0, ())
"""Nobody asks for the types of the pages of a layer."""


@dataclass
class Placement:
    """Where pages lie in their document, and what was seen while they were laid out.

    `first` is the number of the first page, from 1. `targets` tells of anchors elsewhere: `page`, and `text`.
    `asked` collects the anchors elsewhere that style sheets wanted to know something about.
    """

    first: int = 1
    prefix: str = ""
    """Begins all names that must be unique in the document: those of tags and, in a layer, of fonts."""
    targets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    total: int = 0
    """How many pages the document has; 0 when nobody may ask."""
    layer: Sequence[Mapping[str, Any]] = ()
    """For a layer of margins: what `report` said of each page."""
    skip: int = 0
    """So many of the first pages are only there for the others to follow them."""
    asked: list[str] = field(default_factory=list)
    numbered: bool = False
    """Whether they wanted to know on which page something in these pages lies."""
    worded: list[str] = field(default_factory=list)
    """Those of the anchors whose words were wanted."""
    strings: Mapping[str, Mapping[int, list[str]]] = field(default_factory=dict)
    types: dict[int, Any] = field(default_factory=dict)

    @property
    def prefixes(self) -> tuple[str, str]:
        """What names of tags and of fonts begin with."""
        return self.prefix, self.prefix if self.layer else ""


def place(args: Mapping[str, Any]) -> Placement | None:
    """The placement that a Job asks for; None for a whole document."""
    if args.get("do") not in ("chapter", "margins"):
        return None
    known = {name: args[name] for name in ("first", "prefix", "targets", "total", "layer", "skip") if name in args}
    return Placement(**known)


@contextmanager
def placed(placement: Placement | None) -> Iterator[None]:
    """While this is open, WeasyPrint lays pages out as `placement` says; as always when there is none."""
    with ExitStack() as stack:
        for owner, name, value in _changes(placement) if placement is not None else ():
            stack.enter_context(replaced(owner, name, value))
        yield


def _changes(placement: Placement) -> Iterator[tuple[Any, str, Any]]:
    page_type, initialize = weasyprint.layout.page.PageType, weasyprint.layout.initialize_page_maker
    margins = weasyprint.layout.make_margin_boxes

    def numbered_type(side: str, blank: bool, name: str, index: int, groups: tuple[Any, ...]) -> Any:
        if placement.layer:
            told = placement.layer[index]
            groups = tuple((group, number) for group, number in told["groups"])
            return page_type(told["side"], told["blank"], told["name"], told["index"], groups)
        placement.types[index] = page_type(side, blank, name, index + placement.first - 1, groups)
        return placement.types[index]

    def initialize_page_maker(context: Any, root_box: Any) -> None:
        initialize(context, root_box)
        resume_at, next_page, right_page, (quotes, counters, scopes, groups), remake = context.page_maker[0]
        if placement.first > 1:
            next_page = {**next_page, "break": "page"}
            right_page = right_page == (placement.first % 2 == 1)
            counters["page"] = [placement.first - 1]
            scopes[0].add("page")
        context.page_maker[0] = (resume_at, next_page, right_page, (quotes, counters, scopes, groups), remake)

    def layout_context(*args: Any) -> Any:
        context = LayoutContext(*args)
        for number, told in enumerate(placement.layer, start=1):
            for name, value in told["strings"]:
                context.string_set[name][number].append(value)
        placement.strings = context.string_set
        return context

    def make_margin_boxes(context: Any, page: Any, state: Any) -> Iterator[Any]:
        if placement.layer:
            state[1]["pages"] = [placement.total]
            yield from margins(context, page, state)

    yield weasyprint.layout.page, "PageType", numbered_type
    yield weasyprint.layout, "initialize_page_maker", initialize_page_maker
    yield weasyprint.layout, "make_margin_boxes", make_margin_boxes
    yield weasyprint.document, "LayoutContext", layout_context
    yield weasyprint.document, "TargetCollector", lambda: _collector(placement)


def _collector(placement: Placement) -> TargetCollector:
    collector = TargetCollector()
    collector.target_lookup_items = _Targets(placement)
    return collector


class _Targets(dict[str, TargetLookupItem]):
    """The anchors of a chapter; whoever looks up another one is told about the one elsewhere."""

    def __init__(self, placement: Placement) -> None:
        super().__init__()
        self._placement = placement
        self._elsewhere: dict[str, TargetLookupItem] = {}

    def get(self, name: Any, default: Any = None) -> Any:
        """As WeasyPrint asks: with a default when it wants to know, without one when it collects."""
        if name in self or not isinstance(name, str):
            self._placement.numbered |= default is not None
            return super().get(name, default)
        if default is not None and name not in self._elsewhere:
            self._placement.asked.append(name)
            self._elsewhere[name] = _item(name, self._placement)
        return self._elsewhere.get(name, default)


class _Elsewhere:
    """Stands for the box of an anchor in another chapter."""

    cached_counter_values: Mapping[str, list[int]] = {}

    def __init__(self, name: str, placement: Placement) -> None:
        self._name = name
        self._placement = placement

    def extract_text(self, style: str) -> str:
        self._placement.worded.append(self._name)
        return str(self._placement.targets.get(self._name, {}).get("text", ""))


def _item(name: str, placement: Placement) -> TargetLookupItem:
    item = TargetLookupItem("up-to-date")
    item.target_box = _Elsewhere(name, placement)
    item.page_maker_index = -1
    page = placement.targets.get(name, {}).get("page", 0)
    item.cached_page_counter_values = {"page": [int(page)], "pages": [placement.total]}
    return item


def name_elsewhere(document: Document, skip: int) -> list[str]:
    """Let links to anchors that are not in these pages be written all the same; the names of these anchors.

    The first `skip` pages are dropped.
    """
    del document.pages[:skip]
    own = {name for page in document.pages for name in page.anchors}
    wanted = (target for page in document.pages for kind, target, *_ in page.links if kind == "internal")
    elsewhere = [name for name in dict.fromkeys(wanted) if name not in own]
    for name in elsewhere:
        document.pages[0].anchors[name] = (0, 0, 0, 0)
    return elsewhere


def report(
    document: Document, placement: Placement, elsewhere: Sequence[str], fonts: Sequence[Any], misfits: Sequence[Misfit]
) -> bytes:
    """What the rest of the document must know of these pages, as JSON.

    `pages`: each page's type, the strings set on it, its bookmarks (level, words, x, y, state; in points from the
    bottom left corner). `anchors`: name -> page from 0. `elsewhere`: anchors of other chapters that links lead to;
    `asked`: those whose page or words were printed, `worded`: those whose words were, `numbered`: whether
    numbers of these very pages were. `fonts` and `misfits`: as they are, numbers of pages from 1.
    """
    pages = []
    for number, page in enumerate(document.pages, start=1):
        kind = placement.types.get(number - 1, _NO_TYPE)
        pages.append({
            "side": kind.side, "blank": kind.blank, "name": kind.name, "index": kind.index - placement.first + 1,
            "groups": [list(group) for group in kind.groups],
            "strings": [[name, value] for name, values in placement.strings.items() for value in values.get(number, ())],
            "bookmarks": [
                [level, label, x * _POINTS, (page.height - y) * _POINTS, state]
                for level, label, (x, y), state in page.bookmarks
            ],
        })  # fmt: skip
    anchors: dict[str, int] = {}
    for number, page in enumerate(document.pages):
        for name in page.anchors:
            if name not in elsewhere:
                anchors.setdefault(name, number)
    known = {
        "pages": pages, "anchors": anchors, "asked": list(dict.fromkeys(placement.asked)), "elsewhere": list(elsewhere),
        "numbered": placement.numbered, "worded": list(dict.fromkeys(placement.worded)),
        "fonts": list(fonts), "misfits": [vars(found) for found in misfits],
    }  # fmt: skip
    return json.dumps(known, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
