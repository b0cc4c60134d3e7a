"""`verify`: finished files judged again by every validator that knows their kind, in one table."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from handbill.cli.asking import print_diagnostics
from handbill.diagnostics import error
from handbill.jobs import ToolMissing
from handbill.tools.validators import VALIDATORS, Validator

Findings = dict[tuple[Path, str], tuple[str, ...]]


def verify(root: Path, files: Sequence[Path]) -> int:
    """Prints how many findings each validator has for each file, then the findings. 1 when there are any, 2 for a file that none can judge, 3 when a validator is missing."""
    absent = [path for path in files if not path.is_file()]
    if absent or not files:
        names = ", ".join(map(str, absent)) or "nothing was built yet"
        print_diagnostics([error("file-missing", f"There is nothing to verify: {names}", None, "Build first: `make all`.")], root)
        return 2
    strange = [path for path in files if not any(validator.judges(path) for validator in VALIDATORS)]
    if strange:
        names, kinds = ", ".join(map(str, strange)), ", ".join(sorted({end for v in VALIDATORS for end in v.endings}))
        print_diagnostics([error("file-not-judged", f"No validator knows such a file: {names}", None, f"They know {kinds}.")], root)
        return 2
    findings: Findings = {}
    missing: list[ToolMissing] = []
    for validator in VALIDATORS:
        judged = [path for path in files if validator.judges(path)]
        if judged:
            print(f"{validator.name}: {len(judged)} file{'s' if len(judged) > 1 else ''}", file=sys.stderr, flush=True)
            try:
                for path, found in zip(judged, validator.run(root, judged), strict=True):
                    findings[path, validator.name] = found
            except ToolMissing as problem:
                missing.append(problem)
    _print_table(files, findings)
    for (path, name), found in findings.items():
        for words in found:
            print(f"{_short(path)}: {name}: {words}")
    print_diagnostics([problem.diagnostic for problem in missing], root)
    if missing:
        return 3
    return 1 if any(findings.values()) else 0


def finished_files(output: Path) -> list[Path]:
    """Every file in the output folder that some validator can judge, in order."""
    endings = {ending for validator in VALIDATORS for ending in validator.endings}
    return sorted(path for path in output.glob("*/*") if path.suffix in endings and path.is_file())


def _print_table(files: Sequence[Path], findings: Findings) -> None:
    columns: list[Validator] = [v for v in VALIDATORS if any(name == v.name for _, name in findings)]
    width = max(len(_short(path)) for path in files)
    print(" " * width + "  " + "  ".join(v.name for v in columns))
    for path in files:
        cells = []
        for validator in columns:
            found = findings.get((path, validator.name))
            cells.append(("" if found is None else str(len(found))).rjust(len(validator.name)))
        print(f"{_short(path):<{width}}  {'  '.join(cells)}".rstrip())


def _short(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"
