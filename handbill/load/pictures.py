"""Pictures of a publication: everything below `figures/` that is truly a picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handbill.diagnostics import error, warning
from handbill.jobs import frozen
from handbill.load.files import MAX_PICTURE, Folder
from handbill.load.listing import shown_name
from handbill.text import Span

KINDS: Mapping[str, Callable[[bytes], bool]] = {
    ".png": lambda data: data.startswith(b"\x89PNG\r\n\x1a\n"),
    ".jpg": lambda data: data.startswith(b"\xff\xd8\xff"),
    ".jpeg": lambda data: data.startswith(b"\xff\xd8\xff"),
    ".svg": lambda data: b"<svg" in data[:4096],
}
"""What the first bytes of each kind of picture look like."""


def read_pictures(folder: Folder, base: str, broken: set[str]) -> Mapping[str, bytes]:
    """The bytes of each picture by its path below the publication's folder. `broken` takes `picture:path` of those of no use."""
    found: dict[str, bytes] = {}
    for path in folder.walk(f"{base}/figures"):
        ending = path[path.rfind(".") :]
        shown = shown_name(path.rpartition("/")[2])
        own = path.removeprefix(f"{base}/")
        broken.add(f"picture:{own}")
        if ending.lower() not in KINDS:
            folder.report.add(warning("file-ignored", f"“{shown}” is not read: pictures end in " + ", ".join(KINDS) + ".", Span(path),
                                      "Save it as PNG, JPEG or SVG, or move it elsewhere."))  # fmt: skip
            continue
        data = folder.read_bytes(path, MAX_PICTURE)
        if data is None:
            continue
        if not KINDS[ending.lower()](data):
            folder.report.add(error("picture-broken", f"“{shown}” is not the kind of picture that its name says.", Span(path),
                                    "Save the picture again, or rename it to what it is."))  # fmt: skip
            continue
        broken.discard(f"picture:{own}")
        found[own] = data
    return frozen(found)
