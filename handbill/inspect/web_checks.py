"""What no web page and no EPUB of ours may have, judged by what was read back from the finished file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

from handbill.diagnostics import Diagnostic, error
from handbill.model import Facts

_HINT = "If the source is in order, this is a fault of the program: please report it with the publication."


def validate_web(facts: Facts) -> list[Diagnostic]:
    """Everything that is wrong with a page or an EPUB; empty for a good one."""
    return [
        error(code, f"{message} ({facts.name}).", None, _HINT)
        for check in _CHECKS
        for code, message in check(facts)
    ]  # fmt: skip


Found = Iterator[tuple[str, str]]


def _named(facts: Facts) -> Found:
    if not facts.title.strip():
        yield "web-untitled", "The finished file has no title"
    if not facts.language.strip() or not all(facts.extra.get("languages", ())):
        yield "web-language", "The finished file does not say its language"


def _pictures(facts: Facts) -> Found:
    for alt, address in facts.extra["images"]:
        if not (alt or "").strip():
            yield "web-picture-silent", f"The picture “{address}” does not say in words what it shows"


def links_resolve(facts: Facts) -> Found:
    """Every link inside the file has its target, across the files of an EPUB too."""
    for link in facts.extra["broken"]:
        yield "web-link-broken", f"The link “{link}” leads nowhere"


def _alone(facts: Facts) -> Found:
    for address in facts.extra["loads"]:
        yield "web-loads", f"The finished file would fetch “{address}” from elsewhere"


def _headings(facts: Facts) -> Found:
    levels = facts.extra["levels"]
    if not levels or levels[0] != 1:
        yield "web-heading-first", "The first heading is not one of the first level"
    if any(after > before + 1 for before, after in pairwise(levels)):
        yield "web-heading-skipped", "A level of headings is left out"


def _tables(facts: Facts) -> Found:
    if facts.extra["headless"]:
        yield "web-table-headless", f"{facts.extra['headless']} tables have no header cells"


def _ids(facts: Facts) -> Found:
    for name in facts.extra["twins"]:
        yield "web-id-twice", f"Two things have the id “{name}”"


def _claims(facts: Facts) -> Found:
    """An EPUB may claim only what is true."""
    claims = facts.extra.get("claims")
    if claims is None:
        return
    features, silent = claims.get("accessibilityFeature", ()), any(not (alt or "").strip() for alt, _ in facts.extra["images"])
    for feature, holds in (
        ("alternativeText", not silent),
        ("describedMath", not silent),
        ("tableOfContents", bool(facts.extra["contents"])),
        ("pageNavigation", bool(facts.extra["pages"])),
        ("pageBreakMarkers", bool(facts.extra["pages"])),
    ):
        if feature in features and not holds:
            yield "epub-claim-false", f"The EPUB claims “{feature}”, which does not hold"
    if "textual" in claims.get("accessModeSufficient", ()) and silent:
        yield "epub-claim-false", "The EPUB claims that its words suffice, although a picture has none"
    for name in ("accessMode", "accessibilityFeature", "accessibilityHazard", "accessibilitySummary"):
        if not claims.get(name):
            yield "epub-claim-missing", f"The EPUB does not say its “{name}”"


def _landmarks(facts: Facts) -> Found:
    """Every word of a page is in a part to which a listener can jump, and each of these parts can be told from the others."""
    marks = facts.extra.get("landmarks")
    if marks is None:
        return
    kinds = [kind for kind, _ in marks.kinds]
    if kinds.count("main") != 1:
        yield "web-landmark-main", f"The page has {kinds.count('main')} main parts, and must have one"
    if not marks.skips:
        yield "web-landmark-skip", "The first link of the page does not lead to its main part"
    for words in marks.outside:
        yield "web-landmark-outside", f"“{words}” stands in no part of the page to which a listener can jump"
    for kind in {kind for kind in kinds if kind != "main" and (kind == "navigation" or kinds.count(kind) > 1)}:
        names = [name for other, name in marks.kinds if other == kind]
        if len(set(names)) < len(names) or "" in names:
            yield "web-landmark-unnamed", f"Two parts of the kind “{kind}” cannot be told apart, or one of them has no name"


def _places(facts: Facts) -> Found:
    """An EPUB leads to its contents and to the beginning of its text."""
    if (places := facts.extra.get("places")) is None:
        return
    for kind in ("toc", "bodymatter"):
        if kind not in [found for found, _ in places]:
            yield "epub-landmark-missing", f"The landmarks of the EPUB do not lead to its {kind}"
    spine = facts.extra["spine"]
    for kind, target in places:
        if target.partition("#")[0] not in spine:
            yield "epub-landmark-broken", f"The landmark “{kind}” of the EPUB leads to “{target}”, which is not in the book"


_CHECKS: tuple[Callable[[Facts], Found], ...] = (
    _named, _pictures, links_resolve, _alone, _headings, _tables, _ids, _claims, _landmarks, _places,
)  # fmt: skip
