"""Where things stand in Markdown, to the character, as pandoc would read it.

pandoc's AST knows no positions, and an author wants them. This is no second parser: code, formulas
and escapes are blanked out of a copy of the same length, and what is left is searched for the few
signs that matter (citations, links, headings, fences). Offsets are offsets of the text itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

_FENCE = re.compile(r"^[ \t]*(?:(?:[-*+]|\d+[.)])[ \t]+)*(`{3,}(?=[^`]*$)|~{3,})(.*)$")
_ITEM = re.compile(r"^[ ]{0,3}(?:[-*+]|\(?(?:\d+|#|[a-z])[.)])[ \t]")
_HOLDER = re.compile(r"([-*+]|\(?(?:\d{1,9}|#|[a-zA-Z])[.)])([ ]+)\S|\[\^[^\]\s]+\]:|[:~][ ]+\S")
"""A list item, a footnote or a definition: what is indented below it belongs to it."""
_SPAN = re.compile(r"(?<![`\\])(`+)(?!`)((?:(?!\n[ \t]*\n).){1,4000}?)(?<!`)\1(?!`)", re.DOTALL)
_GAP = re.compile(r"\n[ \t]*\n")
_FORMULA = re.compile(
    r"(?<![\\$])\$\$(?:(?!\n[ \t]*\n)(?:\\.|[^$\\])){1,4000}?\$\$"
    r"|(?<![\\$])\$(?=[^\s$])(?:(?!\n[ \t]*\n)(?:\\.|[^$\\])){0,4000}?(?<=[^\s\\])\$(?!\d)",
    re.DOTALL,
)
"""pandoc's rules (`tex_math_dollars`): a thing right after the first sign and right before the last, and no digit after it."""
_ESCAPE = re.compile(r"\\[!-/:-@\[-`{-~]")
_AUTOLINK = re.compile(r"<(?:[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*|[^\s<>@]+@[^\s<>@]+)>")
_URL = re.compile(r"\bhttps?://[^\s<>()\[\]]+")
_DESTINATION = re.compile(r"(?<=\])\((?:[^()\n]|\([^()\n]*\))*\)")
_ATTRIBUTES = re.compile(r"(?<!@)\{[^{}\n]*\}")
_CITATION = re.compile(r"(?<![\w@.])-?@(?:\{([^{}\s]+)\}|((?:\w|\*)(?:\w|[:.#$%&\-+?<>~/](?=\w))*))")
_HEADING = re.compile(r"^(#{1,12})[ \t]+(.*?)[ \t]*#*[ \t]*(\{[^{}]*\})?[ \t]*$")
_UNDERLINE = re.compile(r"^(=+|-+)[ \t]*$")
DIV_OPEN = re.compile(r"^[ ]{0,3}(:{3,})[ \t]*(\{[^{}]*\}|[^\s{}:]+)[ \t]*:*[ \t]*$")
DIV_CLOSE = re.compile(r"^[ ]{0,3}:{3,}[ \t]*$")
_LINK = re.compile(
    r"(?P<bang>!?)\[(?P<words>[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*)\]"
    r"\([ \t]*(?:<(?P<angled>[^<>\n]*)>|(?P<bare>[^\s()<>]*(?:\([^\s()]*\)[^\s()<>]*)*(?:[ \t]+[^\s()<>\"']+)*))[^()\n]*\)(?P<attributes>\{[^{}\n]*\})?"
)
_REFERENCE = re.compile(r"(?<![\]\[\\])\[([^\[\]@^]+)\]\[([^\[\]@^]*)\](?![\[(:])")
_DEFINITION = re.compile(r"^[ ]{0,3}\[([^\[\]^@][^\[\]]*)\]:[ \t]*<?(\S+?)>?(?:[ \t]|$)", re.MULTILINE)
_ID = re.compile(r"\{[^{}\n]*?#([A-Za-z][\w:.-]*)[^{}\n]*\}")


