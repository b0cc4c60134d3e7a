"""Citations: what the text cites is in the bibliography, and the other way round."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

from handbill.diagnostics import Diagnostic, Severity
from handbill.markup import citations, definitions, headings, prose
from handbill.model import Project
from handbill.nearest import did_you_mean, nearest
from handbill.pieces import cited, complete, markdowns, texts
from handbill.rules.registry import Context, rule
from handbill.text import Located, Markdown

_MALFORMED = (
    (re.compile(r"\[@@"), "Two “@” stand here, and one of them would be printed.", "Write one: [@key]."),
    (re.compile(r"\[@(?=[\s\]])"), "“[@” is followed by no key, so it is printed as it stands.", "Write the key right after the “@”: [@key]."),
    (re.compile(r"\[-?@[^\[\]]*;\s*(?=\])"), "A “;” stands at the end of these citations, so the brackets are printed.",
     "Delete the last “;”."),
    (re.compile(r"\[-?@[^\[\]@]*;(?!\s*\])(?=[^\[\]@]*\])"), "What follows the “;” has no “@”, so the brackets are printed.",
     "Write “@” before each key: [@one; @two]."),
    (re.compile(r"\[-?@[^\[\];]*[\s,]-?@(?=[^\[\]]*\])"), "Two sources stand in these brackets without “;” between them.",
     "Write “;” between them: [@one; @two]."),
    (re.compile(r"\[-?@[\w{](?:[^\[\]\n]|\n(?![ \t]*(?:\n|\Z)))*(?=\[|\n[ \t]*\n|\s*\Z)"), "The bracket before “@” is not closed.",
     "Write “]” after the last key."),
    (re.compile(r"^[ \t]*\(@[^()\s]*\)", re.MULTILINE), "“(@…)” at the beginning of a line makes a numbered list, not a citation.",
     "Write [@key] in square brackets."),
    (re.compile(r"\[\[-?@[^\[\]]*\]\]"), "Two square brackets stand on each side of these citations; one of them would be printed.",
     "Write one on each side: [@key]."),
    (re.compile(r"(?<![\w@\])}`])\{@[^{}\s]+\}"), "Braces make no citation and would be printed.", "Write [@key] in square brackets."),
)  # fmt: skip


_BARE = re.compile(r"(?<![\[\]!\w\\])\[([\w:.-]+)\](?![\[(:{])")
_NUMBER = re.compile(r"(?<![\[\]!\w\\])\[\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*\](?![\[(:{])")
_IN_PLAIN = re.compile(r"\[-?@[\w{][^\[\]\n]*\]")


@rule(stage="load", code="citation-unknown", severity=Severity.ERROR, firm=True)
def unknown(project: Project, context: Context) -> Iterator[Diagnostic]:
    """The text cites a source that is not in references.bib.

    A reader could not find where the statement comes from; the citation would be printed as question marks.

    Correct the key after the “@”, or add the source to references.bib. An “@” that is no citation is
    written “\\@”.
    """
    if "bibliography" in project.broken:
        return
    entries = {entry.key: entry for entry in project.bibliography}
    for text in markdowns(project):
        for found in citations(text):
            if found.text in entries or f"citation:{found.text}" in project.broken:
                continue
            close = nearest(found.text, entries, 1)
            if not close and "citation:" in project.broken:
                continue  # it may be the entry whose key was forgotten
            yield context.found(
                f"There is no source “{found.text}” in references.bib{'' if entries else ', nor any other'}.",
                text.place(found.start, found.end),
                *did_you_mean(found.text, entries),
                related=[(entries[key].span, "the source that it resembles") for key in close],
            )
            if not entries and not any(name.startswith("citation:") for name in project.broken):
                return  # none can be found: one complaint says it for all


@rule(stage="load", code="citation-malformed", severity=Severity.ERROR)
def malformed(project: Project, context: Context) -> Iterator[Diagnostic]:
    """Something looks like a citation but is read as plain text.

    It would be printed with its brackets and “@”, and the source would be missing from the list.

    Write [@key], or [@one; @two] for several sources, in one line.
    """
    keys = {entry.key for entry in project.bibliography}
    for text in markdowns(project):
        masked = prose(text)
        for pattern, message, hint in _MALFORMED if "@" in masked else ():
            for found in pattern.finditer(masked):
                yield context.found(message, text.place(found.start(), found.end()), hint)
        known = {name.text.casefold() for name, _ in definitions(text)} | {heading.title.casefold() for heading in headings(text)}
        for found in _BARE.finditer(masked):
            if found[1] in keys and found[1].casefold() not in known:
                yield context.found(f"“{found[0]}” names a source, but lacks the “@”, so it is printed as it stands.",
                                    text.place(found.start(), found.end()), f"Write [@{found[1]}].")  # fmt: skip
        yield from _numbers(text, masked, known, context)
    yield from _in_plain_text(project, context)


def _numbers(text: Located, masked: str, known: Container[str], context: Context) -> Iterator[Diagnostic]:
    """Numbers in brackets, as a bibliography of another program gives them."""
    for found in _NUMBER.finditer(masked):
        if found[0].strip("[]").casefold() not in known:
            yield context.found(f"“{found[0]}” is printed as it stands: the numbers of sources are given by Handbill.",
                                text.place(found.start(), found.end()), "Write [@key] with the key of the source in references.bib.",
                                severity=Severity.WARNING)  # fmt: skip


def _in_plain_text(project: Project, context: Context) -> Iterator[Diagnostic]:
    for plain in texts(project):
        if not isinstance(plain, Markdown):
            for found in _IN_PLAIN.finditer(plain):
                yield context.found("This text takes no citations, so the brackets are printed as they stand.",
                                    plain.place(found.start(), found.end()), "Cite the source in the text below.")  # fmt: skip


@rule(stage="load", code="citation-uncited", severity=Severity.NOTE)
def uncited(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A source in references.bib is cited nowhere in this publication.

    It does not appear in the printed list. That is fine when another publication cites it.

    Cite it with [@key], or delete the entry when no publication needs it.
    """
    keys = cited(project) if complete(project) else {entry.key for entry in project.bibliography}
    for entry in project.bibliography:
        if entry.key not in keys:
            yield context.found(f"The source “{entry.key}” is not cited in “{project.publication.id}”.", entry.span)
