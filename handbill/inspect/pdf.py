"""What is in a PDF: pages, words, fonts, links, bookmarks and tags; and what the standards say about it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from handbill.diagnostics import Diagnostic, error
from handbill.inspect.pdf_painted import Bounds, PaintedPage
from handbill.inspect.pdf_read import Reading, read_pdf, spoken
from handbill.inspect.pdf_tags import Tag
from handbill.jobs import Desk, Runner
from handbill.model import Facts
from handbill.runners.direct import DirectRunner
from handbill.tools.pdf_validator import PdfValidator, failures_of, validation_job

_MILLIMETRES = 25.4 / 72
_OUTSIDE = 1.0
"""Points that ink may stand over the page's edge: a side bearing, no more."""
_WORD = re.compile(r"\w+(?:[.,'’-]\w+)*")


def inspect_pdf(name: str, data: bytes, desk: Desk | None = None) -> Facts:
    """The facts of one PDF.

    desk  where pages are remembered from one file to the next

    `extra` holds: `reading` (all that was read, a `Reading`), `tags` (the structure tree, a `Tag`, or None),
    `structure` (how many elements of each type), `headings` and `outline` (level and words), `figures`
    (alternative texts), `sizes` (font -> sizes in points), `outside` (page from 1 and words that stand outside
    the paper), `conformance`.
    """
    reading = read_pdf(data, desk)
    tags = reading.tags
    headings = tuple(_headings(tags))
    sizes = _sizes(reading)
    return Facts(
        name=name,
        pages=len(reading.pages),
        page_sizes=tuple(_millimetres(page) for page in reading.pages),
        texts=tuple(page.text for page in reading.pages),
        titles=tuple(words for _, words in headings or reading.outline),
        fonts=tuple(sizes),
        language=reading.language,
        title=reading.title,
        tagged=tags is not None,
        links=reading.links,
        extra={
            "reading": reading,
            "tags": tags,
            "structure": dict(Counter(tag.type for tag in tags.walk())) if tags else {},
            "headings": headings,
            "outline": reading.outline,
            "figures": tuple(tag.alt for tag in tags.find("Figure", "Formula")) if tags else (),
            "sizes": sizes,
            "outside": tuple(_outside(reading)),
            "conformance": reading.conformance,
        },
    )


def _millimetres(page: PaintedPage) -> tuple[float, float]:
    return round(page.size[0] * _MILLIMETRES, 2), round(page.size[1] * _MILLIMETRES, 2)


def _sizes(reading: Reading) -> dict[str, list[float]]:
    """The sizes of each font in points, fonts by name."""
    found: dict[str, set[float]] = {}
    for page in reading.pages:
        for run in page.runs:
            found.setdefault(run.font, set()).add(run.own)
    return {font: sorted(found[font]) for font in sorted(found)}


def _outside(reading: Reading) -> Iterator[tuple[int, str]]:
    for page in reading.pages:
        for run in page.runs:
            if _stands_out(run.inside, page.crop):
                yield page.number + 1, spoken(run.text).strip()


def _stands_out(bounds: Bounds, edges: Bounds) -> bool:
    left, bottom, right, top = bounds
    return (
        left < edges[0] - _OUTSIDE
        or bottom < edges[1] - _OUTSIDE
        or right > edges[2] + _OUTSIDE
        or top > edges[3] + _OUTSIDE
    )


def _headings(tags: Tag | None) -> Iterator[tuple[int, str]]:
    for tag in tags.find("H1", "H2", "H3", "H4", "H5", "H6") if tags else ():
        yield int(tag.type[1]), tag.text


def missing_words(facts: Facts, expected: str) -> tuple[str, ...]:
    """Words of `expected` that the file does not have, or not as often, in order. Case and layout do not count."""
    have = Counter(_words(" ".join(facts.texts)))
    missing = []
    for word in _words(expected):
        if have[word] > 0:
            have[word] -= 1
        else:
            missing.append(word)
    return tuple(missing)


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text.replace("\u00ad", "").replace("\ufffe", ""))]


def validate_pdf(data: bytes, runner: Runner | None = None) -> list[Diagnostic]:
    """What PDF/UA-1 and PDF/A-3a find wrong with the file, each broken rule said once. Without a runner it is looked at here."""
    found: list[Diagnostic] = []
    there = runner or DirectRunner({PdfValidator.name: PdfValidator()})
    results = there.run([validation_job(data, profile) for _, _, profile in _STANDARDS])
    for (code, standard, _), result in zip(_STANDARDS, results, strict=True):
        found += result.diagnostics
        broken: dict[str, list[str]] = {}
        for rule, message in failures_of(result):
            broken.setdefault(rule, []).append(message)
        found += [_broken(code, standard, rule, messages) for rule, messages in broken.items()]
    return found


NOTDEF = "NOTDEF"
"""In the name of a rule: about characters that no font has."""
_STANDARDS = (
    ("pdf-ua", "PDF/UA-1 (what a screen reader needs)", "ua1"),
    ("pdf-a", "PDF/A-3a (what an archive needs)", "3a"),
)


def _broken(code: str, standard: str, rule: str, messages: list[str]) -> Diagnostic:
    times = f", {len(messages)} times" if len(messages) > 1 else ""
    return error(
        code,
        f"The finished PDF breaks rule {rule} of {standard}{times}: {messages[0].rstrip('.')}.",
        None,
        "A character of the text is in none of the document's fonts; write it another way, or add a font."
        if NOTDEF in rule
        else "Build with --stop-after tailor to look at the text; if the source is in order, please report this as a bug.",
        detail="\n".join(dict.fromkeys(messages)),
    )
