"""What all templates share: where they come from, and their mistakes as diagnostics at their own line."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping

from jinja2 import BaseLoader, Environment, TemplateError, TemplateNotFound, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError

from handbill.diagnostics import Diagnostic, error
from handbill.text import Span


class Given(BaseLoader):
    """Serves templates that were read before, by their path below `templates/`, and nothing else."""

    def __init__(self, templates: Mapping[str, str]) -> None:
        self._templates = templates

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        source = self._templates.get(template)
        if source is None:
            raise TemplateNotFound(template)
        return source, f"templates/{template}", lambda: True


def template_diagnostic(problem: BaseException) -> Diagnostic | None:
    """The complaint for what went wrong inside a template; None when it did not come from one."""
    span = _place(problem)
    words = str(problem)
    if isinstance(problem, TemplateSyntaxError):
        return error(
            "template-syntax", f"The template has a mistake: {problem.message}", span,
            "Look for a `{% ... %}` or `{{ ... }}` that is not closed, or a missing `endif` or `endfor`.", detail=words,
        )  # fmt: skip
    if isinstance(problem, TemplateNotFound):
        return error(
            "template-missing", f"There is no template “{problem.name}”", span,
            "Templates are looked up below the folder `templates/`.", detail=words,
        )  # fmt: skip
    if isinstance(problem, UndefinedError):
        return error(
            "template-undefined", f"The template uses a name that is not there: {words}", span,
            "Check the spelling, or guard it with `{% if ... %}`.", detail=words,
        )  # fmt: skip
    if isinstance(problem, SecurityError):
        return error("template-forbidden", f"The template tries what templates may not do: {words}", span, detail=words)
    if isinstance(problem, TemplateError) or span is not None:
        kind = type(problem).__name__
        return error("template-failed", f"The template could not be carried out: {words or kind}", span, detail=kind)
    return None


def _place(problem: BaseException) -> Span | None:
    """Jinja2 rewrites tracebacks so that template frames carry the template's file and line: take the innermost."""
    if isinstance(problem, TemplateSyntaxError):
        return Span(problem.filename or problem.name or "templates", problem.lineno)
    for frame in reversed(traceback.extract_tb(problem.__traceback__)):
        if frame.filename.startswith("templates/"):
            return Span(frame.filename, frame.lineno or 0)
    return None
