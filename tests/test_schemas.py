"""JSON Schemas for editors agree with what is really read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from handbill.schemas import SCHEMAS, schema, schema_files
from tests.faults import collection

BASE = collection.HERE / "base"
REPOSITORY = Path(__file__).parent.parent


class EditorLoader(yaml.SafeLoader):
    """YAML as editors read it: numbers and truths, but dates as text (YAML 1.2's core schema)."""


EditorLoader.yaml_implicit_resolvers = {
    sign: [pair for pair in pairs if not pair[0].endswith(":timestamp")]
    for sign, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def as_editor(text: str) -> Any:
    return yaml.load(text, EditorLoader)


def faults(name: str, text: str) -> list[str]:
    return [problem.message for problem in jsonschema.Draft202012Validator(schema(name)).iter_errors(as_editor(text))]


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_each_schema_is_one(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema(name))
    assert schema_files()[f"{name}.schema.json"].startswith(b"{")


@pytest.mark.parametrize("root", [BASE, REPOSITORY], ids=["base", "repository"])
def test_what_is_right_is_right_in_an_editor(root: Path) -> None:
    for name, (_, pattern) in SCHEMAS.items():
        for path in root.glob(pattern) if " " not in pattern else ():
            assert faults(name, path.read_text(encoding="utf-8")) == [], path
    for path in root.glob("content/*/sections/*.md"):
        assert faults("section", path.read_text(encoding="utf-8").split("---\n")[1]) == [], path


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("publication", "id: x\n"),
        ("section", "id: x\ntitle: X\nroll: history\n"),
        ("section", "id: x\ntitle: X\nrole: histry\n"),
        ("data", "kind: tabel\n"),
        ("data", "kind: list\ntitle: X\nitems: []\n"),
        ("theme", "font: X\n"),
        ("locale", "about: [a, b]\n"),
    ],
)
def test_what_is_wrong_is_wrong_in_an_editor(name: str, text: str) -> None:
    assert faults(name, text)


def test_a_text_may_look_like_a_number_and_is_described() -> None:
    assert faults("section", "id: x\ntitle: 2026\n") == []
    assert "front matter" in schema("section")["description"]
    assert "title" in schema("publication")["required"]


def test_every_file_of_the_repository_names_its_schema() -> None:
    named = {}
    for name, (_, pattern) in SCHEMAS.items():
        for path in REPOSITORY.glob(pattern) if " " not in pattern else ():
            first = path.read_text(encoding="utf-8").split("\n")[0]
            schema_file = first.removeprefix("# yaml-language-server: $schema=")
            assert (path.parent / schema_file).resolve() == REPOSITORY / "schemas" / f"{name}.schema.json", path
            named[path] = schema_file
    assert set(named) == {*REPOSITORY.glob("content/**/*.yaml"), *REPOSITORY.glob("templates/**/*.yaml")}
    table = (REPOSITORY / "docs" / "editors.md").read_text(encoding="utf-8")
    assert all(f"`{schema_file}`" in table for schema_file in named.values())
