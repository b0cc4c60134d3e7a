"""The command line: arguments, the composition of runners, progress, printing, exit codes."""

from handbill.cli.main import main

__all__ = ["main"]
