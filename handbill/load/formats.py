"""The house's files on Braille and on reading aloud, as far as a publication's language has them."""

from __future__ import annotations

from typing import TypeVar

from handbill.load.files import Folder
from handbill.load.validate import validated
from handbill.load.yaml_tree import read_yaml
from handbill.schema_base import Model
from handbill.schema_formats import BrailleFile, BrailleTable, Speech

BRAILLE = "templates/braille.yaml"
SPEECH = "templates/speech"

M = TypeVar("M", bound=Model)


def read_braille(folder: Folder, language: str) -> BrailleTable | None:
    """How the language is written in Braille, when `templates/braille.yaml` says so."""
    known = _read(folder, BRAILLE, BrailleFile)
    tags = (language, language.partition("-")[0])
    return next((known.languages[tag] for tag in tags if tag in known.languages), None) if known else None


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
