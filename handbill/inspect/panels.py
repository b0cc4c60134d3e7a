"""Does every panel of a folded leaflet hold its text? Measured in the PDF that was made.

The words of each panel are known from the document, the words on the paper from the PDF; they are laid
side by side in reading order. So each line of type is known to belong to one panel and to one block of
the author's text, wherever on the paper it ended up, and a block that is not on the paper is missed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from handbill.inspect.layout import ARTIFACT, Box, Layout, Line
from handbill.inspect.origins import Passage, Places, passages, words_of
from handbill.model import Document, Edition, Project
from handbill.paper import Place
from handbill.schema import Panel
from handbill.text import Span

TOLERANCE = 0.3
"""Millimetres: an overhanging letter is no overflow."""
_PARTS = frozenset({"Lbl", "Figure", "Formula", "Code"})


@dataclass(frozen=True)
class Spill:
    """Text that does not lie where it should. `millimetres` is how far the worst of it lies outside.

    kind: `below` or `beside` (outside the panel's safe area), `lost` (not on the paper at all).
    """

    kind: str
    span: Span | None
    lines: int
    words: int
    millimetres: float
    text: str


@dataclass(frozen=True)
class PanelFacts:
    """One panel as printed: where it should be, the box around its text (of the whole side), its words, its spills."""

    panel: Panel
    place: Place
    words: int = 0
    box: Box | None = None
    spills: tuple[Spill, ...] = ()
    span: Span | None = None


@dataclass
class _Found:
    """One line of type and the passage that it belongs to."""

    line: Line
    passage: Passage | None
    words: list[str] = field(default_factory=list)
    part: bool = False
    """Whether it is a part of what stands before it: a list's number, a label in a picture, a further line."""


def inspect_panels(layout: Layout, document: Document, edition: Edition, project: Project) -> tuple[PanelFacts, ...]:
    """The facts of every panel of the edition, in its own order. Empty for an edition without panels or fold."""
    fold = edition.spec.fold
    if fold is None:
        return ()
    expected = list(passages(document, project))
    found, lost = _match(expected, layout)
    measure = _Measure(expected, found, lost, edition, Places(document, edition, project))
    places = {place.panel: place for place in fold.places}
    return tuple(measure.panel(panel, places[panel.name]) for panel in edition.spec.panels if panel.name in places)


def _match(expected: Sequence[Passage], layout: Layout) -> tuple[list[_Found], list[Passage]]:
    """Every line of type with its passage, and the passages whose words are for the most part nowhere."""
    wanted = [(word, passage) for passage in expected for word in words_of(passage.text)]
    found = [
        _Found(line, None, words_of(line.text), number > 0 or bool(_PARTS.intersection(block.tags)))
        for block in layout.blocks
        if block.tags[0] != ARTIFACT
        for number, line in enumerate(block.lines)
    ]
    owners = [(index, word) for index, item in enumerate(found) for word in item.words]
    matcher = SequenceMatcher(None, [word for word, _ in wanted], [word for _, word in owners], autojunk=False)
    votes: dict[int, Counter[int]] = {}
    met: Counter[int] = Counter()
    numbers = {id(passage): number for number, passage in enumerate(expected)}
    for start, other, length in matcher.get_matching_blocks():
        for step in range(length):
            number = numbers[id(wanted[start + step][1])]
            met[number] += 1
            votes.setdefault(owners[other + step][0], Counter())[number] += 1
    for index, item in enumerate(found):
        if index in votes:
            item.passage = expected[votes[index].most_common(1)[0][0]]
    _adopt(found)
    lost = [p for number, p in enumerate(expected) if met[number] * 2 < len(words_of(p.text))]
    return found, lost


def _adopt(found: Sequence[_Found]) -> None:
    """A line that no word tells apart goes with the line before it, if it is a part of something."""
    before = next((item.passage for item in found if item.passage), None)
    for item in found:
        item.passage = item.passage or (before if item.part else None)
        before = item.passage or before


class _Measure:
    """Measures panels against their places."""

    def __init__(
        self,
        expected: Sequence[Passage],
        found: Sequence[_Found],
        lost: Sequence[Passage],
        edition: Edition,
        places: Places,
    ) -> None:
        self._expected, self._found, self._lost, self._places = expected, found, lost, places
        self._safe = edition.spec.paper.safe
        self._height = edition.spec.fold.height if edition.spec.fold else 0.0

    def panel(self, panel: Panel, place: Place) -> PanelFacts:
        passages = [passage for passage in self._expected if passage.panel == panel.name]
        own = [item for item in self._found if item.passage is not None and item.passage.panel == panel.name]
        box = None
        for item in own:
            box = item.line.box if box is None else box.around(item.line.box)
        lost = [self._lose(passage) for passage in self._lost if passage.panel == panel.name]
        return PanelFacts(
            panel,
            place,
            words=sum(len(passage.text.split()) for passage in passages),
            box=box,
            spills=(*lost, *self._spills(own, place)),
            span=next((span for passage in passages if (span := self._places.of(passage))), None),
        )

    def _lose(self, passage: Passage) -> Spill:
        return Spill("lost", self._places.of(passage), 0, len(passage.text.split()), 0.0, passage.text)

    def _spills(self, own: Iterable[_Found], place: Place) -> Iterator[Spill]:
        """What lies outside the safe area, one spill for each passage and direction."""
        area = Box(place.left + self._safe, self._safe, place.right - self._safe, self._height - self._safe)
        groups: dict[tuple[str, Passage | None], list[tuple[_Found, float]]] = {}
        for item in own:
            box = item.line.box
            below = max(box.bottom - area.bottom, area.top - box.top)
            beside = max(box.right - area.right, area.left - box.left)
            if item.line.page != place.side + 1:
                below = max(below, area.bottom - area.top)
            if max(below, beside) > TOLERANCE and any(map(str.isalnum, item.line.text)):  # a list's mark says nothing
                kind = "below" if below > TOLERANCE else "beside"
                groups.setdefault((kind, item.passage), []).append((item, below if kind == "below" else beside))
        for (kind, passage), items in groups.items():
            text = " ".join(item.line.text for item, _ in items)
            surplus = round(max(surplus for _, surplus in items), 1)
            span = self._places.of(passage) if passage else None
            yield Spill(kind, span, len(items), len(text.split()), surplus, text)
