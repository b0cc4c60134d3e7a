"""What all models of YAML files share: frozen, closed to unknown keys, strict about dates and truth values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, GetJsonSchemaHandler


def _iso_date(value: object) -> object:
    """Dates are written YYYY-MM-DD (ISO 8601) and nothing else: 03/04/2026 means two days."""
    if isinstance(value, str):
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            raise ValueError("a date is written year-month-day, for instance 2026-03-31")
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            raise ValueError("there is no such date") from None
    return value


def _truth(value: object) -> object:
    """Only `true` and `false`: YAML 1.1's yes, no, on and off surprise people."""
    if isinstance(value, str):
        if value in ("true", "false"):
            return value == "true"
        raise ValueError("write true or false here")
    return value


IsoDate = Annotated[date, BeforeValidator(_iso_date)]
Truth = Annotated[bool, BeforeValidator(_truth)]
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]


class Model(BaseModel):
    """Frozen, closed to unknown keys, its docstring the documentation of the YAML mapping."""

    # Each run of the program makes every model: what only some run needs is put off until it is asked for.
    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=False, defer_build=True)

    @classmethod
    def __get_pydantic_json_schema__(cls, core: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """The schema for editors, with the docstring below each field as its description.

        pydantic's own `use_attribute_docstrings` reads the source when the class is made, which costs a check a
        fifth of its time.
        """
        made = handler(core)
        properties = handler.resolve_ref_schema(made).get("properties", {})
        for name, words in _field_docstrings(cls):
            properties.get(name, {}).setdefault("description", words)
        return made


def _field_docstrings(model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    """Name and docstring of each field that has one, its own class's before those of the classes it extends."""
    import ast
    import inspect
    from textwrap import dedent

    for owner in model.__mro__:
        if issubclass(owner, Model) and owner is not Model:
            (body,) = ast.parse(dedent(inspect.getsource(owner))).body
            assert isinstance(body, ast.ClassDef)
            for field, below in pairwise(body.body):
                match field, below:
                    case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(words))):
                        yield name, inspect.cleandoc(words)
