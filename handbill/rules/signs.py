"""Signs of Markdown that lack their partner or their place, so that pandoc reads them as text without a word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from handbill.diagnostics import Diagnostic, Severity
from handbill.markup import lines_of, prose, words
from handbill.model import Project
from handbill.pieces import markdowns
from handbill.rules.blocks import BRACKETS
from handbill.rules.registry import Context, rule

_REST = r"(?:[^()\n]|\n(?![ \t]*(?:\n|\Z))|\([^()]*\))*"
"""What may stand in the round brackets of a link, up to the end of the paragraph."""
_END = r"(?=\s*\Z|\n[ \t]*\n)"
_ADDRESS = r"(?:https?://|www\.|mailto:|tel:|#)"
_LINKS = (
    (re.compile(rf"!?\[[^\[\]\n]+\]\((?=[^()\s]){_REST}{_END}"), "The round bracket around the address is not closed, so this is no link.",
     "Write “)” right after the address."),
    (re.compile(rf"!?\[[^\[\]\n]+\][ \t]+\({_ADDRESS}[^()\n]*\)"), "Between the words of this link and its address stands a space, so it is no link.",
     "Delete the space between “]” and “(”."),
    (re.compile(r"!\[[^\[\]\n]+\][ \t]+\([^()\s]+\.(?i:png|jpe?g|svg|gif|webp)\)"), "Between the words of this picture and its file stands a space, so it is no picture.",
     "Delete the space between “]” and “(”."),
    (re.compile(rf"(?<!\])\([^()\[\]\n]+\)\[{_ADDRESS}[^\[\]\n]*\]"), "The brackets of this link are exchanged, so it is no link.",
     "Write the words in square brackets and the address in round ones: [words](https://…)."),
    (re.compile(r"!\([^()\[\]\n]*\)\[[^\[\]\n]*\]"), "The brackets of this picture are exchanged, so it is no picture.",
     "Write ![what it shows](figures/name.png)."),
    (re.compile(rf"\[[^\[\]()\n]*\({_ADDRESS}[^()\s]*\)(?![^\[\]\n]*\])"), "The square bracket around the words of this link is not closed.",
     "Write “]” before “(”."),
    (re.compile(rf"(?<!\()<{_ADDRESS}[^\s<>]*(?=\s|\Z)"), "The angle bracket around this address is not closed, so it is no link.", "Write “>” after it."),
)  # fmt: skip

_UNIT = re.compile(r"^[ \t]*(?:[-*+]|\(?\w{1,3}[.)]|>|\#{1,6})(?:[ \t]+|$)|^[ \t]*$|\|", re.MULTILINE)
"""Where the text of a list item, heading, quote, paragraph or cell begins: emphasis does not go over it."""
_RULE_LINE = re.compile(r"^[ \t]*(?:\*[ \t]*){3,}$|^[ \t]*(?:_[ \t]*){3,}$", re.MULTILINE)
_PAIRS = tuple(
    re.compile(rf"{begin}(?=\S)(?!\*).{{0,1500}}?{end}", re.DOTALL)
    for begin, end in (
        (r"\*\*\*", r"(?<=\S)\*\*\*(?!\*)"), (r"\*\*", r"(?<=[^\s*])\*\*(?!\*\*)"), (r"(?<!(?<!\*)\*)\*", r"(?<=[^\s*])\*(?!\*)"),
    )
)  # fmt: skip
"""Half of a pair of stars begins nothing. Longer emphasis is none; without a bound, a thousand open stars would be tried against each other."""
_UNDERSCORES = tuple(
    re.compile(rf"(?<![\w_]){mark}(?=\S).{{0,1500}}?(?<=\S){mark}(?![\w])", re.DOTALL) for mark in ("___", "__", "_")
)
_ALONE = re.compile(r"\*\*+|(?<![\w*])\*(?=[^\W_])|\*(?=\0)|(?<=\0)\*|(?<!\w)__(?=\S)|(?<=\S)__(?!\w)|(?<![\w_])_(?=[^\W_])")
_FENCE = re.compile(r"^[ \t]*(?:(?:[-*+]|\d+[.)])[ \t]+)*(?:`{3,}|~{3,})")
_BRACKET = re.compile(r"[\[\]]")
_TOLD_ELSEWHERE = re.compile(r"\[-?@|\[\[|\[[^\[\]]*\{(?=[#.])|(?<=\])\][ \t]*$", re.MULTILINE)
"""A bracket of a citation, an insert or attributes: their own rules speak of it."""


@rule(stage="load", code="link-malformed", severity=Severity.ERROR)
def link(project: Project, context: Context) -> Iterator[Diagnostic]:
    """Something looks like a link or a picture but is read as plain text.

    Its brackets and its address would be printed, and nobody could follow it.

    Write [words](https://example.org) without a space between the brackets, and ![words](figures/name.png) for a picture.
    """
    for text in markdowns(project):
        masked = prose(text)
        taken: list[tuple[int, int]] = []
        for pattern, message, hint in _LINKS if "[" in masked or "<" in masked else ():
            for found in pattern.finditer(masked):
                start, end = found.span()
                if not any(start < there and here < end for here, there in taken):
                    taken.append((start, end))
                    yield context.within(text, start, end, message, hint)


@rule(stage="load", code="emphasis-unclosed", severity=Severity.WARNING)
def emphasis(project: Project, context: Context) -> Iterator[Diagnostic]:
    """Stars or underscores that make words bold or italic have no partner.

    They would be printed, and the words would look like all the others.

    Write the same signs right before the first and right after the last word: **both words**. A star that is only a sign is
    written “\\*”.
    """
    for text in markdowns(project):
        if "*" not in text and "_" not in text:
            continue
        masked = _RULE_LINE.sub(lambda found: " " * len(found[0]), words(text))
        starts = [0, *(found.end() for found in _UNIT.finditer(masked)), len(masked)]
        for start, end in pairwise(starts):
            if found := _ALONE.search(_without_pairs(masked[start:end])):
                signs = found[0]
                yield context.within(text, start + found.start(), start + found.end(),
                             f"This “{signs}” has no partner, so it is printed as it stands.",
                             f"Write “{signs}” right before the first and right after the last word.")  # fmt: skip


def _without_pairs(text: str) -> str:
    for pattern in (*_PAIRS, *_UNDERSCORES):
        text = pattern.sub(lambda found: "\0" * len(found[0]), text)
    return text


@rule(stage="load", code="code-unclosed", severity=Severity.WARNING)
def code(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A backtick that begins a piece of code has no partner.

    It would be printed as it stands.

    Write “`” on both sides of the piece. A backtick that is only a sign is written “\\`”.
    """
    for text in markdowns(project):
        if "`" not in text:
            continue
        for offset, line in lines_of(prose(text)):
            if "`" in line and not _FENCE.match(line):
                start = offset + line.index("`")
                end = start + len(line[start - offset :]) - len(line[start - offset :].lstrip("`"))
                yield context.within(text, start, end, "This backtick has no partner, so it is printed as it stands.",
                             "Write “`” on both sides of the piece, or delete it.")  # fmt: skip


@rule(stage="load", code="bracket-unclosed", severity=Severity.WARNING)
def bracket(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A square bracket has no partner.

    It would be printed, and what it should have made (a link, a footnote, a box) is missing.

    Write the other bracket in the same paragraph. A bracket that is only a sign is written “\\[” or “\\]”.
    """
    for text in markdowns(project):
        masked = prose(text)
        if masked.count("[") == masked.count("]") == 0:
            continue
        told = [found.span() for pattern, *_ in _LINKS for found in pattern.finditer(masked)]
        for start, end in _paragraphs(masked):
            opened: list[int] = []
            alone: list[int] = []
            deepest = 0
            for found in _BRACKET.finditer(masked, start, end):
                if found[0] == "[":
                    opened.append(found.start())
                    deepest = max(deepest, len(opened))
                elif opened:
                    opened.pop()
                else:
                    alone.append(found.start())
            for place in sorted(opened + alone)[: deepest <= BRACKETS]:  # more are told by a rule of their own
                known = _TOLD_ELSEWHERE.match(masked, place, end) or any(here <= place < there for here, there in told)
                if not known:
                    yield context.within(text, place, place + 1, f"This “{masked[place]}” has no partner, so it is printed as it stands.",
                                 f"Write the other bracket, or “\\{masked[place]}” for a bracket that is only a sign.")  # fmt: skip


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for found in re.finditer(r"\n[ \t]*\n", text):
        yield start, found.start()
        start = found.end()
    yield start, len(text)
