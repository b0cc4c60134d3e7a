"""One Node process with one browser: opened early, given all diagrams at once, gone afterwards."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handbill.tools import process

_DRIVER = Path(__file__).parent / "driver.mjs"
_START_SECONDS = 40.0
_MOST_SECONDS = 300.0
FLAGS = (
    "--host-resolver-rules=MAP * ~NOTFOUND", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-gpu", "--disable-dev-shm-usage", "--disable-extensions", "--no-first-run",
    "--font-render-hinting=none", "--force-color-profile=srgb", "--hide-scrollbars",
)  # fmt: skip

_NO_FONTS = '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig></fontconfig>'
"""The browser sees no font of the machine: what a diagram looks like depends on those of its Job alone."""


@dataclass(frozen=True)
class Session:
    """What one Node process told: answers by number, and why there are no more of them."""

    answers: Mapping[int, Mapping[str, Any]]
    fatal: str
    timed_out: bool


class Studio:
    """The process (see driver.mjs) and the private folder that it works in.

    Opening returns at once; Node and the browser start while the caller does something else.
    """

    def __init__(self, node: Path, browser: Path, mermaid_cli: Path, grace: float) -> None:
        """Raises `ToolMissing`."""
        self._folder = tempfile.TemporaryDirectory(prefix="handbill-mermaid-", ignore_cleanup_errors=True)
        as_root = hasattr(os, "geteuid") and os.geteuid() == 0
        place = {
            "mermaidCli": str(mermaid_cli),
            "browser": str(browser),
            "shell": "headless" in browser.name,
            "folder": str(self._home),
            "flags": [*FLAGS, *(["--no-sandbox"] if as_root else [])],
        }
        fonts = self._home / "fonts.conf"
        fonts.write_text(_NO_FONTS, encoding="utf-8")
        env = {"FONTCONFIG_FILE": str(fonts)}
        try:
            self._program = process.Program([node, _DRIVER], first=_line(place), cwd=self._home, env=env, grace=grace)
        except BaseException:
            self._folder.cleanup()
            raise

    @property
    def _home(self) -> Path:
        return Path(self._folder.name).resolve()

    @property
    def runs(self) -> bool:
        """Whether Node has not ended while it waited."""
        return self._program.runs

    def draw(self, style_sheet: str, work: Mapping[str, Any], diagrams: Sequence[Mapping[str, Any]]) -> Session:
        """Has all diagrams drawn, and closes. `work` holds what is the same for all, `seconds` for each among it."""
        (self._home / "handbill.css").write_text(style_sheet, encoding="utf-8")
        with self._folder:
            done = self._program.finish(
                _line({**work, "diagrams": diagrams}),
                timeout=min(_START_SECONDS + float(work["seconds"]) * len(diagrams), _MOST_SECONDS),
            )
        answers, fatal = {}, ""
        for line in done.stdout.splitlines():
            try:
                told = json.loads(line)
            except ValueError:  # the last line of a process that was killed
                continue
            if "fatal" in told:
                fatal = told["fatal"]
            else:
                answers[int(told["id"])] = told
        if done.returncode > 0 and not answers:  # it ended by itself, and says why
            fatal = fatal or done.stderr.decode(errors="replace") or f"exit status {done.returncode}"
        return Session(answers, fatal, done.timed_out)

    def close(self) -> None:
        """Nothing is to be drawn after all."""
        with self._folder:
            self._program.end()


def _line(value: Any) -> bytes:
    return json.dumps(value).encode() + b"\n"
