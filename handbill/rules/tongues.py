"""Languages of words and passages, as `{lang=fr}` names them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handbill.diagnostics import Diagnostic, Severity
from handbill.markup import prose
from handbill.model import Project
from handbill.pieces import markdowns
from handbill.rules.registry import Context, rule

_TAG = re.compile(r"\{[^{}\n]*?\blang=(?:\"([^\"\n]*)\"|'([^'\n]*)'|([^\s}]*))[^{}\n]*\}")


@rule(stage="load", code="lang-unknown", severity=Severity.ERROR)
def unknown(project: Project, context: Context) -> Iterator[Diagnostic]:
    """The language of a word or passage is no language tag (BCP 47).

    A screen reader would keep the voice of the text around it, and read the words as if they were in that language.

    Write the tag of the language: [bonjour]{lang=fr}, {lang=pt-BR}; the country comes after a hyphen.
    """
    for text in markdowns(project):
        if "lang=" not in text:
            continue
        for found in _TAG.finditer(prose(text)):
            group = next(number for number in (1, 2, 3) if found[number] is not None)
            tag = text[found.start(group) : found.end(group)]
            if tag[:1] in "“”„‘’«»":
                continue  # told as quotation marks that end no value
            if (better := _better(tag)) is not None:
                place = text.place(found.start(group), max(found.end(group), found.start(group) + 1))
                hint = f"Write “{better}”." if better else "Write a tag such as fr, de or pt-BR."
                yield context.found(f"“{tag}” is no language.", place, hint)


def _better(tag: str) -> str | None:
    """None for a good tag; else the tag that was probably meant, "" when nobody can tell."""
    import langcodes  # Knows every tag there is; takes longer to load than most texts to check.

    if "_" not in tag and langcodes.tag_is_valid(tag):
        return None
    meant = tag.replace("_", "-")
    return str(langcodes.standardize_tag(meant)) if langcodes.tag_is_valid(meant) else ""
