"""What all models of YAML files share: frozen, closed to unknown keys, strict about dates and truth values."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


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

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=False, use_attribute_docstrings=True)
