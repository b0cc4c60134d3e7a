"""The nodes of a flowchart: words that are missing, classes that nobody defines, statements about nodes that are not there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handbill.diagnostics import Diagnostic, Severity
from handbill.model import Project
from handbill.nearest import did_you_mean, nearest
from handbill.rules.diagram_signs import faults
from handbill.rules.diagrams import FLOWCHART, QUOTED, diagrams, first_word, groups_of, named_nodes, nodes_of
from handbill.rules.registry import Context, rule

_DEFINED = re.compile(r"^[ \t]*classDef[ \t]+([\w,-]+)", re.MULTILINE)
_WORN = re.compile(r":::([\w-]+)")
_GIVEN = re.compile(r"^[ \t]*class[ \t]+[\w,. \t-]*?[\w-][ \t]+([\w-]+)[ \t]*;?[ \t]*$", re.MULTILINE)
_ABOUT = re.compile(r"^[ \t]*(?:style|class|click)[ \t]+([\w.-]+(?:[ \t]*,[ \t]*[\w.-]+)*)[ \t]+\S", re.MULTILINE)
_REMARK = re.compile(r"%%[^\n]*")
_THEME = "diagrams/theme.yaml"


def _plain(code: str) -> str:
    """The code with words in quotes and remarks blanked out."""
    for pattern in (QUOTED, _REMARK):
        code = pattern.sub(lambda found: " " * len(found[0]), code)
    return code


@rule(stage="load", code="diagram-class-undefined", severity=Severity.WARNING)
def class_undefined(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A node of a flowchart has a class that no line defines.

    Mermaid draws the node like all others, without a word.

    Write a line “classDef name fill:#eee” in the diagram, or correct the name.
    """
    everywhere = project.styles.get(_THEME, b"").decode(errors="replace")
    for text, start, code in diagrams(project):
        if FLOWCHART.match(code.lstrip()):
            plain = _plain(code)
            known = {name for names in _DEFINED.findall(plain) for name in names.split(",")} | {"default"}
            for pattern in (_WORN, _GIVEN):
                for found in pattern.finditer(plain):
                    if found[1] not in known and f".{found[1]}" not in everywhere:
                        yield context.within(text, start + found.start(1), start + found.end(1), f"No line of the diagram defines the class “{found[1]}”.",
                                             *(did_you_mean(found[1], known - {"default"}) or (f"Write a line “classDef {found[1]} fill:#eee”.",)))  # fmt: skip


@rule(stage="load", code="diagram-node-unknown", severity=Severity.WARNING)
def node_unknown(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A line about the look or the link of a node names one that the flowchart does not have.

    Mermaid leaves the line out without a word, or draws a node more.

    Correct the name: it is the short one before the brackets.
    """
    for text, start, code in diagrams(project):
        if FLOWCHART.match(code.lstrip()):
            known = {*nodes_of(code), *groups_of(code)}
            for found in _ABOUT.finditer(_plain(code)):
                for name in re.finditer(r"[\w.-]+", found[1]):
                    if name[0] not in known:
                        place = start + found.start(1) + name.start()
                        yield context.within(text, place, place + len(name[0]), f"The diagram has no node “{name[0]}”.", *did_you_mean(name[0], known))


@rule(stage="load", code="diagram-node-unlabelled", severity=Severity.WARNING)
def unlabelled(project: Project, context: Context) -> Iterator[Diagnostic]:
    """A flowchart's arrow leads to a node that has no words, while others have.

    The picture would show the node's short name; most often that name is misspelt.

    Correct the name, or give the node its words: B["What happens next"].
    """
    for text, start, code in diagrams(project):
        lines = code.lstrip().split("\n", 1)
        if not FLOWCHART.match(lines[0]):
            continue
        bad = {code.count("\n", 0, fault.start) for fault in faults(code, *first_word(code))}
        named = list(named_nodes(code))
        labelled = {name for _, name, has_words in named if has_words}
        groups = groups_of(code)
        told: set[str] = set()
        for offset, name, _ in named:
            if not labelled or name in labelled | groups | told or code.count("\n", 0, offset) in bad:
                continue
            told.add(name)
            close = nearest(name, labelled, 1)
            hint = f"Did you mean “{close[0]}”?" if close else f'Give it its words: {name}["…"].'
            yield context.found(
                f"The node “{name}” has no words.", text.place(start + offset, start + offset + len(name)), hint
            )
