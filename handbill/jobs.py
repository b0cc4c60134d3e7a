"""Everything slow is a Job given to a Runner.

A `Job` names a tool, its version, its arguments and its input bytes, and the names of the files it
must make. It sees nothing else: no other file, no network. So its `key` cannot be incomplete, and
the same Job gives the same bytes in this process, from a cache or on another machine.
"""

from __future__ import annotations

import copyreg
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, Protocol

from handbill.diagnostics import Diagnostic

Bytes = Mapping[str, bytes]


def frozen(mapping: Mapping[str, Any]) -> Mapping[str, Any]:
    """A read-only copy of `mapping`, its keys in order."""
    return MappingProxyType({name: mapping[name] for name in sorted(mapping)})


def _thawed(mapping: MappingProxyType[str, Any]) -> tuple[Any, ...]:
    return frozen, (dict(mapping),)


copyreg.pickle(MappingProxyType, _thawed)  # so that values can go to other processes


@dataclass(frozen=True)
class Job:
    """One call of one tool.

    tool      the adapter's name, a key of `TOOLS`
    version   the tool's own version: a new version is a new key
    args      JSON values only; their meaning is the adapter's
    inputs    name -> bytes: all that the tool may read
    outputs   names of the files that the tool must make
    """

    tool: str
    version: str
    args: Mapping[str, Any]
    inputs: Bytes
    outputs: tuple[str, ...]
    label: str = field(default="", compare=False)

    @cached_property
    def key(self) -> str:
        """SHA-256 over everything that can change the result, as hexadecimal digits. The label cannot."""
        digest = hashlib.sha256()
        head = [self.tool, self.version, dict(self.args), list(self.outputs)]
        digest.update(json.dumps(head, sort_keys=True, ensure_ascii=True).encode())
        for name in sorted(self.inputs):
            data = self.inputs[name]
            digest.update(f"\0{name}\0{len(data)}\0".encode())
            digest.update(hashlib.sha256(data).digest())
        return digest.hexdigest()

    def __getstate__(self) -> dict[str, Any]:
        return {
            "tool": self.tool, "version": self.version, "args": dict(self.args),
            "inputs": dict(self.inputs), "outputs": self.outputs, "label": self.label,
        }  # fmt: skip


@dataclass(frozen=True)
class Result:
    """What a Job gave: its outputs by name, or diagnostics that say why there are none.

    `diagnostics` have no author's place (a tool knows none) except a line inside the Job's own
    input, as `Span(path=<input name>, line=...)`; the stage that made the Job brings it home.
    """

    outputs: Bytes = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()
    seconds: float = 0.0
    failed: bool = False


class Runner(Protocol):
    """Runs Jobs. Always plural: an adapter may do many at once (all diagrams in one browser)."""

    def run(self, jobs: Sequence[Job]) -> list[Result]:
        """One `Result` for each Job, in order. Never raises for what a tool or an input did wrong."""
        ...


class Desk(Runner, Protocol):
    """What a piece of work may ask for, wherever it is done: Jobs run, things remembered, progress told."""

    def recall(self, job: Job) -> Result | None:
        """What is remembered of a Job, without running it."""
        ...

    def keep(self, job: Job, result: Result) -> Result:
        """Remembers what was made of a Job; gives the result, with a warning more when that was not possible."""
        ...

    def say(self, step: str) -> None:
        """Tells whoever waits what is being done now."""
        ...


class Tool(Protocol):
    """An adapter to one outside program or foreign library (a module of `handbill.tools`)."""

    name: str

    def version(self) -> str:
        """The version that goes into each Job's key. Raises `ToolMissing`."""
        ...

    def execute(self, jobs: Sequence[Job]) -> list[Result]:
        """One `Result` for each Job, in order."""
        ...


class ToolMissing(Exception):
    """A program that the work needs is not on this machine. Carries the diagnostic to show."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.diagnostic,)
