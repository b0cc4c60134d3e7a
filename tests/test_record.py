"""What a record holds to be the same, and what not."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from handbill import record
from handbill.cli.early import place_of_record
from handbill.record import Entry, Part, Record, entries_of

LONG_AGO = 1_700_000_000_000_000_000


def later(entry: Entry) -> Entry:
    """The same entry, looked at so much later that its file is not young any more."""
    return Entry(entry.stamp, entry.digest, entry.moment + 10_000_000_000)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.md"
    path.write_bytes(b"one line")
    return path


def test_a_file_that_nobody_touched_is_not_read(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = later(Entry.of(str(file)))
    monkeypatch.setattr(record, "digest_of", lambda path: pytest.fail(f"{path} was read"))
    assert entry.now(str(file)) is entry


def test_a_file_changed_in_the_tick_in_which_it_was_recorded_is_read(file: Path) -> None:
    entry = Entry.of(str(file))
    before = file.stat()
    file.write_bytes(b"two line")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    entry.stamp = record.stamp_of(str(file))  # as if the clock had not moved on between the two
    assert entry.now(str(file)) is None


def test_on_a_file_system_of_whole_seconds_a_file_stays_young_for_longer() -> None:
    fine = ("1", str(LONG_AGO + 123_456_789), str(LONG_AGO + 123_456_789), "1")
    coarse = ("1", str(LONG_AGO), str(LONG_AGO), "1")
    assert not record.young(fine, LONG_AGO + 1_500_000_000)
    assert record.young(coarse, LONG_AGO + 1_500_000_000)
    assert not record.young(coarse, LONG_AGO + 3_000_000_000)


def test_a_touched_file_is_the_same_and_is_known_by_its_new_times(file: Path) -> None:
    entry = later(Entry.of(str(file)))
    os.utime(file, ns=(LONG_AGO, LONG_AGO))
    found = entry.now(str(file))
    assert found is not None
    assert found is not entry
    assert found.stamp[1] == str(LONG_AGO)


def test_an_edit_that_keeps_size_and_time_is_seen(file: Path) -> None:
    os.utime(file, ns=(LONG_AGO, LONG_AGO))
    entry = later(Entry.of(str(file)))
    time.sleep(0.02)
    file.write_bytes(b"two line")
    os.utime(file, ns=(LONG_AGO, LONG_AGO))
    assert entry.now(str(file)) is None


def test_a_file_put_in_the_place_of_another_is_seen(file: Path, tmp_path: Path) -> None:
    entry = later(Entry.of(str(file)))
    (tmp_path / "b").write_bytes(b"two line")
    (tmp_path / "b").replace(file)
    assert entry.now(str(file)) is None


@pytest.mark.parametrize("change", ["delete", "truncate", "grow", "folder"])
def test_a_file_that_is_not_what_it_was_is_seen(file: Path, change: str) -> None:
    entry = later(Entry.of(str(file)))
    if change == "truncate":
        file.write_bytes(b"")
    elif change == "grow":
        file.write_bytes(b"one line more")
    else:
        file.unlink()
        if change == "folder":
            file.mkdir()
    assert entry.now(str(file)) is None


def test_a_file_that_was_not_there_and_comes_is_seen(tmp_path: Path) -> None:
    path = str(tmp_path / "new.bib")
    entry = Entry.of(path)
    assert entry.now(path) is entry
    Path(path).touch()
    assert entry.now(path) is None


def test_a_folder_is_its_names_but_for_those_that_nobody_reads(file: Path, tmp_path: Path) -> None:
    entry = later(Entry.of(str(tmp_path)))
    for name in (".a.md.swp", "a.md~", "#a.md#", "__pycache__", "a.tmp"):
        (tmp_path / name).touch()
    assert entry.now(str(tmp_path)) is not None
    (tmp_path / "b.md").touch()
    assert entry.now(str(tmp_path)) is None
    (tmp_path / "b.md").unlink()
    file.rename(tmp_path / "c.md")
    assert entry.now(str(tmp_path)) is None


def test_what_is_below_a_folder_is_listed_and_linked_folders_are_not_entered(file: Path, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.md").touch()
    (tmp_path / "sub" / "loop").symlink_to(tmp_path)
    found = {Path(path).relative_to(tmp_path).as_posix() for path in entries_of([str(tmp_path)])}
    assert found == {".", "a.md", "sub", "sub/b.md", "sub/loop"}


def test_a_record_is_read_back_as_it_was_written(file: Path, tmp_path: Path) -> None:
    place = str(tmp_path / "records" / "key")
    odd = os.fsdecode(b"caf\xe9\n.md")
    entries = {str(file): Entry.of(str(file)), odd: Entry.of(odd), str(tmp_path): Entry.of(str(tmp_path))}
    Record([Part("", entries), Part("flu", {}, '{"a": 1}')], 1, "out\n", "« err »\n").write(place)
    found = Record.read(place)
    assert found is not None
    assert (found.code, found.output, found.errors) == (1, "out\n", "« err »\n")
    assert [(part.name, part.outcome) for part in found.parts] == [("", ""), ("flu", '{"a": 1}')]
    told = {path: (entry.stamp, entry.digest, entry.moment) for path, entry in found.parts[0].entries.items()}
    assert told == {path: (entry.stamp, entry.digest, entry.moment) for path, entry in entries.items()}


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "other format"])
def test_a_record_that_is_not_as_it_was_written_is_none(file: Path, tmp_path: Path, damage: str) -> None:
    place = tmp_path / "record"
    Record([Part("", {str(file): Entry.of(str(file))})], 0, "out", "err").write(str(place))
    data = place.read_bytes()
    flipped = data[:-1] + bytes([data[-1] ^ 1])
    place.write_bytes(
        {"cut": data[:-5], "flip": flipped, "empty": b"", "other format": data.replace(b"-1 ", b"-0 ", 1)}[damage]
    )
    assert Record.read(str(place)) is None


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("content", "templates"):
        (tmp_path / name).mkdir()
    return tmp_path


def test_each_order_has_a_record_of_its_own(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["--root", str(project), "build"]
    places = {place_of_record(words), place_of_record([*words, "flu"]), place_of_record([*words, "--strict"])}
    monkeypatch.setenv("PATH", "/elsewhere")
    places.add(place_of_record(words))
    monkeypatch.setenv("HANDBILL_CHROMIUM", "/elsewhere/chromium")
    places.add(place_of_record(words))
    today = time.time()
    monkeypatch.setattr(time, "time", lambda: today + 86400)
    places.add(place_of_record(words))
    monkeypatch.chdir(project)
    places.add(place_of_record(words))
    assert None not in places
    assert len(places) == 7
    assert {Path(str(place)).parent for place in places} == {project / ".cache" / "records"}


def test_only_a_build_or_check_that_may_be_repeated_has_a_record(project: Path, tmp_path: Path) -> None:
    root = ["--root", str(project)]
    for words in ([], ["list"], ["build", "--no-cache"], ["watch"]):
        assert place_of_record([*root, *words]) is None
    assert place_of_record([*root, "check"]) is not None
    assert place_of_record(["--root", str(project / "content"), "build"]) is None
    assert str(place_of_record([*root, "build", "--cache=elsewhere"])).startswith(f"{Path.cwd()}/elsewhere/records/")
