"""Mermaid diagrams, as far as their text tells before they are drawn."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from handbill.diagnostics import Diagnostic, Severity
from handbill.diagram_types import TYPES
from handbill.markup import fences
from handbill.model import Project
from handbill.nearest import did_you_mean, nearest
from handbill.pieces import forms
from handbill.rules.registry import Context, rule
from handbill.text import Located

_FLOWCHART = re.compile(r"^\s*(?:flowchart|graph)\b")
_OTHER = re.compile(
    r"^\s*(?:%%|subgraph\b|end\b|classDef\b|class\b|style\b|linkStyle\b|click\b|direction\b|accTitle|accDescr|flowchart\b|graph\b)"
)
_QUOTED = re.compile(r"\"[^\"\n]*\"")
_LABEL = re.compile(
    r"(?<=[\w\])}])(?:\[[^\[\]\n]*(?:\[[^\[\]\n]*\][^\[\]\n]*)?\]"
    r"|\((?:[^()\n]|\((?:[^()\n]|\([^()\n]*\))*\))*\)"
    r"|@?\{[^{}\n]*(?:\{[^{}\n]*\}[^{}\n]*)?\}"
    r"|>[^\[\]\n]*\])"
)
_EDGE = re.compile(
    r"\|[^|\n]*\||(?:<|\b[ox](?=--|==|-\.))?(?:--(?=\s*[^\s>|-])[^\n>|]*?--+[>ox]?|==(?=\s*[^\s>|=])[^\n>|]*?==+[>ox]?|-\.(?=\s*[^\s>|.-])[^\n>|]*?\.+-[>ox]?|--+[>ox]?|==+[>ox]?|-\.+-?[>ox]?|~~~)|[&;]"
)  # fmt: skip
_NODE = re.compile(r"(?<![\w.:-])(\w+(?:-\w+)*)(\0*)(?::::[\w-]+)?")


def diagrams(project: Project) -> Iterator[tuple[Located, int, str]]:
    """The diagrams of a project: the text that each stands in, the offset at which it begins, and its code."""
    for diagram in project.diagrams.values():
        yield diagram.code, 0, diagram.code
    for form in forms(project):
        for fence in fences(form.text):
            if fence.body is not None and "mermaid" in fence.info:
                yield form.text, fence.body.start, fence.body.text


_SUBGRAPH = re.compile(r"^[ \t]*subgraph\s+([\w-]+)", re.MULTILINE)


def _nodes(code: str) -> Iterator[tuple[int, str, bool]]:
    """Offset, id and whether it has a label there, of each node as often as it is named."""
    offset = 0
    for line in code.split("\n"):
        if not _OTHER.match(line):
            bare = _QUOTED.sub(lambda found: "_" * len(found[0]), line)
            marked = _LABEL.sub(lambda found: "\0" * len(found[0]), bare)
            plain = _EDGE.sub(lambda found: " " * len(found[0]), marked)
            unfinished = any(sign in plain for sign in '"[]{}')  # Mermaid complains of that; words may be meant
            for found in _NODE.finditer(plain):
                if found[1].strip("_"):
                    yield offset + found.start(1), found[1], bool(found[2]) or unfinished
        offset += len(line) + 1


@rule(stage="load", code="diagram-node-unlabelled", severity=Severity.WARNING)
def unlabelled(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A flowchart's arrow leads to a node that has no words, while others have.

    The picture would show the node's short name; most often that name is misspelt.

    Correct the name, or give the node its words: B["What happens next"].
    """
    for text, start, code in diagrams(project):
        lines = code.lstrip().split("\n", 1)
        if not _FLOWCHART.match(lines[0]):
            continue
        named = list(_nodes(code))
        labelled = {name for _, name, has_words in named if has_words}
        groups = set(_SUBGRAPH.findall(code))
        told: set[str] = set()
        for offset, name, _ in named:
            if not labelled or name in labelled | groups | told:
                continue
            told.add(name)
            close = nearest(name, labelled, 1)
            hint = f"Did you mean “{close[0]}”?" if close else f'Give it its words: {name}["…"].'
            yield context.found(
                f"The node “{name}” has no words.", text.place(start + offset, start + offset + len(name)), hint
            )


def _first_word(code: str) -> tuple[int, str]:
    """Offset and text of the word that names the kind of diagram; directives and front matter are passed over."""
    offset, inside = 0, False
    for line in code.split("\n"):
        word = line.strip()
        if word == "---":
            inside = not inside
        elif word and not inside and not word.startswith("%%"):
            found = re.match(r"[\w-]+", word)
            return offset + line.index(word), found[0] if found else word
        offset += len(line) + 1
    return 0, ""


def _known(word: str, keywords: Iterable[str]) -> bool:
    plain = [re.sub(r"-(?:beta|v2)$", "", keyword) for keyword in keywords]
    return word == "graph" or any(word.startswith(keyword) for keyword in plain)


