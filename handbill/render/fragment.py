"""What pandoc's HTML writer makes of blocks: the body of a page, and the list of its contents."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

from handbill.diagnostics import Diagnostic
from handbill.jobs import Job, Result, Runner
from handbill.model import Document
from handbill.pandoc_ast import Blocks, holds, to_meta
from handbill.tools import pandoc

_SPLIT = "<!-- handbill: body -->"
_FRAGMENT = f"$toc$\n{_SPLIT}\n$body$\n"
_BACK_ARROW = "↩︎"
"""pandoc's sign of the way back from a footnote: only a large font of symbols has it."""
_SECTIONS = ("--section-divs",)
_LIST, _LIST_END = "<ul>\n", "\n</ul>"
_PIECE = 50_000
"""Bytes of JSON: some 25 milliseconds of writing, beside which those of one more start of pandoc do not weigh much."""

Written = tuple[str, str, tuple[Diagnostic, ...]]
"""Contents list, body, complaints."""


def fragment_job(document: Document, blocks: Any, writer: str = "html5", options: tuple[str, ...] = ()) -> Job:
    """The pandoc Job that writes a document's contents list and body as an HTML fragment."""
    ast = {**document.ast, "meta": {"title": to_meta("-")}, "blocks": blocks}
    return pandoc.convert(
        "document.json",
        {"document.json": json.dumps(ast).encode(), "fragment.html": _FRAGMENT.encode()},
        reader="json",
        writer=writer,
        output="fragment.out.html",
        options=[
            "--standalone", "--template=fragment.html", "--toc", "--toc-depth=2", "--wrap=none",
            "--syntax-highlighting=none", "--email-obfuscation=none", *options,
        ],
        label=f"write {writer}",
    )  # fmt: skip


def write_fragment(job: Job, runner: Runner) -> Written:
    """Contents list and body of a `fragment_job`; both empty when pandoc failed."""
    (result,) = runner.run([job])
    return _read(result)


def write_sections(document: Document, blocks: Blocks, runner: Runner) -> Written:
    """A document whose headings open sections, with a list of its contents."""
    return write_fragment(fragment_job(document, blocks, options=_SECTIONS), runner)


def write_chapters(document: Document, blocks: Blocks, runner: Runner) -> Written:
    """The same as `write_sections` gives, by a Job for each chapter (each second-level heading, under the title)."""
    return write_pieces(document, blocks, runner, 0)


def write_pieces(document: Document, blocks: Blocks, runner: Runner, least: int = _PIECE) -> Written:
    """The same as `write_sections` gives, by Jobs for pieces of at least so many bytes of JSON that begin with a second-level heading.

    Footnotes are numbered through and first-level headings hold all that follows, so a document that has some is written whole.
    """
    levels = {index: block["c"][0] for index, block in enumerate(blocks) if block["t"] == "Header"}
    starts = [index for index, level in levels.items() if level == 2]
    if not starts or min(levels.values()) < 2 or holds("Note", blocks):
        return write_sections(document, blocks, runner)
    edges = [*dict.fromkeys((0, *starts)), len(blocks)]
    pieces: list[Blocks] = []
    full = True
    for start, end in pairwise(edges):
        section = blocks[start:end]
        if full:
            pieces.append(section)
        else:
            pieces[-1] = pieces[-1] + section
        full = not least or len(json.dumps(pieces[-1])) >= least
    results = runner.run([fragment_job(document, piece, options=_SECTIONS) for piece in pieces])
    written = [_read(result) for result in results]
    diagnostics = tuple(d for _, _, found in written for d in found)
    if any(result.failed for result in results):
        return "", "", diagnostics
    entries = [toc.removeprefix(_LIST).removesuffix(_LIST_END) for toc, _, _ in written if toc]
    toc = _LIST + "\n".join(entries) + _LIST_END if entries else ""
    return toc, "\n".join(body for _, body, _ in written), diagnostics


def _read(result: Result) -> Written:
    if result.failed:
        return "", "", result.diagnostics
    toc, _, body = result.outputs["fragment.out.html"].decode().partition(_SPLIT)
    return toc.strip(), body.strip().replace(_BACK_ARROW, "^"), result.diagnostics
