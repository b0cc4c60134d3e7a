"""What an EPUB may claim about its accessibility: only what holds in this very book.

The words are those of the schema.org accessibility vocabulary that EPUB Accessibility 1.1 asks for.
`examine` looks at the finished chapters; `claims` turns what it saw into metadata. Take one alt text away
and the claim that rests on it is gone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handbill.dates import long_date
from handbill.render.epub_chapters import Book, Chapter, headings
from handbill.render.mend import Element, classes, description_link, every, name_of, words_of
from handbill.schema import Evaluation, Publication

_FIXED_SIZE = re.compile(r"font(?:-size)?\s*:[^;}]*\d(?:px|pt|pc|mm|cm|in|Q)\b", re.IGNORECASE)
_MOVING_CSS = re.compile(r"\b(?:animation|transition)(?:-\w+)*\s*:|@keyframes", re.IGNORECASE)
_MOVING = ("script", "audio", "video", "canvas", "iframe", "object", "embed", "animate", "animateMotion", "animateTransform", "set")
_MOVING_PICTURE = re.compile(rb"\A(?:GIF8|\x89PNG.{4}(?=.*acTL))|<(?:animate|set)\b", re.DOTALL)


@dataclass(frozen=True)
class Evidence:
    """What was found in a finished book; the cover, which always has words, does not count."""

    images: int
    unnamed: int
    """Pictures without an alt text."""
    diagrams: int
    undescribed: int
    """Diagrams without a long description."""
    contents: int
    """Entries of the table of contents."""
    levels: tuple[int, ...]
    """Levels of the headings, in reading order."""
    pages: int
    """Marks of printed pages."""
    still: bool
    """Nothing that can move, flash or sound."""
    scalable: bool
    """No size of letters that a reader could not change."""
    formulas: int = 0
    """Formulas; they are pictures, too."""

    @property
    def structured(self) -> bool:
        """Every heading one level below the one before at most, the first of them at the top."""
        steps = zip((0, *self.levels), self.levels, strict=False)
        return bool(self.levels) and all(level <= before + 1 for before, level in steps)

    @property
    def in_words(self) -> bool:
        """Whether reading or hearing the words alone gives everything."""
        return self.unnamed == 0 and self.undescribed == 0


@dataclass(frozen=True)
class Claims:
    """Metadata: `properties` as pairs of a schema.org property and its value, and the summary in words."""

    properties: tuple[tuple[str, str], ...]
    summary: str

    def of(self, name: str) -> tuple[str, ...]:
        """All values of a property."""
        return tuple(value for known, value in self.properties if known == name)


def examine(book: Book, css: str, pages: int) -> Evidence:
    """Looks at every picture, heading and moving thing of the book."""
    bodies = [chapter.body for chapter in book.chapters]
    images = [image for body in bodies for image in every(body, "img", "svg") if image.get("aria-hidden") != "true"]
    diagrams = [
        (chapter, figure)
        for chapter in book.chapters
        for figure in every(chapter.body, "figure")
        if "diagram" in classes(figure)
    ]
    moving = any(next(every(body, *_MOVING), None) is not None for body in bodies)
    return Evidence(
        images=len(images),
        unnamed=sum(not (image.get("alt") or image.get("aria-label") or "").strip() for image in images),
        diagrams=len(diagrams),
        undescribed=sum(not _is_described(figure, chapter, book) for chapter, figure in diagrams),
        formulas=sum("math" in classes(image) for image in images),
        contents=sum(1 for _ in every(book.contents, "a")),
        levels=tuple(headings(book.chapters)),
        pages=pages,
        still=not moving and not _MOVING_CSS.search(css) and not any(map(_MOVING_PICTURE.search, book.pictures.values())),
        scalable=not _FIXED_SIZE.search(css),
    )


def _is_described(figure: Element, chapter: Chapter, book: Book) -> bool:
    """Whether words follow the figure, or are where the link below it leads."""
    file, _, identifier = description_link(figure).partition("#")
    if not identifier:
        file, identifier = chapter.name, next((image.get("aria-details") or "" for image in every(figure, "img", "svg")), "")
    targets = [other.page.find(f".//*[@id='{identifier}']") for other in book.chapters if other.name == (file or chapter.name)]
    return any(target is not None and _says_something(target) for target in targets)


def _says_something(description: Element) -> bool:
    """Whether there is more in it than a heading."""
    headed = (kid for kid in description if name_of(kid)[:1] != "h" and "description-heading" not in classes(kid))
    return any(words_of(kid) for kid in headed)


def claims(seen: Evidence, publication: Publication, words: Mapping[str, str]) -> Claims:
    """What the evidence allows to say, in metadata and in the publication's own language."""
    visual = seen.images > 0
    sufficient = (["textual"] if seen.in_words else []) + (["textual,visual"] if visual else [])
    features = [
        name
        for name, holds in (
            ("alternativeText", seen.unnamed == 0),
            ("describedMath", seen.formulas > 0 and seen.unnamed == 0),
            ("longDescription", seen.diagrams > 0 and seen.undescribed == 0),
            ("tableOfContents", seen.contents > 0),
            ("readingOrder", True),
            ("structuralNavigation", seen.structured),
            ("pageNavigation", seen.pages > 0),
            ("pageBreakMarkers", seen.pages > 0),
            ("displayTransformability", seen.scalable and seen.in_words),
        )
        if holds
    ]
    properties = [
        *(("accessMode", mode) for mode in ("textual", *(["visual"] if visual else []))),
        *(("accessModeSufficient", modes) for modes in sufficient),
        *(("accessibilityFeature", feature) for feature in features),
        ("accessibilityHazard", "none" if seen.still else "unknown"),
    ]
    return Claims(tuple(properties), _summary(seen, features, publication, words))


def _summary(seen: Evidence, features: Sequence[str], publication: Publication, words: Mapping[str, str]) -> str:
    """The claims in plain sentences."""
    sentences = [
        ("access_text" if "displayTransformability" in features else "access_words", True),
        ("access_pictures" if seen.unnamed == 0 else "access_unnamed", seen.images > 0),
        ("access_formulas", "describedMath" in features),
        ("access_diagrams", "longDescription" in features),
        ("access_navigation", {"tableOfContents", "structuralNavigation"} <= set(features)),
        ("access_pages", "pageNavigation" in features),
        ("access_still", seen.still),
    ]
    said = [words[key] for key, holds in sentences if holds]
    return " ".join([*said, _evaluated(publication.accessibility_evaluation, str(publication.language), words)])


def _evaluated(evaluation: Evaluation | None, language: str, words: Mapping[str, str]) -> str:
    if evaluation is None:
        return words["access_not_evaluated"]
    when = long_date(evaluation.date, language)
    return words["access_evaluated"].format(by=evaluation.by, date=when, standard=evaluation.standard)
