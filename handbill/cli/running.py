"""Where Jobs run: on this machine, or on those of a cluster."""

from __future__ import annotations

import argparse
import importlib.util
import os
from collections.abc import Callable

from handbill.cli.asking import Misuse
from handbill.diagnostics import error
from handbill.jobs import Runner, ToolMissing
from handbill.runners.notices import Notices
from handbill.tools.toolbox import FarRunner

RUNNERS = ("pool", "dask")
SCHEDULER_VARIABLE = "HANDBILL_SCHEDULER"


def runner_arguments(parser: argparse.ArgumentParser) -> None:
    """Which runner does the work."""
    parser.add_argument(
        "--runner", choices=RUNNERS, default=RUNNERS[0], metavar="R",
        help="where tools run: pool, on this machine (default), or dask, on a cluster",
    )  # fmt: skip
    parser.add_argument(
        "--scheduler", metavar="ADDRESS",
        help=f"the cluster's scheduler, such as tls://10.0.0.2:8786 (default: the variable {SCHEDULER_VARIABLE})",
    )  # fmt: skip


def far_runner(arguments: argparse.Namespace) -> Callable[[Runner, Notices], FarRunner] | None:
    """The runner around the one of this machine; None when this machine does all.

    Raises `Misuse` without a scheduler's address, `ToolMissing` without the package `distributed`.
    """
    if getattr(arguments, "runner", RUNNERS[0]) != "dask":
        return None
    address = arguments.scheduler or os.environ.get(SCHEDULER_VARIABLE)
    if not address:
        hint = f"Add --scheduler tcp://HOST:8786, or set the variable {SCHEDULER_VARIABLE}."
        raise Misuse(error("scheduler-missing", "--runner dask needs the address of the cluster's scheduler", None, hint))
    if importlib.util.find_spec("distributed") is None:
        command = "Run: .venv/bin/python -m pip install distributed"
        raise ToolMissing(error("package-missing", "--runner dask needs distributed, which is not installed", None, command))
    from handbill.runners.cluster import ClusterRunner
    from handbill.tools.serve import execute, versions

    return lambda here, notices: ClusterRunner(address, here, notices, execute, versions)
