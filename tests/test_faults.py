"""Every fault of the collection is told with its code, file, line and column; the base itself is clean."""

from __future__ import annotations

import io
import json
import re
from itertools import pairwise
from pathlib import Path

import pytest

from handbill.diagnostics import Diagnostic
from handbill.show import show
from tests import form_case
from tests.faults import collection

MATCHER = json.loads(
    re.findall(r"```json\n(.*?)```", (Path(__file__).parents[1] / "docs" / "editors.md").read_text("utf-8"), re.DOTALL)[
        0
    ]
)
PATTERNS = [re.compile(step["regexp"]) for step in MATCHER["tasks"][0]["problemMatcher"]["pattern"]]


def written(found: tuple[Diagnostic, ...], root: Path, form: str) -> str:
    stream = io.StringIO()
    show(found, root, form, stream)
    return stream.getvalue()


def matched(text: str) -> list[tuple[str, ...]]:
    """What the problem matcher of `docs/editors.md` takes out of printed complaints, worst first."""
    first, second = PATTERNS
    lines = text.split("\n")
    heads = [(head, second.match(after)) for line, after in pairwise(lines) if (head := first.match(line))]
    return sorted((*(head[group] or "" for group in range(1, 6)), told[1] if told else "") for head, told in heads)


@pytest.mark.parametrize("path", collection.cases(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_fault(path: Path, tmp_path: Path) -> None:
    case = collection.parse(path)
    root = tmp_path / "project"
    collection.build(case, root)
    found = collection.complaints(root)
    assert collection.differences(case, found) == []
    _forms_hold_all(found, root)


def _forms_hold_all(found: tuple[Diagnostic, ...], root: Path) -> None:
    """Every form is well-formed and leaves no complaint out."""
    placed = [(d, d.span) for d in found if d.span is not None and d.span.line]
    assert matched(written(found, root, "text")) == sorted(
        (d.severity.value, d.code, span.path, str(span.line), str(span.column or ""), d.message) for d, span in placed
    )
    told = json.loads(written(found, root, "json"))
    assert sum(told["summary"].values()) == len(told["diagnostics"]) == len(found)
    assert form_case.faults(form_case.JSON, told) == []
    github = written(found, root, "github").splitlines()
    assert len(github) == len(found)
    said = sorted((properties["title"], properties.get("file"), words) for _, properties, words in map(form_case.command, github))
    assert said == sorted((d.code, d.span and d.span.path, "\n".join((d.message, *d.hints))) for d in found)
    log = json.loads(written(found, root, "sarif"))
    assert form_case.faults(form_case.SARIF, log) == []
    [run] = log["runs"]
    assert len(run["results"]) == len(found)
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        for place in result.get("locations", ()):
            region = place["physicalLocation"].get("region", {"startLine": 1})
            assert min(region.values()) >= 1
            ends = [
                (region[f"{end}Line"], region[f"{end}Column"]) for end in ("start", "end") if f"{end}Column" in region
            ]
            assert ends == sorted(ends)


def test_the_base_is_clean(tmp_path: Path) -> None:
    root = tmp_path / "base"
    collection.build(collection.Case("base"), root)
    assert collection.complaints(root) == ()
