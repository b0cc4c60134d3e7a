"""Pandoc, sandboxed: the one place where it is started.

pypandoc_binary brings the binary; the call itself is ours, because pypandoc has no time-out and some
inputs keep pandoc's Markdown reader busy for ever (jgm/pandoc#1735). Each call
runs in a private folder that holds the Job's inputs and nothing else, in `--sandbox`, with an empty
data directory, a memory limit and a wall-clock kill.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

from handbill.diagnostics import Diagnostic, Severity, error, warning
from handbill.jobs import Job, Result
from handbill.runners.direct import undeclared
from handbill.text import Span
from handbill.tools import locate, own, process

READER = (
    "markdown-yaml_metadata_block-pandoc_title_block-mmd_title_block-raw_html-raw_tex-raw_attribute"
    "-latex_macros-markdown_in_html_blocks-native_divs-native_spans-literate_haskell+fenced_divs+bracketed_spans"
)
"""pandoc's Markdown without every extension by which content could read files or pass raw markup through."""

_MEMORY = "1G"
_TIMEOUT_SECONDS = 60.0
_LOG = "log.json"


class Pandoc:
    """Runs pandoc Jobs.

    args: `from`, `to`; `options`, a list of further command-line words, where a file is named as in
    `inputs`; `main`, the input that is converted; `timeout` in seconds (optional). One output.
    """

    name = "pandoc"

    def __init__(self, path: Path) -> None:
        self._path = path

    def version(self) -> str:
        return _version()

    def execute(self, jobs: Sequence[Job]) -> list[Result]:
        if len(jobs) == 1:
            return [self._convert(jobs[0])]
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            return list(threads.map(self._convert, jobs))

    def _convert(self, job: Job) -> Result:
        (output,) = job.outputs
        foreign = _foreign(job)
        if foreign:
            return Result(diagnostics=(undeclared(self.name, foreign),), failed=True)
        timeout = float(job.args.get("timeout", _TIMEOUT_SECONDS))
        with process.private_directory() as folder:
            for name, data in job.inputs.items():
                (folder / name).write_bytes(data)
            empty = folder / "no-data"
            empty.mkdir()
            command = [
                str(self._path), "+RTS", f"-M{_MEMORY}", "-RTS", "--sandbox", f"--data-dir={empty}", f"--log={_LOG}",
                "--from", str(job.args["from"]), "--to", str(job.args["to"]),
                *map(str, job.args.get("options", ())), "--output", output, str(job.args["main"]),
            ]  # fmt: skip
            done = process.run(command, cwd=folder, timeout=timeout)
            if done.timed_out:
                return Result(diagnostics=(_too_slow(timeout),), seconds=done.seconds, failed=True)
            log = _translate(folder / _LOG)
            if done.returncode != 0:
                return Result(diagnostics=(*log, _failure(done)), seconds=done.seconds, failed=True)
            made = folder / output
            return Result({output: made.read_bytes()} if made.is_file() else {}, log, done.seconds)


def _foreign(job: Job) -> str:
    """A file outside its folder that the call names, if any; pandoc would read it even in its sandbox."""
    main = str(job.args["main"])
    named = [main, *(part for option in map(str, job.args.get("options", ())) for part in (option, option.partition("=")[2]))]
    outside = [name for name in named if name.startswith(("/", "~", "../")) or "/../" in name]
    return outside[0] if outside else "" if main in job.inputs else main


def convert(
    main: str,
    inputs: dict[str, bytes],
    *,
    reader: str,
    writer: str,
    output: str,
    options: Sequence[str] = (),
    label: str,
) -> Job:
    """A pandoc Job that turns the input named `main` into the file named `output`."""
    args: dict[str, Any] = {"from": reader, "to": writer, "options": list(options), "main": main}
    return Job("pandoc", _version(), args, inputs, (output,), label)


_STYLE, _REFERENCES = "style.csl", "references.bib"


def citeproc_inputs(bibliography: str, style: bytes) -> dict[str, bytes]:
    """The files that citeproc needs, by the names that `citeproc_options` gives them."""
    return {_REFERENCES: bibliography.encode(), _STYLE: style}