@dataclass(frozen=True, slots=True)
class Found:
    """Something in a text, from offset `start` to just before `end`, and the words that matter about it."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; pandoc counts on beyond level 6."""

    level: int
    title: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Link:
    """A link or a picture: its words, its target and the offsets of both."""

    picture: bool
    words: Found
    target: Found
    attributes: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced code block: the offset of its opening line, what stands behind the fence, and its lines."""

    start: int
    info: str
    body: Found | None
    """None when it is never closed."""


@lru_cache(maxsize=512)
def lines_of(text: str) -> tuple[tuple[int, str], ...]:
    """Offset and text of each line."""
    found, offset = [], 0
    for line in text.split("\n"):
        found.append((offset, line))
        offset += len(line) + 1
    return tuple(found)


@lru_cache(maxsize=512)
def fences(text: str) -> tuple[Fence, ...]:
    """The fenced code blocks of a text. pandoc takes one that is never closed for plain text."""
    found: list[Fence] = []
    lines = lines_of(text)
    unclosed: dict[str, int] = {}
    index = 0
    while index < len(lines):
        offset, line = lines[index]
        opening = _FENCE.match(line)
        index += 1
        if opening is None:
            continue
        sign, start = opening[1], offset + opening.start(1)
        close = None
        if len(sign) < unclosed.get(sign[0], len(text)):
            close = next((i for i in range(index, len(lines)) if _closes(lines[i][1], sign)), None)
        if close is None:  # Nor can a longer fence of that sign be closed further down.
            unclosed[sign[0]] = min(len(sign), unclosed.get(sign[0], len(text)))
            found.append(Fence(start, opening[2].strip(), None))
            continue
        begin, end = offset + len(line) + 1, lines[close][0]
        found.append(Fence(start, opening[2].strip(), Found(begin, end, text[begin:end])))
        index = close + 1
    return tuple(found)


def _closes(line: str, sign: str) -> bool:
    stripped = line.strip()
    return stripped.startswith(sign) and not stripped.strip(sign[0])


def formulas(text: str) -> Iterator[Found]:
    """TeX between dollar signs, signs included."""
    return (Found(found.start(), found.end(), found[0]) for found in _FORMULA.finditer(text))


@lru_cache(maxsize=512)
def fenceless(text: str) -> str:
    """The text with fenced code blanked out; same length, same line ends. Of code that is never closed, up to a blank line.

    pandoc would print the latter as text, but that is told already: nobody wrote its words to be read.
    """
    return _blank(text, (Found(fence.start, _end(fence, text), "") for fence in fences(text)))


def _end(fence: Fence, text: str) -> int:
    if fence.body is not None:
        end = text.find("\n", fence.body.end)
        return len(text) if end < 0 else end
    gap = _GAP.search(text, fence.start)
    return gap.start() if gap is not None else len(text)


def _blank(text: str, places: Iterable[Found]) -> str:
    pieces, done = [], 0
    for place in places:
        start, end = max(done, place.start), max(done, place.end)
        pieces += [text[done:start], re.sub(r"[^\n]", " ", text[start:end])]
        done = end
    return "".join([*pieces, text[done:]])


@lru_cache(maxsize=512)
def prose(text: str) -> str:
    """The text with code, formulas and escaped signs blanked out; same length, same line ends."""
    masked = _blank(fenceless(text), indented_code(fenceless(text)))
    for pattern in (_SPAN, _FORMULA, _ESCAPE):
        masked = pattern.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), masked)
    return masked


@lru_cache(maxsize=512)
def indented_code(text: str) -> tuple[Found, ...]:
    """The lines that pandoc takes for code because of their indentation, of a text in which fenced code is blanked out."""
    return tuple(_indented_code(text))


def _indented_code(text: str) -> Iterator[Found]:
    holders: list[int] = []  # where the text of each list item or footnote around the line begins
    after_blank, code = True, False
    for offset, raw in lines_of(text):
        line = raw.expandtabs(4)
        width = len(line) - len(line.lstrip())
        if not line.strip():
            after_blank = True
            continue
        while holders and after_blank and width < holders[-1]:
            holders.pop()
        inside = width - (holders[-1] if holders else 0)
        if inside >= 4 and (after_blank or code):
            code, after_blank = True, False
            yield Found(offset, offset + len(raw), raw)
            continue
        code = after_blank = False
        if holder := _HOLDER.match(line, width):
            while holders and width < holders[-1]:
                holders.pop()
            marker, space = len(holder[1] or ""), len(holder[2] or "")
            holders.append(width + (marker + (space if space <= 4 else 1) if holder[1] else 4))


@lru_cache(maxsize=512)
def words(text: str) -> str:
    """Prose without link targets, attributes and bare addresses: where an `@` may begin a citation."""
    masked = prose(text)
    for pattern in (_AUTOLINK, _DESTINATION, _ATTRIBUTES, _URL):
        masked = pattern.sub(lambda found: " " * len(found[0]), masked)
    return masked


@lru_cache(maxsize=512)
def citations(text: str) -> tuple[Found, ...]:
    """Every citation key with its place, `@` left out."""
    groups = ((found, 1 if found[1] is not None else 2) for found in _CITATION.finditer(words(text)))
    return tuple(Found(found.start(group), found.end(group), found[group]) for found, group in groups)


@lru_cache(maxsize=512)
def headings(text: str) -> tuple[Heading, ...]:
    """The headings, both `## so` and underlined, that pandoc takes for headings: with a blank line before."""
    return tuple(_headings(text))


def _headings(text: str) -> Iterator[Heading]:
    before_blank, previous = True, (0, "")
    for offset, line in lines_of(prose(text)):
        found = _HEADING.match(line)
        if found and before_blank:
            yield Heading(
                len(found[1]), text[offset + found.start(2) : offset + found.end(2)], offset, offset + len(line)
            )
        under = _UNDERLINE.match(line)
        if under and previous[1].strip() and _starts_paragraph(text, previous[0]) and not _ITEM.match(previous[1]):
            start, title = previous
            yield Heading(1 if under[1][0] == "=" else 2, title.strip(), start, start + len(title))
        before_blank = not line.strip() or DIV_OPEN.match(line) is not None or DIV_CLOSE.match(line) is not None
        previous = (offset, line)


def _starts_paragraph(text: str, offset: int) -> bool:
    """Whether the line at `offset` is the first of its paragraph."""
    return offset == 0 or not text[: offset - 1].rpartition("\n")[2].strip()


def tight_headings(text: str) -> Iterator[Found]:
    """Lines that look like a heading but stand right below text, so that pandoc reads them as text."""
    blank = True
    for offset, line in lines_of(prose(text)):
        if not blank and _HEADING.match(line):
            yield Found(offset, offset + len(line), line)
        blank = not line.strip() or bool(_HEADING.match(line) or DIV_OPEN.match(line) or DIV_CLOSE.match(line))


def divs(text: str) -> Iterator[tuple[bool, Found]]:
    """The `:::` lines: whether each opens a div, and its place with what stands behind the colons."""
    for offset, line in lines_of(prose(text)):
        if opening := DIV_OPEN.match(line):
            yield True, Found(offset + opening.start(1), offset + len(line), opening[2])
        elif DIV_CLOSE.match(line):
            yield False, Found(offset + line.index(":"), offset + len(line), "")


@lru_cache(maxsize=512)
def links(text: str) -> tuple[Link, ...]:
    """Links and pictures with a target in brackets or on a `[name]: target` line, and bare `<addresses>`."""
    return tuple(_links(text))


def _links(text: str) -> Iterator[Link]:
    masked = prose(text)
    for found in _LINK.finditer(masked):
        yield _link(text, found)
        for inner in _LINK.finditer(found["words"]):  # A picture inside a link's words.
            yield _link(text, inner, found.start("words"))
    for name, target in definitions(text):
        yield Link(False, name, target, "", name.start - 1, target.end)
    for found in _AUTOLINK.finditer(masked):
        target = Found(found.start() + 1, found.end() - 1, found[0][1:-1])
        if "@" in target.text and ":" not in target.text:
            target = Found(target.start, target.end, "mailto:" + target.text)
        yield Link(False, target, target, "", found.start(), found.end())


def _link(text: str, found: re.Match[str], shift: int = 0) -> Link:
    def part(group: str) -> Found:
        start, end = shift + found.start(group), shift + found.end(group)
        return Found(start, end, text[start:end])

    target = part("angled" if found["angled"] is not None else "bare")
    return Link(
        bool(found["bang"]),
        part("words"),
        target,
        found["attributes"] or "",
        shift + found.start(),
        shift + found.end(),
    )


def definitions(text: str) -> Iterator[tuple[Found, Found]]:
    """Name and target of each `[name]: target` line."""
    for found in _DEFINITION.finditer(prose(text)):
        name, target = ((found.start(group), found.end(group)) for group in (1, 2))
        yield Found(*name, text[slice(*name)]), Found(*target, text[slice(*target)])


def references(text: str) -> Iterator[Found]:
    """The names in `[words][name]` and `[name][]`, with the place of the whole."""
    for found in _REFERENCE.finditer(prose(text)):
        yield Found(found.start(), found.end(), found[2] or found[1])


def identifiers(text: str) -> Iterator[Found]:
    """Ids that the author gave: `{#id}`."""
    for found in _ID.finditer(prose(text)):
        yield Found(found.start(1), found.end(1), found[1])
    for fence in fences(text):
        if given := _ID.search(fence.info):
            start = text.index(fence.info, fence.start) + given.start(1)
            yield Found(start, start + len(given[1]), given[1])
