"""The Jinja2 environment that assembles the source: sandboxed, strict, and aware of places.

Only `Markdown` goes in as it stands. Every other value is data: a backslash is put before each ASCII punctuation character that means something to pandoc (its `all_symbols_escapable`), line ends and control characters
become spaces, so that no value can turn into syntax.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, nodes
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.sandbox import ImmutableSandboxedEnvironment

from handbill import dates
from handbill.assemble import marks as marking
from handbill.assemble.marks import MARK, OPEN, Marked, Marks, clean
from handbill.dates import long_date
from handbill.model import Project
from handbill.templating import Compiled, Given
from handbill.text import Located, Markdown

_PUNCTUATION = re.compile(r"([!-$&-+.:<-@\[-`{-~-])")
_CODE = tuple(Path(file) for file in (__file__, marking.__file__, dates.__file__))
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_BREAKS = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")


def escape(value: str) -> str:
    """Data as Markdown that shows exactly its characters, on one line."""
    return _PUNCTUATION.sub(r"\\\1", _BREAKS.sub(" ", value).strip(" "))


class _Places(Extension):
    """Puts a mark before every line of template text, from the lexer's own line numbers."""

    marks: Marks

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        for token in stream:
            if token.type == "data":
                yield Token(token.lineno, "data", self.marks.template(str(stream.filename), token.lineno, clean(token.value)))
            else:
                yield token

    def parse(self, parser: Any) -> nodes.Node:  # pragma: no cover - the extension has no tags
        raise NotImplementedError


def environment(project: Project, marks: Marks) -> Environment:
    """The environment for one assembly. Templates see plain data only; a name that is not there is an error."""
    places = type("Places", (_Places,), {"marks": marks})
    language = str(project.publication.language)
    jinja = ImmutableSandboxedEnvironment(
        loader=Given(project.templates),
        undefined=StrictUndefined,
        finalize=lambda value: _finalize(marks, value),
        comment_start_string="{##",  # `{#id}` is an attribute in Markdown
        comment_end_string="##}",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
        extensions=[places],
        cache_size=400,
        bytecode_cache=Compiled(f"source {language} {' '.join(sorted(project.templates))}", *_CODE),
    )
    for name in ("lipsum", "cycler", "joiner"):
        jinja.globals.pop(name, None)
    jinja.globals["dashes"] = lambda count: Marked("-" * int(count))
    jinja.filters.update(
        indent=lambda value, width=4, first=False: _indent(marks, value, width, first),
        oneline=lambda value: _oneline(marks, value),
        cell=lambda value: _cell(marks, value),
        longdate=lambda value: long_date(value, language),
        capitalised=lambda value: Marked(_capitalised(_marked(marks, value))),
        attr=lambda value: Marked(escape(value)),
        url=lambda value: _url(marks, value),
    )
    return jinja


def _finalize(marks: Marks, value: Any) -> Any:
    if isinstance(value, Marked):
        return value
    if isinstance(value, Markdown):
        return marks.located(value, value.rstrip("\n"))
    if isinstance(value, Located):
        first = Located(str(value), value.span, value.line_spans[:1])
        return marks.located(first, escape(value))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):  # What a macro or a `set` block gave carries marks; an id is one; the rest is data.
        return Marked(value if OPEN in value or _NAME.fullmatch(value) else escape(value))
    return value


def _marked(marks: Marks, value: Any) -> str:
    return str(_finalize(marks, value))


def _indent(marks: Marks, value: Any, width: int, first: bool) -> Marked:
    lines = _marked(marks, value).split("\n")
    space = " " * width
    return Marked("\n".join(space + line if (index or first) else line for index, line in enumerate(lines)))


def _oneline(marks: Marks, value: Any) -> Marked:
    return Marked(" ".join(line.strip() for line in _words(_marked(marks, value))))


def _capitalised(marked: str) -> str:
    """The first letter after the marks as a capital; the rest stays, unlike with Jinja's own `capitalize`."""
    return re.sub(rf"^((?:{MARK})*)(\w)", lambda match: match[1] + match[2].upper(), marked)


def _words(value: str) -> Iterator[str]:
    return (line for line in value.split("\n") if line.strip())


def _cell(marks: Marks, value: Any) -> Marked:
    """For one cell of a pipe table: one line, its bars escaped."""
    return Marked(re.sub(r"(?<!\\)\|", r"\\|", _oneline(marks, value)))


def _url(marks: Marks, value: Any) -> Marked:
    """An address for `<...>`: as it stands when it can end nothing, otherwise as plain data."""
    address = str(value)
    if re.fullmatch(r"[^\s<>\"\\\\`{}|^\x00-\x1f]+", address) is None:
        return Marked(escape(address))
    return marks.located(value, address) if isinstance(value, Located) else Marked(address)
