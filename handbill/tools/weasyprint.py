"""WeasyPrint, in processes of its own that can be killed.

A document can keep WeasyPrint busy for ever or make it eat all memory, and an exception in its SVG
code may be swallowed; so nothing of it runs here. Workers start early (`warm`) while pandoc is still
at work, stay warm for the next documents, and are replaced when they die.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any, Protocol

from handbill.diagnostics import Diagnostic, Severity, error
from handbill.jobs import Job, Result, ToolMissing
from handbill.tools import own
from handbill.tools.pdf import wire
from handbill.tools.pdf.words import Misfit, misfit, translate

SUPPORTED = "70.0"
"""The release whose box tree `handbill.tools.pdf` reads."""

_MAIN, _OUTPUT, _FONTS = "index.html", "document.pdf", "fonts.css"
_SHEAF = "lines"
_APART = (_OUTPUT, "layout.json")
_FONT_RULE = re.compile(r"@font-face\s*\{[^{}]*\}", re.IGNORECASE)
_TIMEOUT_SECONDS = 120.0
_MEMORY = 3 * 1024**3
_DOCUMENTS_EACH = 500
"""After so many documents a worker is replaced: each leaves some kilobytes behind in WeasyPrint."""
_LIBRARIES = {
    "linux": ("libpango-1.0.so.0", "libharfbuzz.so.0"),
    "darwin": ("libpango-1.0.dylib", "libharfbuzz.0.dylib"),
}
_FONTCONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><cachedir>{cache}</cachedir></fontconfig>
"""


class Sheaves(Protocol):
    """Keeps what may be lost at any time (`CachedRunner`)."""

    def look(self, job: Job) -> Result | None:
        """What was noted for this Job on this machine; None when there is nothing."""
        ...

    def note(self, job: Job, result: Result) -> object:
        """Keeps it on this machine, in place of what was noted before."""
        ...


class WeasyPrintTool:
    """Runs WeasyPrint Jobs, up to `workers` at a time.

    args: `main`, the page (default `index.html`); `styles`, names of style sheets among the inputs, in
    order; `timeout` in seconds. Inputs are the page, its style sheets,
    fonts and pictures, each under the relative address by which the page asks for it. The one output is
    `document.pdf`. `sheaves` keeps, by the label of a Job, the lines that were measured for it: they spare the next
    process a quarter of its work, and change no byte.
    """

    name = "weasyprint"

    def __init__(
        self,
        workers: int = 2,
        timeout: float = _TIMEOUT_SECONDS,
        memory: int = _MEMORY,
        sheaves: Sheaves | None = None,
    ) -> None:
        self._workers = workers
        self._sheaves = sheaves
        self._timeout = timeout
        self._memory = memory
        self._idle: list[_Worker] = []
        self._lock = threading.Lock()

    def version(self) -> str:
        """WeasyPrint, what it draws with, and our own code around it."""
        return _version()

    def warm(self, workers: int = 1) -> None:
        """Start workers now, so that their imports overlap with other work. Returns at once."""
        with self._lock:
            while len(self._idle) < min(workers, self._workers):
                self._idle.append(_Worker())

    def execute(self, jobs: Sequence[Job]) -> list[Result]:
        if len(jobs) == 1:
            return [self._run(jobs[0])]
        with ThreadPoolExecutor(self._workers) as threads:
            return list(threads.map(self._run, jobs))

    def close(self) -> None:
        """End all workers. They end by themselves when this process does."""
        with self._lock:
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.end()

    def _run(self, job: Job) -> Result:
        began = time.monotonic()
        timeout = float(job.args.get("timeout", self._timeout))
        head = {"args": dict(job.args), "timeout": timeout, "memory": self._memory}
        sheaf = self._sheaf_of(job)
        with self._lock:
            worker = self._idle.pop() if self._idle else _Worker()
        try:
            message = wire.Message(head, {**job.inputs, wire.SHEAF: sheaf} if sheaf else job.inputs)
            answer = worker.ask(message, time.monotonic() + timeout)
        except wire.TooLate:
            return Result(diagnostics=(_too_slow(timeout),), seconds=time.monotonic() - began, failed=True)
        except _DiedError as death:
            return Result(diagnostics=(_died(str(death)),), seconds=time.monotonic() - began, failed=True)
        finally:
            self._put_back(worker)
        result = _result(answer, time.monotonic() - began)
        self._keep_sheaf(job, answer.blobs.get(wire.SHEAF, b""))
        return result

    def _sheaf_of(self, job: Job) -> bytes:
        kept = self._sheaves.look(_sheaf_job(job)) if self._sheaves is not None and job.label else None
        return kept.outputs[_SHEAF] if kept is not None else b""

    def _keep_sheaf(self, job: Job, sheaf: bytes) -> None:
        if sheaf and self._sheaves is not None and job.label:
            self._sheaves.note(_sheaf_job(job), Result({_SHEAF: sheaf}))

    def _put_back(self, worker: _Worker) -> None:
        if worker.alive and worker.served < _DOCUMENTS_EACH:
            with self._lock:
                self._idle.append(worker)
        else:
            worker.end()


