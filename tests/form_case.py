"""What the forms for programs must be: JSON and SARIF by their schemas, GitHub's commands read back."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from jsonschema import Draft4Validator, Draft202012Validator, FormatChecker

_HERE = Path(__file__).parent
SARIF = Draft4Validator(json.loads((_HERE / "schemas" / "sarif-2.1.0-rtm.5.json").read_text("utf-8")), format_checker=FormatChecker())
JSON = Draft202012Validator(json.loads((_HERE.parent / "docs" / "complaints.schema.json").read_text("utf-8")))

_COMMAND = re.compile(r"::(error|warning|notice) ([^:\n]*)::([^\n]*)")


def faults(validator: Draft4Validator | Draft202012Validator, value: Any) -> list[str]:
    """Everything in which a value is not as its schema demands."""
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def command(line: str) -> tuple[str, dict[str, str], str]:
    """Kind, properties and message of one of GitHub's workflow commands, as its runner reads them."""
    found = _COMMAND.fullmatch(line)
    assert found is not None, line
    properties = dict(pair.split("=", 1) for pair in found[2].split(","))
    return found[1], {name: _plain(value, colons=True) for name, value in properties.items()}, _plain(found[3])


def _plain(text: str, *, colons: bool = False) -> str:
    for code, sign in (("%0D", "\r"), ("%0A", "\n"), *((("%3A", ":"), ("%2C", ",")) if colons else ()), ("%25", "%")):
        text = text.replace(code, sign)
    return text
