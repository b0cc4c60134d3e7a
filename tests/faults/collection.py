"""The collection of faults: each case is made into a project, read and judged, and what is said is compared."""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from handbill.assemble import TEMPLATE, assemble
from handbill.diagnostics import Diagnostic, Report, Severity
from handbill.load import load
from handbill.rules import judge

HERE = Path(__file__).parent
PUBLICATION = "sample"
AS_OF = date(2026, 11, 22)
"""The day of every case: without it, cases would change their minds as time goes by."""

_HEADER = re.compile(r"^=== (.+?)(?: \((\w+)(?:: (.+))?\))?(?:\s*<-- (\w+) ([\w-]+))?$")
_MARKS = re.compile(r"^(\s*)(\^+) (error|warning|note) ([\w-]+)\s*$")
_ARROW = re.compile(r"[ \t]*<-- (error|warning|note) ([\w-]+)\s*$")
_NAME = re.compile(r"^(-?)([\w-]+):")


@dataclass(frozen=True)
class Expected:
    """A complaint that must come. 0 stands for what does not matter."""

    severity: str
    code: str
    path: str
    line: int = 0
    column: int = 0
    end: int = 0

    def fits(self, found: Diagnostic) -> bool:
        span = found.span
        if span is None or (found.severity.value, found.code, span.path) != (self.severity, self.code, self.path):
            return False
        wanted = ((self.line, span.line), (self.column, span.column), (self.end, span.end_column))
        return all(mine in (0, given) for mine, given in wanted)

    def __str__(self) -> str:
        return f"{self.severity} {self.code} {self.path}:{self.line}:{self.column}-{self.end}"


@dataclass
class File:
    """One file of a case, and how it differs from the base."""

    path: str
    way: str
    detail: str
    lines: list[str] = field(default_factory=list)
    mark: bool = False
    """Whether its header only expects a complaint about it."""


@dataclass
class Case:
    """A case as its file tells it."""

    name: str
    files: list[File] = field(default_factory=list)
    expected: list[Expected] = field(default_factory=list)


def cases() -> list[Path]:
    """Every case, in order."""
    return sorted(path for path in HERE.glob("*/*.txt") if "base" not in path.parts)


def parse(path: Path) -> Case:
    """Reads a case. Raises ValueError for a file that is none."""
    case = Case(f"{path.parent.name}/{path.stem}")
    marks: list[tuple[int, Expected]] = []
    for line in path.read_text(encoding="utf-8").split("\n"):
        header = _HEADER.match(line)
        if header:
            case.files.append(File(header[1], header[2] or "", header[3] or "", mark=bool(header[4])))
            if header[4]:
                case.expected.append(Expected(header[4], header[5], header[1]))
        elif case.files:
            _line(case.files[-1], line, marks, len(case.files) - 1)
    for file in case.files:
        while file.lines and not file.lines[-1].strip() and file.way != "bytes":
            file.lines.pop()
    case.expected += [_moved(case.files[index], wanted) for index, wanted in marks]
    if not case.expected:
        raise ValueError(f"{path}: nothing is expected")
    return case


def _line(file: File, line: str, marks: list[tuple[int, Expected]], index: int) -> None:
    if found := _MARKS.match(line):
        column = len(found[1]) + 1
        end = column + len(found[2]) if len(found[2]) > 1 else 0
        marks.append((index, Expected(found[3], found[4], file.path, len(file.lines), column, end)))
        return
    if found := _ARROW.search(line):
        line = line[: found.start()]
        marks.append((index, Expected(found[1], found[2], file.path, len(file.lines) + 1)))
    file.lines.append(line)


def _moved(file: File, wanted: Expected) -> Expected:
    """The expectation with its line counted in the whole file, when the case gives only some of the lines."""
    if file.way != "change":
        return wanted
    text = _changed(file)
    block = _blocks(file.lines)
    before = 0
    for name, lines in block:
        if wanted.line <= before + len(lines):
            start = next(at for at, (known, _) in _offsets(text) if known == name)
            line = start + wanted.line - before
            return Expected(wanted.severity, wanted.code, wanted.path, line, wanted.column, wanted.end)
        before += len(lines)
    raise ValueError(f"{file.path}: a mark stands below no line")


def _blocks(lines: list[str]) -> list[tuple[str, list[str]]]:
    """`name: value` lines, each with the indented lines below it."""
    blocks: list[tuple[str, list[str]]] = []
    for line in lines:
        found = _NAME.match(line)
        if found or not blocks:
            blocks.append((found[0] if found else "", []))
        blocks[-1][1].append(line)
    return blocks


def _offsets(text: str) -> list[tuple[int, tuple[str, list[str]]]]:
    found, offset = [], 0
    for block in _blocks(text.split("\n")):
        found.append((offset, block))
        offset += len(block[1])
    return found


def _changed(file: File) -> str:
    kept = dict(_blocks((HERE / "base" / file.path).read_text(encoding="utf-8").rstrip("\n").split("\n")))
    for name, lines in _blocks(file.lines):
        if name.startswith("-"):
            kept.pop(name[1:])
        else:
            kept[name] = lines
    return "\n".join(line for lines in kept.values() for line in lines)


def build(case: Case, root: Path) -> None:
    """Writes the project of a case below `root`, which must not be there yet."""
    shutil.copytree(HERE / "base", root)
    for file in case.files:
        if file.mark and not file.lines:
            continue
        path = root / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        if file.way in ("deleted", "folder", "link"):
            path.unlink(missing_ok=True)
        if file.way == "folder":
            path.mkdir()
        elif file.way == "link":
            path.symlink_to(file.detail)
        elif file.way == "size":
            path.write_bytes(b"x" * int(file.detail))
        elif file.way == "bytes":
            path.write_bytes("".join(file.lines).encode().decode("unicode_escape").encode("latin-1"))
        elif file.way == "change":
            path.write_text(_changed(file) + "\n", encoding="utf-8")
        elif file.way != "deleted":
            path.write_text("\n".join(file.lines) + "\n", encoding="utf-8")


def complaints(root: Path) -> tuple[Diagnostic, ...]:
    """What is said about the project in `root`."""
    report = Report()
    project = load(root, PUBLICATION, report, AS_OF)
    if project is not None:
        judge("load", project, project, report)
        if not report.failed and TEMPLATE in project.templates:  # the base has none
            assemble(project, report)
    return tuple(report)


def differences(case: Case, found: tuple[Diagnostic, ...]) -> list[str]:
    """What was expected and did not come, and what came unasked; empty when the case is exact."""
    left = list(found)
    problems = []
    for wanted in case.expected:
        match = next((diagnostic for diagnostic in left if wanted.fits(diagnostic)), None)
        if match is None:
            problems.append(f"missing: {wanted}")
        else:
            left.remove(match)
    strange = [diagnostic for diagnostic in left if diagnostic.severity is not Severity.NOTE]
    return problems + [f"unasked: {d.severity.value} {d.code} {d.span}: {d.message}" for d in strange]


def tried(path: Path, folder: Path) -> list[str]:
    """The differences of one case, made in a fresh folder below `folder`."""
    case = parse(path)
    root = folder / case.name.replace("/", "-")
    build(case, root)
    return differences(case, complaints(root))


def main() -> int:
    """Tries every case and prints the score."""
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for path in cases():
            problems = tried(path, Path(folder))
            wrong += bool(problems)
            for problem in problems:
                print(f"{path.relative_to(HERE)}: {problem}")
    total = len(cases())
    print(f"{total - wrong} of {total} faults are told exactly.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
