"""Jobs on the machines of a Dask cluster, with the same results as here.

The cluster may only ever save time: a machine whose tools have other versions gets no such Job, a lost
machine's Jobs are run by another one, and what the cluster cannot do is done here, with one warning. Whether
the versions fit is asked before a Job is sent, and looked at again where it arrives.
"""

from __future__ import annotations

import asyncio
import logging
import pickle
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from handbill.diagnostics import warning
from handbill.jobs import Job, Result, Runner
from handbill.runners.notices import Notices
from handbill.runners.remote import within

if TYPE_CHECKING:
    from distributed import Client, Future

SECONDS = 10.0
"""The longest wait for an answer of the scheduler."""
PATIENCE = 300.0
"""After so long without any result the cluster is given up: longer than any tool may take for one Job."""
_TICK = 0.5
_TRIES = 3
_TOGETHER = frozenset({"mermaid", "formula"})
"""Tools with a costly start: their Jobs are dealt out, one bundle a machine. Others go one by one."""

Versions = Callable[[], dict[str, str]]
Work = Callable[[bytes], bytes]


@dataclass
class _Bundle:
    """Jobs of one tool on their way: their numbers, where they may go, how often they were sent, what rings when they are done."""

    numbers: list[int]
    workers: frozenset[str]
    future: Future
    tries: int
    bell: threading.Event


