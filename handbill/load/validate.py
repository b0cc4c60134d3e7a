"""A YAML tree against a model: every difference as a diagnostic at its own place."""

from __future__ import annotations

import re
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from handbill.diagnostics import Diagnostic, Report, error, note
from handbill.load.yaml_tree import Path, Tree
from handbill.nearest import did_you_mean, nearest
from handbill.text import Located

M = TypeVar("M", bound=BaseModel)


@dataclass
class Spared:
    """Keys of a file whose wrong value is left out without harm: what is said of them stops nothing.

    hints  for a key, what helps more than to mend the value by hand
    wrong  those of the keys that had one
    """

    keys: frozenset[str]
    hints: Mapping[str, str] = field(default_factory=dict)
    wrong: set[str] = field(default_factory=set)

    def judged(self, found: Diagnostic, path: Path) -> Diagnostic:
        """The complaint about the value at a path."""
        if not path or path[0] not in self.keys:
            return found
        key = str(path[0])
        self.wrong.add(key)
        hints = (*found.hints, self.hints[key]) if key in self.hints else found.hints
        return replace(found, hints=hints).within_bounds()


def validated(
    model: type[M], tree: Tree, report: Report, stand_ins: Mapping[str, Any] | None = None, spared: Spared | None = None
) -> M | None:
    """The model that a tree describes; None when it has mistakes.

    With `stand_ins` (a value for each required key) a model comes back even then, its wrong values
    left out or replaced, so that the checks which follow find the other mistakes as well. The report
    holds errors by then, so the stand-ins are never printed; `spared` says for which keys something is printed all the same.
    """
    value, spared = tree.value, spared or Spared(frozenset())
    if not isinstance(value, dict):
        report.add(_not_a_mapping(tree))
        tree.value = {}
        return None if stand_ins is None else model.model_validate(stand_ins)
    report.extend(spared.judged(found, path) for path, found in _blanks(tree.value, (), tree))
    try:
        found = model.model_validate(value)
    except ValidationError as problem:
        details = _essential(model, problem.errors(include_url=False))
        report.extend(spared.judged(_diagnostic(model, tree, detail), detail["loc"]) for detail in details if detail["loc"] not in tree.told)
        if stand_ins is None:
            return None
        return _as_far_as_right(model, value, problem, stand_ins)
    report.extend(_ambiguous(found, tree))
    return found


def _as_far_as_right(model: type[M], value: Mapping[str, Any], problem: ValidationError, stand_ins: Mapping[str, Any]) -> M:
    """The model of what is right in `value`: each wrong value, or the item of a list that it spoils, is left out."""
    found = problem
    kept: Any = value
    for _ in range(_ROUNDS):
        wrong = [_spoilt(detail) for detail in found.errors(include_url=False, include_input=False)]
        kept = _without(kept, wrong)
        try:
            return model.model_validate({**stand_ins, **kept})
        except ValidationError as left:
            found = left
    tops = {detail["loc"][0] for detail in problem.errors(include_url=False, include_input=False)}
    return model.model_validate({**stand_ins, **{key: item for key, item in value.items() if key not in tops}})


_ROUNDS = 4
"""Leaving out one thing may spoil what is around it, such as a list that must not be empty."""


def _spoilt(detail: ErrorDetails) -> Path:
    loc = detail["loc"]
    return loc[:-1] if (detail["type"] == "missing" and len(loc) > 1) or loc[-1] == "[key]" else loc


def _without(value: Any, paths: list[Path]) -> Any:
    """A copy of a value without what lies at some paths inside it."""
    here = {path[0] for path in paths if len(path) == 1}
    inner = {key: [path[1:] for path in paths if len(path) > 1 and path[0] == key] for key in {path[0] for path in paths if path}}
    if isinstance(value, dict):
        return {key: _without(item, inner.get(key, [])) for key, item in value.items() if key not in here}
    if isinstance(value, list):
        return [_without(item, inner.get(index, [])) for index, item in enumerate(value) if index not in here]
    return value


