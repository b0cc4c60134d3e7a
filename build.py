#!/usr/bin/env python3
"""Builds the publications of this folder: `./build.py --help` tells how."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path


def run() -> int:
    """The command line of `handbill.cli`, by the Python of `.venv` if this one lacks what it needs."""
    gc.set_threshold(50_000, 20, 50)  # A run is short and its values live long: looking often only costs time.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # Looking for some takes a twentieth of a check.
    environment = Path(__file__).resolve().parent / ".venv"
    try:
        from handbill.cli import main
    except (ImportError, SyntaxError):  # a Python that is too old stumbles over the syntax
        if Path(sys.prefix) == environment:
            raise
        python = environment / "bin" / "python"
        if not python.exists():
            print("Handbill is not set up yet. Run “make setup” first.", file=sys.stderr)  # noqa: T201
            return 3
        os.execv(python, [str(python), __file__, *sys.argv[1:]])  # noqa: S606  nothing of it comes from outside
    return main()


if __name__ == "__main__":
    sys.exit(run())
