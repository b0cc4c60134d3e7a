"""The short ways through WeasyPrint lead where its own lead: same values, same lengths, same bytes."""

from __future__ import annotations

import hashlib
import inspect
import math
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from typing import Any

import pydyf
import pytest
import weasyprint
import weasyprint.text.line_break
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from weasyprint.css import ComputedStyle, computed_values, functions
from weasyprint.css.computed_values import COMPUTER_FUNCTIONS
from weasyprint.css.properties import INITIAL_NOT_COMPUTED, INITIAL_VALUES
from weasyprint.formatting_structure.boxes import Box, LineBox
from weasyprint.layout import percent as plain_percent
from weasyprint.text.fonts import FontConfiguration

from handbill.tools.pdf import engine as engine_module
from handbill.tools.pdf import often, percent, styles
from handbill.tools.pdf.engine import Engine

pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # WeasyPrint leaves its own sRGB profile open
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
SOURCES = {
    ComputedStyle.__missing__: "b318d8efc8ac79d7",
    computed_values.physical_size: "33353323246bb2f4",
    computed_values.physical_inset: "7953fed902db2da2",
    computed_values.physical_radius: "2ee69467be81dd19",
    functions.check_math: "4f8e6a21258e09ba",
    plain_percent.percentage: "ebe404ccd9da50bf",
    plain_percent.resolve_one_percentage: "4cfaa9ad134e4f7b",
    plain_percent.resolve_percentages: "71673078096fcf87",
    plain_percent.adjust_box_sizing: "88f3351db0280d16",
    weasyprint.text.line_break.strut: "b57885b70dd08efe",
    weasyprint.text.line_break._font_style_cache_key: "d6b09d54b8258d58",
    Box.is_in_normal_flow: "5f49d6ab23da7e51",
    Box.is_floated: "6e6071b81868ea92",
    Box.is_absolutely_positioned: "397e0c33b3087681",
    Box.is_running: "1c451d5c39f4a663",
    Box.is_footnote: "3550ea0c86860187",
    Box.is_note: "2651f1110437e2e3",
    pydyf._to_bytes: "1cefd02c285d3aee",
}
"""What is replaced, and what that calls, with the beginning of the SHA-256 of its source. When one of them changes, the
short way is to be read beside it again."""
LENGTHS = (
    "0", "3px", "-2pt", "5%", "1.3em", "auto", "calc(1px + 2%)", "calc(2 * 3px)", "var(--long)", "var(--no, 2px)", "inherit", "initial",
)  # fmt: skip
SIDES = ("top", "right", "bottom", "left", "block-start", "block-end", "inline-start", "inline-end")
VALUES: dict[str, tuple[str, ...]] = {
    **{f"{what}-{side}": LENGTHS for what in ("margin", "padding") for side in SIDES},
    **{f"border-{side}": ("1px solid", "thick dotted red", "3pt hidden", "none", "inherit") for side in SIDES},
    **{f"border-{side}-width": ("2px", "thin", "calc(1px + 1px)", "inherit", "initial") for side in SIDES},
    **dict.fromkeys(SIDES[:4], LENGTHS),
    **dict.fromkeys(("inset-inline-start", "inset-block-end", "text-indent"), LENGTHS),
    **{
        f"{limit}{name}": (*LENGTHS, "40px", "60%")
        for limit in ("", "min-", "max-") for name in ("width", "height", "inline-size", "block-size")
    },
    **{f"border-{corner}-radius": ("2px", "10%", "1px 2em", "inherit") for corner in ("top-left", "start-end", "end-end")},
    "--long": ("4px", "7%", "var(--no)", "calc(1em)", "inherit"), "box-sizing": ("border-box", "padding-box", "inherit"),
    "direction": ("rtl", "ltr", "inherit", "var(--no)"), "float": ("left", "right", "none", "footnote", "inherit"),
    "position": ("relative", "absolute", "static", "inherit"), "page": ("other", "auto"), "clear": ("both", "none"),
    "display": ("block", "inline-block", "flex", "grid", "inline", "table", "list-item", "inherit"),
    "font-size": ("8pt", "150%", "larger", "0", "calc(1em + 1px)", "inherit"), "font-weight": ("bolder", "lighter", "700", "inherit"),
    "line-height": ("1", "1.7", "130%", "11pt", "normal", "calc(1em + 3px)", "calc(50% + 1em)", "inherit", "initial"),
    "color": ("#123456", "currentcolor", "inherit", "initial"), "background": ("linear-gradient(red 2em, blue 50%)", "#eee", "none"),
    "letter-spacing": ("1px", "calc(0.1em)", "normal"), "text-decoration": ("underline", "line-through red", "none", "inherit"),
    "border-collapse": ("collapse", "separate", "inherit"), "border-spacing": ("2px", "1em 3px", "inherit"),
    "columns": ("2", "auto"), "column-gap": ("1em", "5%", "normal", "inherit"), "font-variant": ("small-caps", "normal"),
    "outline": ("2px solid", "none"), "tab-size": ("3", "2em"), "lang": ("attr(lang)", '"de"'), "hyphens": ("auto", "manual"),
    "list-style": ("square inside", "decimal"), "transform": ("rotate(3deg)", "translate(10%, 1em)", "none"),
    "vertical-align": ("super", "20%", "calc(1px + 5%)", "middle"), "break-before": ("page", "always", "auto"),
}  # fmt: skip
PLACES = (
    "html", "body", "h1", "p", "b", "i", "table", "td", ".a", ".b", "li", "p::before", "li::marker", "p::first-line", "p::first-letter",
)  # fmt: skip
MARGINS = (
    "margin: 5%", "margin-inline-start: 1cm", "direction: rtl", "padding: 2% 1em", "border-left: 2pt solid", "font-size: 8pt",
    "bleed: 2mm; marks: crop",
)  # fmt: skip
BODY = """<h1>A title</h1><p>Some <b>bold <i>and slanted</i></b> words of a line, again and again and again.</p>
<div class="a"><p class="b">In it</p><div class="b">More <i class="a">words</i></div><ul><li>One<li><p>Two</p></ul></div>
<table><tr><td>One<td class="b">Two</tr><tr><td colspan="2">Three <b>words</b></table><p class="a b">The end<br>of it.</p>"""


