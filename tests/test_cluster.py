"""Jobs on a real cluster of separate processes: the same bytes as here, whoever dies on the way."""

from __future__ import annotations

import os
import pickle
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from handbill.cli import main
from handbill.diagnostics import error
from handbill.jobs import Job, Result, ToolMissing
from handbill.runners.cluster import ClusterRunner
from handbill.runners.notices import Notices
from handbill.tools import serve
from tests.cluster_case import Cluster, Maker, _until, made, versions, work

HERE = Path(__file__).parent
Process = subprocess.Popen[bytes]


def job(number: int, **args: Any) -> Job:
    return Job(args.pop("tool", "tool"), args.pop("version", "1"), args, {"in": bytes([number])}, ("out",), f"job {number}")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    import dask
    import distributed  # noqa: F401  brings its settings

    made = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        with dask.config.set(made.settings):
            made.worker()
            made.worker()
            ready(made, 2)
            yield made
    finally:
        made.end()


def ready(cluster: Cluster, workers: int) -> None:
    with cluster.client() as client:
        _until(lambda: len(client.nthreads()) == workers)


class Run:
    """A runner on a cluster, what was done here instead, and what it said."""

    def __init__(self, address: str, **options: Any) -> None:
        self.here, self.notices = Maker(), Notices()
        self.runner = ClusterRunner(address, self.here, self.notices, work, versions, **options)

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *_: object) -> None:
        self.runner.close()

    @property
    def codes(self) -> list[str]:
        assert all(d.severity == "warning" for d in self.notices)
        return [d.code for d in self.notices]


