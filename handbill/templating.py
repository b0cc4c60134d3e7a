"""What all templates share: where they come from, and their mistakes as diagnostics at their own line."""

from __future__ import annotations

import hashlib
import marshal
import re
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from types import CodeType, MappingProxyType
from typing import ClassVar

import jinja2
from jinja2 import (
    BaseLoader,
    BytecodeCache,
    Environment,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    UndefinedError,
    nodes,
)
from jinja2.bccache import Bucket
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from handbill import page_names
from handbill.diagnostics import Diagnostic, error
from handbill.nearest import did_you_mean, nearest
from handbill.shelf import SHELF
from handbill.template_syntax import mistake
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


def page_environment(
    templates: Mapping[str, str] = MappingProxyType({}), beside: Iterable[str] = ("pages",)
) -> ImmutableSandboxedEnvironment:
    """Jinja2 for page templates: everything is escaped for HTML, names that are not there are errors.

    templates  the text of each template by its path below `templates/`
    beside     the folders below `templates/` in which a name without a path is looked for
    """
    return ImmutableSandboxedEnvironment(
        loader=_Beside(templates, tuple(beside)), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        bytecode_cache=Compiled("pages"),
    )  # fmt: skip


class _Beside(Given):
    """Finds a template by its whole path, or by its name in one of some folders."""

    def __init__(self, templates: Mapping[str, str], folders: tuple[str, ...]) -> None:
        super().__init__(templates)
        self._folders = folders

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        paths = (template, *(f"{folder}/{template}" for folder in self._folders))
        found = next((path for path in paths if path in self._templates), template)
        return super().get_source(environment, found)


def syntax_mistake(environment: Environment, name: str, templates: Mapping[str, str]) -> Diagnostic | None:
    """The mistake of syntax in a template, known by its path below `templates/`; None when there is none."""
    try:
        tree = environment.parse(templates[name], name, f"templates/{name}")
        for node in tree.find_all((nodes.Filter, nodes.Test)):
            known, what = (
                (environment.filters, "filter") if isinstance(node, nodes.Filter) else (environment.tests, "test")
            )
            if node.name not in known:
                raise TemplateSyntaxError(f"No {what} named '{node.name}'.", node.lineno, name, f"templates/{name}")
    except TemplateSyntaxError as problem:
        return template_diagnostic(problem, templates, environment.filters)
    return None


def page_mistakes(templates: Mapping[str, str], editions: Iterable[str], words: Iterable[str]) -> Iterator[Diagnostic]:
    """Mistakes in the page templates of all, and in those of some editions, that would be told by a build only.

    words  the keys of the engine's own words in the publication's language
    """
    homes = ("pages/", *(f"editions/{name}/" for name in editions))
    pages = {name: text for name, text in templates.items() if name.startswith(homes)}
    own, known = tuple(sorted(page_names.given(pages.values()))), tuple(sorted(words))
    for name, text in pages.items():
        if not _is_sound(name, text, own, known):
            yield from _mistakes_in(name, templates, own, known)


@lru_cache(maxsize=256)
def _is_sound(name: str, text: str, own: tuple[str, ...], words: tuple[str, ...]) -> bool:
    here = Path(__file__)
    key = ("sound", _code(here, Path(page_names.__file__), *sorted(here.parent.glob("schema*.py"))), text, " ".join(own), " ".join(words))
    if SHELF.get(key) is not None:
        return True
    sound = not any(_mistakes_in(name, {name: text}, own, words))
    if sound:
        SHELF.put(key, b"")
    return sound


def _mistakes_in(name: str, templates: Mapping[str, str], own: tuple[str, ...], words: tuple[str, ...]) -> Iterator[Diagnostic]:
    """What is wrong with a page template: its syntax, or else names that nobody gives it."""
    jinja = page_environment(templates)
    wrong = syntax_mistake(jinja, name, templates)
    if wrong is not None:
        yield wrong
        return
    for lost, line, known in page_names.unknown(jinja, jinja.parse(templates[name]), own, words):
        place = _at(Span(f"templates/{name}", line), lost, templates)
        yield error("template-undefined", _undefined(f"'{lost}' is undefined"), place, *_close(lost, known), _GUARD)


class Compiled(BytecodeCache):
    """Templates as this process, or another one of this user, has compiled them before: a compiler takes longer than what
    it has compiled.

    `kind` stands for all that the code depends on beside the template's text: how the environment is set up, and the
    language that its filters speak. `rests_on` are the files of ours that make the environment: constants of a template go
    through its filters when it is compiled.
    """

    _MOST = 500
    _known: ClassVar[dict[tuple[str, ...], CodeType]] = {}

    def __init__(self, kind: str, *rests_on: Path) -> None:
        self._kind = kind, _code(Path(__file__), *rests_on)

    def load_bytecode(self, bucket: Bucket) -> None:
        key = (*self._kind, bucket.key, bucket.checksum)
        bucket.code = self._known.get(key)
        if bucket.code is None and (kept := SHELF.get(key)) is not None:
            bucket.code = self._known[key] = marshal.loads(kept)  # noqa: S302 - from a folder that only this user can write

    def dump_bytecode(self, bucket: Bucket) -> None:
        if len(self._known) >= self._MOST:
            self._known.clear()
        if bucket.code is not None:
            key = (*self._kind, bucket.key, bucket.checksum)
            self._known[key] = bucket.code
            SHELF.put(key, marshal.dumps(bucket.code))


