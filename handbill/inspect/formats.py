"""Plain text, Braille, and scripts for reading aloud, by reading the finished files back."""

from __future__ import annotations

import re

from lxml import etree

from handbill.brf import Page, joined, read
from handbill.diagnostics import Diagnostic, error
from handbill.jobs import Runner
from handbill.model import Artifact, Facts, Project
from handbill.schema import Output
from handbill.text import Span
from handbill.tools.braille.tool import reading_job, said_by

_SSML = "{http://www.w3.org/2001/10/synthesis}"
_PARENTS = {"p": {"speak"}, "s": {"p"}, "break": {"speak"}, "emphasis": {"s"}}
"""Where the elements of SSML 1.1 that a script uses may stand."""
_RULE = re.compile(r"^(?:=+|-+)$", re.MULTILINE)
_DIRECTION = re.compile(r"\[[^\]]*\]")


def inspect_text(name: str, data: bytes) -> Facts:
    """The words of a text file. `extra`: `longest`, characters of its longest line that has a space in its middle."""
    text = data.decode()
    return Facts(
        name=name,
        pages=1,
        texts=(text,),
        extra={"longest": max((len(line) for line in text.split("\n") if " " in line.strip()), default=0)},
    )


def inspect_ssml(name: str, data: bytes) -> Facts:
    """The words of a script for a voice, paragraph by paragraph. `extra`: `misplaced`, elements where SSML has none."""
    root = _parsed(data)
    names = [
        (_name(element), _name(element.getparent())) for element in root.iter(etree.Element) if element is not root
    ]
    return Facts(
        name=name,
        pages=1,
        texts=tuple(" ".join("".join(p.itertext()).split()) for p in root.iter(f"{_SSML}p")),
        language=root.get("{http://www.w3.org/XML/1998/namespace}lang", ""),
        extra={
            "misplaced": tuple(name for name, parent in names if parent not in _PARENTS.get(name, set())),
            "root": root.tag,
        },
    )


def inspect_braille(name: str, data: bytes) -> Facts:
    """The pages of a BRF file as Braille patterns. `extra`: `cells` of the longest line, `lines` of the longest page."""
    pages = read(data, Page())
    return Facts(
        name=name,
        pages=len(pages),
        texts=tuple("\n".join(lines) for lines in pages),
        extra={
            "cells": max((len(line) for page in pages for line in page), default=0),
            "lines": max((len(page) for page in pages), default=0) + 1,
        },
    )


def check_format(artifact: Artifact, facts: Facts, place: Span | None) -> list[Diagnostic]:
    """What readers and machines of a format could not take: too long lines or pages, elements that SSML does not have."""
    output, found = artifact.output, []
    if artifact.format in ("text", "script") and output.width and facts.extra["longest"] > output.width:
        found.append(f"has a line of {facts.extra['longest']} characters, {output.width} are promised")
    if artifact.format == "braille":
        if output.width and facts.extra["cells"] > output.width:
            found.append(f"has a line of {facts.extra['cells']} cells, {output.width} are promised")
        if output.lines and facts.extra["lines"] > output.lines:
            found.append(f"has a page of {facts.extra['lines']} lines, {output.lines} are promised")
    if artifact.format == "ssml" and (facts.extra["misplaced"] or facts.extra["root"] != f"{_SSML}speak"):
        found.append(f"is no SSML: {', '.join(sorted(set(facts.extra['misplaced']))) or facts.extra['root']}")
    hint = "If the source is in order, this is a fault of the program: please report it with the publication."
    return [error("format-broken", f"{artifact.name} {words}.", place, hint) for words in found]


def words_of_text(data: bytes) -> list[str]:
    """The paragraphs of a plain text without the underlines of headings."""
    text = _RULE.sub("", data.decode())
    return [" ".join(paragraph.split()) for paragraph in text.split("\n\n")]


def words_of_script(data: bytes) -> list[str]:
    """What is said of a script for a reader."""
    return [" ".join(paragraph.split()) for paragraph in _DIRECTION.sub("", data.decode()).split("\n\n")]


def words_of_braille(data: bytes, output: Output, project: Project, runner: Runner) -> list[str]:
    """The words of a BRF file as a reader would take them: all of its pages in one line, read back by liblouis."""
    known = project.braille_of(output)
    page = Page(carry_on=str(known.carry_on or "") if known else "")
    setting = {} if known is None else {"table": str(known.table)}
    (result,) = runner.run([reading_job([joined(read(data, page), page)], str(project.publication.language), setting)])
    if result.failed:
        return []
    texts, _ = said_by(result)
    return [str(text) for text in texts]


def _parsed(data: bytes) -> etree._Element:
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))


def _name(element: etree._Element | None) -> str:
    return "" if element is None else str(element.tag).removeprefix(_SSML)
