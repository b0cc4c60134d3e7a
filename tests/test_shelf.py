"""The shelf: only what this user alone could have put there comes from it, and it never stops anybody."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from handbill import shelf
from handbill.shelf import Shelf, private_folder


def test_what_is_kept_is_given_by_its_whole_key(tmp_path: Path) -> None:
    kept = Shelf(lambda: tmp_path)
    kept.put(("a", "bc"), b"one")
    assert kept.get(("a", "bc")) == b"one"
    assert kept.get(("ab", "c")) is None and kept.get(("a",)) is None


def test_versions_are_part_of_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Shelf(lambda: tmp_path)
    kept.put(("a",), b"one")
    monkeypatch.setattr(shelf, "__version__", "99")
    assert kept.get(("a",)) is None


def test_a_folder_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    kept = Shelf(lambda: tmp_path / "missing")
    kept.put(("a",), b"one")
    assert kept.get(("a",)) is None
    nowhere = Shelf(lambda: None)
    nowhere.put(("a",), b"one")
    assert nowhere.get(("a",)) is None


def test_it_does_not_grow_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "_MOST", 10)
    kept = Shelf(lambda: tmp_path)
    for number in range(25):
        kept.put((str(number),), b"")
        for path in tmp_path.iterdir():  # files of the same instant have no order
            os.utime(path, ns=(path.stat().st_mtime_ns - 10**9, path.stat().st_mtime_ns - 10**9))
    assert len(list(tmp_path.iterdir())) <= 10 and kept.get(("24",)) == b"" and kept.get(("0",)) is None


def test_the_folder_is_this_users_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    folder = private_folder()
    assert folder == tmp_path / "caches" / "handbill" and folder.stat().st_mode & 0o777 == 0o700
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert private_folder() == tmp_path / ".cache" / "handbill"
    monkeypatch.delenv("HOME")
    assert private_folder() is None


def test_a_folder_that_others_can_fill_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "open/handbill").mkdir(parents=True)
    (tmp_path / "open/handbill").chmod(0o777)
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked/handbill").symlink_to(tmp_path)
    (tmp_path / "file").mkdir()
    (tmp_path / "file/handbill").write_text("")
    for name in ("open", "linked", "file"):
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / name))
        assert private_folder() is None, name
    (tmp_path / "foreign/handbill").mkdir(parents=True)
    monkeypatch.setattr("os.geteuid", lambda: os.getuid() + 1)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "foreign"))
    assert private_folder() is None
