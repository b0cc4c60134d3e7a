"""What reaches the files of one edition: of a whole publication just the parts that rendering and inspection may read.

An edition's files are made from these values and nothing else. So a fingerprint of them is a whole key: a change
that does not reach an edition cannot be seen by it, and what could be seen by it is in its key. What is left out is
not merely empty but `Withheld`: whoever reads it after all fails at once, and must declare it here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, NoReturn, TypeVar

from handbill.fingerprint import fingerprint
from handbill.governance import standing
from handbill.jobs import frozen
from handbill.model import Document, Edition, Figure, Project, Section
from handbill.names import DECK_STYLE, FONTS, INDEX_PAGE, REPORT_PAGE
from handbill.pandoc_ast import citations
from handbill.text import Located

Words = TypeVar("Words", bound=Located)

_ALWAYS = frozenset({FONTS, DECK_STYLE})
"""Style sheets that renderers read by name."""
_TEXTS = ("title", "short", "plain", "plain_title")
_OTHER_PAGES = frozenset({f"pages/{INDEX_PAGE}", f"pages/{REPORT_PAGE}"})


_NAMES: Mapping[str, str | None] = {
    "sections": "the order of the sections", "bibliography": "references.bib", "locale": "the words of its language",
    "braille": "the Braille table", "braille_tables": "the Braille tables of its outputs", "speech": "the table for reading aloud", "profile": "its profile",
    "settled": "whether it is approved and in date", "broken": "what could not be read",
}  # fmt: skip
"""What people call parts of a project."""


class Withheld(Mapping[str, Any]):
    """A part of a project that no edition may read."""

    def __init__(self, name: str) -> None:
        self._name = name

    def _refuse(self) -> NoReturn:
        raise LookupError(f"{self._name} does not reach the files of an edition; declare it in handbill/reach.py")

    def __getitem__(self, key: str) -> Any:
        self._refuse()

    def __iter__(self) -> Iterator[str]:
        self._refuse()

    def __len__(self) -> int:
        self._refuse()


@dataclass(frozen=True)
class Reach:
    """The values of one edition."""

    project: Project
    document: Document
    edition: Edition

    @cached_property
    def text(self) -> str:
        """The document's words, as JSON."""
        return json.dumps(self.document.ast, ensure_ascii=False)

    @cached_property
    def parts(self) -> dict[str, str]:
        """Fingerprints by what an author would call the part, places left out. Together they are the key."""
        project, edition = self.project, self.edition
        home = edition.span.path.rpartition("/")[0]
        named = {**_NAMES, **dict.fromkeys(("spans", "publication", "styles", "fonts", "assets", "editions"))}
        rest = {
            named.get(name, name): fingerprint(value) for name, value in self._read.items() if named.get(name, name)
        }
        return {
            "its text": fingerprint((self.text, self.document.formulas)),
            "its pictures": fingerprint((self.document.figures, self.document.assets, project.assets)),
            "publication.yaml": fingerprint(project.publication),
            edition.span.path: fingerprint(edition.spec),
            **{f"{home}/{name}": fingerprint(data) for name, data in edition.files.items()},
            **{f"templates/{name}": fingerprint(data) for name, data in project.styles.items()},
            "the fonts": fingerprint(project.fonts),
            **{str(name): digest for name, digest in rest.items()},
        }

    @cached_property
    def placed(self) -> str:
        """A fingerprint of everything, places included."""
        return fingerprint((self._read, replace(self.document, ast={}), self.text, self.edition), places=True)

    @property
    def _read(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self.project).items() if not isinstance(value, Withheld)}


def reach(project: Project, document: Document, edition: Edition) -> Reach:
    """The values of an edition of a drawn, tailored and cited document."""
    text = Reach(project, document, edition).text
    figures = {name: figure for name, figure in document.figures.items() if _shown(figure, text)}
    named = {file for figure in figures.values() for file in _files(figure)}
    assets = {name: data for name, data in document.assets.items() if name in named or f"asset:{name}" in text}
    formulas = {name: made for name, made in document.formulas.items() if name in assets or name in text}
    styles = {str(name) for output in edition.spec.outputs.values() for name in output.styles} | _ALWAYS
    tables = {output.table for output in edition.spec.outputs.values()}
    keys = set(citations(document.ast["blocks"]))
    own = replace(edition, files=frozen({n: data for n, data in edition.files.items() if _read(n, styles)}))
    cover = project.publication.cover
    parts = replace(
        project,
        root="",
        sections=tuple(_without_words(section) for section in project.sections),
        data=Withheld("data"),
        diagrams=Withheld("diagrams"),
        templates=Withheld("templates"),
        bibliography=tuple(entry for entry in project.bibliography if entry.key in keys),
        bibliography_text="",
        citation_style=b"",
        editions={edition.name: own},
        styles=frozen(
            {
                n: d
                for n, d in project.styles.items()
                if n not in _OTHER_PAGES and _read(n.removeprefix("styles/"), styles)
            }
        ),
        braille_tables={n: t for n, t in project.braille_tables.items() if n in tables},
        assets={n: data for n, data in project.assets.items() if cover is not None and n == str(cover.image)},
        settled=replace(standing(project), days=0),
        as_of=date.min,
        installed=(),
    )
    made = Reach(parts, replace(document, figures=figures, assets=assets, formulas=formulas), own)
    vars(made)["text"] = text  # the words are the same, and long
    return made


def _read(name: str, styles: set[str]) -> bool:
    """Whether an edition may read this file of the house: every style sheet is named by whom it concerns, or is a package's."""
    return not name.endswith(".css") or name in styles or name.startswith("vendor/")


def _shown(figure: Figure, text: str) -> bool:
    return f'"{figure.id}"' in text or any(f"asset:{name}" in text for name in _files(figure))


def _files(figure: Figure) -> tuple[str, ...]:
    narrow = figure.narrow.svg if figure.narrow else None
    return tuple(name for name in (figure.svg, figure.png, narrow) if name)


def _without_words(section: Section) -> Section:
    """A section as whoever looks for places needs it: which forms it has, and on which lines they stand."""
    head = section.head
    texts = {name: _blank(text) for name in _TEXTS if (text := getattr(head, name)) is not None}
    return replace(section, head=head.model_copy(update={**texts, "as_of": None}), body=_blank(section.body))


def _blank(text: Words) -> Words:
    return type(text)("…" if text.strip() else "", text.span, text.line_spans, text.runs)
