"""What `explain` says about complaints that are not rules."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path


@cache
def explanations() -> Mapping[str, Mapping[str, str]]:
    """For each code its `what`, `why` and `mend`."""
    found: dict[str, dict[str, str]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return found


def explanation(code: str) -> str | None:
    """The documentation of a code in paragraphs, as a rule's docstring has it; None when there is none."""
    found = explanations().get(code)
    return None if found is None else "\n\n".join((found["what"], found["why"], found["mend"]))
