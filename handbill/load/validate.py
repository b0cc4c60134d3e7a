"""A YAML tree against a model: every difference as a diagnostic at its own place."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from handbill.diagnostics import Diagnostic, Report, error
from handbill.load.nearest import did_you_mean
from handbill.load.yaml_tree import Path, Tree

M = TypeVar("M", bound=BaseModel)


def validated(model: type[M], tree: Tree, report: Report, stand_ins: Mapping[str, Any] | None = None) -> M | None:
    """The model that a tree describes; None when it has mistakes.

    With `stand_ins` (a value for each required key) a model comes back even then, its wrong values
    left out or replaced, so that the checks which follow find the other mistakes as well. The report
    holds errors by then, so the stand-ins are never printed.
    """
    value = tree.value
    if not isinstance(value, dict):
        report.add(_not_a_mapping(tree))
        value = {}
    try:
        return model.model_validate(value)
    except ValidationError as problem:
        details = problem.errors(include_url=False)
    if isinstance(tree.value, dict):
        report.extend(_diagnostic(model, tree, detail) for detail in details)
    if stand_ins is None:
        return None
    kept = {key: item for key, item in value.items() if key not in {detail["loc"][0] for detail in details}}
    return model.model_validate({**stand_ins, **kept})


def _not_a_mapping(tree: Tree) -> Diagnostic:
    if tree.value is None:
        return error("schema-empty", "Nothing is written here.", tree.span(()), "Write one “name: value” on each line.")
    return error("schema-type", "The file must be lines of “name: value”.", tree.span(()), "Write one “name: value” on each line.")


def _diagnostic(model: type[BaseModel], tree: Tree, detail: ErrorDetails) -> Diagnostic:
    loc = tuple(part for part in detail["loc"])
    if loc and loc[-1] == "[key]":
        loc = loc[:-1]
    name = _name(loc)
    given = detail["input"]
    kind = detail["type"]
    context: Mapping[str, Any] = detail.get("ctx") or {}
    at = tree.span(loc)
    if kind == "missing":
        inside = f" of {_name(loc[:-1])}" if len(loc) > 1 else ""
        return error("schema-missing", f"{name}{inside} is missing.", _holder(tree, loc[:-1]), f"Add a line “{loc[-1]}: …”.")
    if kind == "extra_forbidden":
        known = _keys(model, loc[:-1])
        return error("schema-unknown-key", f"{name} is not known here.", tree.key_span(loc), *did_you_mean(str(loc[-1]), known))
    if given is None:
        return error("schema-empty", f"Nothing is written after {name}.", tree.key_span(loc), "Write its value, or delete the line.")
    if kind in ("enum", "literal_error"):
        expected = _choices(model, loc)
        return error("schema-value", f"{name} cannot be “{given}”.", at, *did_you_mean(str(given), expected))
    if kind == "string_pattern_mismatch":
        return _pattern(loc, name, str(given), tree)
    if kind == "value_error":
        said = str(context.get("error", ""))
        code = "schema-date" if "date" in said else "schema-type"
        return error(code, f"{name} cannot be “{_shown(given)}”: {said}.", at)
    code, words = _kinds(kind, context)
    return error(code, f"{name} {words}.", at, detail=detail["msg"])


def _kinds(kind: str, context: Mapping[str, Any]) -> tuple[str, str]:
    if kind in ("tuple_type", "list_type"):
        return "schema-type", "must be a list: each item on a line of its own that begins with “- ”"
    if kind in ("dict_type", "model_type", "model_attributes_type"):
        return "schema-type", "must be a group: lines of “name: value”, indented below it"
    if kind == "string_type":
        return "schema-type", "must be one piece of text, not a list or a group"
    if kind in ("int_parsing", "int_type", "int_from_float"):
        return "schema-type", "must be a whole number such as 120"
    if kind in ("float_parsing", "float_type"):
        return "schema-type", "must be a number such as 0.25"
    if kind == "too_short":
        return "schema-value", f"needs at least {context.get('min_length', 1)} item(s)"
    if kind == "string_too_long":
        return "schema-value", f"is longer than {context.get('max_length')} characters"
    limits = {"greater_than": ("gt", "more than"), "less_than_equal": ("le", "at most"),
              "greater_than_equal": ("ge", "at least"), "less_than": ("lt", "less than")}  # fmt: skip
    if kind in limits:
        key, words = limits[kind]
        return "schema-value", f"must be {words} {context.get(key)}"
    return "schema-type", "cannot be used"


def _pattern(loc: Path, name: str, given: str, tree: Tree) -> Diagnostic:
    if loc and loc[-1] == "file":
        return error("schema-value", f"{name} cannot be “{given}”.", tree.span(loc),
                     "Use small letters, digits and hyphens and one ending, such as handout.pdf.")  # fmt: skip
    return error("schema-slug", f"{name} cannot be “{given}”.", tree.span(loc),
                 "Use small letters, digits and hyphens only, beginning with a letter, such as gene-therapy.")  # fmt: skip


def _holder(tree: Tree, path: Path) -> Any:
    """Where a missing key belongs: the key that should hold it, or the first line of its group."""
    return tree.keys.get(path) or tree.span(path).at(tree.span(path).line, tree.span(path).column)


def _shown(value: object) -> str:
    text = str(value) if isinstance(value, str) else "…"
    return text if len(text) <= 60 else text[:57] + "…"


def _name(path: Path) -> str:
    """`authors`, item 2, `name` -> “name” of item 2 of “authors”, for a sentence's beginning."""
    words: list[str] = []
    for part in reversed(path):
        words.append(f"item {part + 1}" if isinstance(part, int) else f"“{part}”")
    found = " of ".join(words[: 3 if len(words) > 1 and words[0].startswith("item") else 3])
    return (found[:1].upper() + found[1:]) if found else "The file"


def _inner(annotation: Any) -> Iterator[Any]:
    """The types inside an annotation, optional and container wrappers taken off."""
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType, tuple, dict, list) or origin is not None and hasattr(annotation, "__metadata__"):
        for argument in get_args(annotation):
            yield from _inner(argument)
    else:
        yield annotation


def _model_at(model: type[BaseModel], path: Path) -> type[BaseModel] | None:
    current: type[BaseModel] | None = model
    for part in path:
        if isinstance(part, int) or current is None or part not in current.model_fields:
            continue
        models = [t for t in _inner(current.model_fields[part].annotation) if isinstance(t, type) and issubclass(t, BaseModel)]
        current = models[0] if models else None
    return current


def _keys(model: type[BaseModel], path: Path) -> list[str]:
    found = _model_at(model, path)
    return list(found.model_fields) if found else []


def _choices(model: type[BaseModel], path: Path) -> list[str]:
    """What an enumeration or literal at a path allows."""
    names = [part for part in path if isinstance(part, str)]
    owner = _model_at(model, tuple(names[:-1]))
    if owner is None or not names or names[-1] not in owner.model_fields:
        return []
    choices: list[str] = []
    for found in _inner(owner.model_fields[names[-1]].annotation):
        if isinstance(found, type) and hasattr(found, "__members__"):
            choices += [str(member.value) for member in found.__members__.values()]
        else:
            choices += [str(argument) for argument in get_args(found)]
    return choices