def citeproc_options(language: str) -> list[str]:
    """Options that format citations and references, each citation linked to its reference."""
    return [
        "--citeproc", f"--csl={_STYLE}", f"--bibliography={_REFERENCES}",
        "--metadata=link-citations:true", f"--metadata=lang:{language}",
    ]  # fmt: skip


@cache
def _version() -> str:
    """What the program says of itself, and our code around it; asked here, since importing pypandoc takes longer than a page takes to parse."""
    program = locate.need(locate.find_pandoc()).path
    done = process.run([program, "--version"], timeout=_TIMEOUT_SECONDS)
    told = done.stdout.decode().split("\n", 1)[0].removeprefix("pandoc ").strip()
    return f"{told}, {own.code([Path(__file__)])}"


_IN_BIBLIOGRAPHY = re.compile(r"Error reading bibliography file .*?\(line (\d+), column (\d+)\)", re.DOTALL)


def _too_slow(timeout: float) -> Diagnostic:
    return error(
        "pandoc-timeout",
        f"Pandoc did not finish within {timeout:.0f} seconds and was stopped",
        None,
        "Look for many opening brackets without closing ones: `[[[[` or `![![` make Markdown very slow to read.",
    )


def _failure(done: process.Completed) -> Diagnostic:
    words = done.stderr.decode("utf-8", "replace").strip()
    if "heap" in words.lower():
        return error(
            "pandoc-memory", f"Pandoc needed more than {_MEMORY}B of memory and was stopped", None, detail=words
        )
    if found := _IN_BIBLIOGRAPHY.search(words):
        return error(
            "bibliography-value", "From here on the bibliography could not be read.", Span(_REFERENCES, int(found[1]), int(found[2])),
            "Look at this place, and at the braces and quotation marks of the entry above it.", detail=words,
        )  # fmt: skip
    return error("pandoc-failed", "Pandoc could not read or write the document", None, detail=words)


def _translate(log: Path) -> tuple[Diagnostic, ...]:
    """pandoc's `--log` (a JSON list of messages) as diagnostics about the Job's own input."""
    try:
        messages = json.loads(log.read_bytes() or b"[]")
    except (OSError, ValueError):
        return ()
    return tuple(_message(item) for item in messages if item.get("verbosity") in ("WARNING", "ERROR"))


_WORDS: dict[str, tuple[str, str, str]] = {
    "UnclosedDiv": (
        "div-unclosed",
        "A block opened with `:::` is never closed",
        "Add a line with `:::` where it ends.",
    ),
    "DuplicateIdentifier": ("id-duplicate", "Two things have the same id “{contents}”", "Give one of them another id."),
    "DuplicateLinkReference": (
        "link-duplicate",
        "The link reference “{contents}” is defined twice",
        "Remove one of them.",
    ),
    "DuplicateNoteReference": (
        "footnote-duplicate",
        "The footnote “{contents}” is defined twice",
        "Remove one of them.",
    ),
    "NoteDefinedButNotUsed": (
        "footnote-unused",
        "The footnote “{contents}” is defined but never used",
        "Use or remove it.",
    ),
    "ReferenceNotFound": (
        "link-unknown",
        "The link reference “{contents}” is not defined",
        "Define it or correct its name.",
    ),
    "CircularReference": ("link-circular", "The link reference “{contents}” refers to itself", "Correct its target."),
}


def _message(item: dict[str, Any]) -> Diagnostic:
    kind = str(item.get("type", "message"))
    words = str(item.get("message") or item.get("contents") or item.get("pretty") or "")
    place = item.get("openpos") or item
    line, column = int(place.get("line") or 0), int(place.get("column") or 0)
    span = Span("source.md", line, column) if line else None
    detail = json.dumps(item, ensure_ascii=False, sort_keys=True)
    if kind in _WORDS:
        code, sentence, hint = _WORDS[kind]
        return warning(code, sentence.format(contents=words), span, hint, detail=detail)
    if kind == "CiteprocWarning":
        return warning("citeproc-warning", f"The reference list has a problem: {words}", span, detail=detail)
    severity = Severity.ERROR if item.get("verbosity") == "ERROR" else Severity.WARNING
    return Diagnostic(severity, "pandoc-message", f"Pandoc says: {words or kind}", span, detail=detail)
