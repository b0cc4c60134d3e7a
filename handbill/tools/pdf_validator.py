"""The validator of PDF/UA and PDF/A as a tool: what it found in a file is found in it again, so it need not look twice."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from handbill.jobs import Job, Result
from handbill.tools import own
from handbill.tools.memory import give_back
from handbill.tools.pdf import validation

_INPUT, _OUTPUT = "document.pdf", "failures.json"


class PdfValidator:
    """Runs validation Jobs. args: `profile`, `ua1` (ISO 14289-1) or `3a` (ISO 19005-3).

    The one output is a JSON list of pairs: the broken rule, and the validator's words. The validator is machine code
    that lets go of Python while it reads, so that whoever asks from a thread can work on. One Job follows the other: for
    hundreds of pages each takes as much memory as all the rest.
    """

    name = "pdf-validator"

    def version(self) -> str:
        return _version()

    def execute(self, jobs: Sequence[Job]) -> list[Result]:
        results = [_validated(job) for job in jobs]
        give_back()
        return results


def _validated(job: Job) -> Result:
    found = list(validation.failures(job.inputs[_INPUT], str(job.args["profile"])))
    return Result({_OUTPUT: json.dumps(found).encode()})


def validation_job(pdf: bytes, profile: str, label: str = "") -> Job:
    """The Job that looks for what a finished PDF breaks."""
    return Job("pdf-validator", _version(), {"profile": profile}, {_INPUT: pdf}, (_OUTPUT,), label)


def failures_of(result: Result) -> list[tuple[str, str]]:
    """The rules that are broken, with the validator's words; none of a Job that failed, which says so itself."""
    return [] if result.failed else [(str(rule), str(words)) for rule, words in json.loads(result.outputs[_OUTPUT])]


@cache
def _version() -> str:
    return ", ".join((own.packages("page-validation"), own.code([Path(__file__), Path(validation.__file__)])))
