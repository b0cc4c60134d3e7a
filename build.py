#!/usr/bin/env python3
"""Builds the publications of this folder: `./build.py --help` tells how."""

from __future__ import annotations

import gc
import os
import sys


def run() -> int:
    """The command line of `handbill.cli`, by the Python of `.venv` if this one lacks what it needs."""
    gc.set_threshold(200_000, 20, 50)  # A run is short and its values live long: looking often only costs time.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # Looking for some takes a twentieth of a check.
    try:
        from handbill.cli import main

        return main()
    except (ImportError, SyntaxError):  # a Python that is too old stumbles over the syntax
        home = os.path.join(os.path.dirname(os.path.realpath(__file__)), ".venv")
        if os.path.realpath(sys.prefix) == os.path.realpath(home):
            raise
        python = os.path.join(home, "bin", "python")
        if not os.path.exists(python):
            print("Handbill is not set up yet. Run “make setup” first.", file=sys.stderr)  # noqa: T201
            return 3
        os.execv(python, [python, __file__, *sys.argv[1:]])  # noqa: S606  nothing of it comes from outside


if __name__ == "__main__":
    code = run()
    gc.freeze()  # All goes with the process: nobody need look first for what points at each other.
    sys.exit(code)