@st.composite
def pages(draw: st.DrawFn) -> str:
    """A page with random declarations for some of its elements, its first lines, its paper and its margins."""
    names = sorted(VALUES)
    rules = []
    for place in draw(st.lists(st.sampled_from(PLACES), min_size=1, max_size=8)):
        said = [
            f"{name}: {draw(st.sampled_from(VALUES[name]))}"
            for name in draw(st.lists(st.sampled_from(names), max_size=8))
        ]
        rules.append(f"{place} {{ {'; '.join(said)} }}")
    paper = "; ".join(draw(st.lists(st.sampled_from(MARGINS), max_size=3)))
    rules.append(
        f"@page {{ size: 9cm 12cm; {paper}; @top-left {{ content: 'Head'; {draw(st.sampled_from(MARGINS[:6]))} }} }}"
    )
    return f"<!DOCTYPE html><html lang='en'><title>-</title><style>{' '.join(rules)}</style><body dir='auto'>{BODY}</body></html>"


NAMED = [name for name in INITIAL_VALUES if name in COMPUTER_FUNCTIONS or name not in INITIAL_NOT_COMPUTED]
"""WeasyPrint fails when it is asked for the others of an anonymous box."""
SOME = settings(
    max_examples=40, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)  # fmt: skip


def _boxes(page: str, fonts: FontConfiguration) -> list[Any]:
    document = weasyprint.HTML(string=page, base_url="about:blank").render(font_config=fonts)
    return [box for page_box in document.pages for box in _with_margins(page_box._page_box)]