@cache
def _code(*paths: Path) -> str:
    """A digest of files of ours, and the version of the compiler."""
    return jinja2.__version__ + hashlib.sha256(b"\0".join(path.read_bytes() for path in paths)).hexdigest()


def template_diagnostic(
    problem: BaseException, templates: Mapping[str, str] = MappingProxyType({}), names: Iterable[str] = ()
) -> Diagnostic | None:
    """The complaint for what went wrong inside a template; None when it did not come from one.

    templates  the text of each template by its path below `templates/`, to find the column
    names      what a template may use: variables, filters and fields, for hints
    """
    span = _place(problem)
    words = str(problem)
    if isinstance(problem, TemplateSyntaxError):
        named = str(problem.message).startswith("No ")  # a filter or a test, of which there are no others
        return _syntax(problem, span, templates, names if named else (*names, *_words_of(templates)))
    known = (*names, *_words_of(templates))
    if isinstance(problem, TemplateNotFound):
        return error(
            "template-missing", f"There is no template “{problem.name}”.", _at(span, str(problem.name), templates) or Span(f"templates/{problem.name}"),
            *did_you_mean(str(problem.name), templates), "Templates are looked up below the folder `templates/`.", detail=words,
        )  # fmt: skip
    if isinstance(problem, UndefinedError):
        return error(
            "template-undefined", _undefined(words), _word(span, _LOST_NAME.search(words), templates), *_hints(_LOST_NAME.search(words), known),
            _GUARD, detail=words,
        )  # fmt: skip
    if isinstance(problem, SecurityError):
        return error("template-forbidden", f"The template tries what templates may not do: {words}", span, detail=words)
    if isinstance(problem, TemplateError) or span is not None:
        kind = type(problem).__name__
        return error("template-failed", f"The template could not be carried out: {words or kind}", span, detail=kind)
    return None


_GUARD = "Check the spelling, or guard it with `{% if ... %}`."
_LOST_NAME = re.compile(r"^'([^']+)' is undefined|has no (?:attribute|element) '?([^']+)'?")


def _syntax(
    problem: TemplateSyntaxError, span: Span | None, templates: Mapping[str, str], known: Iterable[str]
) -> Diagnostic:
    path = span.path if span is not None else "templates"
    found = mistake(str(problem.message), problem.lineno, templates.get(path.removeprefix("templates/"), ""))
    place = Span(path, found.line, found.column, found.line if found.end else 0, found.end)
    return error(
        "template-syntax", found.message, place, *_close(found.word, known), *found.hints, detail=str(problem.message)
    )


def _undefined(words: str) -> str:
    found = _LOST_NAME.search(words)
    name = (found[1] or found[2]) if found else ""
    return (
        f"The template uses the name “{name}”, which is not there."
        if name
        else f"The template uses a name that is not there: {words}"
    )


def _hints(found: re.Match[str] | None, known: Iterable[str]) -> tuple[str, ...]:
    return _close(next(filter(None, found.groups()), "") if found else "", known)


def _close(name: str, known: Iterable[str]) -> tuple[str, ...]:
    close = nearest(name, [word for word in known if word != name], 1) if name else ()
    return tuple(f"Did you mean “{word}”?" for word in close)


def _words_of(templates: Mapping[str, str]) -> set[str]:
    """Every name that some template uses: among them, most often, the one that was meant."""
    return {
        word
        for text in templates.values()
        for piece in re.findall(r"\{[{%](.*?)[%}]\}", text, re.DOTALL)
        for word in re.findall(r"[a-z_]\w+", piece)
    }


def _word(span: Span | None, found: re.Match[str] | None, templates: Mapping[str, str]) -> Span | None:
    return span if found is None else _at(span, next(filter(None, found.groups())), templates)


def _at(span: Span | None, word: str, templates: Mapping[str, str]) -> Span | None:
    """The place of a word in the line of a place, when that line of the template holds it."""
    if span is None:
        return None
    lines = templates.get(span.path.removeprefix("templates/"), "").split("\n")
    found = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", lines[span.line - 1]) if 0 < span.line <= len(lines) else None
    return Span(span.path, span.line, found.start() + 1, span.line, found.end() + 1) if found else span


def _place(problem: BaseException) -> Span | None:
    """Jinja2 rewrites tracebacks so that template frames carry the template's file and line: take the innermost."""
    if isinstance(problem, TemplateSyntaxError):
        return Span(problem.filename or problem.name or "templates", problem.lineno)
    for frame in reversed(traceback.extract_tb(problem.__traceback__)):
        if frame.filename.startswith("templates/"):
            return Span(frame.filename, frame.lineno or 0)
    return None
