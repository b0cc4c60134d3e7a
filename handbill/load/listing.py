"""Which files of a folder are read, and what is said about the others."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handbill.diagnostics import error, warning
from handbill.load.files import Folder
from handbill.nearest import nearest
from handbill.text import Span

_SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")

PARTS = ("sections", "data", "diagrams", "figures")


def listed(folder: Folder, base: str, ending: str) -> Iterator[tuple[str, str]]:
    """Path and stem of each file with this ending; a warning for each file that will not be read."""
    for name in folder.names(base):
        path = f"{base}/{name}"
        shown = shown_name(name)
        if name.endswith(ending):
            if not _PLAIN.fullmatch(name):
                folder.report.add(warning(
                    "file-name", f"The file name “{shown}” holds spaces or signs that some systems cannot handle.", Span(path),
                    "Use small letters, digits and hyphens."))  # fmt: skip
            yield path, name.removesuffix(ending)
        elif name.lower().endswith((ending, ".yml", ".markdown", ".mermaid", ".txt")):
            stem = re.sub(r"\.[^.]*$", "", name)
            wanted = stem if stem.endswith(ending) else stem + ending
            folder.report.add(warning("file-ignored", f"“{shown}” is not read: files in this folder end in {ending}.", Span(path),
                                      f"Rename it to {shown_name(wanted)}."))  # fmt: skip
        else:
            folder.report.add(warning("file-ignored", f"“{shown}” is not read: files in this folder end in {ending}.", Span(path),
                                      "Move it elsewhere or delete it."))  # fmt: skip
    for name in folder.names(base, folders=True):
        path = f"{base}/{name}"
        if name.endswith(ending):
            yield path, name.removesuffix(ending)  # whoever wants to read it is told that it is no file
        else:
            folder.report.add(warning("file-ignored", f"The folder “{shown_name(path)}” is not read.", Span(path),
                                      "Put the files directly into the folder above it."))  # fmt: skip


def is_slug(name: str) -> bool:
    """Whether a name can be an id."""
    return bool(_SLUG.fullmatch(name)) and len(name) <= 60


def identifier(folder: Folder, path: str, stem: str) -> bool:
    """Whether a file's name can serve as the name by which the text refers to it; else a complaint."""
    if is_slug(stem):
        return True
    folder.report.add(error(
        "file-name", f"“{shown_name(stem)}” cannot be a name to refer to.", Span(path),
        "Rename the file: small letters, digits and hyphens only, beginning with a letter."))  # fmt: skip
    return False


def check_folders(folder: Folder, base: str) -> None:
    """A warning for each folder and file of a publication that nobody reads."""
    for name in folder.names(base, folders=True):
        if name not in (*PARTS, "publication.yaml"):
            close = nearest(name, PARTS, 1)
            hint = f"Did you mean “{close[0]}”?" if close else "There are: " + ", ".join(PARTS) + "."
            folder.report.add(
                warning("folder-unknown", f"The folder “{shown_name(name)}” is not read.", Span(f"{base}/{name}"), hint)
            )
    for name in folder.names(base):
        misnamed = name.lower().startswith("publication.") and not folder.exists(f"{base}/publication.yaml")  # told as missing
        if name not in ("publication.yaml", *PARTS) and not name.startswith("README") and not misnamed:
            folder.report.add(warning("file-ignored", f"“{shown_name(name)}” is not read here.", Span(f"{base}/{name}"),
                                      "Sections belong in sections/, tables and lists in data/, diagrams in diagrams/, pictures in figures/."))  # fmt: skip


def shown_name(name: str) -> str:
    """A file name as it can be printed: control characters and bytes that are no text made visible."""
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in name)