class _Worker:
    """One process, from its start to its end. Whatever goes wrong while it is asked ends it."""

    def __init__(self) -> None:
        self._home = tempfile.TemporaryDirectory(prefix="handbill-pdf-", ignore_cleanup_errors=True)
        home = Path(self._home.name)
        (home / "fonts.conf").write_text(_FONTCONFIG.format(cache=home / "cache"), encoding="utf-8")
        self._errors = home / "stderr"
        with self._errors.open("wb") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-W", "ignore", "-m", "handbill.tools.weasyprint_worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                cwd=home,
                env=_environment(home),
                start_new_session=True,
            )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._in, self._out = self._process.stdin.fileno(), self._process.stdout.fileno()
        os.set_blocking(self._in, False)
        os.set_blocking(self._out, False)
        self.alive, self.served = True, 0
        self.end = weakref.finalize(self, _end, self._process, self._home)

    def ask(self, message: wire.Message, deadline: float) -> wire.Message:
        """One document. Raises what `wire` raises, and `_DiedError`; the worker is dead then."""
        try:
            self.served += 1
            wire.send(self._in, message, deadline)
            return wire.receive(self._out, deadline)
        except wire.Closed:
            self.alive = False
            raise _DiedError(self._last_words()) from None
        except BaseException:
            self.alive = False
            raise
        finally:
            if not self.alive:
                self.end()

    def _last_words(self) -> str:
        """How it died: its exit code (negative for a signal) and the end of what it wrote to stderr."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(1)
        words = self._errors.read_bytes()[-2000:].decode(errors="replace").strip()
        return f"exit code {self._process.returncode}\n{words}".strip()


class _DiedError(Exception):
    """The worker is no more. Says how."""


def _end(process: subprocess.Popen[bytes], home: tempfile.TemporaryDirectory[str]) -> None:
    """Kill the worker (it has no children, and nothing to lose) and remove its home."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe:
            with contextlib.suppress(OSError):
                pipe.close()
    home.cleanup()


def _environment(home: Path) -> dict[str, str]:
    """All that a worker knows of the world: nothing in it may change a byte of a PDF."""
    kept = {name: os.environ[name] for name in ("PATH", "DYLD_LIBRARY_PATH", "LD_LIBRARY_PATH") if name in os.environ}
    package_root = str(Path(__file__).resolve().parents[2])
    return {
        "HOME": str(home),
        "TMPDIR": str(home),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONHASHSEED": "0",
        "SOURCE_DATE_EPOCH": "0",  # fontTools writes the time into every font that it unpacks
        "PYTHONPATH": package_root,
        "FONTCONFIG_FILE": str(home / "fonts.conf"),
        "XDG_CACHE_HOME": str(home / "cache"),
        **kept,
    }


def _result(answer: wire.Message, seconds: float) -> Result:
    if failure := answer.head.get("failure"):
        crashed = error(
            "pdf-failed",
            "The PDF engine could not lay out this document.",
            None,
            "Take out the part that was added last and build again to find the cause.",
            detail=str(failure),
        )
        return Result(diagnostics=(crashed,), seconds=seconds, failed=True)
    head = answer.head
    diagnostics = (*translate(head["log"], head["refused"]), *(misfit(Misfit(**found)) for found in head["misfits"]))
    failed = any(d.severity is Severity.ERROR for d in diagnostics)
    outputs = {name: data for name, data in answer.blobs.items() if name != wire.SHEAF}
    return Result(outputs, diagnostics, seconds, failed)