def _essential(model: type[BaseModel], details: list[ErrorDetails]) -> list[ErrorDetails]:
    """The errors less those that only follow from another: a list short of its wrong items, a key missing because misspelt."""
    places = [detail["loc"] for detail in details]
    unknown = {detail["loc"] for detail in details if detail["type"] == "extra_forbidden"}
    kept = []
    for detail in details:
        loc = detail["loc"]
        if detail["type"] == "too_short" and any(place[: len(loc)] == loc != place for place in places):
            continue
        misspelt = (str(place[-1]) for place in unknown if place[:-1] == loc[:-1])
        if detail["type"] == "missing" and any(
            nearest(word, _keys(model, loc[:-1]), 1) == (loc[-1],) for word in misspelt
        ):
            continue
        kept.append(detail)
    return kept


def _blanks(value: Any, path: Path, tree: Tree) -> Iterator[tuple[Path, Diagnostic]]:
    """Texts in quotes with nothing in them."""
    if isinstance(value, str):
        if not value.strip():
            hint = "Write its text, or delete the line."
            yield path, error("schema-empty", f"{_name(path)} has no text.", tree.span(path), hint)
    elif isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _blanks(item, (*path, key), tree)


def _ambiguous(found: BaseModel, tree: Tree) -> Iterator[Diagnostic]:
    """Notes on texts that other readers of YAML take for something else (`no`, `1.10`, `12:30`)."""
    for path, written in tree.ambiguous.items():
        value: Any = found
        for part in path:
            value = getattr(value, str(part), None) if isinstance(value, BaseModel) else value[part]
        if isinstance(value, Located):
            yield note("yaml-ambiguous", f"“{written}” is kept as the text “{written}”, though it looks like a number, a time or a yes/no.",
                       tree.span(path), f'Write "{written}" in quotes to make it plain to every reader and program.')  # fmt: skip


def _not_a_mapping(tree: Tree) -> Diagnostic:
    if tree.value is None:
        return error("schema-empty", "Nothing is written here.", tree.span(()), "Write one “name: value” on each line.")
    return error(
        "schema-type",
        "The file must be lines of “name: value”.",
        tree.span(()),
        "Write one “name: value” on each line.",
    )


def _diagnostic(model: type[BaseModel], tree: Tree, detail: ErrorDetails) -> Diagnostic:
    loc, kind, given = detail["loc"], detail["type"], detail["input"]
    context: Mapping[str, Any] = detail.get("ctx") or {}
    if loc[-1] == "[key]":
        loc, kind = loc[:-1], "extra_forbidden"
    name, at = _name(loc), tree.span(loc)
    if kind == "missing":
        return error("schema-missing", f"{name} is missing.", _holder(tree, loc[:-1]), f"Add a line “{loc[-1]}: …”.")
    if kind == "extra_forbidden":
        return error("schema-unknown-key", f"{name} is not known here.", tree.key_span(loc),
                     *did_you_mean(str(loc[-1]), _keys(model, loc[:-1])))  # fmt: skip
    if given is None:
        return error(
            "schema-empty",
            f"Nothing is written after {name[:1].lower()}{name[1:]}." if loc and isinstance(loc[-1], int) else f"Nothing is written after {name}.",
            tree.key_span(loc),
            "Write its value, or delete the line.",
        )
    if kind in ("enum", "literal_error"):
        choices = _choices(model, loc)
        close = [f"Did you mean “{nearest(str(given), choices, 1)[0]}”?"] if nearest(str(given), choices, 1) else []
        hints = (*close, *([f"It is one of: {', '.join(choices)}."] if choices else []))
        if isinstance(given, list | dict):
            return error("schema-type", f"{name} must be one word, not a list or a group.", at, *hints)
        return error("schema-value", f"{name} cannot be “{_shown(given)}”.", at, *hints)
    if kind == "string_pattern_mismatch":
        return _pattern(loc, name, str(given), tree)
    if kind == "value_error" and isinstance(given, str):
        said = str(context.get("error", ""))
        code = "schema-date" if "date" in said else "schema-type"
        return error(code, f"{name} cannot be “{_shown(given)}”: {said}.", at)
    if isinstance(given, dict) and kind in ("value_error", "string_type") and (found := _group(tree, loc, name, given)) is not None:
        return found
    code, words = _kinds(kind, context)
    return error(code, f"{name} {words}.", at, detail=detail["msg"])


