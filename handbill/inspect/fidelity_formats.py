"""The same content without print: what a text, a Braille file or a script must say, word for word.

A script says numbers, signs and short forms in words and leaves the numbers of sources out, so its passages
are first said as the script says them; what it says of its own accord is known from the same announcements.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from handbill.diagnostics import Diagnostic
from handbill.inspect.fidelity import Comparison
from handbill.inspect.fidelity_source import passages
from handbill.inspect.fidelity_text import squeezed
from handbill.inspect.formats import words_of_braille, words_of_script, words_of_text
from handbill.jobs import Runner
from handbill.linear import flat, pieces, said, spoken, with_addresses
from handbill.model import Artifact, Document, Facts, Project
from handbill.speech import Speaker, announced

SPOKEN = ("script", "ssml")


def compare_format(
    artifact: Artifact, facts: Facts, document: Document, project: Project, runner: Runner
) -> list[Diagnostic]:
    """What the finished file lost, doubled, moved or changed of the words that its edition keeps."""
    reading = {
        "text": lambda: words_of_text(artifact.data),
        "script": lambda: words_of_script(artifact.data),
        "ssml": lambda: list(facts.texts),
        "braille": lambda: words_of_braille(artifact.data, artifact.output, project, runner),
    }
    found = reading[artifact.format]()
    wanted = _spoken(document, project) if artifact.format in SPOKEN else _written(document, project)
    if wanted.same(found):
        return []
    if artifact.format == "braille" and project.braille is None:
        return []  # the warning `braille-untried` has said already that nobody can tell
    return wanted.faults(artifact.name, found, document.source)


def _written(document: Document, project: Project) -> Comparison:
    """Passages of a text or a Braille file; between them the marks of lists and notes, and words for pictures."""
    words = project.locale
    blocks = with_addresses(flat(document))
    known = [words["note"], words["draft_notice"], words["overdue_notice"]]
    for piece in pieces(blocks):
        if piece.kind == "picture":
            known.append(f"{words['picture']}: {said(piece.inlines)}")
        elif piece.marker:
            known.append(f"{words['note']} {piece.marker}" if piece.kind == "note" else piece.marker)
    kept = [replace(passage, spare=False) for passage in passages(blocks)]
    return Comparison(kept, frozenset(map(squeezed, known)) - {""})


def _spoken(document: Document, project: Project) -> Comparison:
    """Passages as they are said; between them what is announced."""
    assert project.speech is not None
    speaker = Speaker(project.speech, str(project.publication.language))
    blocks = spoken(document)
    known = [speaker.say(project.locale[name]) for name in ("draft_notice", "overdue_notice")]
    known += announced(project.speech, range(1, 1 + max(_counts(document.ast["blocks"]), default=1)), speaker.say)
    known += [speaker.say(said(piece.inlines)) for piece in pieces(blocks) if piece.kind == "picture"]
    kept = [replace(p, text=speaker.say(p.text), spare=False) for p in passages(blocks)]
    return Comparison(kept, frozenset(map(squeezed, known)) - {""})


def _counts(blocks: Any) -> Iterator[int]:
    for piece in pieces(blocks):
        yield piece.size
        if piece.marker.rstrip(".").isdigit():
            yield int(piece.marker.rstrip("."))
