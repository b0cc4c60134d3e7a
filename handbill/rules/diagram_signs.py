"""Signs and words of a diagram that cannot be right, before it is drawn."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from handbill.diagnostics import Diagnostic, Severity
from handbill.markup import lines_of
from handbill.model import Project
from handbill.nearest import nearest
from handbill.rules import diagram_rows
from handbill.rules.diagrams import FLOWCHART, LABEL, QUOTED, diagrams, first_word, misspelt
from handbill.rules.flowchart import Fault, head
from handbill.rules.flowchart import lines as flow_lines
from handbill.rules.registry import Context, rule

_PLAIN_LINE = re.compile(r"^\s*(?:%%|classDef\b|class\b|style\b|linkStyle\b|click\b|accTitle|accDescr|---)")
_ODD_SHAPE = re.compile(r"(?<=\w)>[^\[\]{}()\n]*\]")
_ARROW = re.compile(r"(?<![-=.<])[-=]>|[–—]+>|[→⟶➔]")
_NO_ARROW = re.compile(r"^\s*subgraph\b")
_BETWEEN = re.compile(r"\|[^|\n]*\|")
"""Words that stand on an arrow."""
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
        offset, word = first_word(code)
        for fault in faults(code, offset, word):
            yield context.within(text, start + fault.start, start + fault.end, fault.message, fault.hint)


def faults(code: str, offset: int, word: str) -> Iterator[Fault]:
    """What is wrong with a diagram whose kind stands as `word` at `offset`; of each line what was found first."""
    begun = code[offset:]
    told: set[int] = set()
    checks = (_flowchart,) if FLOWCHART.match(begun) else _OTHERS.get(word, ())
    for fault in (fault for check in checks for fault in check(begun)):
        line = begun.count("\n", 0, fault.start)
        if line not in told:
            told.add(line)
            yield Fault(fault.start + offset, fault.end + offset, fault.message, fault.hint)


def _flowchart(code: str) -> Iterator[Fault]:
    found = [*head(code), *_signs(code)]
    yield from found
    if _unfinished(code) is None:  # else nobody knows where words end
        told = {code.count("\n", 0, fault.start) for fault in found}
        yield from (fault for fault in flow_lines(code) if code.count("\n", 0, fault.start) not in told)


def _signs(code: str) -> Iterator[Fault]:
    if (problem := _unfinished(code)) is not None:
        yield Fault(problem[0], problem[0] + 1, *problem[1:])
    yield from _styles(code)
    yield from _loose_ends(code)
    for offset, line in lines_of(code):
        if (wrong := misspelt(line)) is not None:
            start = offset + wrong[0]
            yield Fault(start, start + len(wrong[1]), f"Flowcharts know no “{wrong[1]}”.", f"Did you mean “{wrong[2]}”?")
        if problem is None and not _PLAIN_LINE.match(line) and not _NO_ARROW.match(line):
            bare = line
            for words in (QUOTED, LABEL, _BETWEEN):
                bare = words.sub(lambda found: "_" * len(found[0]), bare)
            for arrow in _ARROW.finditer(bare):
                yield Fault(offset + arrow.start(), offset + arrow.end(), f"“{arrow[0]}” is no arrow of a flowchart.",
                             "Write “-->”, or “==>” for a thick one.")  # fmt: skip


def _loose_ends(code: str) -> Iterator[Fault]:
    """Arrows at the end of a line after which comes no node, on the next line neither."""
    lines = [(offset, line) for offset, line in lines_of(code) if line.strip() and not line.lstrip().startswith("%%")]
    for index, (offset, line) in enumerate(lines):
        arrow = _LAST_ARROW.search(line)
        following = lines[index + 1][1] if index + 1 < len(lines) else "end"
        if arrow and _STATEMENT.match(following):
            yield Fault(offset + arrow.start(1), offset + arrow.end(1), "This arrow leads nowhere.",
                         f"Write behind it where it leads, as in {arrow[1]} B, or delete it.")  # fmt: skip


_LAST_ARROW = re.compile(r"(?<=[\s\w\])}|])((?:--+|==+|-\.+-)>|---+|===+|~~~+)[ \t]*;?[ \t]*$")
_STATEMENT = re.compile(r"\s*(?:subgraph|end|classDef|class|style|linkStyle|click|direction)\b")


def _gantt(code: str) -> Iterator[Fault]:
    """Mermaid draws a task after one that is not there as if it began today."""
    tasks = [(offset, line, _TASK.match(line)) for offset, line in lines_of(code) if not _NO_TASK.match(line)]
    known = {part.strip() for _, _, task in tasks if task for part in task[1].split(",")}
    for offset, _, task in tasks:
        for after in _AFTER.finditer(task[1]) if task else ():
            for name in re.finditer(r"[\w-]+", after[1]):
                if name[0] not in known:
                    start = offset + task.start(1) + after.start(1) + name.start() if task else offset
                    close = nearest(name[0], [word for word in known if re.fullmatch(r"[\w-]+", word)], 1)
                    yield Fault(start, start + len(name[0]), f"There is no task “{name[0]}” in this chart.",
                                 f"Did you mean “{close[0]}”?" if close else "Write the id of a task: the word before its date.")  # fmt: skip


def _journey(code: str) -> Iterator[Fault]:
    """Mermaid draws a step whose number is none without its face."""
    for offset, line in lines_of(code):
        step = _STEP.match(line)
        if step and not _NO_TASK.match(line) and not re.fullmatch(r"[1-5]", step[1].strip()):
            start = offset + step.start(1) + len(step[1]) - len(step[1].lstrip())
            yield Fault(start, start + max(1, len(step[1].strip())), f"“{step[1].strip()}” is not a number from 1 to 5.",
                         "Write it between the colons, as in Wake up: 5: Ann.")  # fmt: skip


def _sequence(code: str) -> Iterator[Fault]:
    """Frames (loop, alt ...) that are never closed."""
    bare = _DESCRIPTION.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), code)
    frames: list[re.Match[str]] = []
    for piece in re.finditer(r"[^\n;]+", bare):
        if frame := _FRAME.match(bare, piece.start(), piece.end()):
            frames.append(frame)
        elif _FRAME_END.fullmatch(piece[0]) and frames:
            frames.pop()
    for frame in frames:
        yield Fault(*frame.span(1), f"The “{frame[1]}” that begins here has no end.", "Write a line “end” below its last message.")


def _pie(code: str) -> Iterator[Fault]:
    """Slices without a number."""
    for share in _SLICE.finditer(code):
        if not re.fullmatch(r"-?\d+(?:\.\d+)?", share[1].strip()):
            start = share.start(1) + len(share[1]) - len(share[1].lstrip())
            yield Fault(start, start + max(1, len(share[1].strip())), f"“{share[1].strip()}” is not a number.",
                         "Write figures alone, with a point for the decimals: \"Lungs\" : 12.5.")  # fmt: skip


def _styles(code: str) -> Iterator[Fault]:
    """Properties of a style that have no value: Mermaid leaves them out without a word."""
    for line in _STYLED.finditer(code):
        for part in re.finditer(r"(?:\\.|[^,;\n])+", line[1]):
            if re.fullmatch(r"\s*(?:fill|stroke|color|stroke-width|stroke-dasharray|font-\w+|opacity)\s*:?\s*", part[0]):
                start = line.start(1) + part.start() + len(part[0]) - len(part[0].lstrip())
                name = part[0].strip().rstrip(": ")
                yield Fault(start, start + len(part[0].strip()), f"“{name}” has no value.", f"Write it behind a colon, as in {name}:….")


_DESCRIPTION = re.compile(r"^[ \t]*(?:accDescr\s*\{[^}]*\}|%%.*|(?:accTitle|accDescr|title)\b.*)", re.MULTILINE)
_FRAME = re.compile(r"\s*(loop|alt|opt|par|par_over|critical|break|rect|box)(?![\w-])", re.IGNORECASE)
_FRAME_END = re.compile(r"\s*end(?:\s.*)?", re.IGNORECASE)
_SLICE = re.compile(r"^[ \t]*\"[^\"\n]*\"[ \t]*:((?:(?!%%)[^\n])*)", re.MULTILINE)
_STYLED = re.compile(r"^[ \t]*(?:classDef|style)[ \t]+[^\s:]+[ \t]+([^\n]*)", re.MULTILINE)
_TASK = re.compile(r"[^:\n]+:(.*)")
_NO_TASK = re.compile(r"\s*(?:%%|title\b|section\b|dateFormat\b|axisFormat\b|tickInterval\b|excludes\b|includes\b|todayMarker\b|weekday\b|click\b|accTitle|accDescr|---|gantt\b|journey\b)")
_AFTER = re.compile(r"\bafter[ \t]+([\w -]+)")
_STEP = re.compile(r"[^:\n]+:([^:\n]*)(?::|$)")
_OTHERS: Mapping[str, Sequence[Callable[[str], Iterator[Fault]]]] = {
    "gantt": (_gantt,), "journey": (_journey,), "sequenceDiagram": (_sequence, diagram_rows.sequence), "pie": (_pie, diagram_rows.pie),
    "classDiagram": (diagram_rows.classes,), "erDiagram": (diagram_rows.entities,), "mindmap": (diagram_rows.mindmap,),
    "stateDiagram": (diagram_rows.states,), "stateDiagram-v2": (diagram_rows.states,),
}  # fmt: skip


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
            plain = _ODD_SHAPE.sub(_flag, _LABELLED_EDGE.sub(lambda found: "_" * len(found[0]), line))
            if (alone := _alone(plain)) is not None:
                return offset + alone, f"This “{plain[alone]}” has no partner.", "Close each bracket in its own line."
            if re.match(r"\s*subgraph\b", line):
                groups.append(offset + len(line) - len(line.lstrip()))
            elif re.fullmatch(r"\s*end\s*;?\s*", line) and groups:
                groups.pop()
        offset += len(line) + 1
    return (groups[-1], "The group that begins here has no end.", "Write a line “end” below its last node.") if groups else None


def _flag(found: re.Match[str]) -> str:
    """Blanks out the words of a node such as A>words], but not what follows a “<br>” within other brackets."""
    before = found.string[: found.start()]
    return found[0] if any(before.count(sign) > before.count(end) for end, sign in _PAIRS.items()) else "_" * len(found[0])


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