@rule(stage="load", code="diagram-type-unknown", severity=Severity.ERROR)
def kind(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A diagram is of a kind that Handbill or its version of Mermaid does not know.

    It cannot be drawn.

    Correct the first word of the diagram, such as flowchart TD; capital letters count. A block of code that is to be a diagram
    begins with ```{.mermaid}.
    """
    keywords = sorted({row.keyword for row in TYPES.values()})
    usual = sorted({row.keyword for row in TYPES.values() if row.form})
    for text, start, code in diagrams(project):
        offset, word = _first_word(code)
        if word and not _known(word, keywords):
            yield context.found(f"“{word}” is no kind of diagram that Mermaid knows.", text.place(start + offset, start + offset + len(word)),
                                *did_you_mean(word, keywords) or (f"The usual kinds are: {', '.join(usual)}.",))  # fmt: skip
    for form in forms(project):
        for fence in fences(form.text):
            language = re.match(r"\{?[ \t]*\.?([\w-]+)", fence.info)
            if fence.body is not None and language and language[1] != "mermaid" and nearest(language[1], ("mermaid",), 1):
                begin = form.text.index(language[1], fence.start)
                yield context.found(f"“{language[1]}” is no kind of block, so this is printed as code.",
                                    form.text.place(begin, begin + len(language[1])), "Did you mean “mermaid”?")  # fmt: skip


_PLAIN_LINE = re.compile(r"^\s*(?:%%|classDef\b|class\b|style\b|linkStyle\b|click\b|accTitle|accDescr|---)")
_ODD_SHAPE = re.compile(r"(?<=\w)>[^\[\]{}()\n]*\]")
_PAIRS = {"]": "[", ")": "(", "}": "{"}


@rule(stage="load", code="diagram-syntax", severity=Severity.ERROR)
def syntax(project: Project, context: Context) -> Iterator[Diagnostic]:
    """Mermaid does not understand a line of a diagram.

    The diagram cannot be drawn. What can be seen in the text (brackets, quotation marks, groups without end) a check tells; the
    rest shows when the diagram is drawn.

    Close every bracket and quotation mark in its own line, and each subgraph by a line “end”. Put words with brackets, commas or
    quotes between double quotes: A["Cells (from the patient)"].
    """
    for text, start, code in diagrams(project):
        if not _FLOWCHART.match(code[_first_word(code)[0] :]):
            continue
        problem = _unfinished(code)
        if problem is not None:
            offset, message, hint = problem
            yield context.found(message, text.place(start + offset, start + offset + 1), hint)


def _unfinished(code: str) -> tuple[int, str, str] | None:
    """Offset, words and hint for the first sign of a flowchart that has no partner."""
    if code.count('"') % 2:
        offset = 0
        for line in code.split("\n"):
            if line.count('"') % 2 and not _PLAIN_LINE.match(line):
                return offset + _unclosed_quote(line), "This quotation mark has no partner.", "Write “\"” on both sides of the words."
            offset += len(line) + 1
        return None
    bare = re.sub(r"\"[^\"]*\"", lambda found: "_" * len(found[0]), code)  # words in quotes may go over several lines
    offset = 0
    groups: list[int] = []
    for line in bare.split("\n"):
        if not _PLAIN_LINE.match(line) and "@{" not in line:
            plain = _ODD_SHAPE.sub(lambda found: "_" * len(found[0]), _LABELLED_EDGE.sub(lambda found: "_" * len(found[0]), line))
            if (alone := _alone(plain)) is not None:
                return offset + alone, f"This “{plain[alone]}” has no partner.", "Close each bracket in its own line."
            if re.match(r"\s*subgraph\b", line):
                groups.append(offset + len(line) - len(line.lstrip()))
            elif re.fullmatch(r"\s*end\s*;?\s*", line) and groups:
                groups.pop()
        offset += len(line) + 1
    return (groups[-1], "The group that begins here has no end.", "Write a line “end” below its last node.") if groups else None


def _unclosed_quote(line: str) -> int:
    """Index of the quotation mark that was probably never closed: the first one that would take an arrow into its words."""
    places = [index for index, sign in enumerate(line) if sign == '"']
    for first, second in zip(places[::2], places[1::2], strict=False):
        if re.search(r"--|==|-\.", line[first:second]):
            return first
    return places[-1]


_LABELLED_EDGE = re.compile(r"\|[^|\n]*\|")


def _alone(line: str) -> int | None:
    """Index of a bracket without a partner in a line."""
    opened: list[int] = []
    for index, sign in enumerate(line):
        if sign in "[({":
            opened.append(index)
        elif sign in _PAIRS:
            if not opened or line[opened[-1]] != _PAIRS[sign]:
                return opened[-1] if opened else index
            opened.pop()
    return opened[-1] if opened else None