def _with_margins(box: Any) -> Iterator[Any]:
    yield box
    for child in box.all_children():
        yield from _with_margins(child)


def _outcome(function: Callable[[], Any]) -> Any:
    """What a function gives back or raises: some of the random pages are too much for WeasyPrint."""
    try:
        return function()
    except Exception as error:  # noqa: BLE001 - whatever it is, the short way fails likewise
        return error


def _lengths(box: Any) -> dict[str, Any]:
    return {name: _said(value) for name, value in vars(box).items() if not isinstance(value, (Box, list, dict))}


def _said(value: Any) -> Any:
    """A value as it can be compared: calculations and gradients have no equality of their own."""
    if isinstance(value, (list, tuple)):
        return type(value).__name__, [_said(item) for item in value]
    if hasattr(value, "serialize"):
        return value.serialize()
    if isinstance(value, float) and math.isnan(value):
        return "nan"
    if type(value).__repr__ is object.__repr__:
        return type(value).__name__, {name: _said(item) for name, item in vars(value).items()}
    return type(value).__name__, repr(value)


@SOME
@given(pages())
def test_each_property_of_each_box_has_the_same_value(page: str) -> None:
    plain = _outcome(lambda: _boxes(page, FontConfiguration()))
    with styles.short_styles():
        short = _outcome(lambda: _boxes(page, FontConfiguration()))
        if isinstance(plain, Exception):
            assert repr(short) == repr(plain)
            return
        assert [type(box) for box in plain] == [type(box) for box in short]
        asked = [set(box.style) for box in short]
        after = [{name: _said(box.style[name]) for name in NAMED} for box in short]
    assert [set(box.style) for box in plain] == asked  # a first line takes over what was asked for, and nothing else
    assert [{name: _said(box.style[name]) for name in NAMED} for box in plain] == after


@SOME
@given(pages())
def test_each_length_is_the_same_whenever_it_is_asked_for(page: str) -> None:
    seen: list[str] = []
    different: list[Any] = []

    def beside(box: Any, containing_block: Any) -> None:
        other = box.copy()
        plain = _outcome(lambda: percent._original(other, containing_block))
        short = _outcome(lambda: percent.resolve_percentages(box, containing_block))
        if repr(short) != repr(plain) or _lengths(box) != _lengths(other):
            different.append((_lengths(box), _lengths(other)))
        seen.append(type(box).__name__)

    with pytest.MonkeyPatch.context() as patch:
        for owner in percent.OWNERS:
            patch.setattr(owner, "resolve_percentages", beside)
        _outcome(lambda: _boxes(page, FontConfiguration()))
    assert different == [] and {"PageBox", "BlockBox"} <= set(seen)


@SOME
@given(pages())
def test_small_answers_are_the_same(page: str) -> None:
    fonts, others = FontConfiguration(), FontConfiguration()
    boxes = _outcome(lambda: _boxes(page, fonts))
    assume(not isinstance(boxes, Exception))
    for box in boxes:
        assert often.is_in_normal_flow(box) == Box.is_in_normal_flow(box)
        if not isinstance(box, LineBox):
            plain = box.style.copy()
            plain.font_config = others
            assert often.strut(box.style) == often.strut(box.style) == often._plain_strut(plain)


def test_a_strut_is_measured_once(monkeypatch: pytest.MonkeyPatch) -> None:
    measured = []
    plain = often._plain_strut
    monkeypatch.setattr(often, "_plain_strut", lambda style: measured.append(style) or plain(style))
    style = _boxes("<p style='line-height: 1.5'>Words", FontConfiguration())[-1].style
    assert often.strut(style) == often.strut(style) and len(measured) == 1
    assert all(often.strut(_changed(style, name, value)) and len(measured) == number for number, (name, value) in enumerate(
        [("font_size", 30.0), ("line_height", 2.0), ("line_height", "normal"), ("font_weight", 700), ("lang", "de")], start=2
    ))  # fmt: skip


