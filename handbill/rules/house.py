"""Editions: the files and parts that they name are there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from handbill.diagnostics import Diagnostic, Severity
from handbill.model import Project
from handbill.nearest import did_you_mean
from handbill.rules.registry import Context, rule

_PART = re.compile(r"\.part \.([\w-]+)")


@rule(stage="load", code="edition-file-missing", severity=Severity.ERROR, firm=True)
def files(project: Project, context: Context) -> Iterator[Diagnostic]:
    """An edition names a style sheet or a page template that is not there.

    Its files could not be made as they should look.

    Correct the name, or put the file beside edition.yaml or into the shared folders templates/styles/ and templates/pages/.
    """
    for edition in project.editions.values():
        for output in edition.spec.outputs.values():
            named = [(name, "styles", "style sheet") for name in output.styles]
            named += [(output.template, "pages", "page template")] if output.template else []
            for name, folder, what in named:
                places = {f"file:templates/editions/{edition.name}/{name}", f"file:templates/{folder}/{name}"}
                if name in edition.files or f"{folder}/{name}" in project.styles or places & project.broken:
                    continue
                there = [known.removeprefix(f"{folder}/") for known in project.styles if known.startswith(f"{folder}/")]
                yield context.found(f"There is no {what} “{name}”.", name.place(0, len(name)) or edition.span,
                                    *did_you_mean(name, [*there, *edition.files]),
                                    f"It is looked for beside edition.yaml and in templates/{folder}/; a folder of that name does not do.")  # fmt: skip


@rule(stage="load", code="part-unknown", severity=Severity.ERROR)
def parts(project: Project, context: Context) -> Iterator[Diagnostic]:
    """An edition keeps a part that the source does not have.

    It would be missing on the page without a word.

    Correct its name: the parts are the blocks {.part .name} of the templates.
    """
    known = {name for text in project.templates.values() for name in _PART.findall(text)}
    for edition in project.editions.values():
        wanted = chain(edition.spec.parts, *(panel.parts for panel in edition.spec.panels))
        for name in wanted if known else ():
            if name not in known:
                yield context.found(f"The edition “{edition.name}” keeps the part “{name}”, which does not exist.",
                                    name.place(0, len(name)) or edition.span,
                                    *did_you_mean(name, sorted(known)))  # fmt: skip
