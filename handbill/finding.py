"""What there is in a project, told from the names of its folders alone: nothing is read, nothing is imported for it."""

from __future__ import annotations

import os
from pathlib import Path


def discover(root: Path) -> list[str]:
    """The publications of a project: folders below `content/` with a `publication.yaml` or sections, sorted."""
    content = root / "content"
    if not content.is_dir():
        return []
    return sorted(folder.name for folder in content.iterdir() if _is_publication(folder))


def _is_publication(folder: Path) -> bool:
    """Whether a folder holds a publication, or was meant to: what it lacks is complained of when it is read."""
    return os.path.lexists(folder / "publication.yaml") or ((folder / "sections").is_dir() and not folder.name.startswith("."))


def known_editions(root: Path) -> list[str]:
    """The editions of a project's house: folders below `templates/editions/` that have an `edition.yaml`, sorted."""
    editions = root / "templates" / "editions"
    if not editions.is_dir():
        return []
    return sorted(folder.name for folder in editions.iterdir() if (folder / "edition.yaml").is_file())
