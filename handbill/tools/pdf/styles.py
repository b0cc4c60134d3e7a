"""Values of style properties by a shorter way, where WeasyPrint's own asks what cannot matter.

Each box asks for more than a hundred properties. Nearly all of them are inherited, or have their initial value, or are
cascaded as they stand; `ComputedStyle.__missing__` tests each of them for what only few can be: logical, pending, a
calculation, a text decoration. Here is asked what can be for this property, and what is anything else goes the long way.
`tests/test_weasyprint_short.py` holds each value beside WeasyPrint's, and the source of what stands here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from weasyprint.css import ComputedStyle, Pending
from weasyprint.css.computed_values import COMPUTER_FUNCTIONS, PHYSICAL_FUNCTIONS
from weasyprint.css.functions import check_math
from weasyprint.css.properties import INHERITED, INITIAL_NOT_COMPUTED, INITIAL_VALUES, Dimension

from handbill.tools.pdf.replacing import replaced

SPECIAL = frozenset({"display", "float", "page", "position"})
"""Of these WeasyPrint keeps more than the value, or finds it in another way. So it is with text decorations."""

_original = ComputedStyle.__missing__
_NO_MATH = frozenset({str, int, float, type(None), Dimension})
"""Types of most values, none of which is a calculation. WeasyPrint looks into the others."""


@dataclass(frozen=True, slots=True)
class _Way:
    """What matters for the value of one property.

    logical    the logical property that can stand for it, by the direction of the text; empty when there is none
    inherited  whether it comes from the parent when nobody sets it
    initial    its initial value
    computed   what makes a computed value of a cascaded one; None when that is the same
    initially  what makes one of the initial value
    """

    logical: dict[str, str]
    inherited: bool
    initial: Any
    computed: Callable[[Any, str, Any], Any] | None
    initially: Callable[[Any, str, Any], Any] | None


def _way(name: str) -> _Way:
    function, compute = PHYSICAL_FUNCTIONS.get(name), COMPUTER_FUNCTIONS.get(name)
    return _Way(
        {inline: function(block="ttb", inline=inline) for inline in ("ltr", "rtl")} if function else {},
        name in INHERITED,
        INITIAL_VALUES[name],
        compute,
        compute if name in INITIAL_NOT_COMPUTED else None,
    )


_WAYS = {name: _way(name) for name in INITIAL_VALUES if name not in SPECIAL and not name.startswith("text_decoration_")}


@contextmanager
def short_styles() -> Iterator[None]:
    """While this is open, WeasyPrint finds the values of properties by the short way."""
    with replaced(ComputedStyle, "__missing__", missing):
        yield


def missing(style: Any, key: str) -> Any:
    """As `ComputedStyle.__missing__`: the computed value, which is kept in `style`."""
    way = _WAYS.get(key)
    if way is None:
        return _original(style, key)
    cascaded = style.cascaded
    # The direction is asked for even when nothing is cascaded: a first line takes over all that was ever asked for.
    if way.logical and way.logical[style["direction"]] in cascaded:
        return _original(style, key)
    if key in cascaded:
        value = cascaded[key][0]
        if isinstance(value, Pending) or value == "inherit" or value == "initial":
            return _original(style, key)
        compute = way.computed
    elif way.inherited and style.parent_style is not None:
        value, compute = style.parent_style[key], None
    else:
        value, compute = way.initial, way.initially
    if type(value) not in _NO_MATH and check_math(value):
        return _original(style, key)
    if compute is not None:
        value = compute(style, key, value)
    style[key] = value
    return value
