"""Whether a build will draw diagrams, guessed from the files alone: long before anything is parsed.

A browser takes about a second to start. So when some diagram source is new, it starts at once, beside the imports and
the parsing. A wrong guess costs time only: what is missing unforeseen is drawn all the same, a browser that nobody
needs is ended.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
from argparse import Namespace
from collections.abc import Iterable, Sequence
from pathlib import Path

from handbill.cli.caching import cache_folder
from handbill.diagnostics import Severity
from handbill.order import STAGES, Work
from handbill.tools.toolbox import Toolbox

_FENCE = re.compile(rb"^(`{3,}|~{3,})[ \t]*\{?[ \t]*\.?mermaid\b.*?^\1", re.DOTALL | re.MULTILINE)
_THEME = "templates/diagrams/theme.yaml"
_MEMORY = "drawn"
_MOST = 500
_PAPER = frozenset({"pdf", "booklet", "epub"})
"""Formats that are laid out on pages; an EPUB says where those of its PDF begin."""


class Foresight:
    """What the publications of one build would have drawn, beside what has been drawn before.

    `cache` is the folder of the cache, whose entries it speaks of; None when there is none.
    """

    def __init__(self, root: Path, names: Sequence[str], cache: Path | None) -> None:
        self._memory = None if cache is None else cache / _MEMORY
        self._known = self._remembered()
        self._digests = {name: digest for name in names or _all(root) if (digest := _digest(root, name))}

    @property
    def draws(self) -> bool:
        """Whether a browser will probably be needed."""
        return any(digest not in self._known for digest in self._digests.values())

    def remember(self, works: Iterable[Work]) -> None:
        """Which publications have all their diagrams drawn now, as they stood when this was made."""
        drawn = {self._digests[work.name] for work in works if work.name in self._digests and _is_drawn(work)}
        if self._memory is None or drawn <= set(self._known):
            return
        kept = [*(digest for digest in self._known if digest not in drawn), *sorted(drawn)][-_MOST:]
        with contextlib.suppress(OSError):  # it is a help only; the cache itself tells when it cannot be written
            self._memory.write_text("\n".join(kept) + "\n", encoding="ascii")

    def _remembered(self) -> list[str]:
        if self._memory is None:
            return []
        try:
            return self._memory.read_text(encoding="ascii").split()
        except (OSError, ValueError):
            return []


def foresee(root: Path, arguments: Namespace, toolbox: Toolbox) -> Foresight:
    """Starts what is slow to start, if the build that `arguments` ask for will probably need it: the browser, the PDF engine."""
    if STAGES.index(arguments.stop_after) >= STAGES.index("render") and _on_paper(arguments.format):
        toolbox.warm()
    foresight = Foresight(root, arguments.publications, cache_folder(arguments, root))
    if foresight.draws and STAGES.index(arguments.stop_after) >= STAGES.index("draw"):
        toolbox.open_browser()
    return foresight


def _on_paper(formats: Sequence[str]) -> bool:
    return not formats or not _PAPER.isdisjoint(formats)


def _is_drawn(work: Work) -> bool:
    if work.document is None or not work.document.figures:
        return False
    errors = (found.code for found in work.report if found.severity is Severity.ERROR)
    return not any(code.startswith(("diagram-", "browser-", "tool-")) for code in errors)


def _all(root: Path) -> list[str]:
    return [path.parent.name for path in (root / "content").glob("*/publication.yaml")]


def _digest(root: Path, name: str) -> str:
    """All that a publication's diagrams are made of; "" when it has none."""
    home = root / "content" / name
    parts = [_read(path) for path in sorted(home.glob("diagrams/*.mmd"))]
    parts += [fence[0] for path in sorted(home.glob("sections/*.md")) for fence in _FENCE.finditer(_read(path))]
    if not parts:
        return ""
    return hashlib.sha256(b"\0".join([_read(root / _THEME), *parts])).hexdigest()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # whoever needs it will complain
        return b""