def _group(tree: Tree, loc: Path, name: str, given: Mapping[str, Any]) -> Diagnostic | None:
    """What is said about a text that YAML reads as a group."""
    at = tree.span(loc)
    if len(given) == 1 and None in given.values() and _begins(tree, loc, given):
        (text,) = given
        return error("schema-type", f"{name} must be one piece of text, and a colon at its end makes it a group.", at,
                     f'Put it in quotes: "{text}:".')  # fmt: skip
    if None in given.values():
        return error("yaml-quote-needed", "A value that begins with “{” must stand in quotes.", at,
                     "Put the whole value in double quotes.")  # fmt: skip
    if len(given) == 1:
        [(key, value)] = given.items()
        return error("schema-type", f"{name} must be one piece of text, and “: ” makes it a group.", at,
                     f'Put it in quotes: "{key}: {value}".')  # fmt: skip
    return None


def _begins(tree: Tree, loc: Path, given: Mapping[str, Any]) -> bool:
    """Whether a group begins with the name in it, and not with a brace."""
    key = tree.keys.get((*loc, *given))
    return key is not None and (key.line, key.column) == (tree.span(loc).line, tree.span(loc).column)


def _kinds(kind: str, context: Mapping[str, Any]) -> tuple[str, str]:
    if kind in ("tuple_type", "list_type"):
        return "schema-type", "must be a list: each item on a line of its own that begins with “- ”"
    if kind in ("dict_type", "model_type", "model_attributes_type"):
        return "schema-type", "must be a group: lines of “name: value”, indented below it"
    if kind in ("string_type", "value_error"):
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
    if loc and isinstance(loc[-1], int) and re.fullmatch(r"[a-z][a-z0-9-]*(?: [a-z][a-z0-9-]*)+", given):
        return error("schema-slug", f"{name} cannot be “{given}”: a comma is missing.", tree.span(loc),
                     f"Write {', '.join(given.split())}.")  # fmt: skip
    return error("schema-slug", f"{name} cannot be “{given}”.", tree.span(loc),
                 "Use small letters, digits and hyphens only, beginning with a letter, such as flu-jab.")  # fmt: skip


def _holder(tree: Tree, path: Path) -> Any:
    """Where a missing key belongs: the key that should hold it, or the first line of its group."""
    return tree.keys.get(path) or tree.span(path).at(tree.span(path).line, tree.span(path).column)


def _shown(value: object) -> str:
    text = str(value) if isinstance(value, str) else "…"
    return text if len(text) <= 60 else text[:57] + "…"


def _name(path: Path) -> str:
    """For a sentence's beginning: `authors`, 1, `name` is “name” of item 2 of “authors”."""
    words = [f"item {part + 1}" if isinstance(part, int) else f"“{part}”" for part in reversed(path)]
    found = " of ".join(words[:4])
    return (found[:1].upper() + found[1:]) if found else "The file"


def _inner(annotation: Any) -> Iterator[Any]:
    """The types inside an annotation, optional and container wrappers taken off."""
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType, tuple, dict, list) or hasattr(annotation, "__metadata__"):
        for argument in get_args(annotation):
            yield from _inner(argument)
    else:
        yield annotation


def _model_at(model: type[BaseModel], path: Path) -> type[BaseModel] | None:
    current: type[BaseModel] | None = model
    for part in path:
        if isinstance(part, int) or current is None or part not in current.model_fields:
            continue
        models = [
            t for t in _inner(current.model_fields[part].annotation) if isinstance(t, type) and issubclass(t, BaseModel)
        ]
        current = models[0] if models else None
    return current


def _keys(model: type[BaseModel], path: Path) -> list[str]:
    """The keys that a mapping at a path may have."""
    owner = _model_at(model, path[:-1])
    field = owner.model_fields.get(str(path[-1])) if owner is not None and path else None
    if field is not None and get_origin(field.annotation) is dict:
        return [str(name) for name in get_args(get_args(field.annotation)[0])]
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
