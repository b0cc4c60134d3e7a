"""The validator of PDF/UA and PDF/A as a tool: what it found in a file is found in it again, so it need not look twice."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from handbill.jobs import Job, Result
from handbill.tools import own, process
from handbill.tools.pdf import validation

_INPUT, _OUTPUT = "document.pdf", "failures.json"
_LARGE = 300_000
"""Bytes: about 40 pages, which take longer than Python takes to start."""
_TIMEOUT_SECONDS = 300.0


class PdfValidator:
    """Runs validation Jobs. args: `profile`, `ua1` (ISO 14289-1) or `3a` (ISO 19005-3).

    The one output is a JSON list of pairs: the broken rule, and the validator's words. The validator is pure Python and
    takes seconds for hundreds of pages, so each large file gets a process of its own, beside whoever waits.
    """

    name = "pdf-validator"

    def version(self) -> str:
        return _version()

    def execute(self, jobs: Sequence[Job]) -> list[Result]:
        if all(len(job.inputs[_INPUT]) < _LARGE for job in jobs):
            return [self._one(job) for job in jobs]
        with ThreadPoolExecutor(len(jobs)) as threads:
            return list(threads.map(self._apart, jobs))

    def _one(self, job: Job) -> Result:
        found = list(validation.failures(job.inputs[_INPUT], str(job.args["profile"])))
        return Result({_OUTPUT: json.dumps(found).encode()})

    def _apart(self, job: Job) -> Result:
        """As `_one`, in a process of its own. When that could not do it, it is done here."""
        command = [sys.executable, "-P", validation.__file__, str(job.args["profile"])]
        done = process.run(command, stdin=job.inputs[_INPUT], timeout=_TIMEOUT_SECONDS)
        return Result({_OUTPUT: done.stdout}, seconds=done.seconds) if done.ok else self._one(job)


def validation_job(pdf: bytes, profile: str, label: str = "") -> Job:
    """The Job that looks for what a finished PDF breaks."""
    return Job("pdf-validator", _version(), {"profile": profile}, {_INPUT: pdf}, (_OUTPUT,), label)


def failures_of(result: Result) -> list[tuple[str, str]]:
    """The rules that are broken, with the validator's words; none of a Job that failed, which says so itself."""
    return [] if result.failed else [(str(rule), str(words)) for rule, words in json.loads(result.outputs[_OUTPUT])]


@cache
def _version() -> str:
    return ", ".join((own.packages("page-validation"), own.code([Path(__file__), Path(validation.__file__)])))
