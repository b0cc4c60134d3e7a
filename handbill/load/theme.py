"""Mistakes in the look of all diagrams, `templates/diagrams/theme.yaml`, which a build would tell when it draws."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from handbill.diagnostics import Diagnostic, Report, error
from handbill.known import known
from handbill.load.files import Folder
from handbill.load.validate import validated
from handbill.load.yaml_tree import Path as YamlPath
from handbill.load.yaml_tree import Tree, read_yaml
from handbill.nearest import did_you_mean
from handbill.schema_formats import ThemeFile
from handbill.text import Span

PATH = "templates/diagrams/theme.yaml"
_NAMED = re.compile(r"palette\.([\w-]+)")


def check_theme(folder: Folder) -> None:
    """Complains of what keeps diagrams from being drawn with the theme; a project without one takes Mermaid's plainest."""
    if folder.exists(PATH) and (text := folder.read_text(PATH)) is not None and not _sound(text):
        folder.report.extend(_faults(text))


@known(bool, bool)
def _sound(text: str) -> bool:
    return not any(_faults(text))


def _faults(text: str) -> Iterable[Diagnostic]:
    report = Report()
    tree = read_yaml(PATH, text, report)
    if tree is not None:  # Mermaid's own settings are typed by YAML: `true` is meant
        tree.ambiguous = {path: value for path, value in tree.ambiguous.items() if path[0] not in ("mermaid", "narrow")}
    theme = None if tree is None else validated(ThemeFile, tree, report)
    if tree is not None and theme is not None:
        report.extend(_of_the_palette(theme, tree))
    return report


def _of_the_palette(theme: ThemeFile, tree: Tree) -> Iterable[Diagnostic]:
    """Colours that are named but not there, and paper, which everything is drawn on."""
    if "paper" not in theme.palette:
        yield error("diagram-theme", "The palette has no colour “paper”.", tree.key_span(("palette",)), "Write it as paper: \"#ffffff\".")
    for path, value in _texts(tree.value, ()):
        span = tree.span(path)
        for found in _NAMED.finditer(value) if path[:1] != ("palette",) else ():
            if found[1] not in theme.palette:
                start = span.column + found.start(1) if "\n" not in value else 0
                place = Span(PATH, span.line, start, span.line, start + len(found[1])) if start else span
                yield error("diagram-theme", f"The palette has no colour “{found[1]}”.", place, *did_you_mean(found[1], theme.palette))


def _texts(value: Any, path: YamlPath) -> Iterator[tuple[YamlPath, str]]:
    """Every text below a value, by its path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, (dict, list)):
        for step, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _texts(item, (*path, step))
