"""DAISY Ace, the accessibility checker for EPUB, on Node and Chromium."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from handbill.tools import locate, process

_SECONDS = 240.0


def ace(root: Path, paths: Sequence[Path]) -> list[tuple[str, ...]]:
    """All violations that Ace finds, of whatever severity."""
    program = locate.need(locate.find_npm_package(root, "@daisy/ace-cli", "bin/ace.js"))
    node, browser = locate.need(locate.find_node()), locate.need(locate.find_chromium())
    return [_ace(program.path, node.path, browser.path, path) for path in paths]


def _ace(program: Path, node: Path, browser: Path, path: Path) -> tuple[str, ...]:
    with process.private_directory() as folder:
        environment = {
            **process.clean_environment(folder),
            "PUPPETEER_EXECUTABLE_PATH": str(browser),
            "ACE_TIMEOUT_INITIAL": "60000",
            "ACE_TIMEOUT_EXTENSION": "120000",
            "ACE_PUPPETEER_NO_SANDBOX": "1" if os.geteuid() == 0 else "",
        }
        out = folder / "report"
        done = process.run(
            [node, program, "--force", "--silent", "--outdir", out, path], cwd=folder, env=environment, timeout=_SECONDS
        )
        report = out / "report.json"
        if not report.exists():
            return (f"Ace did not run: {(done.stderr or done.stdout).decode(errors='replace')[-400:]}",)
        told: dict[str, Any] = json.loads(report.read_bytes())
    return tuple(
        f"{item['earl:test']['dct:title']} ({item['earl:test']['earl:impact']}): {assertion['earl:testSubject']['url']}"
        for assertion in told["assertions"]
        for item in assertion["assertions"]
        if item["earl:result"]["earl:outcome"] == "fail"
    )
