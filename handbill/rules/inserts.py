"""`[[name]]` lines and the data and diagrams that they put into the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from handbill.diagnostics import Diagnostic, Severity
from handbill.markup import Found, lines_of, prose
from handbill.model import Project
from handbill.nearest import did_you_mean, nearest
from handbill.pieces import complete, forms, markdowns
from handbill.rules.registry import Context, rule
from handbill.text import Located, Span

_INSERT = re.compile(r"^\[\[([^\[\]]+)\]\][ \t]*$")
_BROKEN = re.compile(r"^[ ]{0,3}(?:\[\[[ ]*([\w-]+)[ ]*\]?|\[?[ ]*([\w-]+)[ ]*\]\]|\[([\w-]+)\]|\{\{[ ]*([\w-]+)[ ]*\}\}|\(\(([\w-]+)\)\))[ \t]*$")
_LOOKS = re.compile(r"(?<!\[)\[\[\s*([\w-]+)\s*\]\](?![\[(])")


def inserts(text: str) -> Iterator[Found]:
    """The `[[name]]` lines of a text, at the name."""
    for offset, line in lines_of(prose(text)):
        if found := _INSERT.match(line):
            name = found[1].strip()
            start = offset + line.index(name)
            yield Found(start, start + len(name), name)


@rule(stage="load", code="insert-unknown", severity=Severity.ERROR, firm=True)
def unknown(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A line [[name]] asks for data or a diagram that is not there.

    The table, list or picture would be missing where the text speaks of it.

    Correct the name: it is the name of a file in data/ or diagrams/, without its ending.
    """
    known = {**dict.fromkeys(project.data, "data"), **dict.fromkeys(project.diagrams, "diagrams")}
    for form in forms(project):
        for found in inserts(form.text):
            if found.text in known or f"insert:{found.text}" in project.broken:
                continue
            close = [project.diagrams[name].span for name in nearest(found.text, known, 1) if name in project.diagrams]
            yield context.found(
                f"There is no data and no diagram called “{found.text}”.",
                form.text.place(found.start, found.end),
                *(_stem(found.text, known) or did_you_mean(found.text, known)),
                related=[(span, "the one that it resembles") for span in close],
            )


def _stem(written: str, known: Iterable[str]) -> tuple[str, ...]:
    """A hint for who wrote the file's ending or folder as well."""
    stem = written.rpartition("/")[2].partition(".")[0]
    return (f"Write “{stem}”: the name of the file without its ending.",) if stem != written and stem in known else ()


@rule(stage="load", code="insert-misplaced", severity=Severity.ERROR)
def misplaced(project: Project, context: Context) -> Iterator[Diagnostic]:
    """[[name]] stands inside a line or a text that cannot hold data or a diagram.

    It would be printed as it stands, brackets included.

    Put [[name]] on a line of its own, at the very left, in the text of a section.
    """
    sections = {id(form.text) for form in forms(project)}
    for text in markdowns(project):
        allowed = {found.start for found in inserts(text)} if id(text) in sections else set()
        for found in _LOOKS.finditer(prose(text)):
            if found.start(1) not in allowed:
                yield context.found(f"“[[{found[1]}]]” does not stand on a line of its own in a section.",
                                    text.place(found.start(), found.end()),
                                    "Put it on a line of its own, with nothing before or after it.")  # fmt: skip
        yield from _broken(project, text, context) if id(text) in sections else ()


def _broken(project: Project, text: Located, context: Context) -> Iterator[Diagnostic]:
    """Lines of their own that name data or a diagram in other brackets than two square ones on each side."""
    for offset, line in lines_of(prose(text)):
        found = _BROKEN.match(line)
        name = next(filter(None, found.groups()), "") if found else ""
        if found and not _INSERT.match(line) and (name in project.data or name in project.diagrams or line.lstrip().startswith("[[")):
            start = len(line) - len(line.lstrip())
            yield context.found(f"“{line.strip()}” is read as text: data and diagrams stand in two square brackets on each side.",
                                text.place(offset + start, offset + len(line.rstrip())), f"Write “[[{name}]]”.")  # fmt: skip


@rule(stage="load", code="insert-unused", severity=Severity.WARNING)
def unused(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A file in data/ or diagrams/ is put into no section.

    Nobody will see it, and it may have been forgotten.

    Put a line [[name]] where it belongs, or delete the file.
    """
    if not complete(project):
        return
    used = {found.text for form in forms(project) for found in inserts(form.text)}
    for name, data in project.data.items():
        if name not in used:
            place = next(iter(_first(data)), None)
            yield context.found(f"No section shows the data “{name}”.", place, f"Put a line [[{name}]] into a section.")
    for name, diagram in project.diagrams.items():
        if name not in used:
            yield context.found(
                f"No section shows the diagram “{name}”.", diagram.span, f"Put a line [[{name}]] into a section."
            )


def _first(data: object) -> Iterator[Span]:
    title = getattr(data, "title", None) or getattr(data, "caption", None)
    if isinstance(title, Located) and title.span:
        yield title.span.at(1, 1)
