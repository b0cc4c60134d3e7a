"""Sees to the programs of the system: installs them by apt as root on Debian or Ubuntu, else names what is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable

from handbill.diagnostics import Diagnostic
from handbill.tools.doctor import BUILDING, TESTING, examined
from handbill.tools.programs import Program


def main(level: str) -> int:
    """0 when all of `level` is there and runs, 3 with a list of commands when not."""
    missing = absent(level)
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        install(missing)
        missing = absent(level)
    for problem in missing.values():
        print(f"{problem.message} {problem.detail}".strip(), file=sys.stderr)
        for hint in problem.hints:
            print(f"  {hint}", file=sys.stderr)
    return 3 if missing else 0


def absent(level: str) -> dict[Program, Diagnostic]:
    """What `level` needs and the system does not have."""
    needs = BUILDING if level == "build" else (*BUILDING, *TESTING)
    results = {program: examined(program, find) for program, find in needs}
    return {program: result for program, result in results.items() if isinstance(result, Diagnostic)}


def install(programs: Iterable[Program]) -> None:
    """By apt, without questions, each on its own. What it cannot install is found missing afterwards."""
    _apt("update")
    for program in programs:
        print(f"Installing {program.name} ...", file=sys.stderr, flush=True)
        _apt("install", "--no-install-recommends", "--yes", *program.debian)


def _apt(*words: str) -> None:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(
        ["apt-get", "-qq", *words], env=quiet, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
