"""What is wrong with a formula, in an author's words, at its place in the TeX."""

from __future__ import annotations

from handbill.diagnostics import Diagnostic, error
from handbill.text import Span

INPUT = "formula.tex"
_BY_HAND = "Say it in words instead, or give the words yourself: [$...$]{alt=\"...\"}."


def mistake(tex: str, said: str, at: int | None) -> Diagnostic:
    """MathJax could not read the TeX; `at` is how far it came."""
    return error(
        "formula-broken",
        f"This formula cannot be read: {said.rstrip('.')}.",
        _place(tex, _start(tex, said, at or 0)),
        "Every { needs its }, every \\begin its \\end. Only TeX's own and amsmath's commands are known; "
        "colours, links and commands of your own are not.",
    )


def undrawn(tex: str, characters: str) -> Diagnostic:
    """Characters that the fonts of mathematics do not have: they would be drawn by chance, or not at all."""
    return error(
        "formula-character",
        f"A formula cannot show “{characters}”.",
        _place(tex, max(tex.find(characters[:1]), 0)),
        "Write these words outside the formula.",
    )


def tagged() -> Diagnostic:
    """A formula with a number of its own fills the line, whatever the line is."""
    return error("formula-tag", "A formula cannot have a number of its own (\\tag).", Span(INPUT, 1),
                 "Take \\tag out; say in the text which formula you mean.")  # fmt: skip


def too_large() -> Diagnostic:
    """Nobody can read it, and no page can hold it."""
    return error("formula-too-large", "This formula is larger than a page.", Span(INPUT, 1), "Write it as several formulas.")


def empty() -> Diagnostic:
    """Nothing to see, or nothing to say."""
    return error("formula-empty", "This formula shows nothing, or nothing that could be said in words.", Span(INPUT, 1),
                 "A dollar sign that is meant as money is written \\$.", _BY_HAND)  # fmt: skip


def broke_down(why: str) -> Diagnostic:
    """The program ended without an answer."""
    return error("formula-failed", "This formula could not be drawn.", Span(INPUT, 1), "Write it in a simpler way.", detail=why)


def _start(tex: str, said: str, at: int) -> int:
    """Where the word that the complaint names begins, when reading stopped at its end."""
    names = (word.strip("'\".,:;") for word in said.split())
    read = tex[:at].rstrip()
    return next((len(read) - len(name) for name in names if name.startswith("\\") and read.endswith(name)), len(read))


def _place(tex: str, offset: int) -> Span:
    before = tex[:offset]
    return Span(INPUT, before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1)