class ClusterRunner:
    """Runs Jobs at the scheduler `address`, and by `local` whatever cannot be run there.

    `work` and `versions` are done by the workers (`handbill.tools.serve`). Several threads may call `run`.
    """

    def __init__(
        self,
        address: str,
        local: Runner,
        notices: Notices,
        work: Work,
        versions: Versions,
        *,
        seconds: float = SECONDS,
        patience: float = PATIENCE,
    ) -> None:
        self._address = address
        self._local = local
        self._notices = notices
        self._work = work
        self._versions = versions
        self._seconds = seconds
        self._patience = patience
        self._client: Client | None = None
        self._known: dict[str, dict[str, str]] = {}
        self._sent: set[str] = set()
        self._off = False
        self._lock = threading.Lock()

    def run(self, jobs: Sequence[Job]) -> list[Result]:
        results: dict[int, Result] = {}
        if not self._off:
            try:
                self._run_there(self._connected(), jobs, results)
            except (Exception, asyncio.CancelledError) as problem:  # noqa: BLE001  whatever happens to it, there is still here
                self._give_up(problem)
        left = [number for number in range(len(jobs)) if number not in results]
        if left:
            results.update(zip(left, self._local.run([jobs[number] for number in left]), strict=True))
        return [results[number] for number in range(len(jobs))]

    def close(self) -> None:
        """Leaves the cluster, within bounds; what still runs there for us is dropped."""
        client, self._client, self._off = self._client, None, True
        if client is not None:
            try:
                within(self._seconds, lambda: client.close(timeout=2))
            except (Exception, asyncio.CancelledError) as problem:  # noqa: BLE001  all results are here
                logging.getLogger(__name__).debug("leaving the cluster: %s", problem)

    def _connected(self) -> Client:
        with self._lock:
            if self._client is None:
                self._client = within(2 * self._seconds, lambda: _connect(self._address, self._seconds))
                self._client.subscribe_topic("all", self._hear)
            return self._client

    def _run_there(self, client: Client, jobs: Sequence[Job], results: dict[int, Result]) -> None:
        """Sends what some machine is fit for and takes what comes back, until nothing is on its way."""
        groups: dict[tuple[str, str], list[int]] = {}
        for number, job in enumerate(jobs):
            groups.setdefault((job.tool, job.version), []).append(number)
        bell = threading.Event()
        under_way: list[_Bundle] = []
        for (tool, version), numbers in groups.items():
            fit = self._fit(client, tool, version)
            size = -(-len(numbers) // len(fit)) if fit and tool in _TOGETHER else 1
            under_way += [
                self._send(client, jobs, numbers[start : start + size], fit, bell)
                for start in range(0, len(numbers), size)
                if fit
            ]
        heard = time.monotonic()
        while under_way:
            bell.wait(_TICK)
            bell.clear()  # before looking: what is done from here on rings again
            done = [bundle for bundle in under_way if bundle.future.done()]
            for bundle in done:
                under_way.remove(bundle)
                under_way += self._take(client, jobs, bundle, results)
            if done:
                heard = time.monotonic()
                continue
            under_way = [again for bundle in under_way for again in self._followed(client, jobs, bundle)]
            if time.monotonic() - heard > self._patience:
                raise TimeoutError(f"nothing came back within {self._patience:.0f} seconds")

    def _send(self, client: Client, jobs: Sequence[Job], numbers: list[int], fit: frozenset[str], bell: threading.Event, tries: int = 1) -> _Bundle:
        packed = pickle.dumps([jobs[number] for number in numbers])
        name = f"handbill-{jobs[numbers[0]].tool}-{jobs[numbers[0]].key[:16]}-{time.monotonic_ns()}"
        self._sent.add(name)
        future = client.submit(self._work, packed, key=name, workers=sorted(fit), pure=False)
        future.add_done_callback(lambda _: bell.set())
        return _Bundle(numbers, fit, future, tries, bell)

    def _take(self, client: Client, jobs: Sequence[Job], bundle: _Bundle, results: dict[int, Result]) -> list[_Bundle]:
        """Keeps the results of a finished bundle. Gives bundles that had to be sent again; what is in none is left for here."""
        if bundle.future.status == "error" and type(bundle.future.exception()).__name__ == "KilledWorker":
            self._tell_lost()
            return []
        answer = pickle.loads(bundle.future.result(timeout=self._seconds))  # noqa: S301  from the cluster, which is trusted
        refused = []
        for number, result in zip(bundle.numbers, answer, strict=True):
            if isinstance(result, Result):
                results[number] = result
            else:
                refused.append(number)
        if not refused:
            return []
        self._known.clear()  # a tool was changed since it was asked for
        return self._again(client, jobs, bundle, refused)

    def _followed(self, client: Client, jobs: Sequence[Job], bundle: _Bundle) -> list[_Bundle]:
        """The bundle while some machine that may have it is there; another one when all of them are gone."""
        if bundle.workers & self._there(client):
            return [bundle]
        bundle.future.cancel()
        return self._again(client, jobs, bundle, bundle.numbers)

    def _again(self, client: Client, jobs: Sequence[Job], bundle: _Bundle, numbers: list[int]) -> list[_Bundle]:
        job = jobs[numbers[0]]
        fit = self._fit(client, job.tool, job.version) if bundle.tries < _TRIES else frozenset()
        return [self._send(client, jobs, numbers, fit, bundle.bell, bundle.tries + 1)] if fit else []

    def _fit(self, client: Client, tool: str, version: str) -> frozenset[str]:
        """The workers that have this very version of the tool. New ones are asked first."""
        there = self._there(client)
        new = [worker for worker in there if worker not in self._known]
        if new:
            told = within(6 * self._seconds, lambda: client.run(self._versions, workers=new, on_error="return"))
            self._known |= {worker: answer if isinstance(answer, dict) else {} for worker, answer in told.items()}
        if not there and not any(d.code == "cluster-worker-lost" for d in self._notices):
            raise OSError("it has no workers")
        fit = frozenset(worker for worker in there if self._known.get(worker, {}).get(tool) == version)
        if len(fit) < len(there):
            self._tell_version(tool, version, {self._known.get(w, {}).get(tool, "") for w in there if w not in fit}, some=bool(fit))
        return fit

    def _there(self, client: Client) -> set[str]:
        """The addresses of all workers. Raises TimeoutError: a scheduler that hangs would be waited for without an end."""
        return set(within(self._seconds, client.nthreads))

    async def _hear(self, event: tuple[float, Any]) -> None:
        """Listens to what the scheduler says to all: that a worker was lost while it did something of ours."""
        said = event[1]
        lost = isinstance(said, dict) and said.get("action") == "remove-worker" and not said.get("expected")
        if lost and self._sent & {str(key) for key in said.get("processing-tasks", ())}:
            self._tell_lost()

    def _tell_lost(self) -> None:
        self._notices.first(
            warning(
                "cluster-worker-lost",
                f"A worker of the cluster at {self._address} was lost while it worked; its work was done elsewhere",
                None,
                "If it happens often, look at the workers' memory and at the network.",
            )
        )

    def _tell_version(self, tool: str, version: str, others: Iterable[str], *, some: bool) -> None:
        there = "; ".join(sorted(f"“{other}”" if other else "none" for other in others))
        whose, what = ("Some workers", "they get no such work") if some else ("All workers", "this work is done here")
        self._notices.first(
            warning(
                "cluster-version",
                f"{whose} of the cluster at {self._address} have another version of {tool}, so {what}",
                None,
                "Set the workers up with the same version of Handbill and of the system's packages.",
                detail=f"here “{version}”, there {there}",
            )
        )

    def _give_up(self, problem: BaseException) -> None:
        self._off = True
        reason = str(problem).strip().split("\n")[0][:160] or type(problem).__name__
        self._notices.first(
            warning(
                "cluster-missing",
                f"The cluster at {self._address} cannot be used ({reason}), so this build goes on here",
                None,
                "Look whether the scheduler and its workers run and can be reached from here.",
            )
        )


def _connect(address: str, seconds: float) -> Client:
    """A client of the scheduler. Raises what `distributed` raises. TLS is set up by Dask's own configuration."""
    import distributed
    from distributed.versions import VersionMismatchWarning

    for name in ("distributed", "tornado"):  # whatever they have to say, we say it in one sentence
        logging.getLogger(name).setLevel(logging.CRITICAL)
    warnings.filterwarnings("ignore", category=VersionMismatchWarning)  # the tools' versions are what counts
    warnings.filterwarnings("ignore", message="Sending large graph")
    return distributed.Client(address, timeout=seconds, set_as_default=False, name="handbill")
