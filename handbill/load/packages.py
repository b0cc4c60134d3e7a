"""Files of installed npm packages: fonts, and what editions name under `vendor`."""

from __future__ import annotations

from handbill.load.files import Folder
from handbill.tools.locate import node_modules


def read_package_file(folder: Folder, name: str) -> bytes | None:
    """A file by its path below `node_modules/` (the project's, or the one beside the engine); None when it is not there.

    The packages are the program's own, pinned by the lock file; they are not content.
    """
    for home in node_modules(folder.root):
        path = home / name
        folder.installed[str(path)] = None
        if path.is_file():
            return path.read_bytes()
    return None