def traced(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def test_all_work_is_done_there_by_all_and_comes_back_in_order(cluster: Cluster, tmp_path: Path) -> None:
    jobs = [job(n, trace=str(tmp_path / "trace"), seconds=0.05) for n in range(12)]
    with Run(cluster.address) as run:
        assert run.runner.run(jobs) == [made(j) for j in jobs]
        assert (run.here.jobs, run.codes) == ([], [])
    assert len({line.split()[0] for line in traced(tmp_path / "trace")}) == 2


def test_several_threads_may_ask_at_once(cluster: Cluster) -> None:
    answers: dict[int, Any] = {}
    with Run(cluster.address) as run:
        threads = [threading.Thread(target=lambda n=n: answers.update({n: run.runner.run([job(n), job(n + 50)])})) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert answers == {n: [made(job(n)), made(job(n + 50))] for n in range(8)}
        assert (run.here.jobs, run.codes) == ([], [])


def test_a_version_that_nobody_has_is_done_here_with_one_warning(cluster: Cluster) -> None:
    jobs = [job(1), job(2, version="9"), job(3, version="9")]
    with Run(cluster.address) as run:
        assert run.runner.run(jobs) == [made(j) for j in jobs]
        assert (run.here.jobs, run.codes) == (jobs[1:], ["cluster-version"])
        (told,) = run.notices
        assert "here “9”, there “1”" in told.detail


def test_jobs_with_a_costly_start_go_in_one_bundle_a_machine(cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = []
    send = ClusterRunner._send
    monkeypatch.setattr(ClusterRunner, "_send", lambda self, client, jobs, numbers, *rest: (sent.append(len(numbers)), send(self, client, jobs, numbers, *rest))[1])
    jobs = [job(n, tool="mermaid") for n in range(7)]
    with Run(cluster.address) as run:
        assert run.runner.run(jobs) == [made(j) for j in jobs]
    assert sent == [4, 3]


@pytest.fixture(scope="module")
def other(cluster: Cluster) -> Process:
    """A worker with another version of the tools."""
    return cluster.worker(HANDBILL_TEST_VERSION="2")


def test_who_has_another_version_gets_no_such_work(cluster: Cluster, other: Process, tmp_path: Path) -> None:
    liar = cluster.worker(HANDBILL_TEST_VERSION="2", HANDBILL_TEST_LIE="1")
    ready(cluster, 4)
    jobs = [job(n, trace=str(tmp_path / "trace")) for n in range(20)]
    with Run(cluster.address) as run:
        assert run.runner.run(jobs) == [made(j) for j in jobs]
        assert run.codes == ["cluster-version"]
        # Where a Job arrives the version is looked at again; so what the liar got was done by others or here.
        assert not {str(other.pid), str(liar.pid)} & {line.split()[0] for line in traced(tmp_path / "trace")}
        assert len(traced(tmp_path / "trace")) + len(run.here.jobs) == 20
    liar.kill()
    liar.wait()
    ready(cluster, 3)


def test_the_only_one_that_fits_is_killed_and_the_work_done_here(cluster: Cluster, other: Process, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    ready(cluster, 3)
    jobs = [job(n, trace=str(trace), seconds=0.5, version="2") for n in range(3)]
    killer = threading.Thread(target=lambda: (_until(lambda: traced(trace)), other.kill()))
    killer.start()
    with Run(cluster.address) as run:
        assert run.runner.run(jobs) == [made(j) for j in jobs]
        killer.join()
        assert run.here.jobs and "cluster-worker-lost" in run.codes
    other.wait()
    ready(cluster, 2)


def test_what_a_killed_worker_had_is_done_by_another_one(cluster: Cluster, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    victim = cluster.worker()
    ready(cluster, 3)
    jobs = [job(n, trace=str(trace), seconds=0.6) for n in range(9)]

    def kill() -> None:
        _until(lambda: any(line.startswith(f"{victim.pid} ") for line in traced(trace)))
        victim.kill()

    killer = threading.Thread(target=kill)
    killer.start()
    with Run(cluster.address) as run:
        assert run.runner.run(jobs) == [made(j) for j in jobs]
        killer.join()
        assert (run.here.jobs, run.codes) == ([], ["cluster-worker-lost"])
    begun = [line.partition(" ")[2] for line in traced(trace)]
    assert len(begun) > len(jobs) and set(begun) == {j.label for j in jobs}
    victim.wait()
    ready(cluster, 2)


@pytest.mark.e2e
def test_a_build_on_the_cluster_gives_the_same_files_although_a_worker_is_killed(
    cluster: Cluster, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "project"
    shutil.copytree(HERE / "publications" / "vaccin", root)
    shutil.copytree(HERE.parent / "templates", root / "templates")
    victim: list[str] = []

    def kill(client: Any, pids: dict[str, int]) -> None:
        """Kills the first worker that draws a diagram or lays out a page."""
        while not victim:
            slow = [w for w, keys in client.processing().items() if any("mermaid" in key or "weasyprint" in key for key in keys)]
            if slow and slow[0] in pids:
                os.kill(pids[slow[0]], signal.SIGKILL)
                victim.append(slow[0])
            time.sleep(0.01)

    def build(name: str, *words: str) -> dict[str, bytes]:
        command = ["--root", str(root), "build", "-e", "handout", "-f", "html", "-f", "pdf", "-o", str(tmp_path / name)]
        assert main([*command, *words]) == 0, capsys.readouterr().err
        return {path.name: path.read_bytes() for path in (tmp_path / name / "vaccin").iterdir() if path.name.startswith("handout")}

    here = build("here", "--no-cache")
    assert set(here) == {"handout.html", "handout.pdf"}
    with cluster.client() as client:
        killer = threading.Thread(target=kill, args=(client, client.run(os.getpid)))
        killer.start()
        try:
            capsys.readouterr()
            there = build("there", "--runner", "dask", "--scheduler", cluster.address)
            told = capsys.readouterr().err
        finally:
            victim.append("")  # the build is over: whoever looks for a victim may go
            killer.join()
    assert victim[0], "nobody was killed"
    assert there == here
    assert [told.count(f"warning[{code}]") for code in ("cluster-worker-lost", "cluster-")] == [1, 0] and told.count("warning[cluster") == 1
    assert build("remembered") == here
    ready(cluster, 1)


def test_a_scheduler_that_hangs_costs_one_wait_and_one_warning(cluster: Cluster) -> None:
    with Run(cluster.address, seconds=2) as run:
        assert run.runner.run([job(1)]) == [made(job(1))] and run.here.jobs == []
        cluster.scheduler.send_signal(signal.SIGSTOP)
        try:
            began = time.monotonic()
            assert run.runner.run([job(2)]) == [made(job(2))]
            assert run.codes == ["cluster-missing"] and time.monotonic() - began < 15
        finally:
            cluster.scheduler.send_signal(signal.SIGCONT)


def test_a_cluster_that_dies_in_the_middle_costs_one_warning(cluster: Cluster, tmp_path: Path) -> None:
    """The last one of this file on the cluster."""
    trace = tmp_path / "trace"
    jobs = [job(n, trace=str(trace), seconds=0.4) for n in range(8)]
    killer = threading.Thread(target=lambda: (_until(lambda: len(traced(trace)) > 2), cluster.scheduler.kill()))
    killer.start()
    began = time.monotonic()
    with Run(cluster.address) as run:
        assert run.runner.run(jobs) == [made(j) for j in jobs]
        killer.join()
        assert run.here.jobs and run.codes == ["cluster-missing"]
        assert run.runner.run(jobs) == [made(j) for j in jobs]  # it is not called again
    assert time.monotonic() - began < 40


@pytest.fixture
def in_the_clear() -> Iterator[None]:
    import dask
    import distributed  # noqa: F401

    with dask.config.set({"distributed.comm.require-encryption": False}):
        yield


@pytest.mark.usefixtures("in_the_clear")
def test_a_cluster_that_is_not_there_costs_one_wait_and_one_warning() -> None:
    began = time.monotonic()
    with Run("tcp://127.0.0.1:9", seconds=0.5) as run:
        assert run.runner.run([job(1)]) == [made(job(1))]
        assert run.runner.run([job(2)]) == [made(job(2))]
        assert run.codes == ["cluster-missing"]
    assert time.monotonic() - began < 10


@pytest.mark.usefixtures("in_the_clear")
def test_something_that_takes_the_call_and_says_nothing_costs_one_wait_and_one_warning() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, Run(f"tcp://127.0.0.1:{server.getsockname()[1]}", seconds=0.5) as run:
        assert run.runner.run([job(1)]) == [made(job(1))]
        assert run.codes == ["cluster-missing"]


def test_who_demands_encryption_sends_nothing_in_the_clear(cluster: Cluster) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, Run(f"tcp://127.0.0.1:{server.getsockname()[1]}", seconds=5) as run:
        assert run.runner.run([job(1)]) == [made(job(1))]
        assert run.codes == ["cluster-missing"]
        server.setblocking(False)
        with pytest.raises(BlockingIOError):
            server.accept()


@pytest.mark.usefixtures("in_the_clear")
def test_an_address_that_is_none_is_one_warning() -> None:
    for address in ("nonsense", "xyz://1", "tcp://", ""):
        with Run(address, seconds=0.5) as run:
            assert run.runner.run([job(1)]) == [made(job(1))]
            assert run.codes == ["cluster-missing"]


def test_a_worker_looks_at_the_version_of_each_job_that_arrives(monkeypatch: pytest.MonkeyPatch) -> None:
    class Fake:
        name = "fake"

        def version(self) -> str:
            return "3"

        def execute(self, jobs: Sequence[Job]) -> list[Result]:
            return [made(job) for job in jobs]

    class Absent(Fake):
        def version(self) -> str:
            raise ToolMissing(error("tool-missing", "It is not here"))

    monkeypatch.setattr(serve, "_toolbox", lambda: SimpleNamespace(tools={"fake": Fake(), "absent": Absent()}))
    jobs = [job(1, tool="fake", version="3"), job(2, tool="fake", version="4"), job(3, tool="absent", version="3"), job(4, tool="unknown")]
    answer = pickle.loads(serve.execute(pickle.dumps(jobs)))
    assert answer[0].outputs == made(jobs[0]).outputs
    assert [(type(a).__name__, a.version) for a in answer[1:]] == [("Misfit", "3"), ("Misfit", ""), ("Misfit", "")]
    assert serve.versions() == {"fake": "3"}


@pytest.mark.parametrize(("words", "code", "said"), [
    (["--runner", "dask"], 2, "error[scheduler-missing]"),
    (["--runner", "dask", "--scheduler", "tcp://127.0.0.1:9"], 3, "pip install distributed"),
])  # fmt: skip
def test_what_is_missing_for_a_cluster_is_one_message(words: list[str], code: int, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name, *_: None)
    assert main(["--root", str(HERE.parent), "build", "gene-therapy", *words]) == code
    told = capsys.readouterr().err
    assert said in told and told.count("error[") == 1
