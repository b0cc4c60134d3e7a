"""Characters that nobody sees or that went wrong on their way, and markup of other languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from handbill.diagnostics import Diagnostic, Severity
from handbill.markup import prose
from handbill.model import Project
from handbill.pieces import markdowns, texts
from handbill.rules.registry import Context, rule

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
)
_RIGHT_TO_LEFT = frozenset(("ar", "ckb", "dv", "fa", "he", "ku", "ps", "sd", "syr", "ug", "ur", "yi"))
_DIRECTIONS = frozenset("\u061c\u200e\u200f\u2066\u2067\u2068\u2069")
"""Marks that such languages need to mix their text with numbers and Latin words."""
_SUSPECT = re.compile(
    "[\u0080-\u009f\u00a2\u00ac\u00c2\u00c3\u00ce\u00cf\u00d0\u00d1\u00e2\u00ef\u00f0\u0192\u20ac\ue000-\uf8ff\ufffd]"
)
_FOREIGN = re.compile("[\u0080-\ufffc]+")
_TAG = re.compile(
    r"<!--|</?[A-Za-z][A-Za-z0-9-]*(?:\s+[\w:-]+(?:\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s<>\"'=]+))?){0,20}\s*/?>"
)
_TEX = re.compile(r"(?<!\\)\\(?:begin|end|[A-Za-z]{3,})(?=\{)")
_RAW = re.compile(r"\{=\w+\}")


@rule(stage="load", code="character-invisible", severity=Severity.WARNING)
def invisible(project: Project, context: Context) -> Iterator[Diagnostic]:
    """The text holds a character that nobody can see.

    Such characters come with copied text. They break searching and line ends, and some turn the order of the text around.

    Delete the character: remove the letters around it and type them again.
    """
    right_to_left = str(project.publication.language).split("-")[0] in _RIGHT_TO_LEFT
    for text in texts(project):
        for found in _INVISIBLE.finditer(text):
            if right_to_left and found[0] in _DIRECTIONS:
                continue
            name = unicodedata.name(found[0], "without a name").lower()
            yield context.found(f"Here stands an invisible character ({name}, U+{ord(found[0]):04X}).", text.place(found.start()),
                                "Remove the letters around it and type them again.")  # fmt: skip


@rule(stage="load", code="character-garbled", severity=Severity.WARNING)
def garbled(project: Project, context: Context) -> Iterator[Diagnostic]:
    """Letters look as if they had been saved in one encoding and read in another.

    “Ã©” or “â€™” stands where “é” or “’” was meant, or the sign � where a letter was lost; or a sign of Word's own fonts was copied.

    Type the word again.
    """
    for text in texts(project):
        if not _SUSPECT.search(text):
            continue
        from ftfy import badness, fix_encoding  # Loaded only for a text that may need it.

        bad = {found.end() - 1 for found in badness.BADNESS_RE.finditer(text)}
        runs = ((run.start(), run.end()) for run in _FOREIGN.finditer(text))
        marks = [(start, end) for start, end in runs if any(start <= place < end for place in bad)]
        marks += [(found.start(), found.end()) for found in re.finditer("\ufffd+|[\ue000-\uf8ff]+", text)]
        for start, end in sorted(marks):
            mended = fix_encoding(text[start:end])
            hint = (
                f"It was probably “{mended}”."
                if mended != text[start:end] and mended.isprintable()
                else "Type the word again."
            )
            yield context.found("These letters were garbled on their way into this file.", text.place(start, end), hint)


@rule(stage="load", code="raw-markup", severity=Severity.WARNING)
def raw(project: Project, context: Context) -> Iterator[Diagnostic]:
    """HTML or TeX stands in the text.

    It works in one output and not in the others, so it is not understood here: it is printed as it stands.

    Use Markdown: **bold**, a blank line for a new paragraph, ::: {.name} for a block. Write “\\<” for a “<” that is only a sign.
    """
    for text in markdowns(project):
        masked = prose(text)
        for pattern, kind in ((_TAG, "HTML"), (_TEX, "TeX"), (_RAW, "markup for one output")):
            for found in pattern.finditer(masked):
                yield context.found(f"“{found[0]}” is {kind}, which is not understood here and is printed as it stands.",
                                    text.place(found.start(), found.end()),
                                    "Delete it, or use Markdown.")  # fmt: skip
