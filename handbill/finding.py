"""What there is in a project, told from the names of its folders alone: nothing is read, nothing is imported for it."""

from __future__ import annotations

import os
from pathlib import Path


def discover(root: Path) -> list[str]:
    """The publications of a project: folders below `content/` that have a `publication.yaml`, sorted."""
    content = root / "content"
    if not content.is_dir():
        return []
    return sorted(folder.name for folder in content.iterdir() if _is_there(folder / "publication.yaml"))


def _is_there(path: Path) -> bool:
    """Whether there is anything of that name: what is no file, or leads nowhere, is complained of when it is read."""
    return os.path.lexists(path)


def known_editions(root: Path) -> list[str]:
    """The editions of a project's house: folders below `templates/editions/` that have an `edition.yaml`, sorted."""
    editions = root / "templates" / "editions"
    if not editions.is_dir():
        return []
    return sorted(folder.name for folder in editions.iterdir() if (folder / "edition.yaml").is_file())
