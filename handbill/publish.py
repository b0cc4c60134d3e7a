"""Writing what was made, whole or not at all."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handbill.diagnostics import Report, error
from handbill.files import write_atomically
from handbill.text import Span

_REASONS = {
    errno.ENOTDIR: ("one of the folders on the way is a file", "Rename or delete that file, or choose another folder with --output."),
    errno.EEXIST: ("something that is no folder is where its folder should be", "Rename or delete it, or choose another folder with --output."),
    errno.EISDIR: ("a folder of that name is there", "Rename or delete that folder."),
    errno.ELOOP: ("one of the folders on the way is a link to itself", "Delete the link, or choose another folder with --output."),
    errno.EACCES: ("you have no permission", "Choose another folder with --output, or change the folder's permissions."),
    errno.EROFS: ("the disk can only be read", "Choose another folder with --output."),
    errno.ENOSPC: ("the disk is full", "Make room, then build again."),
}  # fmt: skip
"""What the system says, in words of people, and what to do."""


@dataclass(frozen=True)
class Store:
    """The output folder of one publication."""

    folder: Path
    report: Report

    def write(self, name: str, data: bytes) -> Path | None:
        """Writes a file below the folder; a disk that refuses is an error, and the old file stays."""
        path = self.folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if not _same(path, data):
                write_atomically(path, data)
        except OSError as problem:
            reason, advice = _REASONS.get(problem.errno or 0, (problem.strerror or str(problem), ""))
            place = os.path.relpath(path)
            self.report.add(
                error(
                    "output-unwritable",
                    f"“{place}” could not be written: {reason}.",
                    Span(place),
                    *filter(None, (advice, "The file that was there before, if any, is untouched.")),
                )
            )
            return None
        return path

    def write_ast(self, name: str, ast: Mapping[str, Any]) -> Path | None:
        """pandoc's JSON, one line a block, so that two versions can be compared."""
        blocks = ",\n".join(json.dumps(block, ensure_ascii=False) for block in ast["blocks"])
        head = json.dumps(ast["pandoc-api-version"])
        text = f'{{"pandoc-api-version":{head},"meta":{json.dumps(ast["meta"])},"blocks":[\n{blocks}\n]}}\n'
        return self.write(name, text.encode())


def _same(path: Path, data: bytes) -> bool:
    """A file that is right already is left alone, so that its time tells when it last changed."""
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False
