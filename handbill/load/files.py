"""The one door to the project's files: what comes through is text, or a diagnostic that says why not."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from handbill.diagnostics import Diagnostic, Report, error, warning
from handbill.text import Span

MAX_TEXT = 5 * 1024 * 1024
MAX_PICTURE = 20 * 1024 * 1024

_OTHERS = {
    b"PK\x03\x04": "a Word or other office document", b"\xd0\xcf\x11\xe0": "an old Word document", b"{\\rtf": "a document in RTF",
    b"%PDF": "a PDF", b"\x89PNG": "a picture", b"\xff\xd8\xff": "a picture", b"\x1f\x8b": "a packed file",
}  # fmt: skip
"""How files begin that people take for text, or save under its name."""
_GARBLED = re.compile("[\u00c2-\u00c5\u00e2\u20ac]")
"""Before a control character: letters that were read in a wrong encoding, of which a rule speaks."""
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
_IGNORED = re.compile(r"^\.|^~\$|~$|^#.*#$|\.(swp|swo|tmp|bak|orig)$|^(Thumbs\.db|desktop\.ini)$")


@dataclass(frozen=True)
class Folder:
    """A folder whose files may be read, with all complaints going to one report.

    Nothing outside `root` is ever opened: a symbolic link that leads out is refused.
    """

    root: Path
    report: Report
    installed: dict[str, None] = field(default_factory=dict)
    """Files outside the project that were read, or looked for in vain, by their whole paths: those of installed packages."""

    @cached_property
    def home(self) -> Path:
        """The root without links: what a file must lie in."""
        return self.root.resolve()

    def exists(self, relative: str) -> bool:
        """Whether something of that very name (upper and lower case included) is there."""
        path = self.root / relative
        return path.name in _names(path.parent)

    def names(self, relative: str, *, folders: bool = False) -> tuple[str, ...]:
        """Sorted names of the files (or the folders) directly in a folder; hidden and backup files left out."""
        try:
            with os.scandir(self.root / relative) as entries:
                return tuple(
                    sorted(e.name for e in entries if not _IGNORED.search(e.name) and _is_folder(e) is folders)
                )
        except FileNotFoundError:
            pass
        except NotADirectoryError:
            self.report.add(
                error("file-not-folder", f"“{relative}” must be a folder, but it is a file.", Span(relative))
            )
        except OSError as problem:
            self.report.add(_os_error(relative, problem))
        return ()

    def walk(self, relative: str) -> Iterator[str]:
        """Paths of all files below a folder, sorted, relative to the root. Linked folders are not entered."""
        for name in self.names(relative):
            yield f"{relative}/{name}"
        for name in self.names(relative, folders=True):
            if not (self.root / relative / name).is_symlink():
                yield from self.walk(f"{relative}/{name}")

    def read_bytes(self, relative: str, limit: int = MAX_TEXT) -> bytes | None:
        """The bytes of a regular file inside the project, at most `limit` of them; None after a complaint."""
        try:
            real = (self.root / relative).resolve(strict=True)
            if not real.is_relative_to(self.home):
                self.report.add(error(
                    "file-outside", f"“{relative}” is a link that leads out of the project, so it is not read.",
                    Span(relative), "Put a copy of the file in place of the link."))  # fmt: skip
                return None
            info = real.stat()
            if not stat.S_ISREG(info.st_mode):
                kind = "a folder" if stat.S_ISDIR(info.st_mode) else "not an ordinary file"
                self.report.add(
                    error("file-not-regular", f"“{relative}” must be a file, but it is {kind}.", Span(relative))
                )
                return None
            if info.st_size > limit:
                self.report.add(error(
                    "file-too-large",
                    f"“{relative}” has {info.st_size / 1_000_000:.0f} MB; files of more than {limit // 1_000_000} MB are not read.",
                    Span(relative), "Split the file, or check that it is the one you meant."))  # fmt: skip
                return None
            return real.read_bytes()
        except (OSError, RuntimeError) as problem:
            self.report.add(_os_error(relative, problem))
            return None

    def read_text(self, relative: str) -> str | None:
        """The text of a UTF-8 file with `\\n` line ends and no byte order mark; None after a complaint."""
        data = self.read_bytes(relative)
        return None if data is None else self.decode(relative, data)

    def decode(self, relative: str, data: bytes) -> str | None:
        """Bytes to text, with the place of the first byte that is wrong."""
        if (kind := next((kind for first, kind in _OTHERS.items() if data.startswith(first)), None)) is not None:
            self.report.add(error(
                "file-encoding", f"“{relative}” is {kind}, not a file of plain text.", Span(relative, 1, 1),
                "Save it as plain text in UTF-8: open it in its program and choose “Save as”."))  # fmt: skip
            return None
        if _is_utf16(data[:64]):
            self.report.add(error(
                "file-encoding", f"“{relative}” is saved as UTF-16; Handbill reads UTF-8.", Span(relative, 1, 1),
                "In your editor choose “Save with encoding” and UTF-8."))  # fmt: skip
            return None
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as problem:
            line = data.count(b"\n", 0, problem.start) + 1
            column = len(data[data.rfind(b"\n", 0, problem.start) + 1 : problem.start].decode("utf-8", "replace")) + 1
            self.report.add(error(
                "file-encoding", f"“{relative}” is not saved as UTF-8: a character in this line cannot be read.",
                Span(relative, line, column), "In your editor choose “Save with encoding” and UTF-8."))  # fmt: skip
            return None
        if text.startswith("\ufeff"):
            text = text[1:]
            self.report.add(warning(
                "file-bom", f"“{relative}” begins with an invisible byte order mark.", Span(relative, 1, 1),
                "Save it as “UTF-8” rather than “UTF-8 with BOM”."))  # fmt: skip
        text = self._line_ends(relative, text)
        found = next((sign for sign in _CONTROL.finditer(text) if not _GARBLED.search(text[max(0, sign.start() - 2) : sign.start()])), None)
        if found:
            line, column = place(text, found.start())
            self.report.add(error(
                "file-control-character",
                f"“{relative}” holds an invisible control character (U+{ord(found[0]):04X}).",
                Span(relative, line, column), "Delete the character and type the text again."))  # fmt: skip
            return None
        return text

    def _line_ends(self, relative: str, text: str) -> str:
        if "\r" not in text:
            return text
        unified = text.replace("\r\n", "\n").replace("\r", "\n")
        windows, old_mac = text.count("\r\n"), len(re.findall("\r(?!\n)", text))
        unix = text.count("\n") - windows
        if sum(bool(n) for n in (windows, old_mac, unix)) > 1:
            first = "\r\n" if windows >= unix else "\n"
            odd = next(i for i, line in enumerate(re.findall("[^\r\n]*(\r\n|\r|\n)", text), 1) if line != first)
            self.report.add(warning(
                "file-line-ends", f"“{relative}” mixes the line ends of different systems.", Span(relative, odd, 1),
                "Save it with one kind of line end (LF)."))  # fmt: skip
        return unified


def _is_utf16(data: bytes) -> bool:
    """Whether text begins with UTF-16's mark, or has a zero at every second byte."""
    zeros = max(data[::2].count(0), data[1::2].count(0))
    return data.startswith((b"\xff\xfe", b"\xfe\xff")) or (len(data) > 3 and zeros * 4 > len(data))


def place(text: str, offset: int) -> tuple[int, int]:
    """Line and column (from 1) of a character of a text."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _names(folder: Path) -> frozenset[str]:
    try:
        return frozenset(path.name for path in folder.iterdir())
    except OSError:
        return frozenset()


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _os_error(relative: str, problem: OSError | RuntimeError) -> Diagnostic:
    if isinstance(problem, RuntimeError) or problem.errno == errno.ELOOP:
        return error(
            "file-link-loop", f"“{relative}” is a link that leads to itself.", Span(relative), "Delete the link."
        )
    if isinstance(problem, PermissionError):
        return error("file-unreadable", f"You have no permission to read “{relative}”.", Span(relative),
                     "Change the file's permissions, then try again.")  # fmt: skip
    if isinstance(problem, FileNotFoundError):
        return error("file-missing", f"There is no file “{relative}”.", Span(relative))
    return error(
        "file-unreadable", f"“{relative}” cannot be read.", Span(relative), detail=problem.strerror or str(problem)
    )
