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


_CHECKS: tuple[Callable[[Facts], Found], ...] = (
    _named, _pictures, links_resolve, _alone, _headings, _tables, _ids, _claims,
)  # fmt: skip
