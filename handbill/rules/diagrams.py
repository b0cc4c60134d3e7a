"""Mermaid diagrams, as far as their text tells before they are drawn."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handbill.diagnostics import Diagnostic, Severity
from handbill.markup import fences
from handbill.model import Project
from handbill.nearest import nearest
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
    r"|\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)"
    r"|@?\{[^{}\n]*(?:\{[^{}\n]*\}[^{}\n]*)?\}"
    r"|>[^\[\]\n]*\])"
)
_EDGE = re.compile(
    r"\|[^|\n]*\||(?:<|\b[ox](?=--|==|-\.))?(?:--(?=\s*[^\s>|-])[^\n>|]*?--+[>ox]?|==(?=\s*[^\s>|=])[^\n>|]*?==+[>ox]?|-\.(?=\s*[^\s>|.-])[^\n>|]*?\.+-[>ox]?|--+[>ox]?|==+[>ox]?|-\.+-?[>ox]?|~~~)|[&;]"
)  # fmt: skip
_NODE = re.compile(r"(?<![\w.:-])(\w+(?:-\w+)*)(\0*)(?::::[\w-]+)?")


def flowcharts(project: Project) -> Iterator[tuple[Located, int, str]]:
    """The flowcharts of a project: the text that each stands in, the offset at which it begins, and its code."""
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
    for text, start, code in flowcharts(project):
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
