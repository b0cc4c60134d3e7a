"""Every fault of the collection is told with its code, file, line and column; the base itself is clean."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import collection


@pytest.mark.parametrize("path", collection.cases(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_fault(path: Path, tmp_path: Path) -> None:
    assert collection.tried(path, tmp_path) == []


def test_the_base_is_clean(tmp_path: Path) -> None:
    root = tmp_path / "base"
    collection.build(collection.Case("base"), root)
    assert collection.complaints(root) == ()
