"""The assembled source and pandoc's AST of a whole small publication, as a person has read and accepted them.

`ACCEPT=1 pytest tests/test_golden.py` rewrites the files in tests/cases/vaccin; read the difference before you commit it.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from handbill.cli import main

HERE = Path(__file__).parent
REPOSITORY = HERE.parent
CASE = HERE / "cases" / "vaccin"

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = tmp_path_factory.mktemp("golden") / "project"
    shutil.copytree(HERE / "publications" / "vaccin", project)
    shutil.copytree(REPOSITORY / "templates", project / "templates")
    for stage in ("parse", "tailor"):
        assert main(["--root", str(project), "build", "--edition", "slides", "--stop-after", stage]) == 0
    return project / "output" / "vaccin"


@pytest.mark.parametrize("name", ["source.md", "document.json", "slides.json"])
def test_the_values_between_the_stages_are_as_accepted(output: Path, name: str) -> None:
    made = (output / name).read_text(encoding="utf-8")
    if os.environ.get("ACCEPT"):
        CASE.mkdir(parents=True, exist_ok=True)
        (CASE / name).write_text(made, encoding="utf-8")
    assert made == (CASE / name).read_text(encoding="utf-8")
