"""Every complaint can be explained: `build.py explain CODE` has an answer for each code that the program can say."""

from __future__ import annotations

import ast
from pathlib import Path

import handbill.rules  # noqa: F401  registers the rules
from handbill.explanations import explanations
from handbill.rules.registry import RULES

ENGINE = Path(__file__).parent.parent / "handbill"
SAYS = {"error", "warning", "note", "_broken", "_dropped", "found"}
"""Functions whose first words are a code."""


def codes() -> set[str]:
    """The codes that stand in the program: in calls that make a diagnostic, and in the checks that yield a code and a sentence."""
    found = set()
    for path in ENGINE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.func, ast.Name) and node.func.id in SAYS - {"found"}:
                found |= _strings(node.args[0])
            elif isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple) and "checks" in path.stem:
                found |= _strings(node.value.elts[0])
    return found


def _strings(node: ast.expr) -> set[str]:
    values = {n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    return {value for value in values if "-" in value.strip("-") and " " not in value and value.islower()}


def test_every_code_is_explained() -> None:
    said = codes()
    assert {"web-id-twice", "diagram-too-tall", "formula-broken", "contrast-low", "slide-untitled"} <= said
    assert said - set(explanations()) - set(RULES) == set()
