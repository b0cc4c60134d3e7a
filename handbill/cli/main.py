"""The door: a build or check for which there is nothing to do ends here, before anything else is imported."""

from __future__ import annotations

import sys
from types import ModuleType

from handbill.cli.early import replay

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; never ends with a traceback on the screen."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        code = replay(words)
    except (OSError, KeyboardInterrupt) as problem:
        # The reader of our output has gone, the disk is full, the folder was deleted: the command line knows what to say then.
        if isinstance(problem, KeyboardInterrupt):
            sys.stderr.write("Interrupted.\n")
            return 130
        code = None
    if code is not None:
        return code
    from handbill import precompiled

    precompiled.recall("command")  # before anything is imported that has some
    _without_plugins()
    from handbill.cli.line import run

    try:
        return run(words)
    finally:
        precompiled.keep("command")


def _without_plugins() -> None:
    """Keeps pydantic from loading what looks for its plugins (the metadata of all packages, e-mail): there are to be none.

    `PYDANTIC_DISABLE_PLUGINS` keeps it from looking only.
    """
    loader: Any = ModuleType("pydantic.plugin._loader")
    loader.get_plugins = tuple
    sys.modules.setdefault(loader.__name__, loader)
