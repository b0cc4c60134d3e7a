"""Braces that give names, ids and sizes to a block, a heading or a word."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handbill.diagnostics import Diagnostic, Severity
from handbill.markup import fences, lines_of, prose
from handbill.model import Project
from handbill.pieces import markdowns
from handbill.rules.registry import Context, rule
from handbill.text import Located

_PIECE = r"(?:#[\w:.-]+|\.[^\W\d][\w:.-]*|-|[A-Za-z_:][\w:.-]*=(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s\"'{}=“”„‘’«»][^\s\"'{}]*)?)"
"""An id, a class, or a name with its value: what pandoc reads inside braces."""
_GOOD = re.compile(rf"\{{[ \t]*(?:{_PIECE}(?:[ \t]+|(?=\}})))*\}}")
_GOOD_START = re.compile(rf"\{{[ \t]*(?:{_PIECE}[ \t]+)*")
_OPEN = re.compile(r"(?:(?<=[\])`])|(?<=[ \t:`]))\{(?=[#.][\w-])[^{}\n]*$", re.MULTILINE)
_ATTACHED = re.compile(r"(?<=[\])])\{[^{}\n]*\}")
_LIKELY = re.compile(r"(?<=[ \t])\{(?=[ \t]*(?:[#.][A-Za-z]|[A-Za-z]+=))[^{}\n]*\}")
_HEADING = re.compile(r"^[ ]{0,3}#{1,6}[ \t].*?(\{[^{}\n]*\})[ \t]*$")
_DIV = re.compile(r"^[ ]{0,3}:{3,}[ \t]*(\{[^{}\n]*\})[ \t:]*$")
_CAPTION = re.compile(r"^(?:Table:|table:|:)[ \t]")
_RAW = re.compile(r"\{=\w+\}")
_INFO = re.compile(rf"[^\s{{}}`]*[ \t]*(?:\{{[ \t]*(?:{_PIECE}(?:[ \t]+|(?=\}})))*\}})?")

KEYS = frozenset({
    "lang", "dir", "title", "alt", "width", "height", "abbr", "role", "editions", "caption", "description", "start",
    "cite", "entry-spacing", "custom-style", "hidden", "data-entry-spacing",
})  # fmt: skip
"""The names that reach a page; all others could run a program there, or mean nothing."""


@rule(stage="load", code="attributes-malformed", severity=Severity.ERROR)
def attributes(project: Project, context: Context) -> Iterator[Diagnostic]:
    """Braces that should give a name, an id or a size are written so that they do not.

    They would be printed as they stand, and what they should name would have no name.

    Write {.name}, {#id} or {width=50%} right behind the bracket, the heading or the colons, each with its dot, hash or equals
    sign, and close the brace in the same line. A brace that is only a sign is written “\\{”.
    """
    for text in markdowns(project):
        if "{" in text:
            yield from _in_prose(text, context)
        for fence in fences(text):
            if "{" in fence.info or " " in fence.info:
                start = text.index(fence.info, fence.start)
                if fence.body is not None and not _INFO.fullmatch(fence.info):
                    yield context.found("What stands behind the ``` is not understood, so the block is printed as running text.",
                                        text.place(start, start + len(fence.info)),
                                        'Write one word or one pair of braces: ```{.mermaid caption="What it shows"}.')  # fmt: skip


def _in_prose(text: Located, context: Context) -> Iterator[Diagnostic]:
    masked = prose(text)
    for found in _OPEN.finditer(masked):
        yield context.found("This brace is not closed.", text.place(found.start(), found.end()),
                            "Write “}” after the last attribute.")  # fmt: skip
    for offset, line in lines_of(masked):
        if "{" not in line:
            continue
        placed = _HEADING.match(line) or _DIV.match(line)
        start = placed.start(1) if placed else len(line)
        spots = [(found.start(), found[0], False) for found in _ATTACHED.finditer(line)]
        if placed:
            spots.append((start, placed[1], False))
        if not _CAPTION.match(line) and not line.lstrip().startswith("::"):
            spots += [(found.start(), found[0], True) for found in _LIKELY.finditer(line) if found.start() < start]
        for at, braces, loose in sorted(set(spots)):
            if not _RAW.fullmatch(braces) and (loose or not _GOOD.fullmatch(braces)):
                message, hint = _loose(line, at) if loose else _bad(braces)
                yield context.found(message, text.place(offset + at, offset + at + len(braces)), hint)


def _loose(line: str, at: int) -> tuple[str, str]:
    before = line[:at].rstrip()
    if before.endswith(("]", ")")):
        return "These braces belong to nothing: a space stands before them.", "Delete the space before the “{”."
    return "These braces belong to nothing, so they are printed as they stand.", "Put the words that they are for in square brackets: [words]{.name}."


def _bad(braces: str) -> tuple[str, str]:
    known = _GOOD_START.match(braces)
    rest = braces[known.end() if known else 1 :].strip("{} \t")
    piece = rest.split()[0] if rest else braces
    if _CURLY.search(piece):
        return f"In these braces “{piece}” has curly quotation marks, which end no value.", 'Write straight ones: title="Words".'
    if piece.count('"') == 1 or piece.count("'") == 1:
        return f"In these braces “{piece}” has a quotation mark without a partner.", "Write the value in two straight quotation marks."
    if re.fullmatch(r"[\w-]+", piece):
        return f"In these braces “{piece}” is neither a name nor an id.", f"Write “.{piece}” for a name and “#{piece}” for an id."
    return f"In these braces “{piece}” is not understood, so they are printed as they stand.", "Write {.name}, {#id} or {width=50%}."


_CURLY = re.compile(r"=[“”„‘’«»]")
_KEY = re.compile(r"(?<=[\s{])([A-Za-z_:][\w:.-]*)=")
_QUOTED = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'")


@rule(stage="load", code="attribute-not-allowed", severity=Severity.WARNING)
def not_allowed(project: Project, context: Context) -> Iterator[Diagnostic]:
    """Braces name something that a text may not set.

    Only what works on paper, on screens and in books alike is let through; other attributes could run a program on a reader's screen.
    They are left out.

    Use a name such as {.callout}, an id, lang, dir, title, width or height.
    """
    for text in markdowns(project):
        if "{" not in text or "=" not in text:
            continue
        for found in re.finditer(r"(?<=[\])])\{[^{}\n]*\}|^[ ]{0,3}(?:#{1,6}[ \t].*?|:{3,}[ \t]*)\{[^{}\n]*\}[ \t:]*$", prose(text), re.MULTILINE):
            inside = _QUOTED.sub(lambda quoted: " " * len(quoted[0]), found[0])
            for key in _KEY.finditer(inside):
                if key[1] not in KEYS:
                    start = found.start() + key.start(1)
                    yield context.found(f"The attribute “{key[1]}” is left out", text.place(start, start + len(key[1])),
                                        "Use a class such as {.callout}, an id, lang, dir, title, width or height.")  # fmt: skip
