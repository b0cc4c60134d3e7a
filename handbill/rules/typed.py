"""Raised and lowered characters, formulas, and the words of links: typed so that they do what they were typed for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handbill.diagnostics import Diagnostic, Severity
from handbill.markup import Found, fenceless, formulas, links, prose, words
from handbill.model import Project
from handbill.pieces import markdowns
from handbill.readability import scored
from handbill.readability.english import lists
from handbill.rules.registry import Context, rule

_PAIRED = re.compile(r"(?<!\^)\^[^\s^]+\^(?!\^)|(?<!~)~[^\s~]+~(?!~)|~~.*?~~", re.DOTALL)
"""What pandoc raises, lowers or strikes out (`superscript`, `subscript`, `strikeout`): no space in the first two."""
_RAISED = re.compile(r"(?<=[\w)])\^(?P<what>[-+−]?\w+)")
_LOWERED = re.compile(r"(?<=[A-Za-z)])~(?P<what>\d+)")
_SPACED = re.compile(r"(?<=\w)(?P<sign>[\^~])(?P<what>[^\s^~]+(?: [^\s^~]+){1,3})(?P=sign)(?![\w^~])")
_TEX = re.compile(r"(?<![\\$\w])\$(?=[^\s$]*(?:\\[A-Za-z]|[\^_]\{|[\^_][\w]))")
"""A dollar sign and, before any space, something that only a formula has."""
_BRACES = re.compile(r"\\.|[{}]", re.DOTALL)
_ADDRESS = re.compile(r"(?<![\w/<\"'=])(?:https?://|www\.)[^\s<>\[\]{}\"“”]*[\w/#=&%+-]")
_EMAIL = re.compile(r"(?<![\w/<\"'=@.:+\[-])[\w+-]+(?:\.[\w+-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}(?![\w@-])")
_MARKUP = re.compile(r"[*_`~^\[\]]|\{[^{}\n]*\}")


@rule(stage="load", code="script-unclosed", severity=Severity.WARNING)
def script(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A sign that raises or lowers characters has no partner.

    It would be printed, and 10 to the power of 13 would be read as “10^13” or, worse, as 1013.

    Write the sign on both sides, without a space between: 10^13^ and H~2~O. One that is only a sign is written “\\^” or “\\~”.
    """
    for text in markdowns(project):
        if "^" not in text and "~" not in text:
            continue
        masked = words(text)
        masked = _PAIRED.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), masked)
        spaced = list(_SPACED.finditer(masked))
        for found in spaced:
            sign, what = found["sign"], found["what"]
            yield context.within(text, found.start(), found.end(),
                                 f"Between the two “{sign}” stands a space, so both are printed as they stand.",
                                 f"Write a backslash before each space: {sign}{what.replace(' ', chr(92) + ' ')}{sign}.")  # fmt: skip
        for pattern, sign in ((_RAISED, "^"), (_LOWERED, "~")):
            for found in pattern.finditer(masked):
                if not any(other.start() <= found.start() < other.end() for other in spaced):
                    yield context.within(text, found.start(), found.end(),
                                         f"This “{sign}” has no partner, so it is printed as it stands.",
                                         f"Write it on both sides: {sign}{found['what']}{sign}.")  # fmt: skip


