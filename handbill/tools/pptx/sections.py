"""PowerPoint's sections: the chapters of a deck in its list of slides."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import islice
from typing import Any
from xml.sax.saxutils import quoteattr

from handbill.tools.pptx.xml import element, qname

_URI = "{521415D9-36F7-43E2-AB2F-B90AF26B5E84}"


def add_sections(presentation: Any, chapters: Sequence[tuple[str, int]]) -> None:
    """Groups the slides: each chapter's name, and how many of them it has."""
    ids = iter([slide.get("id") for slide in presentation.slides._sldIdLst])
    sections = ""
    for number, (name, length) in enumerate(chapters):
        slides = "".join(f'<p14:sldId id="{identifier}"/>' for identifier in islice(ids, length))
        sections += f'<p14:section name={quoteattr(name)} id="{_guid(f"{number} {name}")}"><p14:sldIdLst>{slides}</p14:sldIdLst></p14:section>'
    root = presentation._element
    extensions = root.find(qname("p:extLst"))
    if extensions is None:
        extensions = element("<p:extLst/>")
        root.append(extensions)
    for old in [ext for ext in extensions if ext.get("uri") == _URI]:
        extensions.remove(old)
    extensions.append(
        element(
            f'<p:ext uri="{_URI}"><p14:sectionLst xmlns:p14="http://schemas.microsoft.com/office/powerpoint/2010/main">'
            f"{sections}</p14:sectionLst></p:ext>"
        )
    )


def _guid(name: str) -> str:
    """A GUID that the same name always gets."""
    digits = hashlib.sha256(name.encode()).hexdigest().upper()
    return f"{{{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:32]}}}"
