"""The Jobs of a document in chapters, in the order in which they learn from each other."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lxml.html import HtmlElement

from handbill.diagnostics import Diagnostic
from handbill.jobs import Result, Runner
from handbill.render.chapters.split import Chapter, Parts, parts_of
from handbill.render.chapters.style import Needs, needs
from handbill.tools.pdf.words import Misfit, misfit
from handbill.tools.weasyprint import chapter_job, margins_job, merge_job

_INLINE = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "i", "q", "s", "small", "span", "strong", "sub", "sup", "u"}
)
_ROUNDS = 4
"""Chapters may depend on where others lie; after so many rounds without an end the whole is laid out."""
_PAGE = '<i style="display: block; break-before: page"></i>'
_LAYER = 128
"""Pages whose margins are painted by one Job."""


@dataclass
class _Laid:
    """A chapter and what its last layout gave."""

    chapter: Chapter
    args: dict[str, Any] = field(default_factory=dict)
    result: Result = field(default_factory=Result)
    told: Mapping[str, Any] = field(default_factory=dict)

    @property
    def pages(self) -> int:
        return len(self.told["pages"])


def lay_out_apart(
    page: HtmlElement, files: Mapping[str, bytes], label: str, runner: Runner
) -> tuple[bytes | None, list[Diagnostic]] | None:
    """The PDF of a shaped page with chapters, and what there is to complain of; None when it must be laid out whole.

    A chapter that fails by itself fails the document: then there are complaints and no PDF.
    """
    parts = parts_of(page)
    if parts is None:
        return None
    wanted = needs(parts.css, "".join(chapter.html for chapter in parts.chapters))
    if not wanted.apart:
        return None
    laid = [_Laid(chapter) for chapter in parts.chapters]
    if not _settle(laid, wanted, page, files, label, runner):
        return None
    diagnostics = [d for one in laid for d in one.result.diagnostics]
    if any(one.result.failed for one in laid):
        return None, diagnostics
    diagnostics += list(_misfits(laid))
    layers = runner.run(list(_margins(laid, parts, files, label)))
    diagnostics += [d for layer in layers for d in layer.diagnostics]
    if any(layer.failed for layer in layers):
        return None, diagnostics
    (merged,) = runner.run([_merge(laid, layers, parts, files, label)])
    if merged.failed:
        return None
    return merged.outputs["document.pdf"], [*diagnostics, *merged.diagnostics]


def _settle(
    laid: Sequence[_Laid], wanted: Needs, page: HtmlElement, files: Mapping[str, bytes], label: str, runner: Runner
) -> bool:
    """Lay out all chapters, and those again that asked where something lies, until nothing moves any more.

    False when that does not end, or a chapter links to what is nowhere, or prints words that nobody can tell.
    """
    for _ in range(_ROUNDS):
        args = list(_arguments(laid, wanted, page))
        due = [(one, new) for one, new in zip(laid, args, strict=True) if not one.told or one.args != new]
        if not due:
            return True
        jobs = [chapter_job(one.chapter.html, _used(one.chapter.html, files), new, label) for one, new in due]
        for (one, new), result in zip(due, runner.run(jobs), strict=True):
            one.args, one.result = new, result
            one.told = json.loads(result.outputs["layout.json"]) if "layout.json" in result.outputs else {}
        if any(not one.told for one in laid):
            return True
        known = {name for one in laid for name in one.told["anchors"]}
        if any(not known.issuperset((*one.told["elsewhere"], *one.told["asked"])) for one in laid):
            return False
        if any(_text(page, name) is None for one in laid for name in one.told["worded"]):
            return False
    return False


def _arguments(laid: Sequence[_Laid], wanted: Needs, page: HtmlElement) -> Iterator[dict[str, Any]]:
    """What each chapter must be told by what is known so far; in the first round only its name, and whether it is first."""
    known = all(one.told for one in laid)
    places = {name: (one, number) for one in laid if known for name, number in one.told["anchors"].items()}
    firsts = _firsts(laid) if known else []
    start = {id(one): first for one, first in zip(laid, firsts, strict=False)}
    for index, one in enumerate(laid):
        args: dict[str, Any] = {
            "prefix": one.chapter.name,
            "first": _first(index, firsts, wanted, known and one.told["numbered"]),
        }
        if known and one.told["asked"]:
            worded = set(one.told["worded"])
            args["targets"] = {
                name: {
                    "page": start[id(places[name][0])] + places[name][1],
                    "text": (_text(page, name) or "") if name in worded else "",
                }
                for name in one.told["asked"]
            }
            args["total"] = sum(other.pages for other in laid)
        yield args


def _first(index: int, firsts: Sequence[int], wanted: Needs, numbered: bool) -> int:
    """The number of a chapter's first page, as exactly as it matters: a chapter that only moves is not laid out again."""
    if index == 0:
        return 1
    number = firsts[index] if firsts else 2
    if wanted.place or numbered:
        return number
    return 2 + number % 2 if wanted.side else 2


