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

FLOWCHART = re.compile(r"^\s*(?:flowchart|graph)\b")
_OTHER = re.compile(
    r"^\s*(?:%%|subgraph\b|end\b|classDef\b|class\b|style\b|linkStyle\b|click\b|direction\b|accTitle|accDescr|flowchart\b|graph\b)"
)
QUOTED = re.compile(r"\"[^\"\n]*\"")
LABEL = re.compile(
    r"(?<=[\w\])}])(?:\[[^\[\]\n]*(?:\[[^\[\]\n]*\][^\[\]\n]*)?\]"
    r"|\((?:[^()\n]|\((?:[^()\n]|\([^()\n]*\))*\))*\)"
    r"|@?\{[^{}\n]*(?:\{[^{}\n]*\}[^{}\n]*)?\}"
    r"|>[^\[\]\n]*\])"
)
_EDGE = re.compile(
    r"\|[^|\n]*\||(?:<|\b[ox](?=--|==|-\.))?(?:--(?=\s*[^\s>|-])[^\n>|]*?--+[>ox]?|==(?=\s*[^\s>|=])[^\n>|]*?==+[>ox]?|-\.(?=\s*[^\s>|.-])[^\n>|]*?\.+-[>ox]?|--+[>ox]?|==+[>ox]?|-\.+-?[>ox]?|~~~)|[&;]"
)  # fmt: skip
_NODE = re.compile(r"(?<![\w.:-])(\w+(?:[-.]\w+)*)(\0*)(?::::[\w-]+)?")


def diagrams(project: Project) -> Iterator[tuple[Located, int, str]]:
    """The diagrams of a project: the text that each stands in, the offset at which it begins, and its code."""
    for diagram in project.diagrams.values():
        yield diagram.code, 0, diagram.code
    for form in forms(project):
        for fence in fences(form.text):
            if fence.body is not None and "mermaid" in fence.info:
                yield form.text, fence.body.start, fence.body.text


_SUBGRAPH = re.compile(r"^[ \t]*subgraph\s+([\w-]+)", re.MULTILINE)


def named_nodes(code: str) -> Iterator[tuple[int, str, bool]]:
    """Offset, id and whether it has a label there, of each node as often as it is named."""
    offset = 0
    for line in code.split("\n"):
        if not _OTHER.match(line) and misspelt(line) is None:
            bare = QUOTED.sub(lambda found: "_" * len(found[0]), line)
            marked = LABEL.sub(lambda found: "\0" * len(found[0]), bare)
            plain = _EDGE.sub(lambda found: " " * len(found[0]), marked)
            unfinished = any(sign in plain for sign in '"[]{}')  # Mermaid complains of that; words may be meant
            for found in _NODE.finditer(plain):
                if found[1].strip("_"):
                    yield offset + found.start(1), found[1], bool(found[2]) or unfinished
        offset += len(line) + 1


def nodes_of(code: str) -> set[str]:
    """The ids of a flowchart's nodes."""
    return {name for _, name, _ in named_nodes(code)}


def groups_of(code: str) -> set[str]:
    """The ids of its groups."""
    return set(_SUBGRAPH.findall(code))


_STATEMENTS = ("subgraph", "classDef", "class", "style", "linkStyle", "click", "direction")


def misspelt(line: str) -> tuple[int, str, str] | None:
    """Offset of a word that is no node but a misspelt statement of a flowchart, the word, and what was meant."""
    found = re.match(r"\s*([A-Za-z]{4,})[ \t]+\S", line)
    if found is None or found[1] in (*_STATEMENTS, "flowchart", "graph") or re.search(r"--|==|-\.|~~~|[\[({&]", line):
        return None
    close = nearest(found[1], _STATEMENTS, 1)
    return (found.start(1), found[1], close[0]) if close else None


def first_word(code: str) -> tuple[int, str]:
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


@rule(stage="load", code="diagram-empty", severity=Severity.ERROR)
def empty(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A block or a file for a diagram holds none.

    There would be nothing to draw.

    Write the diagram between the two fences, or below the second “---” of its file; or delete the block or the file.
    """
    for form in forms(project):
        for fence in fences(form.text):
            lines = fence.body.text.split("\n") if fence.body is not None and "mermaid" in fence.info else ()
            if lines and not any(line.strip() and not line.lstrip().startswith("%%") for line in lines):
                end = form.text.find("\n", fence.start)
                yield context.within(form.text, fence.start, end, "There is no diagram in this block.",
                                     "Write it between the two fences, or delete the block.")  # fmt: skip


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
        offset, word = first_word(code)
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
