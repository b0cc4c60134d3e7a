"""`publication.yaml`, and what must hold between its values."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from babel import localedata

from handbill.diagnostics import Diagnostic, error, warning
from handbill.governance import JUDGING
from handbill.load.files import Folder
from handbill.load.validate import Spared, validated
from handbill.load.yaml_tree import Tree, read_yaml
from handbill.nearest import nearest
from handbill.schema import Publication, Status
from handbill.text import Span

_USUAL = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")


_YEAR = timedelta(days=365)

NO_EDITION = "none-could-be-read"
"""Stands in for a list of editions that cannot be read."""


@dataclass(frozen=True)
class PublicationFile:
    """A publication and the YAML tree that it was made from; `broken` when all of it is a stand-in."""

    publication: Publication
    tree: Tree
    broken: bool = False
    doubts: frozenset[str] = frozenset()
    """Keys with a value that is wrong, or contradicts another one, and without which files can be made: as a draft."""
    lost: frozenset[str] = frozenset()
    """`language` when it is none, and `rule:CODE` of each decision about a rule that could not be read."""


def read_publication(folder: Folder, publication_id: str) -> PublicationFile:
    """The publication; after complaints one with stand-ins for what could not be read."""
    path = f"content/{publication_id}/publication.yaml"
    if not folder.exists(path):
        folder.report.add(_missing(folder, publication_id, path))
        return PublicationFile(Publication.model_validate(_stand_ins(publication_id, None)), Tree(path, {}), broken=True)
    text = folder.read_text(path)
    tree = None if text is None else read_yaml(path, text, folder.report)
    stand_ins = _stand_ins(publication_id, tree)
    approve = f"“build.py approve {publication_id} --by NAME --role ROLE” writes the whole approval."
    spared = Spared(JUDGING, {"approval": approve})
    publication = None if tree is None else validated(Publication, tree, folder.report, stand_ins, spared)
    if tree is None or publication is None or not tree.value:
        return PublicationFile(Publication.model_validate(stand_ins), Tree(path, {}), broken=True)
    faults = list(_faults(publication, publication_id, tree))
    folder.report.extend(faults)
    folder.report.extend(_dates(publication, tree, spared))
    lost = {"language"} if any(fault.code == "language-unknown" for fault in faults) else set()
    rules = tree.value.get("rules")
    lost |= {f"rule:{code}" for code in rules if code not in publication.rules} if isinstance(rules, dict) else set()
    return PublicationFile(draft_in_doubt(publication, spared.wrong), tree, doubts=frozenset(spared.wrong), lost=frozenset(lost))


def draft_in_doubt(publication: Publication, doubts: Collection[str]) -> Publication:
    """The publication as it may be printed: nothing counts as approved while something about its judging is in doubt."""
    return publication.model_copy(update={"status": Status.DRAFT, "approval": None}) if doubts else publication


def _missing(folder: Folder, publication_id: str, path: str) -> Diagnostic:
    there = [name for name in folder.names(f"content/{publication_id}") if name.lower().startswith("publication")]
    close = there or nearest("publication.yaml", folder.names(f"content/{publication_id}"), 1)
    hints = [f"Rename “{name}” to publication.yaml." for name in close[:1]]
    return error("file-missing", f"The folder “content/{publication_id}” has no publication.yaml, so it is no publication.", Span(path),
                 *(hints or ["Copy the publication.yaml of another publication into it, and change id, title, dates and people."]))  # fmt: skip


def _stand_ins(publication_id: str, tree: Tree | None) -> dict[str, object]:
    """A value for each required key, in case it is missing or wrong; a date that fits to the other one."""
    written = tree.value if tree is not None and isinstance(tree.value, dict) else {}
    reviewed, due = _day(written.get("last_reviewed")), _day(written.get("next_review"))
    return {
        "id": publication_id, "title": "?", "summary": "?", "language": "en", "version": "?", "status": "draft",
        "audience": "?", "authors": [{"name": "?", "role": "?"}], "publisher": {"name": "?"}, "contact": {"text": "?"},
        "funding": "?", "editions": [NO_EDITION],
        "last_reviewed": due - _YEAR if due else date(2000, 1, 1), "next_review": reviewed + _YEAR if reviewed else date(2001, 1, 1),
    }  # fmt: skip


def _day(written: object) -> date | None:
    try:
        day = date.fromisoformat(str(written))
    except ValueError:
        return None
    return day if _plausible(day) else None


def _plausible(day: date) -> bool:
    return 1970 <= day.year <= 2100


def _faults(publication: Publication, folder_name: str, tree: Tree) -> Iterator[Diagnostic]:
    if publication.id != folder_name:
        yield error("publication-id", f"The id is “{publication.id}”, but the folder is called “{folder_name}”.", tree.span(("id",)),
                    f"Write “id: {folder_name}”, or rename the folder.")  # fmt: skip
    yield from _language(str(publication.language), tree)
    contact = publication.contact
    if not any((contact.text, contact.email, contact.phone, contact.url)):
        yield error("contact-empty", "Nothing says where a reader can turn to.", tree.key_span(("contact",)),
                    "Give at least one of text, email, phone and url.")  # fmt: skip
    for index, name in enumerate(publication.editions):
        if name in publication.editions[:index]:
            yield error("edition-listed-twice", f"The edition “{name}” is listed twice.", tree.span(("editions", index)),
                        "Delete one of the two.")  # fmt: skip


def _language(tag: str, tree: Tree) -> Iterator[Diagnostic]:
    if _USUAL.fullmatch(tag) and localedata.exists(tag.replace("-", "_")):
        return
    import langcodes  # Knows every tag there is; takes longer to load than all that is checked here.

    place = tree.span(("language",))
    example = "Write a tag such as en, en-GB, fr or pt-BR."
    if "_" in tag or not langcodes.tag_is_valid(tag):
        better = langcodes.standardize_tag(tag) if langcodes.tag_is_valid(tag) else ""
        yield error(
            "language-unknown",
            f"“{tag}” is not the tag of a language.",
            place,
            f"Write “{better}”." if better else example,
        )
    elif (usual := langcodes.standardize_tag(tag)) != tag:
        yield warning("language-form", f"The tag “{tag}” is usually written “{usual}”.", place, f"Write “{usual}”.")


def _dates(publication: Publication, tree: Tree, spared: Spared) -> Iterator[Diagnostic]:
    # A date that was found wrong has a stand-in by now, which is not compared.
    order = [(name, getattr(publication, name)) for name in ("first_published", "last_reviewed", "next_review")]
    known = [(name, day) for name, day in order if day is not None and tree.value.get(name) == day.isoformat()]
    for (early, before), (late, after) in pairwise(known):
        if before > after or (late == "next_review" and before == after):
            message = f"“{late}” ({after}) is not after “{early}” ({before})."
            found = error("date-order", message, tree.span((late,)), "Check both dates.")
            spared.wrong |= {early, late}
            yield replace(found, related=((tree.span((early,)), f"“{early}” stands here"),), contained=True)
    for name, day in known:
        if not _plausible(day):
            message = f"“{name}” is in the year {day.year}."
            yield spared.judged(error("date-implausible", message, tree.span((name,)), "Check the year."), (name,))
