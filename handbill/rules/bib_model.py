"""What each type of bibliography entry must say: the required fields of biber's data model.

A requirement is a set of fields of which one is enough. Older BibTeX names count as the newer ones.
A page on the web may give the day it was read (`urldate`) in place of a date of its own.
"""

from __future__ import annotations

from collections.abc import Mapping

Needs = tuple[frozenset[str], ...]


def _needs(*alternatives: str) -> Needs:
    return tuple(frozenset(names.split("|")) for names in alternatives)


_WHO = "author|editor"
_BODY = "author|editor|organization|institution|publisher"
_WHEN = "date|year"
_SEEN = "date|year|urldate"
_PLACE = "journaltitle|journal"
_SCHOOL = "institution|school"

_BOOK = _needs("author", "title", _WHEN)
_EDITED = _needs("editor", "title", _WHEN)
_PART = _needs("author", "title", "booktitle", _WHEN)
_GENERAL = _needs(_BODY, "title", _WHEN)
_WEB = _needs(_BODY, "title", _SEEN, "doi|eprint|url")
_LOOSE = _needs(_BODY, "title", _SEEN)
_THESIS = _needs("author", "title", _SCHOOL, _WHEN)

REQUIRED: Mapping[str, Needs] = {
    "article": _needs("author", "title", _PLACE, _WHEN),
    "book": _BOOK, "mvbook": _BOOK, "booklet": _needs(_WHO, "title", _WHEN),
    "inbook": _PART, "bookinbook": _PART, "suppbook": _PART,
    "collection": _EDITED, "mvcollection": _EDITED, "reference": _EDITED, "mvreference": _EDITED,
    "incollection": _PART, "suppcollection": _PART, "inreference": _PART,
    "dataset": _GENERAL, "software": _GENERAL, "manual": _GENERAL,
    "misc": _LOOSE, "online": _WEB, "electronic": _WEB, "www": _WEB,
    "patent": _needs("author", "title", "number", _WHEN),
    "periodical": _EDITED, "suppperiodical": _needs("author", "title", _PLACE, _WHEN),
    "proceedings": _needs("title", _WHEN), "mvproceedings": _needs("title", _WHEN),
    "inproceedings": _PART, "conference": _PART,
    "report": _needs("author", "title", "type", _SCHOOL, _WHEN), "techreport": _needs("author", "title", _SCHOOL, _WHEN),
    "thesis": _needs("author", "title", "type", _SCHOOL, _WHEN), "mastersthesis": _THESIS, "phdthesis": _THESIS,
    "unpublished": _needs("author", "title", _WHEN),
    "legislation": _needs("title"), "legal": _needs("title"), "jurisdiction": _needs("title"), "standard": _needs("title"),
    "video": _GENERAL, "audio": _GENERAL, "image": _GENERAL, "movie": _GENERAL, "letter": _GENERAL,
    "performance": _GENERAL, "review": _GENERAL, "artwork": _GENERAL, "commentary": _GENERAL, "music": _GENERAL, "bibnote": (),
    "xdata": (), "set": (),
}  # fmt: skip
"""For each entry type what it must say."""

FIELDS = frozenset(
    [
        "abstract",
        "addendum",
        "address",
        "afterword",
        "annotation",
        "annote",
        "archiveprefix",
        "author",
        "authortype",
        "bookauthor",
        "bookpagination",
        "booksubtitle",
        "booktitle",
        "booktitleaddon",
        "chapter",
        "commentator",
        "crossref",
        "date",
        "doi",
        "edition",
        "editor",
        "editora",
        "editorb",
        "editorc",
        "editortype",
        "eid",
        "entryset",
        "entrysubtype",
        "eprint",
        "eprintclass",
        "eprinttype",
        "eventdate",
        "eventtitle",
        "file",
        "foreword",
        "gender",
        "holder",
        "howpublished",
        "indextitle",
        "institution",
        "introduction",
        "isan",
        "isbn",
        "ismn",
        "isrn",
        "issn",
        "issue",
        "issuesubtitle",
        "issuetitle",
        "iswc",
        "journal",
        "journalsubtitle",
        "journaltitle",
        "key",
        "keywords",
        "label",
        "langid",
        "language",
        "library",
        "location",
        "mainsubtitle",
        "maintitle",
        "month",
        "note",
        "number",
        "options",
        "organization",
        "origdate",
        "origlanguage",
        "origlocation",
        "origpublisher",
        "origtitle",
        "pages",
        "pagetotal",
        "pagination",
        "part",
        "primaryclass",
        "publisher",
        "pubstate",
        "related",
        "relatedtype",
        "reprinttitle",
        "school",
        "series",
        "shortauthor",
        "shorteditor",
        "shortjournal",
        "shorttitle",
        "sortkey",
        "sortname",
        "sorttitle",
        "sortyear",
        "subtitle",
        "title",
        "titleaddon",
        "translator",
        "type",
        "url",
        "urldate",
        "urlseen",
        "venue",
        "verba",
        "version",
        "volume",
        "volumes",
        "xdata",
        "xref",
        "year",
        "pmid",
        "pmcid",
        "verified",
        "verifiednote",
        "sourceclass",
    ]
)
"""Field names of the data model, and the three of this house: `verified`, `verifiednote`, `sourceclass`."""

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
