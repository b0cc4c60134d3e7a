"""The adapter: Braille Jobs go to a process that opens liblouis, which ends with them."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import handbill
from handbill.diagnostics import error
from handbill.jobs import Job, Result
from handbill.runners.direct import undeclared
from handbill.tools import locate, process

_MEMORY = 1024 * process.MEBIBYTE
_TIMEOUT_SECONDS = 120.0
_REQUEST, _ANSWER = "texts.json", "answer.json"
_WORKER = "handbill.tools.braille.worker"


def writing_job(texts: Sequence[str], language: str, setting: dict[str, str]) -> Job:
    """The Job that writes texts in Braille. Raises `ToolMissing`. `setting`: `table`, `letters`, `letters_sign`, as in `templates/braille.yaml`."""
    return _job("write", texts, language, setting)


def reading_job(cells: Sequence[str], language: str, setting: dict[str, str]) -> Job:
    """The Job that reads Braille patterns as a reader would. Raises `ToolMissing`."""
    return _job("read", cells, language, setting)


def said_by(result: Result) -> tuple[list[Any], str]:
    """The texts of a Job's answer (mappings after writing, strings after reading) and the table that was used."""
    answer = json.loads(result.outputs[_ANSWER])
    return answer.get("texts", []), answer["table"]


def _job(do: str, texts: Sequence[str], language: str, setting: dict[str, str]) -> Job:
    args = {"do": do, "language": language, **setting}
    return Job("liblouis", _version(), args, {_REQUEST: json.dumps(list(texts)).encode()}, (_ANSWER,), f"Braille, {do}")


@cache
def _version() -> str:
    here = Path(__file__).parent
    own = hashlib.sha256(b"\0".join(path.read_bytes() for path in sorted(here.glob("*.py")))).hexdigest()[:12]
    return f"liblouis {locate.need(locate.find_louis()).version}, handbill {own}"


def _is_path(table: str) -> bool:
    """Whether this names a file instead of one of liblouis's own tables, which are part of its version."""
    return "/" in table or "\\" in table


class Braille:
    """Runs Braille Jobs. `library` is liblouis's file or name."""

    name = "liblouis"

    def __init__(self, library: Path) -> None:
        self._library = str(library)

    def version(self) -> str:
        return _version()

    def execute(self, jobs: Sequence[Job]) -> list[Result]:
        return [self._one(job) for job in jobs]

    def _one(self, job: Job) -> Result:
        foreign = [name for key in ("table", "letters") for name in str(job.args.get(key, "")).split(",") if _is_path(name)]
        if foreign:
            return Result(diagnostics=(undeclared(self.name, foreign[0]),), failed=True)
        done = self._ask({**job.args, "texts": json.loads(job.inputs[_REQUEST])})
        if not done.ok:
            words = done.stderr.decode(errors="replace").strip()
            reason = "took too long" if done.timed_out else "failed"
            problem = error("braille-failed", f"liblouis {reason}, so there is no Braille.", None,
                            "Run `build.py doctor` to see whether the tool is whole.", detail=words[-2000:])  # fmt: skip
            return Result(diagnostics=(problem,), seconds=done.seconds, failed=True)
        return Result({_ANSWER: done.stdout}, seconds=done.seconds)

    def _ask(self, request: dict[str, Any]) -> process.Completed:
        root = str(Path(handbill.__file__).resolve().parents[1])
        return process.run(
            [sys.executable, "-P", "-S", "-W", "ignore", "-m", _WORKER],
            stdin=json.dumps({**request, "library": self._library}).encode(),
            env={"PYTHONPATH": root, "PYTHONDONTWRITEBYTECODE": "1"}, timeout=_TIMEOUT_SECONDS, memory=_MEMORY,
        )  # fmt: skip
