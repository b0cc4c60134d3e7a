"""What people and programs see of a complaint."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from handbill.diagnostics import Diagnostic, Severity, error, note, warning
from handbill.show import FORMS, show, totals
from handbill.text import Span
from tests import form_case

FOUND = Diagnostic(
    Severity.ERROR,
    "citation-unknown",
    "There is no source “smit”.",
    Span("content/one.md", 2, 11, 2, 15),
    ("Did you mean “smith”?",),
    ("while assembling section one",),
    ((Span("references.bib", 1, 7, 1, 12), "the source that it resembles"),),
    "a tool's words",
    "handout",
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "one.md").write_text("First.\nA claim [@smit] here.\n", encoding="utf-8")
    (tmp_path / "references.bib").write_text("@book{smith,\n", encoding="utf-8")
    return tmp_path


def shown(root: Path, form: str, *found: Diagnostic) -> str:
    stream = io.StringIO()
    show(found, root, form, stream)
    return stream.getvalue()


def test_text_is_like_a_good_compilers(root: Path) -> None:
    assert (
        shown(root, "text", FOUND)
        == """\
error[citation-unknown]  content/one.md:2:11  (handout)
  There is no source “smit”.
  2 │ A claim [@smit] here.
    │           ^^^^
  → Did you mean “smith”?
  see references.bib:1:7 (the source that it resembles)
  1 │ @book{smith,
    │       ^^^^^
  while assembling section one
  | a tool's words

1 error
"""
    )


def test_the_worst_comes_first_and_all_are_counted(root: Path) -> None:
    text = shown(
        root,
        "text",
        note("a-b", "N"),
        warning("a-b", "W"),
        error("a-b", "E2", Span("z", 1)),
        error("a-b", "E1", Span("b", 9)),
    )
    assert [text.index(word) for word in ("E1", "E2", "W", "N")] == sorted(
        text.index(w) for w in ("E1", "E2", "W", "N")
    )
    assert text.endswith("2 errors, 1 warning, 1 note\n")


def test_nothing_found_says_nothing(root: Path) -> None:
    assert shown(root, "text") == ""
    assert totals([]) == ""


@pytest.mark.parametrize(
    "span",
    [None, Span("gone.md", 3, 4), Span("content/one.md", 99, 1), Span("content", 1, 1), Span("content/one.md"),
     Span("content/one.md", 2, 400), Span("a\0b", 1, 1), Span("content/one.md", 1, 2, 2, 3)],
)  # fmt: skip
@pytest.mark.parametrize("form", sorted(FORMS))
def test_any_place_can_be_shown(root: Path, form: str, span: Span | None) -> None:
    assert "E" in shown(root, form, error("a-b", "E", span))


def test_the_marks_stand_under_wide_and_combining_letters(root: Path) -> None:
    (root / "content" / "one.md").write_text("\t漢字 e\u0301x here\n", encoding="utf-8")
    lines = shown(root, "text", error("a-b", "E", Span("content/one.md", 1, 7, 1, 8))).split("\n")
    assert lines[3].index("^") - lines[3].index("│") == 9


def test_a_long_line_is_cut_around_the_place(root: Path) -> None:
    (root / "content" / "one.md").write_text("a" * 5000 + "X" + "b" * 5000, encoding="utf-8")
    lines = shown(root, "text", error("a-b", "E", Span("content/one.md", 1, 5001, 1, 5002))).split("\n")
    assert len(lines[2]) < 130
    assert lines[2][lines[3].index("^")] == "X"


def test_nothing_that_an_author_wrote_steers_the_terminal(root: Path) -> None:
    (root / "content" / "one.md").write_text("\x1b[31mred\x07\n", encoding="utf-8")
    text = shown(root, "text", error("a-b", "bad \x1b[2J name", Span("content/one.md", 1, 1)))
    assert "\x1b" not in text
    assert "\x07" not in text


def test_the_file_is_read_anew_each_time(root: Path) -> None:
    first = shown(root, "text", error("a-b", "E", Span("content/one.md", 1, 1)))
    (root / "content" / "one.md").write_text("Mended.\n", encoding="utf-8")
    assert "First." in first
    assert "Mended." in shown(root, "text", error("a-b", "E", Span("content/one.md", 1, 1)))


def test_colour_only_on_a_terminal(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    stream = Terminal()
    show([FOUND], root, "text", stream)
    assert "\x1b[" in stream.getvalue()
    monkeypatch.setenv("NO_COLOR", "1")
    stream = Terminal()
    show([FOUND], root, "text", stream)
    assert "\x1b[" not in stream.getvalue()


def test_json(root: Path) -> None:
    told = json.loads(shown(root, "json", FOUND, warning("a-b", "W")))
    assert told["summary"] == {"errors": 1, "warnings": 1, "notes": 0}
    assert told["diagnostics"][0] == {
        "severity": "error", "code": "citation-unknown", "message": "There is no source “smit”.",
        "path": "content/one.md", "line": 2, "column": 11, "endLine": 2, "endColumn": 15,
        "hints": ["Did you mean “smith”?"],
        "related": [{"path": "references.bib", "line": 1, "column": 7, "endLine": 1, "endColumn": 12,
                     "message": "the source that it resembles"}],
        "trail": ["while assembling section one"], "detail": "a tool's words", "edition": "handout",
    }  # fmt: skip
    assert told["diagnostics"][1]["path"] is None


def test_github_escapes_what_would_end_the_command(root: Path) -> None:
    found = error("a-b", "100 %\nof: it", Span("a,b:c.md", 3, 4), "Hint.")
    assert (
        shown(root, "github", found) == "::error title=a-b,file=a%2Cb%3Ac.md,line=3,col=4::100 %25%0Aof: it%0AHint.\n"
    )


@pytest.mark.parametrize("words", ["100 %", "a%0Ab", "%25", "one\ntwo", "one\r\ntwo", "a, b: c", "file=x,line=2::error", "“ü” 😀", "\u2028"])
def test_github_gets_back_what_was_said(root: Path, words: str) -> None:
    found = error("a-b", words, Span(f"content/{words}.md", 3, 4), words)
    line = shown(root, "github", found)
    assert line.count("\n") == 1
    kind, properties, said = form_case.command(line.rstrip("\n"))
    assert kind == "error"
    assert properties == {"title": "a-b", "file": f"content/{words}.md", "line": "3", "col": "4"}
    assert said == f"{words}\n{words}"


@pytest.mark.parametrize("path", ["with space.md", "a,b:c.md", "ä/ö.md", "100%.md", "new\nline.md", "bad\udcff.md", '"quoted".md'])
def test_json_and_sarif_are_as_their_schemas_demand(root: Path, path: str) -> None:
    found = (FOUND, note("a-b", "N", Span(path)), warning("c-d", "W\x00\u2028", Span(path, 1)), error("e-f", "Nowhere"))
    assert form_case.faults(form_case.JSON, json.loads(shown(root, "json", *found))) == []
    assert form_case.faults(form_case.SARIF, json.loads(shown(root, "sarif", *found))) == []
    assert form_case.faults(form_case.SARIF, {"version": "2.1.0"})  # the validator does complain
    assert form_case.faults(form_case.JSON, {"version": 1})


def test_sarif(root: Path) -> None:
    told = json.loads(shown(root, "sarif", FOUND, note("a-b", "N", Span("with space.md"))))
    (run,) = told["runs"]
    assert told["version"] == "2.1.0"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["a-b", "citation-unknown"]
    first, second = run["results"]
    assert first["ruleIndex"] == 1
    region = first["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 2, "startColumn": 11, "endLine": 2, "endColumn": 15}
    assert second["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "with%20space.md"
    assert second["level"] == "note"
