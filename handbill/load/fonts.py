"""Fonts: packages named in `templates/fonts.yaml`, their files found below `node_modules/`."""

from __future__ import annotations

from collections.abc import Mapping

from handbill.diagnostics import Diagnostic, error
from handbill.jobs import frozen
from handbill.load.files import Folder
from handbill.load.packages import read_package_file
from handbill.load.validate import validated
from handbill.load.yaml_tree import read_yaml
from handbill.schema import FontsFile
from handbill.text import Span

PATH = "templates/fonts.yaml"


def read_fonts(folder: Folder) -> Mapping[str, bytes]:
    """The files of every font in the list; a missing one is an error at its line."""
    if not folder.exists(PATH):
        return {}
    text = folder.read_text(PATH)
    tree = None if text is None else read_yaml(PATH, text, folder.report)
    spec = None if tree is None else validated(FontsFile, tree, folder.report)
    if spec is None or tree is None:
        return {}
    found: dict[str, bytes] = {}
    for index, font in enumerate(spec.fonts):
        for name in font.file_names():
            data = read_package_file(folder, f"{font.package}/files/{name}")
            if data is None:
                folder.report.add(_missing(name, tree.span(("fonts", index, "package"))))
                break
            found[name] = data
            plain = name.removesuffix("2")  # the same font as WOFF 1, which a PDF engine unpacks thirty times faster
            if (unpacked := read_package_file(folder, f"{font.package}/files/{plain}")) is not None:
                found[plain] = unpacked
    return frozen(found)


def _missing(name: str, place: Span) -> Diagnostic:
    return error(
        "font-missing", f"The font file “{name}” is not installed.", place, "Run “make setup”; it installs the fonts."
    )