@rule(stage="load", code="formula-unclosed", severity=Severity.WARNING)
def unclosed(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A dollar sign that begins a formula has no partner.

    The formula would be printed as it was typed.

    Write “$” right before the first and right after the last sign of the formula, in the same paragraph. A dollar that is
    money is written “\\$”.
    """
    for text in markdowns(project):
        if "$" not in text:
            continue
        for found in _TEX.finditer(prose(text)):
            yield context.within(text, found.start(), found.end(), "The formula that begins here is never closed.",
                                 "Write “$” right after its last sign; write “\\$” if it is money.")  # fmt: skip


@rule(stage="load", code="formula-braces", severity=Severity.ERROR)
def braces(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A brace of a formula has no partner, so the formula cannot be drawn.

    Every { needs its }. A brace that is to be seen is written “\\{” or “\\}”.
    """
    for text in markdowns(project):
        if "$" not in text:
            continue
        for formula in formulas(fenceless(text)):
            if (at := _alone(formula.text)) is not None:
                place = formula.start + at
                yield context.within(text, place, place + 1, f"This “{text[place]}” of a formula has no partner.",
                                     "Every { needs its }; a brace that is to be seen is written “\\{” or “\\}”.")  # fmt: skip


def _alone(tex: str) -> int | None:
    """Where the first brace without a partner is."""
    opened: list[int] = []
    for found in _BRACES.finditer(tex):
        if found[0] == "{":
            opened.append(found.start())
        elif found[0] == "}":
            if not opened:
                return found.start()
            opened.pop()
    return opened[0] if opened else None


@rule(stage="load", code="link-words-missing", severity=Severity.ERROR)
def wordless(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A link has no words, so nobody can see it, and a screen reader cannot say where it leads.

    Source: WCAG 2.2, success criterion 2.4.4.

    Write between its square brackets what the reader finds there.
    """
    for text in markdowns(project):
        for link in links(text):
            if not link.picture and link.target.text and not link.words.text.strip():
                yield context.within(text, link.start, link.end, "This link has no words, so nobody can see it.",
                                     "Write between the square brackets what the reader finds there.")  # fmt: skip


@rule(stage="load", code="link-bare", severity=Severity.WARNING)
def bare(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A web address stands in the text without being a link.

    It is printed as it stands, and nobody can follow it on a screen; a screen reader spells it out.

    Write words for it, [NHS page on asthma](https://…), or put it between < and >.
    """
    for text in markdowns(project):
        if "://" not in text and "www." not in text:
            continue
        known = [(link.start, link.end) for link in links(text)]
        for found in _ADDRESS.finditer(prose(text)):
            tried = text[: found.start()].rstrip("( \t<")[-1:] in ("[", "]")  # a link that went wrong is told as such
            if not tried and not any(start <= found.start() < end for start, end in known):
                whole = found[0] if "://" in found[0] else f"https://{found[0]}"
                yield context.within(text, found.start(), found.end(), "This address is no link, so nobody can follow it.",
                                     f"Write words for it: [what the reader finds there]({whole}); or put it in < and >.")  # fmt: skip


@rule(stage="load", code="email-bare", severity=Severity.WARNING)
def bare_email(project: Project, context: Context) -> Iterator[Diagnostic]:
    """An e-mail address stands in the text without being a link.

    On a screen nobody can write to it with one touch.

    Put it between < and >: <help@example.org>.
    """
    for text in markdowns(project):
        known = [(link.start, link.end) for link in links(text)] if "@" in text else []
        for found in _EMAIL.finditer(prose(text)) if "@" in text else ():
            if not any(start <= found.start() < end for start, end in known):
                yield context.within(text, found.start(), found.end(), "This e-mail address is no link.", f"Write <{found[0]}>.")


@rule(stage="load", code="link-words-vague", severity=Severity.WARNING)
def vague(project: Project, context: Context) -> Iterator[Diagnostic]:
    """The words of a link do not say where it leads.

    Many blind readers have all links of a page read out as a list: “here, here, read more” tells them nothing, nor does it
    on paper. Looked for in English only.

    Source: WCAG 2.2, success criteria 2.4.4 and 2.4.9.

    Name what the reader finds there: [NHS page on asthma](https://…).
    """
    if not scored(str(project.publication.language)):
        return
    known = lists()["vague-links"]
    for text in markdowns(project):
        for link in links(text):
            inline = text.startswith("](", link.words.end)  # in “[here]: https://…” it is only a name
            if inline and not link.picture and _plain(link.words) in known:
                yield context.within(text, link.words.start, link.words.end,
                                     f"“{link.words.text.strip()}” does not say where this link leads.",
                                     "Name what the reader finds there.")  # fmt: skip


def _plain(found: Found) -> str:
    return " ".join(re.sub(r"[^\w ]", " ", _MARKUP.sub("", found.text)).split()).casefold()