def _sheaf_job(job: Job) -> Job:
    """Under what a Job's measured lines are kept: what it is called stands for all its versions, one after the other."""
    named = {"label": job.label, "part": job.args.get("do", ""), "prefix": job.args.get("prefix", "")}
    return Job("weasyprint-lines", f"{job.version}, Python {sys.version}", named, {}, (_SHEAF,), job.label)


def _died(words: str) -> Diagnostic:
    return error(
        "pdf-engine-died",
        "The PDF engine ended unexpectedly; perhaps the document needs more memory than it may use.",
        None,
        "Look for very large pictures or tables, and run the build again.",
        detail=words,
    )


def _too_slow(timeout: float) -> Diagnostic:
    return error(
        "pdf-too-slow",
        f"The PDF was not ready after {timeout:.0f} seconds, so the work was stopped.",
        None,
        "Look for very large tables or pictures; a document of 200 pages takes about 20 seconds.",
    )


@cache
def _version() -> str:
    try:
        parts = own.packages("weasyprint", "pydyf", "fonttools", "pillow", "pikepdf")
    except metadata.PackageNotFoundError as problem:
        raise ToolMissing(
            error("tool-missing", f"The Python package {problem.name} is not installed.", None, "Run `make setup`.")
        ) from problem
    if metadata.version("weasyprint") != SUPPORTED:
        raise ToolMissing(
            error(
                "tool-version",
                f"WeasyPrint {metadata.version('weasyprint')} is installed, but {SUPPORTED} is needed.",
                None,
                "Run `make setup`.",
            )
        )
    here = Path(__file__).parent
    code = own.code([here / "weasyprint_worker.py", *(here / "pdf").glob("*.py")])
    return ", ".join((parts, *_library_versions(), own.machine(), code))


def _library_versions() -> tuple[str, ...]:
    """Pango and HarfBuzz set the text, so their versions count. Asking them needs no process and no import."""
    names = _LIBRARIES.get(sys.platform)
    if names is None:
        return ()
    try:
        pango, harfbuzz = (ctypes.CDLL(name) for name in names)
    except OSError as problem:
        raise ToolMissing(
            error(
                "tool-missing",
                "The text library Pango, which the PDF engine draws with, is not on this machine.",
                None,
                "Debian and Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
                "Fedora: dnf install pango",
                "macOS: brew install pango",
                detail=str(problem),
            )
        ) from problem
    pango.pango_version_string.restype = harfbuzz.hb_version_string.restype = ctypes.c_char_p
    return f"pango {pango.pango_version_string().decode()}", f"harfbuzz {harfbuzz.hb_version_string().decode()}"


def weasyprint_job(html: str, files: Mapping[str, bytes], label: str = "") -> Job:
    """The Job that lays `html` out, with the files that it names."""
    return Job("weasyprint", _version(), {}, {_MAIN: html.encode(), **files}, (_OUTPUT,), label)


def chapter_job(html: str, files: Mapping[str, bytes], args: Mapping[str, Any], label: str = "") -> Job:
    """The Job that lays out one chapter of a document. `args` are `handbill.tools.pdf.apart.Placement`'s."""
    return Job("weasyprint", _version(), {**args, "do": "chapter"}, {_MAIN: html.encode(), **files}, _APART, label)


def margins_job(html: str, files: Mapping[str, bytes], args: Mapping[str, Any], label: str = "") -> Job:
    """The Job that paints running heads and feet alone, on a page for each element of `args["layer"]`."""
    return Job("weasyprint", _version(), {**args, "do": "margins"}, {_MAIN: html.encode(), **files}, _APART, label)


def merge_job(
    parts: Mapping[str, bytes], css: str, files: Mapping[str, bytes], spine: Sequence[str], label: str = ""
) -> Job:
    """The Job that makes one PDF of chapters and margins, named as in `handbill.tools.pdf.merge`.

    `css` and `files` are the fonts that the parts were set in.
    """
    rules = "\n".join(_FONT_RULE.findall(css))
    args = {"do": "merge", "spine": list(spine), "styles": [_FONTS]}
    return Job("weasyprint", _version(), args, {**parts, **files, _FONTS: rules.encode()}, (_OUTPUT,), label)
