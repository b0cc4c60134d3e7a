"""Finishing pandoc's EPUB: fonts, one fixed time, mimetype first, the same bytes every time."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping

from handbill.model import Project

_EPOCH = (1980, 1, 1, 0, 0, 0)
_OPF = "EPUB/content.opf"
_FOLDER = "EPUB/fonts/"


def finish(data: bytes, css: str, cover: bytes, project: Project, fonts: Mapping[str, bytes]) -> bytes:
    """The package with our style sheet and its fonts, its modification date taken from the content, and a fixed order and time."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        files = {name: package.read(name) for name in package.namelist() if not name.endswith("/")}
    opf = files[_OPF].decode()
    opf = re.sub(
        r'(<meta property="dcterms:modified">)[^<]*(</meta>)', rf"\g<1>{project.publication.last_reviewed}T00:00:00Z\2", opf
    )
    for name in sorted(fonts):
        item = f'<item id="font-{_id(name)}" href="fonts/{name}" media-type="font/woff2" />\n'
        opf = opf.replace("</manifest>", item + "  </manifest>")
        files[_FOLDER + name] = fonts[name]
    files[_OPF] = opf.encode()
    for name in files:
        if name.endswith(".css"):  # pandoc's sandbox takes no style sheet of ours, so it takes the place of pandoc's own
            files[name] = re.sub(r'url\("([^"/]+\.woff2)"\)', r'url("../fonts/\1")', css).encode()
    return _zip(files)


def _id(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9-]", "-", name)


def _zip(files: Mapping[str, bytes]) -> bytes:
    """A ZIP as OCF wants it (EPUB 3.3, 4.2.3): `mimetype` first and stored; the rest sorted."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        for name in ["mimetype", *sorted(files.keys() - {"mimetype"})]:
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            package.writestr(entry, files[name])
    return stream.getvalue()