def test_a_strut_depends_on_what_weasyprint_says() -> None:
    named = set(re.findall(r"style\['(\w+)'\]", inspect.getsource(weasyprint.text.line_break._font_style_cache_key)))
    assert named == {*often.FONT, "font_family"}


@pytest.mark.parametrize("item", [
    0.0, -0.0, 1e-9, -1e-9, 0.1, 2.5, 100.0, 1e22, 123456.7890123, math.inf, math.nan, 0, -7, 10**30, True, None, "", "12 0 R",
    b"\xff", pydyf.Dictionary({"A": 1.5, "B": pydyf.Array([1, b"x", "y"])}), pydyf.String("ä"),
])  # fmt: skip
def test_bytes_of_odd_items(item: Any) -> None:
    assert often.to_bytes(item) == often._plain_bytes(item)


@given(st.one_of(st.floats(), st.integers(), st.text(st.characters(max_codepoint=127))))
def test_bytes_of_any_number_and_word(item: Any) -> None:
    assert often.to_bytes(item) == often._plain_bytes(item)


def test_words_that_no_pdf_can_hold_fail_as_before() -> None:
    for convert in (often.to_bytes, often._plain_bytes):
        with pytest.raises(UnicodeEncodeError):
            convert("ä")


def _pdf(page: str, ways: Callable[[], Any]) -> tuple[bytes, set[Any], Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine_module, "short_ways", ways)
        done = Engine().render({"index.html": page.encode()}, {})
    return (
        done.pdf,
        set(done.log),
        done.misfits,
    )  # how often a size that refers to itself is told depends on Python's stack


@settings(SOME, max_examples=15)
@given(pages())
def test_every_byte_is_the_same(page: str) -> None:
    short, plain = (_outcome(lambda ways=ways: _pdf(page, ways)) for ways in (often.short_ways, nullcontext))
    if isinstance(plain, Exception):
        assert repr(short) == repr(plain)
    else:
        for one, other in zip(short, plain, strict=True):
            assert one == other


def test_the_short_ways_are_taken_and_left_again(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: dict[str, int] = {}

    def counting(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def count(*args: Any, **named: Any) -> Any:
            taken[name] = taken.get(name, 0) + 1
            return function(*args, **named)

        return count

    owners = {
        "missing": styles,
        "resolve_percentages": percent,
        "is_in_normal_flow": often,
        "strut": often,
        "to_bytes": often,
    }
    for name, owner in owners.items():
        monkeypatch.setattr(owner, name, counting(name, getattr(owner, name)))
    before = _bound()
    Engine().render({"index.html": f"<!DOCTYPE html><html lang='en'><title>-</title>{BODY}".encode()}, {})
    assert set(taken) == set(owners) and min(taken.values()) > 10
    assert _bound() == before


def _bound() -> list[Any]:
    return [ComputedStyle.__missing__, Box.is_in_normal_flow, pydyf._to_bytes, *(
        getattr(owner, name) for name, owners in NAMES.items() for owner in owners
    )]  # fmt: skip


NAMES: dict[str, tuple[Any, ...]] = {
    "resolve_percentages": percent.OWNERS,
    "strut": often.STRUT_OWNERS,
    "_to_bytes": (pydyf,),
}


@pytest.mark.parametrize("name", NAMES)
def test_every_module_that_calls_it_is_known(name: str) -> None:
    holders = {
        module.__name__
        for module in list(sys.modules.values())
        if module.__name__.partition(".")[0] in ("weasyprint", "pydyf") and name in vars(module)
    }
    assert holders == {owner.__name__ for owner in NAMES[name]}


@pytest.mark.parametrize("function", SOURCES, ids=lambda function: function.__qualname__)
def test_what_is_replaced_is_what_was_read(function: Callable[..., Any]) -> None:
    assert hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:16] == SOURCES[function]


def _changed(style: Any, name: str, value: Any) -> Any:
    style = style.copy()
    style[name] = value
    return style
