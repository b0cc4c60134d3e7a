"""inspect: Artifact -> Facts. Looks at what was really made; rules judge what it saw."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from handbill.diagnostics import Diagnostic, Report
from handbill.inspect.contrast import check_contrast
from handbill.inspect.fidelity import compare
from handbill.inspect.fidelity_formats import compare_format
from handbill.inspect.formats import check_format, inspect_braille, inspect_ssml, inspect_text
from handbill.inspect.paper import inspect_paper
from handbill.inspect.pdf import NOTDEF, inspect_pdf, validate_pdf
from handbill.inspect.pdf_check import check_tags
from handbill.inspect.pdfx import check_pdfx, is_pdfx
from handbill.inspect.pptx import inspect_pptx, validate_pptx
from handbill.inspect.slides import inspect_revealjs, validate_revealjs
from handbill.inspect.web import inspect_epub, inspect_html
from handbill.inspect.web_checks import validate_web
from handbill.jobs import Desk, Runner
from handbill.model import Artifact, Document, Edition, Facts, Project
from handbill.tools.pdf.words import GLYPH

INSPECTORS: dict[str, Callable[[str, bytes], Facts]] = {
    "pdf": inspect_pdf,
    "booklet": inspect_pdf,
    "html": inspect_html,
    "epub": inspect_epub,
    "revealjs": inspect_revealjs,
    "pptx": inspect_pptx,
    "text": inspect_text,
    "braille": inspect_braille,
    "script": inspect_text,
    "ssml": inspect_ssml,
}
PAGED = frozenset({"pdf", "booklet"})
_WITHOUT_PRINT = frozenset({"text", "braille", "script", "ssml"})


def inspect(
    artifact: Artifact, document: Document, edition: Edition, project: Project, report: Report, runner: Runner, desk: Desk | None = None
) -> Facts:
    """The facts of one finished file. What the standards' validators and we ourselves find goes to `report` at once.

    desk  where pages of PDFs are remembered from one file to the next; without it they are all read
    """
    paged = artifact.format in PAGED
    found = Report()
    with ThreadPoolExecutor(1) as beside:  # validators look at the file while it is read and compared
        tagged = paged and not is_pdfx(artifact.data)
        verdict = beside.submit(validate_pdf, artifact.data, runner) if tagged else None
        facts = inspect_pdf(artifact.name, artifact.data, desk) if paged else INSPECTORS[artifact.format](artifact.name, artifact.data)
        if tagged:
            found.extend(check_tags(facts))
        elif paged:
            found.extend(check_pdfx(artifact.name, artifact.data))
        facts = _compared(artifact, facts, document, edition, project, found, runner)
    if verdict is not None:
        known = any(told.code == GLYPH for told in report)  # at the author's own character, which validators cannot say
        report.extend(fault for fault in verdict.result() if not (known and NOTDEF in fault.message))
    report.extend(found)
    return facts


def _compared(
    artifact: Artifact,
    facts: Facts,
    document: Document,
    edition: Edition,
    project: Project,
    report: Report,
    runner: Runner,
) -> Facts:
    """The facts with what was measured on paper; what is wrong beside the source and the styles goes to `report`."""
    if artifact.format in ("html", "epub"):
        report.extend(validate_web(facts))
    if artifact.format == "pdf" and edition.spec.shape != "deck":
        paper = inspect_paper(facts.extra["reading"], document, edition, project)
        facts = replace(facts, extra={**facts.extra, "paper": paper})
    if artifact.format in _VALIDATORS:
        report.extend(_VALIDATORS[artifact.format](facts))
    report.extend(check_contrast(artifact, facts, edition, project))
    if artifact.format in _WITHOUT_PRINT:
        report.extend(check_format(artifact, facts, edition.span))
        report.extend(compare_format(artifact, facts, document, project, runner))
    else:
        report.extend(compare(artifact, facts, document, edition, project))
    return facts


_VALIDATORS: dict[str, Callable[[Facts], list[Diagnostic]]] = {"revealjs": validate_revealjs, "pptx": validate_pptx}
