"""A cache that machines share can save time, and nothing else: neither its bytes nor its answers are trusted."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from handbill.cli import main
from handbill.diagnostics import warning
from handbill.jobs import Job, Result
from handbill.runners.cached import CachedRunner
from handbill.runners.notices import Notices
from handbill.runners.remote import FsspecFiles, package_missing, shown, within, writable
from handbill.runners.shared import SharedCache
from handbill.text import Span

HERE = Path(__file__).parent
JOBS = [Job("tool", "1", {}, {"in": bytes([n])}, ("out",)) for n in range(4)]


def answer(job: Job) -> Result:
    return Result({"out": b"made of " + job.inputs["in"]}, (warning("some-code", "Mind this", Span("in", 2)),), seconds=2.0)


class Shelf:
    """A file store in memory, as good or bad as a test wants it."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.trouble: Exception | None = None
        self.delay = 0.0
        self.calls = 0

    def _answer(self) -> None:
        self.calls += 1
        time.sleep(self.delay)
        if self.trouble:
            raise self.trouble

    def read(self, names: Sequence[str]) -> Mapping[str, bytes]:
        self._answer()
        return {name: self.files[name] for name in names if name in self.files}

    def write(self, name: str, data: bytes) -> None:
        self._answer()
        self.files[name] = data


Machine = Callable[..., tuple[list[Result], list[str], int]]


@pytest.fixture
def machine(recording: Any, tmp_path: Path) -> Machine:
    """One run on a machine with a cache of its own: results, codes of its notices, how many Jobs it really did."""

    def run(name: str, connect: Callable[[], Any], jobs: Sequence[Job] = JOBS, **options: Any) -> tuple[list[Result], list[str], int]:
        notices = Notices()
        shared = SharedCache(connect, "s3://shelf", notices, **options)
        inner = recording({"tool": answer})
        cache = CachedRunner(inner, tmp_path / name, shared=shared, notices=notices)
        results = cache.run(jobs)
        cache.close()
        shared.close()
        return results, [d.code for d in notices], len(inner.jobs)

    return run


def _until(holds: Callable[[], object]) -> None:
    ends = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < ends
        time.sleep(0.01)


