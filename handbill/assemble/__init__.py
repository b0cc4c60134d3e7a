"""assemble: Project -> Source. Jinja2 makes one Markdown text and remembers where each line came from."""

from __future__ import annotations

from jinja2 import Environment

from handbill.assemble.context import context_of
from handbill.assemble.engine import environment
from handbill.assemble.marks import Marks
from handbill.diagnostics import Report
from handbill.model import Project, Source
from handbill.templating import syntax_mistake, template_diagnostic

TEMPLATE = "source.md.j2"


def _other_mistakes(jinja: Environment, project: Project, report: Report) -> None:
    """Mistakes of syntax in the templates of the source that were not reached: all are told at once."""
    said = {found.span.path for found in report if found.span is not None}
    for name in project.templates:
        if name.endswith(".md.j2") and not name.startswith("diagrams/") and f"templates/{name}" not in said:
            found = syntax_mistake(jinja, name, project.templates)
            report.add(*((found,) if found else ()))


def assemble(project: Project, report: Report) -> Source | None:
    """The one Markdown source of a publication: every section in every form, the data, the diagrams.

    A mistake in a template is reported at the template's line; then there is no Source.
    """
    marks = Marks(project.templates)
    jinja = environment(project, marks)
    try:
        marked = jinja.get_template(TEMPLATE).render(context_of(project, marks))
    except Exception as problem:
        diagnostic = template_diagnostic(problem, project.templates, jinja.filters)
        if diagnostic is None:
            raise
        report.add(diagnostic)
        _other_mistakes(jinja, project, report)
        return None
    return marks.resolve(marked)
