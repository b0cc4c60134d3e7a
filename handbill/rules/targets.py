"""Links: what they point to exists, and may be pointed to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from handbill.diagnostics import Diagnostic, Severity
from handbill.markup import definitions, headings, identifiers, links, references
from handbill.model import Project
from handbill.nearest import did_you_mean, nearest
from handbill.pieces import complete, forms, markdowns
from handbill.rules.registry import Context, rule
from handbill.schema import DataTable
from handbill.text import Located, Span

SCHEMES = ("http", "https", "mailto", "tel")

_SCHEME = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.-]*):")
_PICTURE = re.compile(r"\.(?:png|jpe?g|svg|gif|webp|heic|bmp|tiff?)$", re.IGNORECASE)
_WEB = re.compile(r"https?://(?:[^\s/]+\.[^\s/.]{2,}|localhost)(?:/\S*)?")
_MAIL = re.compile(r"[^\s@,;]+@[^\s@,;]+\.[^\s@.,;]{2,}")


def known_ids(project: Project) -> dict[str, Span | None]:
    """Every id to which a link can point, and where it is given."""
    found: dict[str, Span | None] = {section.head.id: section.span for section in project.sections}
    found |= {name: diagram.span for name, diagram in project.diagrams.items()}
    found |= dict.fromkeys(project.data)
    for form in forms(project):
        for identifier in identifiers(form.text):
            found.setdefault(identifier.text, form.text.place(identifier.start, identifier.end))
        for heading in headings(form.text):
            found.setdefault(_automatic(heading.title), form.text.place(heading.start, heading.end))
    return found


def _automatic(title: str) -> str:
    """The id that pandoc gives to a heading without one."""
    plain = re.sub(r"[^\w\s.-]", "", re.sub(r"\{[^{}]*\}$", "", title)).lower()
    return re.sub(r"^[^a-z]+", "", re.sub(r"\s+", "-", plain.strip())) or "section"


@rule(stage="load", code="cross-reference-unknown", severity=Severity.ERROR)
def cross_reference(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A link points to a place of this document that is not there.

    Who follows it gets nowhere.

    Write the id of a section, a diagram or a heading after the “#”.
    """
    if not complete(project):
        return
    known = known_ids(project)
    for text in markdowns(project):
        for link in links(text):
            target = link.target
            if not target.text.startswith("#") or unquote(target.text[1:]) in known:
                continue
            name = target.text[1:]
            if f"insert:{name}" in project.broken or name.startswith("ref-"):
                continue
            yield context.found(f"Nothing in this publication has the id “{name}”.", text.place(target.start, target.end),
                                *did_you_mean(name, known))  # fmt: skip


