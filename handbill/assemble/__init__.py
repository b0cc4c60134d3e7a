"""assemble: Project -> Source. Jinja2 makes one Markdown text and remembers where each line came from."""

from __future__ import annotations

from handbill.assemble.context import context_of
from handbill.assemble.engine import environment
from handbill.assemble.marks import Marks
from handbill.diagnostics import Report
from handbill.model import Project, Source
from handbill.templating import template_diagnostic

TEMPLATE = "source.md.j2"


def assemble(project: Project, report: Report) -> Source | None:
    """The one Markdown source of a publication: every section in every form, the data, the diagrams.

    A mistake in a template is reported at the template's line; then there is no Source.
    """
    marks = Marks()
    jinja = environment(project, marks)
    try:
        marked = jinja.get_template(TEMPLATE).render(context_of(project, marks))
    except Exception as problem:
        diagnostic = template_diagnostic(problem)
        if diagnostic is None:
            raise
        report.add(diagnostic)
        return None
    return marks.resolve(marked)