EXPECTED = [answer(job) for job in JOBS]


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """A real S3 server of one bucket, and the variables with which its clients find it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its own imports
        from moto.server import ThreadedMotoServer
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    patch = pytest.MonkeyPatch()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_DEFAULT_REGION": "us-east-1",
    }.items():  # fmt: skip
        patch.setenv(name, value)
    import s3fs

    s3fs.S3FileSystem(skip_instance_cache=True).mkdir("shelf")
    yield "s3://shelf/some/where"
    patch.undo()
    server.stop()


@pytest.fixture(params=["folder", "s3"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "s3":
        place: str = request.getfixturevalue("bucket")
        return f"{place}/{tmp_path.name}"
    (tmp_path / "share").mkdir()
    return f"file://{tmp_path}/share"


def test_what_one_machine_made_another_one_finds(machine: Machine, address: str) -> None:
    connect = lambda: FsspecFiles(address, 5)  # noqa: E731
    assert machine("a", connect) == (EXPECTED, [], 4)
    assert machine("b", connect) == (EXPECTED, [], 0)
    assert machine("b", lambda: pytest.fail("what is here is not asked for elsewhere")) == (EXPECTED, [], 0)


def test_what_does_not_verify_is_made_again_and_mended(machine: Machine, address: str) -> None:
    jobs = [Job("tool", "1", {}, {"in": bytes([n])}, ("out",)) for n in range(6)]
    expected = [answer(job) for job in jobs]
    files = FsspecFiles(address, 5)
    machine("a", lambda: files, jobs)
    names = [f"handbill-cache-2/{job.key[:2]}/{job.key}" for job in jobs]
    good = files.read(names)
    whole = good[names[0]]
    damaged = [whole[:-1], good[names[1]][:-1] + b"?", whole, b"", b"handbill-cache-9 " + good[names[4]]]
    for name, data in zip(names, damaged, strict=False):
        files.write(name, data)
    assert machine("b", lambda: files, jobs) == (expected, ["cache-damaged", "cache-version"], 5)
    assert files.read(names) == good
    assert machine("c", lambda: files, jobs) == (expected, [], 0)


def test_what_is_recalled_without_being_run_comes_from_the_others_too(recording: Any, tmp_path: Path) -> None:
    shelf, notices = Shelf(), Notices()
    caches = []
    for name in ("a", "b"):
        shared = SharedCache(lambda: shelf, "s3://shelf", notices)
        caches.append(CachedRunner(recording({}), tmp_path / name, shared=shared, notices=notices))
    assert caches[1].recall(JOBS[0]) is None
    caches[0].keep(JOBS[0], answer(JOBS[0]))
    _until(lambda: shelf.files)
    assert caches[1].recall(JOBS[0]) == answer(JOBS[0])
    calls = shelf.calls
    assert caches[1].recall(JOBS[0]) == answer(JOBS[0]) and shelf.calls == calls


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a server that takes every call and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize("kind", ["closed", "silent"])
def test_a_server_that_is_not_there_or_says_nothing_costs_one_wait_and_one_warning(
    machine: Machine, bucket: str, silent: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", silent if kind == "silent" else "http://127.0.0.1:9")
    began = time.monotonic()
    assert machine("a", lambda: FsspecFiles(bucket, 2), seconds=1.0) == (EXPECTED, ["cache-shared"], 4)
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("place", ["s3://no-such-bucket/x", "file:///no/such/folder", "nonsense://x", "s3://"])
def test_a_place_that_is_none_is_one_warning(machine: Machine, bucket: str, place: str) -> None:
    assert machine("a", lambda: FsspecFiles(place, 5)) == (EXPECTED, ["cache-shared"], 4)


def test_after_trouble_it_is_not_asked_again(machine: Machine) -> None:
    shelf = Shelf()
    shelf.trouble = PermissionError("Access Denied")
    assert machine("a", lambda: shelf) == (EXPECTED, ["cache-shared"], 4)
    assert shelf.calls == 1


def test_a_slow_store_is_left_alone_when_patience_ends(recording: Any, tmp_path: Path) -> None:
    shelf, notices = Shelf(), Notices()
    shelf.delay = 0.05
    shared = SharedCache(lambda: shelf, "s3://shelf", notices, seconds=5, patience=0.12, writes=False)
    cache = CachedRunner(recording({"tool": answer}), tmp_path, shared=shared, notices=notices)
    assert [cache.run([job])[0] for job in JOBS] == EXPECTED
    assert 1 <= shelf.calls <= 3
    (told,) = notices
    assert (told.severity, told.code) == ("warning", "cache-shared") and "seconds" in told.message


def test_a_store_that_takes_nothing_does_not_hold_the_build_up(machine: Machine) -> None:
    shelf = Shelf()
    stuck = threading.Event()
    shelf.write = lambda name, data: (stuck.wait(20), None)[1]  # type: ignore[method-assign]
    began = time.monotonic()
    assert machine("a", lambda: shelf, seconds=0.3, patience=0.5) == (EXPECTED, ["cache-shared"], 4)
    assert time.monotonic() - began < 5
    stuck.set()


def test_who_interrupts_a_build_does_not_wait_for_the_others(recording: Any, tmp_path: Path) -> None:
    shelf, notices = Shelf(), Notices()
    shelf.delay = 2
    shared = SharedCache(lambda: shelf, "s3://shelf", notices)
    for job in JOBS:
        shared.offer(job, b"x")
    began = time.monotonic()
    shared.close(wait=False)
    assert time.monotonic() - began < 1 and list(notices) == []


def test_a_place_to_read_only_is_never_written(machine: Machine) -> None:
    shelf = Shelf()
    assert machine("a", lambda: shelf, writes=False) == (EXPECTED, [], 4)
    assert shelf.files == {}
    assert not writable("s3://shelf/x?read-only") and writable("s3://shelf/x")


def test_with_a_secret_only_sealed_entries_are_used(machine: Machine) -> None:
    shelf, plain, forged = Shelf(), Shelf(), Shelf()
    assert machine("a", lambda: shelf, secret=b"ours") == (EXPECTED, [], 4)
    assert machine("b", lambda: shelf, secret=b"ours") == (EXPECTED, [], 0)
    assert machine("c", lambda: shelf) == (EXPECTED, [], 0)  # who does not ask for seals reads them all the same
    machine("d", lambda: plain)
    assert machine("e", lambda: plain, secret=b"ours") == (EXPECTED, ["cache-seal"], 4)
    machine("f", lambda: forged, secret=b"theirs")
    assert machine("g", lambda: forged, secret=b"ours") == (EXPECTED, ["cache-seal"], 4)


def test_within_gives_raises_and_ends() -> None:
    assert within(5, lambda: 3) == 3
    with pytest.raises(KeyError):
        within(5, lambda: {}["x"])
    with pytest.raises(TimeoutError):
        within(0.05, lambda: time.sleep(1))


def test_no_password_is_shown() -> None:
    assert shown("ftp://me:secret@host/share?read-only") == "ftp://host/share"


def test_a_missing_package_is_one_message_with_the_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    import importlib.util as util

    real = util.find_spec
    monkeypatch.setattr(util, "find_spec", lambda name, *more: None if name == "s3fs" else real(name, *more))
    assert package_missing("file:///mnt/share") is None
    for name in ("content", "templates"):
        (tmp_path / name).mkdir()
    shutil.copytree(HERE / "publications/vaccin/content", tmp_path / "content", dirs_exist_ok=True)
    assert main(["--root", str(tmp_path), "check", "vaccin"]) == 1  # nothing was asked of it
    monkeypatch.setenv("HANDBILL_CACHE", "s3://bucket/prefix")
    capsys.readouterr()
    assert main(["--root", str(tmp_path), "check", "vaccin"]) == 3
    told = capsys.readouterr().err
    assert "error[package-missing]" in told and "pip install s3fs" in told and told.count("error") == 2


def test_drivers_are_imported_only_when_asked_for() -> None:
    code = "import sys, handbill.cli.main, handbill.tools.toolbox; print(sorted({'fsspec', 's3fs', 'distributed', 'dask'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=HERE.parent, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.e2e
def test_a_build_takes_from_the_others_what_they_made(bucket: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    pages = []
    for name in ("a", "b"):
        root = tmp_path / name
        shutil.copytree(HERE / "publications" / "vaccin", root)
        shutil.copytree(HERE.parent / "templates", root / "templates")
        if name == "b":  # where no diagram can be drawn
            monkeypatch.setattr("handbill.tools.mermaid.tool.MermaidTool.execute", lambda self, jobs: pytest.fail("it was made before"))
        assert main(["--root", str(root), "build", "-e", "handout", "-f", "html", "--cache", f"{bucket}/e2e"]) == 0
        pages.append((root / "output/vaccin/handout.html").read_bytes())
    assert pages[0] == pages[1]
    assert "warning[cache" not in capsys.readouterr().err
