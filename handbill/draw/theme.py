"""The look of all diagrams: `templates/diagrams/theme.yaml` as Mermaid's configuration."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import yaml

from handbill.diagnostics import Diagnostic, error
from handbill.model import Project
from handbill.text import Span

PATH = "diagrams/theme.yaml"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The quick one, where PyYAML was built with it."""
_NAMED = re.compile(r"palette\.([a-z0-9-]+)")


@dataclass(frozen=True)
class Theme:
    """family: the diagrams' font; background: a colour; wrap: where labels break, in pixels; config: Mermaid's.

    narrow: settings of Mermaid's that differ in editions with large letters.
    """

    family: str = "sans-serif"
    background: str = "#ffffff"
    wrap: float = 200
    config: Mapping[str, Any] = field(default_factory=lambda: {"theme": "base"})
    narrow: Mapping[str, Any] = field(default_factory=dict)

    def narrower(self) -> Theme:
        """The theme for editions with large letters: drawings that are narrower in their own units."""
        config = {
            key: {**value, **self.narrow.get(key, {})} if isinstance(value, dict) else self.narrow.get(key, value)
            for key, value in {**self.narrow, **self.config}.items()
        }
        return replace(self, config=config, wrap=float(config.get("flowchart", {}).get("wrappingWidth", self.wrap)))


class ThemeBroken(Exception):
    """The file cannot be used. Carries the complaint."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


def theme_of(project: Project) -> Theme:
    """The project's theme; Mermaid's plainest one when the project has none. Raises `ThemeBroken`."""
    data = project.styles.get(PATH)
    return Theme() if data is None else read_theme(data)


@lru_cache(maxsize=4)
def read_theme(data: bytes) -> Theme:
    """A theme from its YAML. Raises `ThemeBroken`."""
    place = Span(f"templates/{PATH}", 1)
    try:
        # Mermaid's settings are typed by YAML itself; the file belongs to the house, not to an author.
        raw = yaml.load(data, Loader=_LOADER)  # noqa: TID251, S506
        palette = {str(name): str(value) for name, value in raw["palette"].items()}
        config = _coloured(raw["mermaid"], palette)
        config["themeCSS"] = _coloured(raw.get("css", ""), palette)
        family = str(raw["font"])
        variables = {**config.get("themeVariables", {}), "fontFamily": f"'{family}', sans-serif"}
        wrap = float(config.get("flowchart", {}).get("wrappingWidth", Theme.wrap))
        narrow = _coloured(raw.get("narrow", {}), palette)
        return Theme(family, palette["paper"], wrap, {**config, "themeVariables": variables}, narrow)
    except yaml.MarkedYAMLError as problem:
        if problem.problem_mark is not None:
            place = place.at(problem.problem_mark.line + 1, problem.problem_mark.column + 1)
        raise ThemeBroken(error("diagram-theme", "The theme of the diagrams is not YAML.", place, detail=str(problem))) from problem
    except (KeyError, TypeError, AttributeError, ValueError) as problem:
        what = f"The theme of the diagrams lacks something, or has it in the wrong form: {problem}."
        raise ThemeBroken(error("diagram-theme", what, place, "It needs font, palette (with paper) and mermaid.")) from problem


def fonts_of(theme: Theme, fonts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of the theme's font family among the project's fonts, which are named as Fontsource names them."""
    stem = "-".join(theme.family.lower().split())
    return {name: data for name, data in fonts.items() if name.startswith(f"{stem}-") and name.endswith("2")}


def _coloured(value: Any, palette: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {str(key): _coloured(item, palette) for key, item in value.items()}
    if isinstance(value, list):
        return [_coloured(item, palette) for item in value]
    return _NAMED.sub(lambda name: palette[name[1]], value) if isinstance(value, str) else value
