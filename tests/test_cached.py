"""The cache can miss but never lie."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handbill.diagnostics import error, warning
from handbill.jobs import Job, Result
from handbill.runners.cached import CachedRunner
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
        (result,) = CachedRunner(inner, tmp_path).run([JOB])
        assert result.failed
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


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_property_a_damaged_entry_is_made_again(runner, tmp_path: Path, data: st.DataObject) -> None:  # type: ignore[no-untyped-def]
    _, fresh = runner
    cache = fresh()
    cache.run([JOB])
    path = cache.path(JOB.key)
    good = path.read_bytes()
    position = data.draw(st.integers(0, len(good) - 1))
    damage = data.draw(st.sampled_from(["cut", "flip", "grow"]))
    bad = {"cut": good[:position], "flip": good[:position] + bytes([good[position] ^ 1]) + good[position + 1 :], "grow": good + b"!"}
    path.write_bytes(bad[damage])
    (result,) = fresh().run([JOB])
    assert result.outputs == {"out": b"made of x"}
    assert path.read_bytes() == good


def test_an_entry_of_another_job_is_not_believed(runner) -> None:  # type: ignore[no-untyped-def]
    _, fresh = runner
    cache = fresh()
    other = Job("tool", "1", {"a": 1}, {"in": b"y"}, ("out",))
    cache.run([JOB, other])
    cache.path(JOB.key).write_bytes(cache.path(other.key).read_bytes())
    (result,) = fresh().run([JOB])
    assert result.outputs == {"out": b"made of x"}


def test_a_folder_that_cannot_be_written_is_one_warning(recording, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "cache").write_text("a file where the folder should be")
    cache = CachedRunner(recording({"tool": count}), tmp_path / "cache")
    others = [Job("tool", "1", {}, {"in": bytes([n])}, ("out",)) for n in range(3)]
    results = cache.run(others)
    assert [r.outputs["out"] for r in results] == [b"made of " + bytes([n]) for n in range(3)]
    assert [d.code for r in results for d in r.diagnostics].count("cache-unwritable") == 1


def test_the_least_recently_used_entries_go_first(recording, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    import os

    inner = recording({"tool": lambda job: Result({"out": bytes(1000)})})
    cache = CachedRunner(inner, tmp_path, limit_bytes=2500)
    jobs = [Job("tool", "1", {}, {"in": bytes([n])}, ("out",)) for n in range(3)]
    for age, job in enumerate(jobs):
        cache.run([job])
        os.utime(cache.path(job.key), (age + 1, age + 1))
    cache.prune()
    assert [cache.path(job.key).exists() for job in jobs] == [False, True, True]
