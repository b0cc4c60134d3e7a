"""Lines that were measured before: the same file, less work, and nothing forgotten of what a line depends on."""

from __future__ import annotations

import ast
import inspect
import marshal
import zlib
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import pytest
import weasyprint
import weasyprint.text.fonts
import weasyprint.text.line_break
from weasyprint.css import ComputedStyle
from weasyprint.css.properties import Dimension
from weasyprint.text.fonts import FontConfiguration

from handbill.tools.pdf import engine as engine_module
from handbill.tools.pdf import lines, lines_kept
from handbill.tools.pdf.engine import Engine

pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # WeasyPrint leaves its own sRGB profile open
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
NOT_ALONE = {"font_family", "text_decoration_line"}
"""Looked up too, but not by `READ`: what they hold cannot be a key as it is."""
WITH_DICTIONARY = {"hyphenate_limit_chars", "hyphenate_limit_zone"}
"""Matter only where lines are not remembered."""
PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Lines</title><style>
@page {{ size: 12cm 16cm; @bottom-right {{ content: "Page " counter(page) " of " counter(pages) }} }}
body {{ font: 11pt sans-serif; {style} }} .grid {{ display: grid; grid-template-columns: auto 1fr; gap: 3mm }}
.flex {{ display: flex; gap: 2mm }} td {{ border: 1pt solid }} .j {{ text-align: justify }} b {{ font-size: 13pt }}
</style></head><body><h1>Some words</h1><p class="j">{words}</p><p>{words}</p><p lang="de">{words}</p>
<table><tr><td>{words}</td><td>two <b>words</b> here</td></tr><tr><td>one</td><td>two words here</td></tr></table>
<div class="grid"><b>Term</b><div>{words}</div></div><div class="flex"><b>Term</b><div>{words}</div></div>
<p style="text-decoration: underline">{words}</p><p>{words}</p></body></html>"""
WORDS = "Cells of the bone marrow get a working copy of the gene, office and flow, again and again. " * 3


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts of which a line was measured and not remembered."""
    measured: list[str] = []
    original = lines._original

    def count(text: str, *rest: Any) -> Any:
        measured.append(text)
        return original(text, *rest)

    monkeypatch.setattr(lines, "_original", count)
    return measured


def _made(style: str = "", words: str = WORDS) -> tuple[bytes, bytes, bytes]:
    """The page as WeasyPrint makes it by itself, by an engine that knows no line yet, and by one that knows all."""
    inputs = {"index.html": PAGE.format(style=style, words=words).encode()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine_module, "remembering_lines", lambda: nullcontext(lines.Asked()))
        plain = Engine().render(inputs, {}).pdf
    engine = Engine()
    return plain, engine.render(inputs, {}).pdf, engine.render(inputs, {}).pdf


@pytest.mark.parametrize("style", ["", "hyphens: auto", "letter-spacing: 1pt", "overflow-wrap: anywhere"])
def test_every_byte_is_the_same(style: str) -> None:
    plain, first, second = _made(style)
    assert plain == first == second


def test_what_is_known_is_not_measured_again(counted: list[str]) -> None:
    inputs = {"index.html": PAGE.format(style="", words=WORDS).encode()}
    engine = Engine()
    engine.render(inputs, {})
    first = len(counted)
    engine.render(inputs, {})
    assert first > 0 and len(counted) == first
    engine.render({"index.html": PAGE.format(style="", words=f"{WORDS} One more sentence.").encode()}, {})
    assert first < len(counted) < 2 * first


def test_lines_go_to_another_engine_and_change_nothing(counted: list[str]) -> None:
    inputs = {"index.html": PAGE.format(style="tab-size: 2em", words=WORDS).encode()}
    first = Engine().render(inputs, {})
    measured = len(counted)
    second = Engine().render(inputs, {}, first.sheaf)
    assert len(counted) == measured and second.pdf == first.pdf and second.sheaf == b""
    longer = {"index.html": inputs["index.html"].replace(b"</body>", b"<p>One more.</p></body>")}
    third = Engine().render(longer, {}, first.sheaf)
    assert 0 < len(counted) - measured < 5
    assert third.pdf == Engine().render(longer, {}).pdf and third.sheaf not in (b"", first.sheaf)


def test_a_sheaf_holds_what_one_document_asked_for_and_nothing_older() -> None:
    engine = Engine()
    sheaves = [
        engine.render({"index.html": PAGE.format(style="", words=words).encode()}, {}).sheaf
        for words in (WORDS, "Few words.")
    ]
    assert 0 < len(sheaves[1]) < len(sheaves[0]) / 2


