"""What is known of texts and of Python's own work from one process to the next: the same answers, in less time."""

from __future__ import annotations

import dataclasses
import marshal
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbill import known, precompiled
from handbill.readability import passages, sentences
from handbill.readability.scores import names_pattern, neutral
from handbill.readability.syllable import syllables
from handbill.shelf import Shelf
from handbill.text import Markdown, Span
from tests.conftest import REPOSITORY

TEXT = (REPOSITORY / "content/gene-therapy/sections/05-uses.md").read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A shelf with nothing on it, and nothing known."""
    for module in (known, precompiled):
        monkeypatch.setattr(module, "SHELF", Shelf(lambda: tmp_path))
    forget()
    yield tmp_path
    forget()


def forget() -> None:
    """What the next process begins with."""
    known._kept.clear()
    for function in known._functions:
        function.forget()


def answers() -> list[object]:
    found = passages(TEXT)
    said = [sentence for passage in found for sentence in sentences(passage.text)]
    return [found, said, neutral(said, names_pattern(["gene therapy", "AAV"])), [syllables(word) for sentence in said for word in sentence.words]]


def test_what_is_recalled_is_what_is_worked_out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = answers()
    known.keep("here")
    forget()
    known.recall("here")
    for function in known._functions:
        monkeypatch.setattr(function, "_function", lambda *key, name=function.name: pytest.fail(f"{name} was asked again"))
    assert answers() == plain


def test_what_is_loaded_later_has_its_answers_too_and_what_is_not_loaded_keeps_them(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def double(text: str) -> str:
        return text * 2

    def loud(text: str) -> str:
        return text.upper()

    monkeypatch.setattr(known, "_functions", [])
    assert known.known(str, str)(double)("one") == "oneone"
    known.keep("here")
    known._functions.clear()
    known.recall("here")
    other = known.known(str, str)(loud)
    assert other("two") == "TWO"
    known.keep("here")
    known._functions.clear()
    known.recall("here")
    late = known.known(str, str)(double)
    monkeypatch.setattr(late, "_function", lambda text: pytest.fail(f"{text} was asked again"))
    assert late("one") == "oneone"


def test_another_text_is_worked_out(folder: Path) -> None:
    sentences("One sentence. Another one.")
    known.keep("here")
    forget()
    known.recall("here")
    assert [sentence.text for sentence in sentences("One sentence. Another two.")] == ["One sentence.", "Another two."]


@pytest.mark.parametrize("damage", [lambda data: b"", lambda data: data[:50], lambda data: data[:-3] + b"abc"])
def test_what_is_damaged_or_of_another_version_is_worked_out(folder: Path, monkeypatch: pytest.MonkeyPatch, damage: object) -> None:
    plain = answers()
    known.keep("here")
    (kept,) = folder.iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(damage(whole))  # type: ignore[operator]
    forget()
    known.recall("here")
    assert not any(function.recalled for function in known._functions) and answers() == plain
    kept.write_bytes(whole)
    monkeypatch.setattr(known, "_code", lambda: "another version")
    known.recall("here")
    assert not any(function.recalled for function in known._functions)


def test_nothing_is_written_when_nothing_is_new(folder: Path) -> None:
    answers()
    known.keep("here")
    (kept,) = folder.iterdir()
    kept.unlink()
    known.recall("here")
    known._functions[0].recalled = {}
    forget()
    known.keep("here")
    assert list(folder.iterdir()) == []


def test_what_nobody_asks_for_goes_when_it_becomes_much(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for word in ("one", "two", "three"):
        syllables(word)
    known.keep("here")
    monkeypatch.setattr(known, "_MOST", 3)
    forget()
    known.recall("here")
    assert syllables("four") and syllables("one")
    known.keep("here")
    forget()
    known.recall("here")
    assert set(syllables.recalled) == {("one",), ("four",)}


def test_a_text_that_knows_its_place_is_kept_as_a_text(folder: Path) -> None:
    span = Span("a.md", 1, 1)
    passages(Markdown("Words.", span, (span,)))
    known.keep("here")
    forget()
    known.recall("here")
    assert list(passages.recalled) == [("Words.",)] and type(next(iter(passages.recalled))[0]) is str


PATTERNS = [r"(?P<a>x+)(?P<b>y)?|(z)\3", r"[^\W\d_]+", r"(?i:ä)ö", r"[a-z\U0001f600-\U0001f64f]*?(?=\b|$)", r"(?s).(?<!\n)", r"(a|b)*c{2,5}+", rb"\x00[\xff-\xff]"]


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("flags", [0, re.IGNORECASE, re.MULTILINE | re.DOTALL, re.ASCII])
def test_a_pattern_taken_apart_and_put_together_is_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch, pattern: str | bytes, flags: int) -> None:
    monkeypatch.setattr(precompiled, "_used", {})
    monkeypatch.setattr(precompiled, "_kept", {})
    plain = precompiled._plain(pattern, flags)
    precompiled._compile(pattern, flags)
    monkeypatch.setattr(precompiled, "_kept", marshal.loads(marshal.dumps(precompiled._used)))
    monkeypatch.setattr(precompiled, "_taken_apart", lambda *key: pytest.fail("it was compiled again"))
    again = precompiled._compile(pattern, flags)
    assert again == plain  # by pattern, flags and code
    assert (again.groups, again.groupindex) == (plain.groups, plain.groupindex)
    subject = "xxy zz ÄÖ äö 😀\ncc abccc" if isinstance(pattern, str) else b"\x00\xff\x00"
    assert [(m.span(), m.groups(), m.lastgroup) for m in again.finditer(subject)] == [(m.span(), m.groups(), m.lastgroup) for m in plain.finditer(subject)]  # type: ignore[arg-type]


@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")
@given(st.text("ab(|)[]*?\\d^$.{,2}", max_size=12))
def test_any_pattern_is_compiled_as_ever_or_refused_as_ever(pattern: str) -> None:
    try:
        plain = precompiled._plain(pattern, 0)
    except re.error as problem:
        with pytest.raises(re.error, match=re.escape(str(problem))):
            precompiled._compile(pattern, 0)
    else:
        assert precompiled._compile(pattern, 0) == plain


def test_methods_of_dataclasses_are_executed_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    def made() -> type:
        @dataclasses.dataclass(frozen=True, order=True)
        class Point:
            x: int
            y: int = 2

        return Point

    monkeypatch.setattr(precompiled, "_used", {})
    monkeypatch.setitem(vars(dataclasses), "exec", precompiled._execute)
    first = made()
    monkeypatch.setattr(precompiled, "_kept", marshal.loads(marshal.dumps(precompiled._used)))
    monkeypatch.setattr("builtins.compile", lambda *_: pytest.fail("it was compiled again"))
    second = made()
    monkeypatch.undo()
    assert precompiled._used is not None and repr(second(1)).endswith("Point(x=1, y=2)") and repr(first(1)) == repr(second(1))
    assert second(1) < second(2) and second(1) == second(1, 2) and hash(second(1)) == hash(second(1))
    with pytest.raises(dataclasses.FrozenInstanceError):
        second(1).x = 3


def test_the_second_process_compiles_nothing_and_says_the_same(tmp_path: Path) -> None:
    code = """
import re._compiler as compiler, sys
plain, compiled = compiler.parse if hasattr(compiler, "parse") else compiler._parser.parse, []
compiler._parser.parse = lambda pattern, *rest: compiled.append(pattern) or plain(pattern, *rest)
from handbill.cli import main
code = main(["rules"])
print(len(compiled), file=sys.stderr)
sys.exit(code)
"""
    runs = [
        subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, env={"XDG_CACHE_HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}, capture_output=True, text=True, check=True)
        for _ in range(2)
    ]
    counts = [int(run.stderr.split()[-1]) for run in runs]
    assert counts[0] > 200 and counts[1] < 20, counts
    assert runs[0].stdout == runs[1].stdout and len(runs[0].stdout) > 1000
