"""What is wrong with the words of a file that is known to be wrong, and at which line of the author's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import LCSseq

from handbill.diagnostics import Diagnostic, error
from handbill.inspect.fidelity_source import MARK, Passage
from handbill.inspect.fidelity_text import squeezed
from handbill.model import Source
from handbill.text import Span

MOST = 12
"""Complaints of one file: whatever broke more than that broke it all."""
_SHOWN = 12
_CERTAIN = 12
"""Letters of a passage that nobody takes for another one when it stands elsewhere."""


@dataclass(frozen=True)
class _Run:
    """Words that only one side has, or the other words of the other side; `at` is the passage."""

    at: int
    lost: str
    found: str


def tell(
    name: str, passages: Sequence[Passage], paragraphs: Sequence[str], between: frozenset[str], source: Source
) -> list[Diagnostic]:
    """One complaint for each run of words that differs; at least one."""
    runs = [run for run in _runs(passages, paragraphs) if squeezed(run.lost) != squeezed(run.found)]
    added = "".join(squeezed(run.found) for run in runs)
    kept = "".join(squeezed(p.text) for p in passages)
    made = []
    said = "".join(map(squeezed, paragraphs))
    for run in runs:
        whole = squeezed(passages[run.at].text) if run.lost else ""
        if len(whole) > _CERTAIN and whole in said:
            words = _short(passages[run.at].text)
            made.append(
                _complaint("text-moved", f"“{words}” stands in another place in {name}", passages, run.at, source)
            )
            continue
        code, message = _judged(run, added, kept, between, runs)
        if code:
            made.append(_complaint(code, f"{message} in {name}", passages, run.at, source))
    if not made:
        made.append(
            _complaint(
                "text-changed", f"The words of the text are not as they were written in {name}", passages, 0, source
            )
        )
    return made[:MOST]


def _judged(run: _Run, added: str, kept: str, between: frozenset[str], runs: Sequence[_Run]) -> tuple[str, str]:
    lost, found = squeezed(run.lost), squeezed(run.found)
    if lost and lost in added.replace(found, "", 1) and len(lost) > 1:
        return "text-moved", f"“{_short(run.lost)}” stands in another place"
    if lost and found:
        return "text-changed", f"“{_short(run.lost)}” has become “{_short(run.found)}”"
    if lost:
        return "text-lost", f"“{_short(run.lost)}” is missing"
    if any(found in squeezed(other.lost) for other in runs if other.lost) or found in between:
        return "", ""
    if found in kept:
        return "text-doubled", f"“{_short(run.found)}” stands there twice"
    return "text-changed", f"“{_short(run.found)}” is not in the text but"


def _runs(passages: Sequence[Passage], paragraphs: Sequence[str]) -> Iterator[_Run]:
    wanted = [(word, at) for at, p in enumerate(passages) for word in _words(p.text)]
    read = [word for paragraph in paragraphs for word in _words(paragraph)]
    ours, theirs = [squeezed(word) for word, _ in wanted], [squeezed(word) for word in read]
    # Equal runs lie between others that may be told in two steps: what is lost, then what is found.
    start, begin = 0, 0
    for step in [*LCSseq.opcodes(ours, theirs), None]:
        if step is not None and step.tag != "equal":
            continue
        end, last = (step.src_start, step.dest_start) if step else (len(wanted), len(read))
        if end > start or last > begin:
            at = wanted[min(start, len(wanted) - 1)][1] if wanted else 0
            yield _Run(at, " ".join(word for word, _ in wanted[start:end]), " ".join(read[begin:last]))
        if step is not None:
            start, begin = step.src_end, step.dest_end


def _words(text: str) -> list[str]:
    return [word for word in text.replace(MARK, " ").split() if squeezed(word)]


def _short(words: str) -> str:
    parts = words.split()
    return " ".join(parts[:_SHOWN]) + ("…" if len(parts) > _SHOWN else "")


def _complaint(code: str, message: str, passages: Sequence[Passage], at: int, source: Source) -> Diagnostic:
    span = _place(passages[at].text, source) if at < len(passages) else None
    return error(
        code,
        f"{message}.",
        span,
        "If the source is in order, this is a fault of the program: please report it with the publication.",
    )


def _place(text: str, source: Source) -> Span | None:
    """The author's place of a passage: of the longest beginning of it that the source has as it stands."""
    words = text.split()
    for count in (8, 5, 3, 2, 1):
        if len(words) >= count and (found := source.find(" ".join(words[:count]))):
            return found
    return None