@pytest.mark.parametrize("damage", [
    lambda sheaf: b"", lambda sheaf: b"no sheaf", lambda sheaf: sheaf[:40], lambda sheaf: zlib.compress(b"no sheaf"),
    lambda sheaf: zlib.compress(marshal.dumps(7)), lambda sheaf: zlib.compress(marshal.dumps(("other fonts", [], []))),
    lambda sheaf: sheaf[:-9] + bytes(9),
])  # fmt: skip
def test_a_sheaf_that_is_none_costs_time_only(damage: Callable[[bytes], bytes]) -> None:
    inputs = {"index.html": PAGE.format(style="", words=WORDS).encode()}
    sound = Engine().render(inputs, {})
    again = Engine().render(inputs, {}, damage(sound.sheaf))
    assert again.pdf == sound.pdf and again.sheaf != b""


def test_a_sheaf_comes_back_as_it_was() -> None:
    fonts = FontConfiguration()
    for size in (10.0, 10.1 / 3):
        style = _style(fonts, font_size=size, tab_size=Dimension(0.1, "px"), font_feature_settings=(("kern", 0),))
        lines.split_first_line("A line of words", style, None, 12.1, 0.1)
        lines.split_first_line("Überlänge", style, None, float("inf"), 0, False, True)
    known = lines._known[fonts]
    sheaf = lines_kept.pack("fonts", known)
    assert lines_kept.unpack("fonts", sheaf) == known and len(known) == 4
    assert lines_kept.unpack("other fonts", sheaf) == {}


def test_what_a_dictionary_hyphenates_is_not_remembered(counted: list[str]) -> None:
    inputs = {"index.html": PAGE.format(style="hyphens: auto", words=WORDS).encode()}
    engine = Engine()
    engine.render(inputs, {})
    first = len(counted)
    engine.render(inputs, {})
    assert len(counted) - first > 0.9 * first  # all but those of the margins


def test_lines_of_other_fonts_are_other_lines() -> None:
    """The words of a page are the same; what they are set in is known by name only, and by its set of fonts."""
    fonts = FontConfiguration(), FontConfiguration()
    for one in fonts:
        lines.split_first_line("A line", _style(one), None, None, 0)
    assert all(len(lines._known[one]) == 1 for one in fonts)
    lines.split_first_line("A line", _style(fonts[0], font_size=20.0), None, None, 0)
    assert len(lines._known[fonts[0]]) == 2


def test_each_caller_has_a_layout_of_its_own() -> None:
    style = _style(FontConfiguration())
    one, other = (lines.split_first_line("A line", style, None, None, 0)[0] for _ in range(2))
    one.justification_spacing = 5
    assert other.justification_spacing == 0
    assert lines.split_first_line("A line", style, None, None, 0)[0].justification_spacing == 0


def test_only_so_many_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "_KEPT", 3)
    fonts = FontConfiguration()
    for number in range(8):
        lines.split_first_line(f"Line {number}", _style(fonts), None, None, 0)
    assert len(lines._known[fonts]) <= 3


def test_all_that_a_line_depends_on_is_in_its_key() -> None:
    """Every style property that WeasyPrint names where a line is measured, whatever the text."""
    module = weasyprint.text.line_break
    where = (
        module.split_first_line, module.create_layout, module.first_line_metrics, module.line_size, module.Layout,
        weasyprint.text.fonts.get_font_description,
    )  # fmt: skip
    named = {
        node.slice.value
        for source in map(inspect.getsource, where)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant)
        and ast.unparse(node.value) in ("style", "self.style") and isinstance(node.slice.value, str)
    }  # fmt: skip
    assert named - WITH_DICTIONARY == set(lines.READ) | NOT_ALONE
    passed_on = {
        ast.unparse(node)
        for source in map(inspect.getsource, where)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and any(ast.unparse(argument) in ("style", "self.style") for argument in node.args)
    }  # fmt: skip
    known = {getattr(function, "__name__", "") for function in where} | {"percentage", "self.setup"}
    assert {call.partition("(")[0] for call in passed_on} <= known  # nobody else looks at the style


def _style(fonts: FontConfiguration, **values: Any) -> Any:
    style = ComputedStyle(None, {}, None, None, "", fonts, {})
    style.root_style = style
    style.update(values)
    return style
