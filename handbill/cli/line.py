"""`build.py` and `handbill`: one row a command in `COMMANDS`; help is read from the rows."""

from __future__ import annotations

import argparse
import errno
import gc
import os
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import NoReturn

from handbill import __version__
from handbill.cli import cache_command, commands
from handbill.cli.asking import Misuse, print_diagnostics, tell_of_bug
from handbill.jobs import ToolMissing
from handbill.nearest import nearest

_GARBAGE = (50_000, 20, 50)
"""What a command reads lives as long as the command: to look 200 times for what nobody needs took a tenth of each check."""
_GARBAGE_OF_A_CHECK = (500_000, 20, 50)
"""A check makes little beside what it reads, and is over soon."""


class Exit(IntEnum):
    """Exit codes."""

    FINE = 0
    ERRORS = 1
    USAGE = 2
    TOOL_MISSING = 3
    INTERRUPTED = 130


@dataclass(frozen=True)
class Command:
    """One command: what it does, in a line; its arguments; the function."""

    help: str
    arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


COMMANDS = {
    "build": Command("make the files of one or all publications", commands.build_arguments, commands.build),
    "check": Command("look for mistakes without making anything", commands.check_arguments, commands.check),
    "verify": Command("judge finished files by all validators", commands.verify_arguments, commands.verify),
    "schemas": Command("write the JSON Schemas for editors", commands.schemas_arguments, commands.schemas),
    "rules": Command("list every check", commands.no_arguments, commands.rules),
    "explain": Command("tell what a check looks for and how to mend it", commands.explain_arguments, commands.explain),
    "status": Command("tell which publications are approved and when each must be reviewed", commands.status_arguments, commands.status),
    "approve": Command("write down who approves a publication exactly as it stands", commands.approve_arguments, commands.approve),
    "list": Command("show publications, editions and formats", commands.no_arguments, commands.list_publications),
    "watch": Command("build again whenever a file changes", commands.build_arguments, commands.watch),
    "cache": Command("show, verify or prune what is remembered of finished work", cache_command.command_arguments, cache_command.command),
    "doctor": Command("show the tools, their versions and what is missing", commands.no_arguments, commands.doctor),
    "clean": Command("remove what was built", commands.clean_arguments, commands.clean),
}

_EPILOG = """\
examples:
  build.py build                                  every edition of every publication
  build.py build flu-jab --edition handout        one edition
  build.py build --edition handout --format pdf   one file
  build.py check                                  all mistakes, in under a second

exit codes: 0 fine, 1 the documents have errors, 2 wrong usage, 3 a tool is missing, 130 interrupted
"""


def parser() -> _Parser:
    """The whole command line."""
    top = _Parser(
        prog=Path(sys.argv[0]).name or "handbill",
        description="Handbill makes handouts, e-books, slides and leaflets from one source.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,  # `early` knows options by their whole names
    )
    top.add_argument("--version", action="version", version=f"handbill {__version__}")
    top.add_argument("--root", type=Path, default=None, metavar="DIR", help="the project's folder (default: here or above)")
    subparsers = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, command in COMMANDS.items():
        sub = subparsers.add_parser(name, help=command.help, description=command.help[0].upper() + command.help[1:] + ".", allow_abbrev=False)
        command.arguments(sub)
    return top


class _Parser(argparse.ArgumentParser):
    """One that names what was probably meant."""

    def error(self, message: str) -> NoReturn:
        wrong = re.search(r"invalid choice: '([^']*)' \(choose from (.*)\)", message)
        close = nearest(wrong[1], re.findall(r"[\w-]+", wrong[2]), 1) if wrong else ()
        super().error(f"{message}\nDid you mean “{close[0]}”?" if close else message)

    def read(self, words: Sequence[str]) -> argparse.Namespace:
        """The arguments. An option that the command does not have ends the program with what is known of it."""
        arguments, unknown = self.parse_known_args(words)
        if unknown:
            self._refuse(arguments.command, unknown)
        return arguments

    def _refuse(self, command: str, unknown: Sequence[str]) -> NoReturn:
        commands: dict[str, argparse.ArgumentParser] = next(a.choices for a in self._actions if isinstance(a.choices, dict))
        options = {name: [o for a in sub._actions for o in a.option_strings] for name, sub in commands.items()}
        option = next((word.partition("=")[0] for word in unknown if word.startswith("-")), unknown[0])
        owners = " and ".join(name for name, known in options.items() if option in known)
        close = nearest(option, [known for known in options[command] if known.startswith("--")], 1)
        hint = f"\nOnly {owners} know it." if owners else f"\nDid you mean “{close[0]}”?" if close else ""
        commands[command].error(f"“{command}” does not know “{' '.join(unknown)}”{hint}")


def _silence() -> None:
    """What is still buffered has nowhere to go."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def run(words: Sequence[str]) -> int:
    """Runs one command; never ends with a traceback on the screen."""
    gc.set_threshold(*(_GARBAGE_OF_A_CHECK if "check" in words else _GARBAGE))
    try:
        Path.cwd()
    except OSError:
        print("The folder that you are in is not there any more. Go into another one.", file=sys.stderr)
        return Exit.USAGE
    arguments = parser().read(words)
    arguments.words = tuple(words)
    try:
        code = int(COMMANDS[arguments.command].run(arguments))
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except Misuse as mistake:
        print_diagnostics([mistake.diagnostic], Path.cwd())
        return Exit.USAGE
    except ToolMissing as missing:
        print_diagnostics([missing.diagnostic], Path.cwd())
        return Exit.TOOL_MISSING
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return Exit.INTERRUPTED
    except BrokenPipeError:
        _silence()  # the reader of our output (`| head`) has gone
        return Exit.FINE
    except OSError as problem:
        if problem.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EIO) or problem.filename is not None:
            tell_of_bug()
        else:
            _silence()
            print(f"What is told could not be written: {problem.strerror}.", file=sys.stderr)
        return Exit.ERRORS
    except Exception:  # noqa: BLE001 - the last door: a mistake of ours ends in one sentence, not in a traceback
        tell_of_bug()
        return Exit.ERRORS
