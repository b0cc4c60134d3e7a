"""The plain Runner: each Job goes to its tool's adapter, here and now."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from handbill.diagnostics import Diagnostic, error
from handbill.jobs import Job, Result, Tool, ToolMissing


class Undeclared(KeyError):
    """A tool asked for an input that its Job does not declare."""


class _Declared(dict[str, bytes]):
    """A Job's inputs, which say so when something else is asked for."""

    def __missing__(self, name: str) -> bytes:
        raise Undeclared(name)


class DirectRunner:
    """Gives all Jobs of one tool to its adapter in one call, so that the adapter can share a start-up."""

    def __init__(self, tools: Mapping[str, Tool]) -> None:
        self._tools = tools

    def run(self, jobs: Sequence[Job]) -> list[Result]:
        results: list[Result | None] = [None] * len(jobs)
        by_tool: dict[str, list[int]] = {}
        for index, job in enumerate(jobs):
            by_tool.setdefault(job.tool, []).append(index)
        for name, indexes in by_tool.items():
            started = time.perf_counter()
            made = self._executed(name, [replace(jobs[i], inputs=_Declared(jobs[i].inputs)) for i in indexes])
            share = (time.perf_counter() - started) / len(indexes)
            for index, result in zip(indexes, made, strict=True):
                results[index] = _complete(jobs[index], result, share)
        return [result for result in results if result is not None]

    def _executed(self, name: str, jobs: Sequence[Job]) -> Sequence[Result]:
        try:
            return self._tools[name].execute(jobs)
        except ToolMissing as missing:
            return [Result(diagnostics=(missing.diagnostic,), failed=True)] * len(jobs)
        except Undeclared as problem:
            if len(jobs) > 1:  # the others are not to blame
                return [result for job in jobs for result in self._executed(name, [job])]
            return [Result(diagnostics=(undeclared(name, str(problem.args[0])),), failed=True)]


def undeclared(tool: str, name: str) -> Diagnostic:
    """The complaint that a tool was to read something that its Job does not declare."""
    return error(
        "job-undeclared",
        f"{tool} was to read “{name}”, which is not among the files that were given to it",
        None,
        "This is a mistake of Handbill or of a template: please report it.",
    )


def _complete(job: Job, result: Result, seconds: float) -> Result:
    """A tool that ends well but leaves an output out has failed: nobody may go on with half of the files."""
    absent = [name for name in job.outputs if not result.outputs.get(name)]
    if absent and not result.failed:
        made_nothing = error(
            "tool-no-output",
            f"{job.tool} ended without an error but did not make {', '.join(absent)}",
            None,
            "Run `build.py doctor` to see whether the tool is whole.",
        )
        return Result(diagnostics=(*result.diagnostics, made_nothing), seconds=seconds, failed=True)
    return Result(result.outputs, result.diagnostics, result.seconds or seconds, result.failed)
