"""Whether the words for a picture are words for it: no file's name, no caption said twice, none for decoration."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handbill.diagnostics import Diagnostic, Severity
from handbill.markup import Link
from handbill.model import Project
from handbill.rules.pictures import is_decorative, pictures, words_for
from handbill.rules.registry import Context, rule
from handbill.text import Located

_CAMERA = re.compile(r"(?:img|dsc[nf]?|pict?|image|photo|screenshot|screen shot|scan|untitled|figure)[\W_]*\d*", re.IGNORECASE)
"""Names that cameras and programs give to pictures."""
_ENDING = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|tiff?|bmp)$", re.IGNORECASE)


def _plain(words: str) -> str:
    """Letters and digits alone: `clinic_front-2.png` and “Clinic front 2” are the same."""
    return "".join(character for character in words.casefold() if character.isalnum())


def _is_file_name(words: str, path: str) -> bool:
    name = path.rpartition("/")[2]
    return bool(
        _ENDING.search(words) or _CAMERA.fullmatch(words) or _plain(words) in (_plain(name), _plain(_ENDING.sub("", name)))
    )


@rule(stage="load", code="image-alt-filename", severity=Severity.ERROR)
def filename(project: Project, context: Context) -> Iterator[Diagnostic]:
    """The words for a picture are the name of its file.

    A listener hears “I M G underscore four two”, and does not know what is to be seen.

    Say what the picture shows: ![Two doctors at a bed](figures/ward.png).
    """
    for text, link in pictures(project):
        words = words_for(link)
        if words and _is_file_name(words, link.target.text):
            yield context.found(f"“{words}” is the name of a file, and says nothing of the picture.", text.place(link.start, link.end),
                                "Say in one short sentence what it shows.")  # fmt: skip
    cover = project.publication.cover
    if cover is not None and cover.image is not None and cover.alt and _is_file_name(str(cover.alt), str(cover.image)):
        yield context.found(f"“{cover.alt}” is the name of a file, and says nothing of the picture.", cover.alt.place(0, len(cover.alt)),
                            "Say in one short sentence what it shows.")  # fmt: skip


@rule(stage="load", code="image-alt-caption", severity=Severity.WARNING)
def caption(project: Project, context: Context) -> Iterator[Diagnostic]:
    """The words for a picture are the same as its caption.

    A listener hears the same twice, and still not what is to be seen. A picture that stands alone shows its words
    as a caption, so it needs others for those who do not see it.

    Give it both: ![The new ward](figures/ward.png){alt="Ten beds in two rows, half of them empty"}.
    """
    for text, link in pictures(project):
        shown = link.words.text.strip()
        if shown and not is_decorative(link) and _stands_alone(text, link) and _plain(words_for(link)) == _plain(shown):
            yield context.found("A listener hears this picture's caption twice, and not what it shows.", text.place(link.start, link.end),
                                'Say what is to be seen behind it: {alt="..."}.')  # fmt: skip
    for diagram in project.diagrams.values():
        alt = diagram.head.alt
        if alt and diagram.head.caption and _plain(alt) == _plain(diagram.head.caption):
            yield context.found("A listener hears this diagram's caption twice, and not what it shows.", alt.place(0, len(alt)),
                                "Say what is to be seen, or leave the line out: the words are then made from the diagram.")  # fmt: skip


@rule(stage="load", code="image-decorative-alt", severity=Severity.ERROR)
def decorative(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A picture is said to be decoration, and has words all the same.

    One of the two is wrong: decoration is passed over in silence, so its words would never be heard.

    Leave the square brackets empty, or take {.decorative} out.
    """
    for text, link in pictures(project):
        if is_decorative(link) and words_for(link):
            yield context.found("This picture is marked as decoration, but has words that would never be heard.",
                                text.place(link.start, link.end),
                                "Leave the square brackets empty, or take “.decorative” out.")  # fmt: skip


def _stands_alone(text: Located, link: Link) -> bool:
    """Whether the picture is a paragraph of its own, and so gets a caption."""
    before, after = str(text)[: link.start], str(text)[link.end :]
    return not before.rpartition("\n\n")[2].strip() and not after.partition("\n\n")[0].strip()
