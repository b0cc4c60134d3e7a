"""`watch`: builds again whenever a file of the project changes."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from handbill.cli.building import make, order_of
from handbill.cli.caching import working
from handbill.cli.foresight import foresee
from handbill.tools.toolbox import Toolbox

_DEBOUNCE_MS = 120


def watch(root: Path, arguments: argparse.Namespace) -> int:
    """Until Ctrl-C. One line a rebuild; mistakes are shown and waited out."""
    from watchfiles import watch as changes

    output = (arguments.output or root / "output").absolute()
    with working(arguments, root) as toolbox:
        _once(root, output, arguments, toolbox, "first build")
        watched = [root / name for name in ("content", "templates", "references.bib") if (root / name).exists()]
        print("Watching for changes; Ctrl-C ends it.", file=sys.stderr)
        for batch in changes(*watched, debounce=_DEBOUNCE_MS, step=20, raise_interrupt=True):
            names = sorted({str(Path(path).relative_to(root)) for _, path in batch})
            _once(root, output, arguments, toolbox, ", ".join(names[:3]) + (" ..." if len(names) > 3 else ""))
    return 0


def _once(root: Path, output: Path, arguments: argparse.Namespace, toolbox: Toolbox, cause: str) -> None:
    began = time.perf_counter()
    foresight = foresee(root, arguments, toolbox)
    order = order_of(root, arguments, output)
    code = 2 if order is None else make(order, toolbox, arguments, foresight)
    verdict = "done" if code == 0 else "mistakes found, the last good files stay"
    print(f"{time.strftime('%H:%M:%S')} {verdict} in {time.perf_counter() - began:.2f} s ({cause})", file=sys.stderr, flush=True)
