"""What pages will need, read and compiled while somebody else is at work."""

from __future__ import annotations

from contextlib import suppress

from jinja2 import TemplateError

from handbill.model import Edition, Project
from handbill.names import FONTS
from handbill.render.faces import without_unneeded_faces
from handbill.render.page import find_file, page_template


def fonts_ready(project: Project, letters: str) -> None:
    """The fonts that set these letters."""
    sheet = project.styles.get(f"styles/{FONTS}", b"")
    without_unneeded_faces(sheet.decode(errors="replace"), letters, project.fonts)


def template_ready(edition: Edition, project: Project, name: str) -> None:
    """A page template as `fill_template` takes it. Whatever is wrong with it is told there."""
    if find_file(edition, project, name, "pages") is not None:
        with suppress(TemplateError, UnicodeDecodeError):
            page_template(edition, project, name)
