"""The house's files on Braille and on reading aloud, as far as a publication's language has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeVar

from handbill.diagnostics import Diagnostic, error
from handbill.load.files import Folder
from handbill.load.validate import validated
from handbill.load.yaml_tree import read_yaml
from handbill.model import Edition
from handbill.nearest import did_you_mean
from handbill.schema import Publication
from handbill.schema_base import Model
from handbill.schema_formats import BrailleFile, BrailleTable, Speech
from handbill.text import Text

BRAILLE = "templates/braille.yaml"
SPEECH = "templates/speech"

M = TypeVar("M", bound=Model)


class BrailleTables(NamedTuple):
    """All Braille that has a name, and the one that a publication has where nothing else is asked for."""

    named: Mapping[str, BrailleTable]
    own: BrailleTable | None


def read_braille(folder: Folder, publication: Publication, broken: set[str]) -> BrailleTables:
    """The house's Braille, and the publication's own choice of it; without one the complaint says why.

    A choice that there is not is put into `broken`, so that nobody is given Braille that was not asked for.
    """
    house = _read(folder, BRAILLE, BrailleFile)
    if house is None:
        return BrailleTables({}, None)
    for language, name in house.languages.items():
        if name not in house.tables:
            folder.report.add(_unknown(name, house, f"The language “{language}” is to have").within_bounds())
    if publication.braille is not None:
        if publication.braille not in house.tables:
            broken.add("braille")
            folder.report.add(_unknown(publication.braille, house, "The publication asks for").within_bounds())
        return BrailleTables(house.tables, house.tables.get(publication.braille))
    tags = (str(publication.language), str(publication.language).partition("-")[0])
    usual = next((house.languages[tag] for tag in tags if tag in house.languages), None)
    if usual is not None and usual not in house.tables:
        broken.add("braille")
    return BrailleTables(house.tables, None if usual is None else house.tables.get(usual))


def check_braille(folder: Folder, editions: Iterable[Edition], tables: Mapping[str, BrailleTable]) -> None:
    """Complains of outputs that ask for Braille that there is not."""
    for edition in editions:
        for output in edition.spec.outputs.values():
            if output.table is not None and output.table not in tables and folder.exists(BRAILLE):
                folder.report.add(_unknown(output.table, BrailleFile(tables=dict(tables)), f"“{output.file}” is to have"))


def _unknown(name: Text, house: BrailleFile, who: str) -> Diagnostic:
    hints = did_you_mean(str(name), house.tables) or (f"There are: {', '.join(house.tables)}.",)
    message = f"{who} the Braille “{name}”, which {BRAILLE} does not have."
    return error("braille-table-unknown", message, name.place(0, len(name)), *hints)


def read_speech(folder: Folder, language: str) -> Speech | None:
    """How the language is spoken: its own file, else that of its main part (`pt` for `pt-BR`)."""
    paths = [f"{SPEECH}/{tag}.yaml" for tag in dict.fromkeys((language, language.partition("-")[0]))]
    return next((_read(folder, path, Speech) for path in paths if folder.exists(path)), None)


def _read(folder: Folder, path: str, model: type[M]) -> M | None:
    if not folder.exists(path):
        return None
    text = folder.read_text(path)
    tree = None if text is None else read_yaml(path, text, folder.report)
    return None if tree is None else validated(model, tree, folder.report)
