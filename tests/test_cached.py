"""The cache can miss but never lie."""

from __future__ import annotations

import os
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from handbill.diagnostics import error, warning
from handbill.jobs import Job, Result
from handbill.runners.cached import CachedRunner
from handbill.runners.folder import Folder
from handbill.text import Span

JOB = Job("tool", "1", {"a": 1}, {"in": b"x"}, ("out",))


def count(job: Job) -> Result:
    return Result({"out": b"made of " + job.inputs["in"]}, (warning("some-code", "Mind this", Span("in", 2, 3), "do that"),))


@pytest.fixture
def runner(recording, tmp_path: Path):  # type: ignore[no-untyped-def]
    inner = recording({"tool": count})
    return inner, lambda: CachedRunner(inner, tmp_path / "cache")


def test_a_hit_gives_the_outputs_and_replays_the_diagnostics(runner) -> None:  # type: ignore[no-untyped-def]
    inner, fresh = runner
    (first,) = fresh().run([JOB])
    (second,) = fresh().run([JOB])
    assert len(inner.jobs) == 1
    assert second.outputs == first.outputs == {"out": b"made of x"}
    assert second.diagnostics == first.diagnostics


@pytest.mark.parametrize("other", [
    Job("tool", "2", {"a": 1}, {"in": b"x"}, ("out",)),
    Job("tool", "1", {"a": 2}, {"in": b"x"}, ("out",)),
    Job("tool", "1", {"a": 1}, {"in": b"y"}, ("out",)),
    Job("tool", "1", {"a": 1}, {"in": b"x", "more": b""}, ("out",)),
    Job("tool", "1", {"a": 1}, {"in": b"x"}, ("out", "png")),
])  # fmt: skip
def test_whatever_can_change_the_result_changes_the_key(other: Job) -> None:
    assert other.key != JOB.key


def test_names_and_bytes_cannot_run_together() -> None:
    assert Job("t", "1", {}, {"a": b"bc"}, ()).key != Job("t", "1", {}, {"ab": b"c"}, ()).key


def test_the_label_does_not_change_the_key() -> None:
    assert Job("tool", "1", {"a": 1}, {"in": b"x"}, ("out",), "other words").key == JOB.key


