"""An approval as lines of `publication.yaml`: put in or replaced in place, every other character left as it was."""

from __future__ import annotations

import re
from datetime import date

_KEY = re.compile(r"^([A-Za-z_][\w-]*)[ \t]*:")
_PLAIN = re.compile(r"[A-Za-z][\w .,’()-]*")
_STATUS = re.compile(r"^(status[ \t]*:[ \t]*)([^#\s]+)([ \t]*(?:#.*)?)$", re.MULTILINE)


def approval_block(by: str, role: str, day: date, digest: str, grade: float | None) -> str:
    """The lines of an `approval:`, the last with its line end."""
    lines = [
        "approval:",
        f"  by: {_quoted(by)}",
        f"  role: {_quoted(role)}",
        f"  date: {day.isoformat()}",
        f"  digest: {digest}",
    ]
    if grade is not None:
        lines.append(f"  grade: {grade:.1f}")
    return "\n".join(lines) + "\n"


def _quoted(value: str) -> str:
    """A YAML scalar that means exactly these characters."""
    one_line = " ".join(value.split())
    if _PLAIN.fullmatch(one_line) and not one_line.endswith((" ", ":")):
        return one_line
    return '"' + one_line.replace("\\", "\\\\").replace('"', '\\"') + '"'


def with_approval(text: str, block: str) -> str:
    """The file with the approval in it and the status “approved”. An approval that is there is replaced where it stands."""
    text = _STATUS.sub(r"\g<1>approved\g<3>", text, count=1)
    lines = text.splitlines(keepends=True)
    start, end = _extent(lines, "approval")
    if start is None:
        _, end = _extent(lines, "status")
        start = end
    return "".join((*lines[:start], block, *lines[end:]))


def _extent(lines: list[str], key: str) -> tuple[int | None, int]:
    """The lines of a top-level key: from its own to just before the next key, comments and blank lines before that left out."""
    start = next((index for index, line in enumerate(lines) if (found := _KEY.match(line)) and found[1] == key), None)
    if start is None:
        return None, len(lines)
    end = start + 1
    for index in range(start + 1, len(lines)):
        if lines[index].strip() and not lines[index][0].isspace():
            break
        if lines[index].strip():
            end = index + 1
    return start, end
