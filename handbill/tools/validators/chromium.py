"""axe-core in the system's Chromium, on a page or on every slide of a deck; the network stays shut and is watched."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

from handbill.tools import locate, process

_SECONDS = 240.0
SIZES = ((1280, 720), (1024, 768))
"""Window sizes in pixels; a deck must not overflow at either."""


def axe(root: Path, paths: Sequence[Path]) -> list[tuple[str, ...]]:
    """WCAG 2.2 AA and best practices by axe-core; overflowing slides and requests to a network are findings too."""
    node, browser = locate.need(locate.find_node()), locate.need(locate.find_chromium())
    puppeteer = locate.need(locate.find_puppeteer(root)).path
    rules = locate.need(locate.find_npm_package(root, "axe-core", "axe.min.js")).path
    with process.private_directory() as folder:
        request = {
            "puppeteer": str(puppeteer), "axe": str(rules), "browser": str(browser.path), "folder": str(folder),
            "sandbox": os.geteuid() != 0, "pages": [path.absolute().as_uri() for path in paths], "sizes": SIZES,
        }  # fmt: skip
        done = process.run(
            [node.path, Path(__file__).parent / "axe.mjs"],
            stdin=json.dumps(request).encode(),
            cwd=folder,
            timeout=_SECONDS,
        )
    try:
        told: list[list[str]] = json.loads(done.stdout)
    except ValueError:
        return [(f"axe did not run: {done.stderr.decode(errors='replace')[-400:]}",)] * len(paths)
    return [tuple(findings) for findings in told]