@rule(stage="load", code="link-undefined", severity=Severity.ERROR)
def undefined(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A link of the form [words][name] has no address.

    It would be printed as it stands, with its brackets.

    Write the address in round brackets, or a line “[name]: https://…” below the text.
    """
    for text in markdowns(project):
        known = {name.text.casefold() for name, _ in definitions(text)}
        known |= {heading.title.casefold() for heading in headings(text)}
        for found in references(text):
            if found.text.casefold() not in known:
                yield context.found(f"Nothing says where “{found.text}” leads.", text.place(found.start, found.end),
                                    f"Write a line “[{found.text}]: https://…” below the text.")  # fmt: skip


@rule(stage="load", code="link-duplicate", severity=Severity.ERROR)
def twice(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A name for an address is given to two addresses.

    A link by that name would lead to the wrong place. Each form of a section has its own names; those of data, captions
    and publication.yaml are one for all.

    Give one of the two another name, on its line “[name]: https://…” and where the text uses it.
    """
    sections = {id(form.text) for form in forms(project)}
    house: dict[str, tuple[str, Span | None]] = {}
    for text in markdowns(project):
        first = {} if id(text) in sections else house
        for name, target in definitions(text):
            place = text.place(name.start - 1, name.end + 1)
            address, before = first.setdefault(name.text.casefold(), (target.text, place))
            if before is not place and address != target.text:
                yield context.found(f"“[{name.text}]” is the name of two different addresses.", place,
                                    "Give one of them another name.", related=_related(before))  # fmt: skip


@rule(stage="load", code="link-scheme", severity=Severity.ERROR, firm=True)
def scheme(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A link leads to something that a reader must not be sent to.

    Only web pages (http, https), e-mail (mailto), telephone (tel) and places of this document (#id)
    are safe and work on paper, screen and e-reader. Other links are taken out.

    Write the full address of a web page, such as https://example.org/page.
    """
    for text in markdowns(project):
        for link in links(text):
            if link.picture or link.target.text.startswith("#"):
                continue
            found = _SCHEME.match(unquote(link.target.text))
            place = text.place(link.target.start, max(link.target.end, link.target.start + 1))
            if not link.target.text:
                yield context.found(
                    "This link has no address.",
                    text.place(link.start, link.end),
                    "Write its address in the round brackets.",
                )
            elif found is None:
                yield context.found(f"“{link.target.text}” is no full address of a web page.", place,
                                    _meant(link.target.text, project))  # fmt: skip
            elif found[1].lower() not in SCHEMES:
                yield context.found(f"Links that begin with “{found[1]}:” are not allowed.", place,
                                    "Use https, http, mailto, tel, or # and an id.")  # fmt: skip


def _meant(target: str, project: Project) -> str:
    """What the author of an address without https:// or # probably wanted."""
    file = re.fullmatch(r"(?:.*/)?(?:\d+-)?([\w-]+)\.md(?:#([\w-]+))?", target)
    if file is not None:
        sections = [section.head.id for section in project.sections]
        return f"Write #{file[2] or next(iter(nearest(file[1], sections, 1)), file[1])} for a section of this document: its id, not its file."
    if _MAIL.fullmatch(target):
        return f"Write mailto:{target} for an e-mail address."
    if _PICTURE.search(target):
        return "Write “!” before the square bracket to show the picture."
    if re.fullmatch(r"[\w-]+(?:\.[\w-]+)+(?:/\S*)?", target):
        return f"Write https://{target} for a web page."
    if re.fullmatch(r"\+?[\d ()-]{6,}", target):
        return f"Write tel:{re.sub(r'[^+0-9]', '', target)} for a telephone number."
    return "Begin it with https:// for a web page, or with # for a place of this document."


@rule(stage="load", code="address-malformed", severity=Severity.ERROR)
def address(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A web or e-mail address in publication.yaml cannot be right.

    A reader who needs help would get nowhere.

    Write a web address with https:// and an e-mail address as name@place.example.
    """
    publication = project.publication
    owners = [publication.publisher, publication.contact, *publication.support]
    for owner in owners:
        for name, pattern, example in (("url", _WEB, "https://example.org/page"), ("email", _MAIL, "name@example.org")):
            value = getattr(owner, name, None)
            if isinstance(value, Located) and not pattern.fullmatch(value):
                yield context.found(
                    f"“{value}” is not an address.", value.place(0, len(value)), f"Write it like {example}."
                )


@rule(stage="load", code="id-duplicate", severity=Severity.ERROR, firm=True)
def duplicate(project: Project, context: Context) -> Iterator[Diagnostic]:
    """An id is given twice.

    A link to it could lead to the wrong place, and e-readers refuse such a book.

    Give one of them another id.
    """
    first: dict[str, tuple[str, Span | None]] = {name: ("", diagram.span) for name, diagram in project.diagrams.items()}
    for section in project.sections:
        if section.head.id in first:
            yield context.found(
                f"“{section.head.id}” is the id of a section and of a diagram.",
                section.span,
                "Rename one of them.",
                related=_related(first[section.head.id][1]),
            )
        first.setdefault(section.head.id, ("", section.span))
    for name, data in project.data.items():
        if isinstance(data, DataTable):  # whose caption carries its name as its id
            first.setdefault(name, ("", data.caption.span))
    for form in forms(project):
        for found in identifiers(form.text):
            place = form.text.place(found.start, found.end)
            owner = f"{form.section.head.id} {form.name}"
            before, span = first.setdefault(found.text, (owner, place))
            if span != place and not _alternative(before, owner):
                yield context.found(f"The id “{found.text}” is given twice.", place, "Give one of them another id.",
                                    related=_related(span))  # fmt: skip


def _alternative(one: str, other: str) -> bool:
    """Whether two texts are forms of the same section, of which an edition takes only one."""
    return one != other and one.split(" ")[0] == other.split(" ")[0]


def _related(span: Span | None) -> list[tuple[Span, str]]:
    return [(span, "the first one")] if span else []
