"""Braille: every piece through liblouis, read back at once, laid out in pages as BRF."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from handbill.brf import CELLS, LINES, Block, Page, written
from handbill.diagnostics import Diagnostic, Severity, error, warning
from handbill.governance import notices
from handbill.jobs import Runner, ToolMissing
from handbill.linear import Piece, flat, pieces, said, with_addresses
from handbill.model import Document, Edition, Project
from handbill.render.plain_text import marked
from handbill.schema import Output
from handbill.schema_formats import BrailleTable
from handbill.text import Span
from handbill.tools.braille.tool import said_by, writing_job

_MOST = 12
"""Complaints of one file about words that are not read as they were written."""
_BEFORE = {"title": 0, "subtitle": 0, "box-title": 1, "caption": 1, "picture": 1, "code": 1}


def render_braille(
    document: Document, edition: Edition, output: Output, project: Project, runner: Runner
) -> tuple[bytes | None, list[Diagnostic]]:
    """Pages of contracted Braille, when every word of them is read back as it was written."""
    known = project.braille_of(output)
    if known is None and "braille" in project.broken:
        return None, []  # it asks for Braille that there is not, which is told at its line
    found = pieces(flat(document))
    notice = [" · ".join(notices(project))] if notices(project) else []
    texts = [*notice, *(_words(piece, project) for piece in found)]
    language, place = str(project.publication.language), project.spans.get(("language",))
    try:
        job = writing_job(texts, language, setting(known))
        (result,) = runner.run([job])
    except ToolMissing as missing:
        return None, [missing.diagnostic]
    if result.failed:
        return None, list(result.diagnostics)
    answers, table = said_by(result)
    if not table:
        return None, [no_table(language, place) if known is None else not_installed(known)]
    if known is None:
        problems = [_untried(answers, project, table)]
    else:
        problems = list(islice(_problems(texts, answers, document), _MOST))
    if any(problem.severity is Severity.ERROR for problem in problems):
        return None, problems
    cells = [str(answer["cells"]) for answer in answers]
    page = page_of(output, project)
    blocks = [Block(part, 0, 0, before=0) for part in cells[: len(notice)]]
    blocks += list(_blocks(found, cells[len(notice) :]))
    return written(blocks, page), problems


def setting(known: BrailleTable | None) -> dict[str, str]:
    """What the Jobs need to know of a table; nothing where liblouis shall choose."""
    if known is None:
        return {}
    return {
        "table": str(known.table),
        "letters": str(known.letters or ""),
        "letters_sign": str(known.letters_sign or ""),
    }


def page_of(output: Output, project: Project) -> Page:
    """The Braille page of an output."""
    known = project.braille_of(output)
    carry_on = str(known.carry_on or "") if known else ""
    return Page(output.width or CELLS, output.lines or LINES, carry_on)


def no_table(language: str, place: Span | None) -> Diagnostic:
    """The complaint that nobody knows how to write this language in Braille."""
    return error(
        "braille-language-missing",
        f"There is no Braille table for the language “{language}”, so there is no Braille.",
        place,
        "Take the Braille output out of the edition, or give it a table of liblouis in templates/braille.yaml.",
    )


def not_installed(known: BrailleTable) -> Diagnostic:
    """The complaint that liblouis lacks a table that the house names."""
    return error(
        "braille-table-missing",
        f"liblouis has no table “{known.table}” that can be used, so there is no Braille.",
        known.table.place(0, len(known.table)),
        "Correct the name of the file, or install a version of liblouis that has it.",
    )


def _words(piece: Piece, project: Project) -> str:
    words = said(with_addresses(marked(piece.inlines, project.locale["note"]))).replace("\n", " ")
    if piece.kind == "item" and piece.marker:
        return f"{piece.marker} {words}"
    if piece.kind == "picture":
        return f"{project.locale['picture']}: {words}"
    if piece.kind == "note" and piece.marker:
        return f"{project.locale['note']} {piece.marker}: {words}"
    return words


def _untried(answers: Sequence[dict[str, Any]], project: Project, table: str) -> Diagnostic:
    """One warning for all words, about a language that nobody has tried."""
    count = sum(len(answer["wrong"]) for answer in answers)
    shown = [f"“{word}” is read as “{read}”" for answer in answers for word, read in answer["wrong"]][:3]
    return warning(
        "braille-untried",
        f"The Braille for “{project.publication.language}” is liblouis’s table {table.rpartition('/')[2]}, "
        f"which nobody has tried here; {count} words are not read back as they were written"
        f"{': ' + ', '.join(shown) if shown else ''}.",
        project.spans.get(("language",)),
        "Have somebody who reads Braille look at the file before it is given away.",
    )


def _problems(texts: Sequence[str], answers: Sequence[dict[str, Any]], document: Document) -> Iterator[Diagnostic]:
    """Words that are read back as others."""
    for text, answer in zip(texts, answers, strict=True):
        place = _place(text, document)
        for sign in answer["unknown"]:
            yield error("braille-sign-missing", f"The character “{sign}” has no sign in Braille.", place,
                        "Write it in words.", detail=f"U+{ord(sign):04X}")  # fmt: skip
        for word, read in () if answer["unknown"] else answer["wrong"]:
            yield error(
                "braille-differs",
                f"“{word}” would be read in Braille as “{read}”.",
                place,
                "Write it another way, for instance without unusual signs.",
            )


def _place(text: str, document: Document) -> Span | None:
    """The author's place of a text: of the longest beginning of it that the source has."""
    words = text.split()
    return next((found for count in (8, 5, 3, 2, 1) if (found := document.source.find(" ".join(words[:count])))), None)


def _blocks(found: Sequence[Piece], cells: Sequence[str]) -> Iterator[Block]:
    """Each piece in the layout of its kind; an empty line before and after headings and lists."""
    after_list = False
    for piece, part in zip(found, cells, strict=True):
        starts_list = piece.kind == "item" and piece.size > 0 and piece.level == 1
        before = 1 if after_list or starts_list else _BEFORE.get(piece.kind, 0)
        after_list = piece.last and piece.level == 1
        if piece.kind in ("title", "subtitle"):
            yield Block(part, centred=True, before=before)
        elif piece.kind == "heading":
            centred, indent = piece.level == 1, 4 if piece.level == 2 else 6
            yield Block(part, indent, indent, centred, before=1, bound=True)
            after_list = piece.level == 1
        elif piece.kind in ("term", "source") or piece.level:
            depth = 2 * max(piece.level - 1, 0)
            begins = piece.first and piece.kind in ("item", "term", "source")
            yield Block(part, depth if begins else depth + 2, depth + 2, before=before, bound=piece.kind == "term")
        elif piece.kind == "meaning":
            yield Block(part, 4, 2, before=before)
        else:
            yield Block(part, before=before, bound=piece.kind == "box-title")
