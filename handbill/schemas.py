"""JSON Schemas for every YAML file an author writes, made from the models, for editors.

An editor that knows them completes names, shows what each means and underlines mistakes while one
types. YAML editors take `1.10` for a number and `no` for a word; Handbill keeps every value as text
until a model converts it, so wherever text is wanted the schemas allow numbers and truths too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, TypeAdapter

from handbill.schema import Data, DiagramHead, EditionFile, FontsFile, Publication, SectionHead
from handbill.schema_formats import BrailleFile, Speech, ThemeFile
from handbill.schema_governance import Profile
from handbill.text import Text

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TEXTS = ("Text", "Markdown")


SCHEMAS: Mapping[str, tuple[Any, str]] = {
    "publication": (Publication, "content/*/publication.yaml"),
    "section": (SectionHead, "the front matter of content/*/sections/*.md"),
    "data": (Data, "content/*/data/*.yaml"),
    "diagram": (DiagramHead, "the front matter of content/*/diagrams/*.mmd"),
    "edition": (EditionFile, "templates/editions/*/edition.yaml"),
    "profile": (Profile, "templates/profiles/*.yaml"),
    "braille": (BrailleFile, "templates/braille.yaml"),
    "speech": (Speech, "templates/speech/*.yaml"),
    "fonts": (FontsFile, "templates/fonts.yaml"),
    "locale": (dict[str, Text], "templates/locale/*.yaml"),
    "theme": (ThemeFile, "templates/diagrams/theme.yaml"),
}
"""For each schema its model and the files that it is for."""


def schema(name: str) -> dict[str, Any]:
    """One JSON Schema as JSON values."""
    model, files = SCHEMAS[name]
    made = model.model_json_schema() if _is_model(model) else TypeAdapter(model).json_schema()
    return {
        "$schema": _DIALECT,
        "title": f"Handbill: {files}",
        **{k: _open(v) for k, v in made.items() if k != "title"},
    }


def schema_files() -> dict[str, bytes]:
    """Every schema as a file: `NAME.schema.json` and its bytes."""
    return {
        f"{name}.schema.json": (json.dumps(schema(name), indent=2, ensure_ascii=False) + "\n").encode()
        for name in SCHEMAS
    }


def _is_model(model: Any) -> bool:
    return isinstance(model, type) and issubclass(model, BaseModel)


def _open(value: Any) -> Any:
    """The schema with text that may look like a number or a truth."""
    if isinstance(value, list):
        return [_open(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get("type") == "string" and value.get("title") in _TEXTS:
        return {**{k: v for k, v in value.items() if k != "title"}, "type": ["string", "number", "boolean"]}
    if isinstance(choices := value.get("enum"), list) and all(str(choice).isdigit() for choice in choices):
        return {"enum": [*choices, *map(int, choices)]}
    return {key: _open(item) for key, item in value.items()}
