"""Pictures: they are there, are used, and say in words what they show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from handbill.diagnostics import Diagnostic, Severity
from handbill.markup import Link, links
from handbill.model import Project
from handbill.nearest import did_you_mean
from handbill.pieces import complete, markdowns
from handbill.rules.registry import Context, rule
from handbill.text import Located, Span

LONGEST_ALT = 125
"""Characters: what a screen reader says in one breath."""

_DECORATION = re.compile(r"\.decorative\b")
_ALT = re.compile(r"\balt=(?:\"([^\"]*)\"|'([^']*)'|([^\s}]*))")


def pictures(project: Project) -> Iterator[tuple[Located, Link]]:
    """Every picture in the text, with the text that it stands in."""
    for text in markdowns(project):
        for link in links(text):
            if link.picture:
                yield text, link


def words_for(link: Link) -> str:
    """The words that stand for a picture: its `alt`, else what is in the square brackets."""
    found = _ALT.search(link.attributes)
    return (found[1] or found[2] or found[3] or "").strip() if found else link.words.text.strip()


def is_decorative(link: Link) -> bool:
    """Whether the author says that a picture is only decoration: {.decorative}."""
    return bool(_DECORATION.search(link.attributes))


@rule(stage="load", code="image-missing", severity=Severity.ERROR, firm=True)
def missing(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A picture that the text shows is not in the publication's folder.

    The page would have a hole. Pictures from the web are never fetched.

    Put the file into figures/ and write its path, such as figures/clinic.png; capital letters count.
    """
    for text, link in pictures(project):
        yield from _missing(
            project,
            context,
            link.target.text,
            text.place(link.target.start, max(link.target.end, link.target.start + 1)),
        )
    cover = project.publication.cover
    if cover is not None and cover.image is not None:
        yield from _missing(project, context, str(cover.image), cover.image.place(0, len(cover.image)))


def _missing(project: Project, context: Context, path: str, place: Span | None) -> Iterator[Diagnostic]:
    name = unquote(path)
    if name in project.assets or f"picture:{name}" in project.broken:
        return
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|//", name):
        yield context.found(
            "Pictures are not fetched from elsewhere.", place, "Save the picture in figures/ and write its path here."
        )
        return
    twin = next((known for known in project.assets if known.lower() == name.lower()), None)
    if twin:
        yield context.found(
            f"There is no picture “{name}”: capital and small letters differ.", place, f"Write “{twin}”."
        )
    else:
        yield context.found(f"There is no picture “{name}”.", place, *did_you_mean(name, project.assets))


@rule(stage="load", code="image-unused", severity=Severity.WARNING)
def unused(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A picture in figures/ is shown nowhere.

    It may have been forgotten, and it makes every book bigger.

    Show it with ![what it shows](figures/name.png), or delete the file.
    """
    if not complete(project):
        return
    used = {unquote(link.target.text) for _, link in pictures(project)}
    if project.publication.cover and project.publication.cover.image:
        used.add(str(project.publication.cover.image))
    mistaken = {name.lower() for name in used - set(project.assets)}  # told as missing
    for name in project.assets:
        if name not in used and name.lower() not in mistaken:
            shown = "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in name)
            yield context.found(
                f"The picture “{shown}” is shown nowhere.", Span(f"content/{project.publication.id}/{name}")
            )


@rule(stage="load", code="image-alt-missing", severity=Severity.ERROR)
def alt_missing(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A picture does not say in words what it shows.

    People who cannot see it would not know what they miss.

    Write it in the square brackets: ![Two doctors at a bed](figures/ward.png). If it is only decoration, say so:
    ![](figures/leaves.png){.decorative}.
    """
    for text, link in pictures(project):
        if not words_for(link) and not is_decorative(link):
            yield context.found("This picture does not say in words what it shows.", text.place(link.start, link.end),
                                "Write it in the square brackets, in one short sentence; if it is only decoration, put {.decorative} behind it.")  # fmt: skip
    cover = project.publication.cover
    if cover is not None and cover.image is not None and not cover.alt:
        yield context.found("The cover's picture does not say in words what it shows.", cover.image.place(0, len(cover.image)),
                            "Add a line “alt: …” below it.")  # fmt: skip


@rule(stage="load", code="image-alt-long", severity=Severity.WARNING)
def alt_long(project: Project, context: Context) -> Iterator[Diagnostic]:
    """The words for a picture are longer than a screen reader says in one breath.

    Listeners cannot stop or go back inside them.

    Say what the picture is in up to 125 characters, and the rest in the text.
    """
    for text, link in pictures(project):
        length = len(words_for(link))
        if length > LONGEST_ALT:
            yield context.found(f"The words for this picture have {length} characters; {LONGEST_ALT} is the limit.",
                                text.place(link.start, link.end), "Say the rest in the text.")  # fmt: skip
    for diagram in project.diagrams.values():
        alt = diagram.head.alt
        if alt and len(alt) > LONGEST_ALT:
            yield context.found(f"The words for this diagram have {len(alt)} characters; {LONGEST_ALT} is the limit.",
                                alt.place(0, len(alt)), "Say the rest in “description”.")  # fmt: skip