def _firsts(laid: Sequence[_Laid]) -> list[int]:
    """The number of the first page of each chapter."""
    numbers, number = [], 1
    for one in laid:
        numbers.append(number)
        number += one.pages
    return numbers


def _text(page: HtmlElement, name: str) -> str | None:
    """The words of an element as `target-text()` gives them; None when there are blocks or pictures in it."""
    element = page.get_element_by_id(name, None)
    if element is None or any(kid.tag not in _INLINE for kid in element.iterdescendants()):
        return None
    return " ".join("".join(element.itertext()).split())


def _used(html: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {name: data for name, data in files.items() if f'"{name}"' in html or f"({name})" in html}


def _misfits(laid: Sequence[_Laid]) -> Iterator[Diagnostic]:
    """What does not fit, with numbers of pages as they are in the whole document."""
    for one, first in zip(laid, _firsts(laid), strict=True):
        for told in one.told["misfits"]:
            found = Misfit(**told)
            if found.kind == "page":
                found = Misfit(found.kind, str(int(found.place) + first - 1), found.words, found.excess)
            yield misfit(found)


def _margins(laid: Sequence[_Laid], parts: Parts, files: Mapping[str, bytes], label: str) -> Iterator[Any]:
    """The Jobs that paint the margins of all pages. Each is told, besides its own pages, what was set before them."""
    pages = [
        {"side": _side(number, parts), "blank": page["blank"], "name": page["name"], "groups": page["groups"],
         "index": number - 1, "strings": page["strings"]}
        for number, page in enumerate((page for one in laid for page in one.told["pages"]), start=1)
    ]  # fmt: skip
    used = _used(parts.css, files)
    for begin in range(0, len(pages), _LAYER):
        skip = min(begin, 1)
        layer = pages[begin - skip : begin + _LAYER]
        if skip:
            before = {name: value for page in pages[:begin] for name, value in page["strings"]}
            layer[0] = {**layer[0], "strings": sorted(before.items())}
        args = {"prefix": f"m{begin}-", "first": begin - skip + 1, "total": len(pages), "layer": layer, "skip": skip}
        html = parts.margins[0] + _PAGE * len(layer) + parts.margins[1]
        yield margins_job(html, used, args, label)


def _side(number: int, parts: Parts) -> str:
    """Left or right: the first page is a right one where one reads from left to right."""
    return "right" if (number % 2 == 1) == (parts.direction != "rtl") else "left"


def _merge(
    laid: Sequence[_Laid], layers: Sequence[Result], parts: Parts, files: Mapping[str, bytes], label: str
) -> Any:
    inputs: dict[str, bytes] = {}
    for prefix, results in (("", [one.result for one in laid]), ("numbers-", layers)):
        for number, result in enumerate(results):
            inputs[f"{prefix}{number:04}.pdf"] = result.outputs["document.pdf"]
            inputs[f"{prefix}{number:04}.json"] = result.outputs["layout.json"]
    return merge_job(inputs, parts.css, _used(parts.css, files), parts.spine, label)
