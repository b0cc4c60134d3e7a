"""The guess whether a build will need the browser."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from handbill.cli.foresight import Foresight, foresee
from handbill.diagnostics import Report, error
from handbill.order import Work
from handbill.tools.toolbox import Toolbox

FENCE = '```{.mermaid #kinds}\npie\n"A" : 1\n```\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project of two publications, one without diagrams, and its cache's folder."""
    for name, text in {
        "content/drawn/publication.yaml": "", "content/drawn/sections/one.md": "Words.\n\n" + FENCE,
        "content/drawn/diagrams/way.mmd": "flowchart LR\nA --> B\n", "content/plain/publication.yaml": "",
        "content/plain/sections/one.md": "Only words, and `mermaid`.\n", "templates/diagrams/theme.yaml": "font: X\n",
        ".cache/keep": "",
    }.items():  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def drawn(name: str, *complaints: str) -> Work:
    document: Any = SimpleNamespace(figures={"way": None})
    report = Report()
    report.extend(error(code, "It went wrong.") for code in complaints)
    return Work(name, report, document=document)


def asked(root: Path, *names: str) -> Foresight:
    return Foresight(root, names, root / ".cache")


def test_what_was_drawn_once_needs_no_browser_again(root: Path) -> None:
    first = asked(root)
    assert first.draws
    first.remember([drawn("drawn"), Work("plain")])
    assert not asked(root).draws and not asked(root, "drawn").draws


def test_a_publication_without_diagrams_never_needs_it(root: Path) -> None:
    assert not asked(root, "plain").draws


@pytest.mark.parametrize(("file", "text", "draws"), [
    ("content/drawn/sections/one.md", "Other words.\n\n" + FENCE, False),
    ("content/drawn/sections/one.md", "Words.\n\n" + FENCE.replace("1", "2"), True),
    ("content/drawn/sections/two.md", "~~~mermaid\npie\n~~~\n", True),
    ("content/drawn/diagrams/way.mmd", "flowchart LR\nA --> C\n", True),
    ("content/drawn/diagrams/other.mmd", "flowchart LR\nA --> B\n", True),
    ("templates/diagrams/theme.yaml", "font: Y\n", True),
])  # fmt: skip
def test_what_is_new_is_seen(root: Path, file: str, text: str, draws: bool) -> None:
    asked(root).remember([drawn("drawn")])
    (root / file).write_text(text)
    assert asked(root).draws is draws


@pytest.mark.parametrize("code", ["diagram-syntax", "browser-failed", "tool-missing"])
def test_a_diagram_that_failed_will_be_tried_again(root: Path, code: str) -> None:
    asked(root).remember([drawn("drawn", code)])
    assert asked(root).draws


def test_other_mistakes_do_not_matter(root: Path) -> None:
    asked(root).remember([drawn("drawn", "citation-unknown")])
    assert not asked(root).draws


def test_a_broken_or_missing_memory_is_none(root: Path) -> None:
    (root / ".cache" / "drawn").write_bytes(b"\xff\x00")
    assert asked(root).draws
    assert Foresight(root, (), None).draws
    nowhere = Foresight(root, (), root / "nowhere")
    nowhere.remember([drawn("drawn")])
    assert nowhere.draws


@pytest.mark.parametrize(("stage", "opened"), [("parse", 0), ("draw", 1), ("inspect", 1)])
def test_the_browser_opens_only_for_a_build_that_draws(root: Path, stage: str, opened: int) -> None:
    calls: list[None] = []
    toolbox = cast("Toolbox", SimpleNamespace(open_browser=lambda: calls.append(None)))
    arguments = Namespace(publications=[], format=["html"], stop_after=stage, cache=None, no_cache=False)
    foresee(root, arguments, toolbox).remember([drawn("drawn")])
    foresee(root, arguments, toolbox)
    assert len(calls) == opened
