"""The door: a build or check for which there is nothing to do ends here, before anything else is imported."""

from __future__ import annotations

import sys

from handbill.cli.early import replay

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


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
    from handbill.cli.line import run

    return run(words)
