"""Where the lines of the source came from, tried on the real publication and on footnotes that share their marks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from handbill.assemble import assemble
from handbill.diagnostics import Report
from handbill.load import load
from handbill.model import FromContent, Source
from handbill.text import Span
from tests.faults import collection

REPOSITORY = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def flagship() -> Source:
    project = load(REPOSITORY, "gene-therapy", Report())
    assert project is not None
    source = assemble(project, Report())
    assert source is not None
    return source


def pieces(source: Source) -> Iterator[tuple[str, FromContent]]:
    """Each piece of the source that an author wrote, and its origin."""
    for text, row in zip(source.text.split("\n"), source.origins, strict=True):
        starts = [origin.column if isinstance(origin, FromContent) else 0 for origin in row]
        for index, origin in enumerate(row):
            if isinstance(origin, FromContent) and len(row) == 1:
                yield text[starts[index] - 1 :], origin


def lines(path: str) -> list[str]:
    return (REPOSITORY / path).read_text(encoding="utf-8").split("\n")


def test_every_line_has_its_origins_and_each_piece_stands_where_they_say(flagship: Source) -> None:
    assert len(flagship.origins) == flagship.text.count("\n") + 1
    assert all(flagship.origins)
    checked = 0
    for piece, origin in pieces(flagship):
        if origin.span.path.endswith(".md"):  # the text of sections goes in as it stands
            line = lines(origin.span.path)[origin.span.line - 1]
            assert line[origin.span.column - 1 :].startswith(piece.rstrip()), (origin, piece)
            checked += bool(piece.strip())
    assert checked > 250


def test_every_line_of_every_section_that_reaches_the_source_is_found_again(flagship: Source) -> None:
    found = {(o.span.path, o.span.line) for row in flagship.origins for o in row if isinstance(o, FromContent)}
    wanted = 0
    for path in sorted((REPOSITORY / "content/gene-therapy/sections").glob("*.md")):
        relative = path.relative_to(REPOSITORY).as_posix()
        text = lines(relative)
        begin = [number for number, line in enumerate(text) if line == "---"][1] + 1
        for number, line in enumerate(text[begin:], begin + 1):
            if line.strip() and not line.startswith("[["):
                wanted += 1
                assert (relative, number) in found, line
    assert wanted > 80


def test_notes_with_the_same_mark_stay_apart_and_every_character_keeps_its_place(tmp_path: Path) -> None:
    root = tmp_path / "project"
    case = collection.Case("notes")
    collection.build(case, root)
    (root / "templates/source.md.j2").write_text(
        "{% for section in sections %}{% for form in section.forms %}{% for part in form.parts if part.kind == 'text' %}"
        "{{ part.text }}\n\n{% endfor %}{% endfor %}{% endfor %}",
        encoding="utf-8",
    )
    for name in ("two", "three"):
        text = f"---\nid: {name}\ntitle: T\n---\n\nHere[^1] and `[^1]` there[^1] @end.\n\n[[facts]]\n\n[^1]: The note of {name}.\n"
        (root / f"content/sample/sections/{name}.md").write_text(text, encoding="utf-8")
    project = load(root, "sample", Report(), collection.AS_OF)
    assert project is not None
    source = assemble(project, Report())
    assert source is not None
    assert "Here[^1-two-full] and `[^1]` there[^1-two-full] @end." in source.text
    assert "[^1-three-full]: The note of three." in source.text
    for name in ("two", "three"):
        path = f"content/sample/sections/{name}.md"
        for words, line, column in (("@end", 6, 31), ("Here", 6, 1), (f"The note of {name}", 10, 7)):
            row = next(i for i, text in enumerate(source.text.split("\n"), 1) if words in text and source.author_span(i).path == path)  # type: ignore[union-attr]
            place = source.author_span(row, source.text.split("\n")[row - 1].index(words) + 1)
            assert place == Span(path, line, column)
