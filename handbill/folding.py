"""Paper logic: what a folded sheet shows, closed and at each opening.

The sheet lies on a table with its inside up. Every crease turns what lies on one side of it over (a
valley, seen from the inside) or under (a mountain) the rest. Nothing is assumed about the result: the
layers are moved, and one looks at them from above and from below.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from handbill.paper import Fold

_TOLERANCE = 0.01
"""Millimetres within which two edges are one."""


@dataclass(frozen=True)
class Layer:
    """One panel of paper: what is printed on its two sides, and the stretch of table that it covers."""

    inside: str
    outside: str
    left: float
    right: float
    turned: bool = False

    def shows(self, *, above: bool) -> str:
        """What is seen of it from above, or from below."""
        return self.outside if above == self.turned else self.inside

    def mirrored(self, crease: float) -> Layer:
        return replace(self, left=2 * crease - self.right, right=2 * crease - self.left, turned=not self.turned)


Stack = tuple[Layer, ...]
"""Layers from the bottom to the top."""


class Buckles(ValueError):
    """A panel that was folded in is too wide for the next crease. `panel` names its inside."""

    def __init__(self, panel: str, surplus: float) -> None:
        super().__init__(f"“{panel}” is {surplus:g} mm too wide to lie flat")
        self.panel, self.surplus = panel, surplus


def folded(fold: Fold, clearance: float = 0.0) -> tuple[Stack, ...]:
    """The sheet flat, and after each crease; the last is the closed leaflet.

    Raises `Buckles` when a panel folded inside another comes nearer to a crease than `clearance` (mm).
    """
    stack = _flat(fold)
    # Seen from the inside a roll has valleys only; a zigzag changes at each crease. The cover's crease is always a valley.
    creases = [
        _Crease(stack, index, right=True, under=fold.kind == "z" and index % 2 == 0)
        for index in range(len(stack) - 1, 1, -1)
    ]
    creases.append(_Crease(stack, 1, right=False, under=False))
    states = [stack]
    for crease in creases:
        states.append(crease.turn(states[-1], clearance))
    return tuple(states)


def front_and_back(fold: Fold) -> tuple[str, str]:
    """The panels that face up and down when the leaflet is closed."""
    closed = folded(fold)[-1]
    return closed[-1].shows(above=True), closed[0].shows(above=False)


def reading_order(fold: Fold) -> tuple[str, ...]:
    """The panels in the order in which somebody meets them who opens the leaflet like a book, then turns it over.

    A panel that stays in sight at the next, wider opening is read there, in its row.
    """
    states = folded(fold)
    views = [_seen(state, above=True) for state in reversed(states)]
    order: list[str] = []
    for number, view in enumerate(views):
        later = {panel for other in views[number + 1 :] for panel in other}
        order += [panel for panel in view if panel not in later and panel not in order]
    order += [panel for panel in fold.outside.panels if panel not in order]
    return tuple(order)


def _flat(fold: Fold) -> Stack:
    left = 0.0
    layers = []
    for name, behind, width in zip(fold.inside.panels, reversed(fold.outside.panels), fold.inside.widths, strict=True):
        layers.append(Layer(name, behind, left, left + width))
        left += width
    return tuple(layers)


class _Crease:
    """The crease left of panel `index` (from 0), about which everything at its right, or at its left, is turned."""

    def __init__(self, flat: Stack, index: int, *, right: bool, under: bool) -> None:
        self._at = flat[index].left
        self._joined = {flat[index - 1].inside, flat[index].inside}
        self._right, self._under = right, under

    def turn(self, stack: Stack, clearance: float) -> Stack:
        moving = [layer for layer in stack if ((layer.left + layer.right) / 2 > self._at) == self._right]
        resting = [layer for layer in stack if layer not in moving]
        if not self._under:
            for layer in self._inner(moving) + self._inner(resting):
                self._check(layer, clearance)
        turned = [layer.mirrored(self._at) for layer in reversed(moving)]
        return tuple([*turned, *resting] if self._under else [*resting, *turned])

    def _inner(self, layers: list[Layer]) -> list[Layer]:
        """Layers that lie on the panel which ends at this crease: the fold must close around them."""
        index = next(index for index, layer in enumerate(layers) if layer.inside in self._joined)
        return layers[index + 1 :]

    def _check(self, layer: Layer, clearance: float) -> None:
        if layer.left + _TOLERANCE < self._at < layer.right - _TOLERANCE:
            raise Buckles(layer.inside, min(self._at - layer.left, layer.right - self._at) + clearance)
        gap = min(abs(layer.left - self._at), abs(layer.right - self._at))
        if gap < clearance - _TOLERANCE:
            raise Buckles(layer.inside, clearance - gap)


def _seen(stack: Iterable[Layer], *, above: bool) -> list[str]:
    """What shows from above or below, from left to right as it lies."""
    pile = list(stack) if above else list(reversed(list(stack)))
    shown: list[Layer] = []
    for layer in reversed(pile):
        middle = (layer.left + layer.right) / 2
        if not any(other.left < middle < other.right for other in shown):
            shown.append(layer)
    return [layer.shows(above=above) for layer in sorted(shown, key=lambda item: item.left)]
