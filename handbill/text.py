"""Author's text that remembers where it was written.

Two kinds of string travel from an author's file to the assembled Markdown source. `Markdown` is
what an author wrote as Markdown and goes in as it stands. `Text` is data: it is escaped on the way
in, so that data never becomes syntax. Both know the `Span` of their first character and the file
position of every one of their lines, so that a complaint about the assembled source can be taken
back to the author's own line.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:  # the PDF engine's worker and whatever only tells complaints need no models
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in a file that an author wrote.

    `path` is relative to the project's root, with forward slashes. Lines and columns count from 1;
    0 means "not known". `end_line`/`end_column` point just past the last character.
    """

    path: str
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0

    def at(self, line: int, column: int = 0) -> Span:
        """The same file, another place."""
        return Span(self.path, line, column)

    def __str__(self) -> str:
        place = self.path
        if self.line:
            place += f":{self.line}"
            if self.column:
                place += f":{self.column}"
        return place


class Located(str):
    """A string with the place it was written at.

    `span` is the place of the first character; `line_spans[i]` the place of the first character of
    the i-th line of the value (one entry for a single-line value). `runs` is there when a line of
    the value is not one piece of the file (folded lines, escapes in quotes): the offset in the
    value where each piece begins, and the piece's place.
    """

    __slots__ = ("_starts", "line_spans", "runs", "span")
    span: Span | None
    line_spans: tuple[Span, ...]
    runs: tuple[tuple[int, Span], ...]
    _starts: list[int] | None

    def __new__(
        cls,
        value: str = "",
        span: Span | None = None,
        line_spans: tuple[Span, ...] = (),
        runs: tuple[tuple[int, Span], ...] = (),
    ) -> Self:
        self = super().__new__(cls, value)
        self.span = span
        self.line_spans = line_spans or ((span,) if span else ())
        self.runs = runs
        self._starts = None
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (str(self), self.span, self.line_spans, self.runs)

    def place(self, start: int, end: int | None = None) -> Span | None:
        """The file's place of the characters from `start` to `end` (one character when left out) of this value."""
        begin = self._point(start)
        last = self._point(max(start, (start + 1 if end is None else end) - 1))
        if begin is None or last is None or not begin.column:
            return begin
        return replace(begin, end_line=last.line, end_column=last.column + 1)

    def _point(self, offset: int) -> Span | None:
        run = bisect_right(self.runs, offset, key=lambda r: r[0]) - 1
        if run >= 0:
            base, span = self.runs[run]
        else:
            if self._starts is None:
                self._starts = [0, *(index + 1 for index, sign in enumerate(self) if sign == "\n")]
            line = bisect_right(self._starts, offset) - 1
            base = self._starts[line]
            found = self.line_span(line)
            if found is None or line >= len(self.line_spans):
                return found
            span = found
        return span.at(span.line, span.column + offset - base) if span.column else span

    def line_span(self, index: int) -> Span | None:
        """Place of the index-th line (0-based) of this value, or the nearest place known."""
        if index < len(self.line_spans):
            return self.line_spans[index]
        return self.span

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema

        def build(value: Any) -> Located:
            if isinstance(value, Located):
                return cls(str(value), value.span, value.line_spans, value.runs)
            if isinstance(value, str):
                return cls(value)
            raise ValueError("a text is needed here")

        return core_schema.no_info_plain_validator_function(
            build,
            serialization=core_schema.plain_serializer_function_ser_schema(str),
            metadata={"pydantic_js_functions": [lambda _s, _h: {"type": "string", "title": cls.__name__}]},
        )


class Text(Located):
    """Plain text: every character stands for itself in the output."""

    __slots__ = ()


class Markdown(Located):
    """Text that an author wrote as Markdown, citations (`[@key]`) included."""

    __slots__ = ()
