"""The same content everywhere: the words of a finished file against the words that its edition keeps.

Both sides become passages without spaces, hyphens and quotes (`squeezed`). A good file is then exactly the
passages in order, with nothing between them but what the program is known to add: that is decided first,
letter by letter. Only a file that fails is aligned word by word, to say what is wrong with it and where.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from handbill.diagnostics import Diagnostic
from handbill.formulas import formulas_as_text
from handbill.inspect.fidelity_read import read_epub, read_html, read_pdf, read_pptx
from handbill.inspect.fidelity_source import MARK, Passage, passages, pictures_as_text, slide_passages
from handbill.inspect.fidelity_tell import tell
from handbill.inspect.fidelity_text import squeezed
from handbill.model import Artifact, Document, Edition, Facts, Project, Source

_READERS: dict[str, Callable[[Facts, bytes], list[str]]] = {
    "pdf": lambda facts, _: read_pdf(facts),
    "booklet": lambda facts, _: read_pdf(facts),  # its sheets keep the tags, in the order of reading
    "html": lambda _, data: read_html(data),
    "epub": read_epub,
    "revealjs": lambda _, data: read_html(data),
    "pptx": lambda _, data: read_pptx(data),
}
_PLACES = {"revealjs": (0, 1, 2, 3, 4), "pptx": (0, 1, 3, 4, 2), "pdf": (0, 1, 3)}
"""Where the formats of a deck have their passages; on paper nobody speaks."""
_ADDED = ("contents", "draft_notice", "overdue_notice", "description")
"""Names of the program's own words that may stand between the passages."""
_PART = re.compile(r"\d{1,2}(?:/\d{1,2})?")
_LETTER = re.compile(r"[a-z]")
_NOTE_NUMBER = re.compile(r"\d{1,3}")


_Place = tuple[int, int]


@dataclass(frozen=True)
class Comparison:
    """One edition's passages in one format, ready to be compared with what was read back.

    between  squeezed words that the program may put between two passages
    deck     slides: a slide's sources are a line of its fine print, long lists go on under their title and a number
    sources  the word that begins a slide's line of sources; empty for a document
    """

    passages: Sequence[Passage]
    between: frozenset[str]
    deck: bool = False
    sources: str = ""

    def same(self, paragraphs: Sequence[str]) -> bool:
        """Whether the paragraphs are the passages in order, whole and once."""
        said = "".join(map(squeezed, self.cleaned(paragraphs)))
        flowing = [p for p in self.passages if not p.floats or self.deck]
        notes = [squeezed(p.text) for p in self.passages if p.floats and not self.deck]
        return self._follows(said, flowing, notes)

    def cleaned(self, paragraphs: Sequence[str]) -> list[str]:
        """The paragraphs of a deck without its lines of sources; others as they are."""
        if not self.sources:
            return list(paragraphs)
        known = {squeezed(p.text) for p in self.passages}
        return [p for p in paragraphs if not p.strip().startswith(self.sources) or _known(squeezed(p), known)]

    def faults(self, name: str, paragraphs: Sequence[str], source: Source) -> list[Diagnostic]:
        """What is wrong with paragraphs that are not the same; what may be there or not is no fault."""
        needed = [passage for passage in self.passages if not passage.spare]
        free = self.between | {squeezed(passage.text) for passage in self.passages if passage.spare}
        return tell(name, needed, self.cleaned(paragraphs), free, source)

    def _follows(self, said: str, flowing: Sequence[Passage], notes: Sequence[str]) -> bool:
        """Reads `said` passage by passage; several places are kept in mind where what is added may be read in two ways.

        A note may stand at any end of a passage, and where its mark is; each is read once. A place is a position in
        `said` and the set of notes that were read before it, as bits.
        """
        places, headed = {(0, 0)}, False
        for passage in flowing:
            for number, part in enumerate(passage.text.split(MARK)):
                words = squeezed(part)
                after = self._past(said, places, notes, headed=headed, marked=number > 0 or passage.floats)
                found = {(place + len(words), read) for place, read in after if said.startswith(words, place)}
                places = found | (places if passage.spare else set())
                if not places:
                    return False
            headed = 0 < passage.heading <= 2
        last = self._past(said, places, notes, headed=headed, marked=False)
        return (len(said), (1 << len(notes)) - 1) in last

    def _past(self, said: str, places: set[_Place], notes: Sequence[str], *, headed: bool, marked: bool) -> set[_Place]:
        """The places, and those behind what may be added or noted there."""
        patterns = [_PART] * (headed and self.deck) + [_LETTER] * (marked and self.deck) + [_NOTE_NUMBER] * bool(notes)
        reached, waiting = set(places), list(places)
        while waiting:
            place, read = waiting.pop()
            ends = {(place + len(words), read) for words in self.between if said.startswith(words, place)}
            ends |= {(match.end(), read) for pattern in patterns if (match := pattern.match(said, place))}
            ends |= {
                (place + len(words), read | 1 << number)
                for number, words in enumerate(notes)
                if not read >> number & 1 and said.startswith(words, place)
            }
            waiting += ends - reached
            reached |= ends
        return reached


def _known(words: str, known: set[str]) -> bool:
    return any(words == passage or (len(words) > 8 and passage.startswith(words)) for passage in known)


def comparison(document: Document, edition: Edition, form: str, title: str, locale: Mapping[str, str]) -> Comparison:
    """What a file of `form` must say for this edition of a document."""
    deck = edition.spec.shape == "deck"
    blocks = document.ast["blocks"]
    if form == "pptx":
        blocks = pictures_as_text(formulas_as_text(blocks, document))
    kept = slide_passages(blocks, _PLACES[form]) if deck else [replace(p, spare=False) for p in passages(blocks)]
    if edition.spec.keep:  # a picked piece has its own title: its section's may be left out
        kept = [replace(p, spare=p.heading == 1) for p in kept]
    between = {squeezed(locale[name]) for name in _ADDED if name in locale}
    if deck:
        headings = [squeezed(p.text) for p in passages(blocks) if p.heading == 1]
        between |= {squeezed(title), *headings} if form == "pdf" else set()
        between |= {f"{heading}{part}/{parts}" for heading in headings for parts in range(2, 9) for part in range(1, 9)}
    return Comparison(kept, frozenset(between - {""}), deck, locale.get("references", "") if deck else "")


def compare(
    artifact: Artifact, facts: Facts, document: Document, edition: Edition, project: Project
) -> list[Diagnostic]:
    """What the finished file lost, doubled, moved or changed of the words that its edition keeps."""
    if artifact.format not in _READERS:
        return []
    wanted = comparison(document, edition, artifact.format, str(project.publication.title), project.locale)
    read = _READERS[artifact.format](facts, artifact.data)
    if wanted.same(read):
        return []
    return wanted.faults(artifact.name, read, document.source)