def test_failures_are_not_stored(recording, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    inner = recording({"tool": lambda job: Result(diagnostics=(error("bad", "Bad"),), failed=True)})
    for _ in range(2):
        cache = CachedRunner(inner, tmp_path)
        (result,) = cache.run([JOB])
        assert result.failed and list(cache.notices) == [] and not cache.path(JOB.key).exists()
    assert len(inner.jobs) == 2


def test_all_misses_reach_the_tool_in_one_call(recording, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    calls = []
    inner = recording({"tool": count})
    inner_run = inner.run
    inner.run = lambda jobs: (calls.append(len(jobs)), inner_run(jobs))[1]
    cache = CachedRunner(inner, tmp_path)
    others = [Job("tool", "1", {}, {"in": bytes([n])}, ("out",)) for n in range(4)]
    cache.run([others[1]])
    results = cache.run(others)
    assert calls == [1, 3]
    assert [r.outputs["out"] for r in results] == [b"made of " + bytes([n]) for n in range(4)]


DAMAGES = {
    "cut": lambda good, place: good[:place],
    "flipped": lambda good, place: good[:place] + bytes([good[place] ^ 1 << place % 8]) + good[place + 1 :],
    "grown": lambda good, place: good[:place] + b"!" + good[place:],
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_an_entry_damaged_at_any_byte_is_set_aside_and_made_again(runner, damage: str) -> None:  # type: ignore[no-untyped-def]
    inner, fresh = runner
    cache = fresh()
    cache.run([JOB])
    path = cache.path(JOB.key)
    good = path.read_bytes()
    for place in range(len(good)):
        path.write_bytes(DAMAGES[damage](good, place))
        cache = fresh()
        (result,) = cache.run([JOB])
        assert result == count(JOB)
        assert path.read_bytes() == good
        assert [d.code for d in cache.notices] in (["cache-damaged"], ["cache-version"]), place
    assert len(inner.jobs) == 1 + len(good)
    assert (path.parent.parent / "bad" / JOB.key).exists()


def test_many_damaged_entries_are_one_warning_that_counts_them(runner) -> None:  # type: ignore[no-untyped-def]
    _, fresh = runner
    jobs = [Job("tool", "1", {}, {"in": bytes([n])}, ("out",)) for n in range(5)]
    cache = fresh()
    cache.run(jobs)
    for job in jobs[1:4]:
        cache.path(job.key).write_bytes(b"")
    cache = fresh()
    assert [r.outputs for r in cache.run(jobs)] == [count(job).outputs for job in jobs]
    (told,) = cache.notices
    assert (told.severity, told.code) == ("warning", "cache-damaged") and "3 entries" in told.message


def test_an_entry_of_another_job_is_not_believed(runner) -> None:  # type: ignore[no-untyped-def]
    _, fresh = runner
    cache = fresh()
    other = Job("tool", "1", {"a": 1}, {"in": b"y"}, ("out",))
    cache.run([JOB, other])
    cache.path(JOB.key).write_bytes(cache.path(other.key).read_bytes())
    cache = fresh()
    (result,) = cache.run([JOB])
    assert result.outputs == {"out": b"made of x"}
    assert [d.code for d in cache.notices] == ["cache-damaged"]


def refusing(cache: CachedRunner, inner: Any, code: str) -> None:
    """Work on a cache that refuses: right results, one warning, nothing made twice in this run."""
    jobs = [Job("tool", "1", {}, {"in": bytes([n]) * 5000}, ("out",)) for n in range(3)]
    for _ in range(2):
        assert [r.outputs for r in cache.run(jobs)] == [count(job).outputs for job in jobs]
    assert [(d.severity, d.code) for d in cache.notices] == [("warning", code)]
    assert len(inner.jobs) == len(jobs)


def test_a_file_where_the_folder_should_be_is_one_warning(recording, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "cache").write_text("a file where the folder should be")
    inner = recording({"tool": count})
    refusing(CachedRunner(inner, tmp_path / "cache"), inner, "cache-unwritable")


def test_a_full_disk_is_one_warning_and_leaves_no_part_of_an_entry(recording, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """The kernel itself refuses to let a file grow: what a full disk or a quota does, without being root."""
    inner = recording({"tool": count})
    cache = CachedRunner(inner, tmp_path)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
    try:
        refusing(cache, inner, "cache-unwritable")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert [path for path in tmp_path.rglob("*") if path.is_file() and path.name != "format"] == []


@pytest.fixture
def as_nobody() -> Iterator[Path]:
    """A folder that the one who now works may read but not write, whoever started the tests."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        user = os.geteuid()
        try:
            yield folder
        finally:
            os.seteuid(user)
            for path in (folder, *(p for p in folder.rglob("*") if p.is_dir())):
                path.chmod(0o755)


def give_away(folder: Path, mode: int) -> None:
    for path in (folder, *folder.rglob("*")):
        path.chmod(mode if path.is_dir() else mode & 0o644)
    if os.geteuid() == 0:
        os.seteuid(65534)


def test_a_read_only_folder_serves_what_it_has_and_warns_once(recording, as_nobody: Path) -> None:  # type: ignore[no-untyped-def]
    CachedRunner(recording({"tool": count}), as_nobody).run([JOB])
    inner = recording({"tool": count})
    give_away(as_nobody, 0o555)
    cache = CachedRunner(inner, as_nobody)
    assert cache.run([JOB]) == [count(JOB)]
    assert inner.jobs == [] and list(cache.notices) == []
    refusing(cache, inner, "cache-unwritable")


def test_a_cache_that_may_not_be_read_is_one_warning(recording, as_nobody: Path) -> None:  # type: ignore[no-untyped-def]
    CachedRunner(recording({"tool": count}), as_nobody).run([JOB])
    for path in as_nobody.rglob(JOB.key):
        path.chmod(0)
    if os.geteuid() == 0:
        os.seteuid(65534)
    cache = CachedRunner(recording({"tool": count}), as_nobody)
    assert cache.run([JOB]) == [count(JOB)]
    assert "cache-unreadable" in [d.code for d in cache.notices]


@pytest.mark.parametrize("other", ["mark", "layout", "entry"])
def test_what_another_version_wrote_is_not_used_and_told_once(recording, tmp_path: Path, other: str) -> None:  # type: ignore[no-untyped-def]
    inner = recording({"tool": count})
    first = CachedRunner(inner, tmp_path)
    if other == "mark":
        (tmp_path / "format").write_text("handbill-cache-1\n")
    elif other == "layout":
        old = tmp_path / JOB.key[:2] / JOB.key
        old.parent.mkdir()
        old.write_bytes(b"handbill-cache-1 ...")
    else:
        first.run([JOB])
        first.path(JOB.key).write_bytes(b"handbill-cache-1 ...")
    cache = CachedRunner(inner, tmp_path)
    assert cache.run([JOB]) == [count(JOB)]
    assert [d.code for d in cache.notices] == ["cache-version"]
    again = CachedRunner(inner, tmp_path)
    made = len(inner.jobs)
    assert again.run([JOB]) == [count(JOB)] and list(again.notices) == [] and len(inner.jobs) == made


def sized(number: int) -> Job:
    return Job("tool", "1", {}, {"in": bytes([number])}, ("out",))


@pytest.fixture
def big(recording, tmp_path: Path):  # type: ignore[no-untyped-def]
    inner = recording({"tool": lambda job: Result({"out": bytes(1000)})})
    return lambda limit=4000: CachedRunner(inner, tmp_path / "cache", limit)


def test_the_least_recently_used_entries_go_first(big) -> None:  # type: ignore[no-untyped-def]
    cache = big()
    for number in range(3):
        cache.run([sized(number)])
        os.utime(cache.path(sized(number).key), (number + 1, number + 1))
    big().run([sized(0)])  # a hit is a use
    cache.run([sized(3)])
    cache.close()
    assert [cache.path(sized(n).key).exists() for n in range(4)] == [True, False, False, True]


def test_the_limit_is_kept_over_many_builds_and_files_are_counted_only_when_it_is_passed(big, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    counted = []
    files = Folder.files
    monkeypatch.setattr(Folder, "files", lambda self: (counted.append(1), files(self))[1])
    for number in range(60):
        cache = big(40_000)
        cache.run([sized(number)])
        cache.close()
        assert sum(kept.size for kept in files(Folder(cache.path("").parents[1]))) <= 40_000
    assert 3 <= len(counted) <= 10
    counted.clear()
    for _ in range(10):
        cache = big(40_000)
        cache.run([sized(59)])
        cache.close()
    assert counted == []


@pytest.mark.parametrize("usage", [None, b"", b"+12\n", b"nonsense\n", b"total x\n", b"\xff\xfe", b"total 5\n" * 1000])
def test_a_lost_or_damaged_count_is_made_again(big, usage: bytes | None, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    for number in range(8):
        cache = big(1_000_000)
        cache.run([sized(number)])
    if usage is not None:
        (tmp_path / "cache/usage").write_bytes(usage)
    cache = big()
    cache.run([sized(9)])
    cache.close()
    assert sum(kept.size for kept in Folder(tmp_path / "cache").files()) <= 4000


def test_nothing_but_entries_is_ever_removed(big, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    others = [tmp_path / "cache" / name for name in ("letter.txt", "en/words.txt", "2/readme", "2/ab/notes", "ab/photo.jpg", "7/x", "2/new/mine.doc")]
    for path in others:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes(9000))
    cache = big(0)
    cache.run([sized(1)])
    cache.prune()
    assert all(path.exists() for path in others) and not cache.path(sized(1).key).exists()


def test_what_a_killed_writer_left_goes_when_it_is_old(big, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    cache = big()
    cache.run([sized(1)])
    young, old = (tmp_path / "cache/2/new" / name for name in ("entry-young", "entry-old"))
    for path in (young, old):
        path.write_bytes(b"half")
    os.utime(old, (1, 1))
    cache.prune()
    assert young.exists() and not old.exists() and cache.path(sized(1).key).exists()
    os.utime(young, ns=(time.time_ns() - 10**9,) * 2)
    big(0).prune()  # however little room there is: somebody may be writing it now
    assert young.exists() and not cache.path(sized(1).key).exists()


def test_what_is_noted_stays_on_this_machine(recording, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]

    class Others:
        def fetch(self, jobs: Any) -> Any:
            raise AssertionError("somebody else was asked")

        def offer(self, job: Job, data: bytes) -> None:
            raise AssertionError("somebody else was told")

    cached = CachedRunner(recording({}), tmp_path / "cache", shared=Others())
    assert cached.look(JOB) is None
    cached.note(JOB, Result({"out": b"one"}))
    cached.note(JOB, Result({"out": b"two"}))
    found = cached.look(JOB)
    assert found is not None and found.outputs == {"out": b"two"}
