"""The process that opens liblouis: a request as JSON on stdin, the answer as JSON on stdout.

Every text is written in cells and read back at once. A word that does not come back as it was is written
again without contractions, then letter by letter behind the sign that says so; what still differs is told.
"""

from __future__ import annotations

import difflib
import json
import re
import sys
import unicodedata
from typing import Any

from handbill.tools.braille.louis import Louis, Table

SPACE = "\u2800"
_ALIKE = {
    **dict.fromkeys(map(ord, "“”„«»‹›‘’‚`´\""), "'"),
    **dict.fromkeys(map(ord, "‐‑‒–—−"), "-"),
    **dict.fromkeys(map(ord, "\u00a0\u202f\u2009\u2007"), " "),
    **dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"), None),
    ord("…"): "...",
}  # fmt: skip
"""Signs that Braille does not tell apart: quotation marks, dashes, spaces."""
_CAPITALS = re.compile("⠠⠠⠠(.*?)⠠⠄")
_WORD = re.compile("(^|[⠀⠤⠌])(?=[^⠀⠤⠌])")
_CONTRACTIONS = ("full", "partial", "no", "")


def main() -> None:
    request = json.load(sys.stdin)
    louis = Louis(request["library"])
    json.dump(answer(louis, request), sys.stdout)


def answer(louis: Louis, request: dict[str, Any]) -> dict[str, Any]:
    """The cells of texts, or the texts of cells; `table` is empty when there is none for the language."""
    table = chosen(louis, request["language"], request.get("table", ""))
    if not table:
        return {"table": ""}
    reader = _Reader(louis, table, unified="ueb" in table)
    if request["do"] == "read":
        return {"table": table, "texts": [reader.read(cells) for cells in request["texts"]]}
    writer = _Writer(louis, table, reader, request.get("letters", ""), request.get("letters_sign", ""))
    return {"table": table, "texts": [writer.write(text) for text in request["texts"]]}


def chosen(louis: Louis, language: str, preferred: str) -> str:
    """The table to use: the preferred one, else liblouis's most contracted one of six dots that can be read back."""
    if preferred:
        return preferred if louis.knows(preferred) else ""
    main, _, region = language.partition("-")

    def rank(table: Table) -> tuple[bool, bool, int, str]:
        return (
            table.direction == "forward",
            bool(region) and table.region != language,
            _CONTRACTIONS.index(table.contraction) if table.contraction in _CONTRACTIONS else len(_CONTRACTIONS),
            table.name,
        )

    fitting = [t for t in louis.tables() if t.language == main and t.dots != "8" and t.type == "literary"]
    return min(fitting, key=rank).path if fitting else ""


def alike(text: str) -> list[str]:
    """The words of a text as far as Braille tells signs apart."""
    return text.translate(_ALIKE).split()


class _Reader:
    """Reads cells back. liblouis loses its way in two things that Unified English Braille writes, so they are
    put before it in another way that means the same: capitals for a whole passage, and a colon before a stroke."""

    def __init__(self, louis: Louis, table: str, *, unified: bool) -> None:
        self._louis, self._table, self._unified = louis, table, unified

    def read(self, cells: str) -> str:
        if not self._unified:
            return self._louis.read(self._table, cells)
        plain = _CAPITALS.sub(lambda passage: _WORD.sub(r"\1⠠⠠", passage[1]), cells)
        return self._louis.read(self._table, plain.replace("⠒⠸⠌", "⠒⠀⠸⠌")).replace(": /", ":/")


class _Writer:
    def __init__(self, louis: Louis, table: str, reader: _Reader, letters: str, sign: str) -> None:
        self._louis, self._table, self._reader, self._letters, self._sign = louis, table, reader, letters, sign

    def write(self, text: str) -> dict[str, Any]:
        """`cells`; `wrong`, pairs of a word and what it is read as; `unknown`, characters that have no cells."""
        plain, unknown = self._known(text)
        words = plain.split()
        cells = self._louis.write(self._table, " ".join(words))
        wrong = self._wrong(words, cells)
        if wrong:
            cells = self._whole(words, wrong)
            wrong = self._wrong(words, cells)
        if wrong and self._letters:
            cells = self._spelt(words, cells, wrong)
            wrong = self._wrong(words, cells)
        return {"cells": cells, "wrong": [[words[at], read] for at, read in wrong.items()], "unknown": unknown}

    def _known(self, text: str) -> tuple[str, list[str]]:
        """The text with characters that the table lacks in their plain form; and those that have none."""
        unknown: list[str] = []
        for sign in sorted(set(text) - set(" \n")):
            if self._has(sign):
                continue
            folded = unicodedata.normalize("NFKC", sign)
            if folded != sign and all(map(self._has, folded)):
                text = text.replace(sign, folded)
            else:
                unknown.append(sign)
        return text, unknown

    def _has(self, sign: str) -> bool:
        if sign.isspace() or ord(sign) in _ALIKE:
            return True
        cells = self._louis.write(self._table, sign)
        # What a table does not know comes out as an escape, which has eight-dot cells, or as letters of its number.
        return (
            bool(cells)
            and all(ord(cell) < 0x2840 for cell in cells)
            and not self._reader.read(cells).startswith(("'\\", "\\"))
        )

    def _wrong(self, words: list[str], cells: str) -> dict[int, str]:
        """The words that are not read as they were, by their place, and what they are read as."""
        wanted = [" ".join(alike(word)) for word in words]
        read = alike(self._reader.read(cells))
        wrong: dict[int, str] = {}
        for tag, start, end, begin, last in difflib.SequenceMatcher(None, wanted, read, autojunk=False).get_opcodes():
            if tag != "equal":
                there = range(start, end) if end > start else range(max(0, start - 1), max(1, start))
                wrong.update({at: " ".join(read[begin:last]) for at in there if wanted[at : at + 1] != [""]})
        return wrong

    def _whole(self, words: list[str], wrong: dict[int, str]) -> str:
        """Written again, the words that went wrong without contractions."""
        flags: list[bool] = []
        for at, word in enumerate(words):
            flags += [at in wrong] * len(word) + [False]
        return self._louis.write(self._table, " ".join(words), flags[:-1])

    def _spelt(self, words: list[str], cells: str, wrong: dict[int, str]) -> str:
        """The same with the words that went wrong letter by letter, where each word has its own cells."""
        parts = cells.split(SPACE)
        if len(parts) != len(words):
            return cells
        for at in wrong:
            parts[at] = self._sign + self._louis.write(self._letters, words[at])
        return SPACE.join(parts)


if __name__ == "__main__":
    main()
