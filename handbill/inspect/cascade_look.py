"""What an element of a page looks like: the values that are in force, inherited and laid on what lies below (CSS Cascade 5)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import tinycss2

from handbill.colour import BLACK, BOLD, WHITE, Colour, colour_of

TAKEN = frozenset({"color", "background", "background-color", "background-image", "font-size", "font-weight", "font",
                   "display", "visibility", "content", "opacity"})  # fmt: skip
"""Properties that decide what can be read."""
_ROOT_PIXELS = 16.0
_SIZES = {"h1": 2.0, "h2": 1.5, "h3": 1.17, "small": 0.83, "sub": 0.83, "sup": 0.83}
_HEAVY = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "b", "strong", "th"})
"""What browsers make large and bold by themselves (HTML, 15.3)."""
_LENGTH = re.compile(r"(-?[\d.]+)(px|pt|em|rem|%)")
_PER_UNIT = {"px": 1.0, "pt": 96 / 72, "rem": _ROOT_PIXELS}
_DEEPEST = 8
"""How far a custom property may be made of others."""


class Declared(NamedTuple):
    """One declaration that is in force: its property, its tokens, and the words of its selector."""

    name: str
    value: Sequence[Any]
    important: bool
    selector: str


@dataclass(frozen=True)
class Look:
    """What an element looks like. `ground` is None over a picture; `colour_by` and `ground_by` say which rules made it so."""

    colour: Colour = BLACK
    ground: Colour | None = WHITE
    pixels: float = _ROOT_PIXELS
    weight: int = 400
    shown: bool = True
    opacity: float = 1.0
    names: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    """Custom properties."""
    colour_by: Declared | None = None
    ground_by: Declared | None = None

    @property
    def seen(self) -> Colour:
        """The colour of the letters, as it is seen on an opaque ground."""
        return self.colour._replace(alpha=self.colour.alpha * self.opacity).over(self.ground or WHITE)


def look_of(won: Mapping[str, Declared], above: Look, tag: str) -> Look:
    own = {name: d.value for name, d in won.items() if name.startswith("--")}
    names = {**above.names, **own} if own else above.names
    look = replace(above, names=names, pixels=above.pixels * _SIZES.get(tag, 1.0), weight=BOLD if tag in _HEAVY else above.weight)
    for name, declared in won.items():
        if name in TAKEN:
            look = _SET[name](look, declared, _resolved(declared.value, names), above)
    return look


def _resolved(value: Sequence[Any], names: Mapping[str, Sequence[Any]], depth: int = 0) -> list[Any]:
    """The tokens with `var()` replaced (CSS Variables 1, 3)."""
    out: list[Any] = []
    for token in value:
        if token.type != "function" or token.lower_name != "var" or depth > _DEEPEST:
            out.append(token)
            continue
        arguments = [t for t in token.arguments if t.type not in ("whitespace", "comment")]
        name = arguments[0].value if arguments else ""
        out += _resolved(names.get(name, arguments[2:]), names, depth + 1)
    return [token for token in out if token.type not in ("whitespace", "comment")]


def _set_colour(look: Look, declared: Declared, value: list[Any], above: Look) -> Look:
    colour = colour_of(value[0]) if len(value) == 1 else None
    if colour is None:
        inherits = bool(value) and getattr(value[0], "lower_value", "") in ("inherit", "currentcolor", "unset")
        return replace(look, colour=above.colour, colour_by=above.colour_by) if inherits else look
    return replace(look, colour=colour, colour_by=declared)


def _set_ground(look: Look, declared: Declared, value: list[Any], above: Look) -> Look:
    if any(token.type == "url" or (token.type == "function" and token.lower_name in ("url", "image-set")) or _is_gradient(token) for token in value):
        return replace(look, ground=None, ground_by=declared)
    colour = next((found for token in value if (found := colour_of(token)) is not None), None)
    if colour is None or colour.alpha == 0 or (above.ground is None and colour.alpha < 1):
        return replace(look, ground=above.ground, ground_by=above.ground_by)
    return replace(look, ground=colour.over(above.ground or WHITE), ground_by=declared)


def _is_gradient(token: Any) -> bool:
    return bool(token.type == "function" and token.lower_name.endswith("gradient"))


def _set_size(look: Look, declared: Declared, value: list[Any], above: Look) -> Look:
    return replace(look, pixels=_pixels(value, above.pixels) or look.pixels)


def _pixels(value: list[Any], above: float) -> float:
    """The first length; of `clamp()` and its kind that is the least."""
    found = _LENGTH.search(tinycss2.serialize(value))
    if found is None:
        return 0.0
    number, unit = float(found[1]), found[2]
    return number * (above * (0.01 if unit == "%" else 1) if unit in ("em", "%") else _PER_UNIT[unit])


def _set_weight(look: Look, declared: Declared, value: list[Any], above: Look) -> Look:
    words = {getattr(token, "lower_value", "") for token in value}
    numbers = [int(token.value) for token in value if token.type == "number" and token.is_integer and token.value >= 100]
    weight = BOLD if "bold" in words else 400 if "normal" in words else numbers[0] if numbers else look.weight
    return replace(look, weight=weight)


def _set_font(look: Look, declared: Declared, value: list[Any], above: Look) -> Look:
    return _set_size(_set_weight(replace(look, weight=400), declared, value, above), declared, value, above)


def _set_shown(look: Look, declared: Declared, value: list[Any], above: Look) -> Look:
    word = getattr(value[0], "lower_value", "") if value else ""
    return replace(look, shown=look.shown and word not in ("none", "hidden", "collapse"))


def _set_opacity(look: Look, declared: Declared, value: list[Any], above: Look) -> Look:
    number = value[0].value if value and value[0].type == "number" else 1
    return replace(look, opacity=above.opacity * float(number))


_SET = {
    "color": _set_colour,
    "background": _set_ground,
    "background-color": _set_ground,
    "background-image": _set_ground,
    "font-size": _set_size,
    "font-weight": _set_weight,
    "font": _set_font,
    "display": _set_shown,
    "visibility": _set_shown,
    "content": lambda look, *_: look,
    "opacity": _set_opacity,
}
