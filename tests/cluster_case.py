"""A real Dask cluster of separate processes, encrypted, for tests; and work that its workers can do without any tool."""

from __future__ import annotations

import datetime as dt
import json
import os
import pickle
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from handbill.jobs import Job, Result
from handbill.tools.serve import Misfit

REPOSITORY = Path(__file__).parent.parent
_VERSION, _LIE = "HANDBILL_TEST_VERSION", "HANDBILL_TEST_LIE"


class Maker:
    """The same work here."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []

    def run(self, jobs: Sequence[Job]) -> list[Result]:
        self.jobs.extend(jobs)
        return [made(job) for job in jobs]


def made(job: Job) -> Result:
    return Result({"out": b"made of " + job.inputs["in"]})


def work(packed: bytes) -> bytes:
    """As `handbill.tools.serve.execute`: slow when a Job says so, and each Job leaves a trace of who did it."""
    answer: list[Result | Misfit] = []
    for job in pickle.loads(packed):
        if job.version != os.environ.get(_VERSION, "1"):
            answer.append(Misfit("somewhere", os.environ.get(_VERSION, "1")))
            continue
        if trace := job.args.get("trace"):
            with Path(trace).open("a") as stream:
                stream.write(f"{os.getpid()} {job.label}\n")
        time.sleep(float(job.args.get("seconds", 0)))
        answer.append(made(job))
    return pickle.dumps(answer)


def versions() -> dict[str, str]:
    version = os.environ.get(_LIE) or os.environ.get(_VERSION, "1")
    return {"tool": version, "mermaid": version}


class Cluster:
    """A scheduler and its workers, each a process; `worker` starts one more."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = _certificate(folder)
        self._file = folder / "scheduler.json"
        self._processes: list[subprocess.Popen[bytes]] = []
        self.scheduler = self._start("scheduler", ["--protocol", "tls", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"])
        _until(self._file.exists)
        self.address: str = json.loads(self._file.read_text())["address"]

    def worker(self, **environment: str) -> subprocess.Popen[bytes]:
        options = ["--protocol", "tls", "--no-nanny", "--nthreads", "2", "--no-dashboard", "--local-directory", str(self.folder / "work")]
        return self._start("worker", options, environment)

    def _start(self, what: str, options: list[str], environment: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
        names = {"DASK_" + name.upper().replace(".", "__").replace("-", "_"): str(value) for name, value in self.settings.items()}
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", what, "--scheduler-file", str(self._file), *options],
            cwd=REPOSITORY, env={**os.environ, **names, **(environment or {})},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        self._processes.append(process)
        return process

    def client(self) -> Any:
        import distributed

        return distributed.Client(self.address, timeout=60, set_as_default=False)

    def end(self) -> None:
        for process in reversed(self._processes):
            process.kill()
            process.wait()


def _until(holds: Any, seconds: float = 120) -> None:
    ends = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < ends, "the cluster did not get ready"
        time.sleep(0.05)


def _certificate(folder: Path) -> dict[str, Any]:
    """A key and a certificate that vouches for itself, and Dask's settings to accept nothing else."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a cluster for tests")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder.mkdir(parents=True, exist_ok=True)
    paths = folder / "cert.pem", folder / "key.pem"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8
    paths[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    settings: dict[str, Any] = {"distributed.comm.require-encryption": True, "distributed.comm.tls.ca-file": str(paths[0])}
    for role in ("scheduler", "worker", "client"):
        settings[f"distributed.comm.tls.{role}.cert"] = str(paths[0])
        settings[f"distributed.comm.tls.{role}.key"] = str(paths[1])
    return settings
