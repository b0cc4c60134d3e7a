"""Formulas: drawn as paths, said in words, and a mistake in the TeX told at the author's place."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from lxml import etree

from handbill.diagnostics import Report
from handbill.draw.formula_text import simple_text
from handbill.draw.formulas import with_formulas
from handbill.formulas import formula_size, is_formula, scripts_kept
from handbill.inspect import inspect
from handbill.inspect.fidelity import comparison
from handbill.inspect.pdf_tags import Tag
from handbill.jobs import Job, Result
from handbill.markup import prose
from handbill.model import Artifact, Document, Facts, FromContent, Project, Source
from handbill.pandoc_ast import document as pandoc_document
from handbill.pandoc_ast import stringify, transform, walk
from handbill.render.epub import render_epub
from handbill.render.html import render_html
from handbill.render.pdf import render_pdf
from handbill.render.pptx import render_pptx
from handbill.render.revealjs import render_revealjs
from handbill.runners.direct import DirectRunner
from handbill.text import Span
from handbill.tools import formula, locate
from handbill.tools.formula import FormulaTool
from handbill.tools.formula.complaints import mistake
from tests import deck_case, web_case
from tests.conftest import REPOSITORY

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 -700 2000 900"><path d="M0 0H9"/></svg>'


def meta(words: str) -> bytes:
    return json.dumps({"words": words, "width": 2.0, "height": 0.9, "depth": 0.2}).encode()


def drawing(job: Job) -> Result:
    """A MathJax that draws everything alike and says the TeX itself."""
    words = meta(f"{job.args['locale']}: {job.inputs[formula.INPUT].decode()}")
    return Result({formula.SVG: SVG, formula.META: words, formula.MATHML: b"<math><mi>x</mi></math>"})


@pytest.fixture(autouse=True)
def version(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    if "e2e" not in request.keywords:
        monkeypatch.setattr("handbill.tools.formula.tool._project_version", lambda root: "test")


def math(tex: str, *, display: bool = False) -> dict[str, Any]:
    return {"t": "Math", "c": [{"t": "DisplayMath" if display else "InlineMath"}, tex]}


def written(text: str, *inlines: dict[str, Any]) -> Document:
    """A document whose source is `text`, from line 5 of the author's file on."""
    origins = tuple((FromContent(Span("content/a/sections/b.md", 5 + n, 1)),) for n in range(text.count("\n") + 1))
    return Document(pandoc_document([{"t": "Para", "c": list(inlines)}]), Source(text, origins))


Drawn = Callable[..., tuple[Document, Report]]


@pytest.fixture
def drawn(make_project: Callable[..., Project], recording: Any) -> Drawn:
    def run(document: Document, answer: Callable[[Job], Result] = drawing, **fields: Any) -> tuple[Document, Report]:
        report, runner = Report(), recording({"formula": answer})
        made = with_formulas(document, make_project(publication=fields), runner, report)
        run.jobs = runner.jobs  # type: ignore[attr-defined]
        return made, report

    return run


def test_each_different_formula_is_drawn_once_and_becomes_a_picture_with_words(drawn: Drawn) -> None:
    made, report = drawn(written("$a$ $a$ $$a$$", math("a"), math("a"), math("a", display=True)))
    images = [node for node in walk(made.ast["blocks"]) if is_formula(node)]
    assert [stringify(image["c"][1]) for image in images] == ["en: a"] * 3
    assert len(drawn.jobs) == len(made.formulas) == 2  # type: ignore[attr-defined]
    assert set(made.assets) == set(made.formulas)
    assert formula_size(images[0]) == pytest.approx((2.3, 1.035))
    assert not list(report)


def test_a_document_without_formulas_starts_nothing(drawn: Drawn) -> None:
    made, _ = drawn(written("It costs 5 dollars.", {"t": "Str", "c": "5"}))
    assert drawn.jobs == [] and made.formulas == {}  # type: ignore[attr-defined]


def test_the_authors_own_words_come_first(drawn: Drawn) -> None:
    span = {"t": "Span", "c": [["", [], [["alt", "a over b"]]], [math("x")]]}
    made, _ = drawn(written('[$x$]{alt="a over b"}', span))
    (image,) = (node for node in walk(made.ast["blocks"]) if is_formula(node))
    assert stringify(image["c"][1]) == "a over b"


def test_a_language_without_words_for_formulas_needs_the_authors(drawn: Drawn) -> None:
    _, report = drawn(written("so\n $x$", math("x")), language="pl")
    (complaint,) = report
    assert (complaint.code, complaint.span) == ("formula-words-missing", Span("content/a/sections/b.md", 6, 3))
    span = {"t": "Span", "c": [["", [], [["alt", "iks"]]], [math("x")]]}
    assert not list(drawn(written('[$x$]{alt="iks"}', span), language="pl")[1])
    assert {job.args["locale"] for job in drawn.jobs} == {"en"}  # type: ignore[attr-defined]


def test_a_mistake_is_told_wherever_the_formula_stands(drawn: Drawn) -> None:
    def refusing(job: Job) -> Result:
        return Result(diagnostics=(mistake(job.inputs[formula.INPUT].decode(), r"Undefined control sequence \foo", 10),), failed=True)

    text = "A $x +\n \\foo$ and\n$x +\n \\foo$."
    made, report = drawn(written(text, math("x +\n \\foo"), math("x +\n \\foo")), refusing)
    assert [(d.code, d.span.line, d.span.column) for d in report if d.span] == [("formula-broken", 6, 2), ("formula-broken", 8, 2)]
    assert [node["t"] for node in walk(made.ast["blocks"]) if node["t"] == "Math"] == ["Math", "Math"]


@pytest.mark.parametrize(
    ("mathml", "words"),
    [
        ("<mi>p</mi><mo>&lt;</mo><mn>0.05</mn>", "p\xa0<\xa00.05"),
        ("<mo>−</mo><mn>5</mn>", "−5"),
        ("<mi>x</mi><mo>=</mo><mo>−</mo><mn>5</mn>", "x\xa0=\xa0−5"),
        ("<mi>f</mi><mo>\u2061</mo><mo>(</mo><mi>x</mi><mo>)</mo><mo>=</mo><mn>1</mn>", "f(x)\xa0=\xa01"),
        ("<msubsup><mi>x</mi><mn>1</mn><mn>2</mn></msubsup>", "x₁²"),
        ("<mn>50</mn><mspace width='0.167em'/><mtext>mg</mtext>", "50\u202fmg"),
        ("<msup><mn>10</mn><mrow><mo>−</mo><mn>5</mn></mrow></msup>", "10⁻⁵"),
        ("<msup><mi>e</mi><mi>π</mi></msup>", ""),
        ("<mfrac><mi>a</mi><mi>b</mi></mfrac>", ""),
        ("<msup><mi>e</mi><msup><mi>x</mi><mn>2</mn></msup></msup>", ""),
    ],
)
def test_what_letters_can_say_needs_no_drawing(mathml: str, words: str) -> None:
    assert stringify(list(simple_text(f"<math>{mathml}</math>".encode()))) == words


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        (r"a $\frac{1}{2}$ b", r"\frac"), ("$$\n@a\n$$", "@a"), (r"\$5 and @a \$6", ""), ("$5 and @a $6", ""), (r"a $x\$ @a y$", "@a"),
        ("$x\n\n@a$", ""),
    ],
)  # fmt: skip
def test_markup_inside_a_formula_is_none(text: str, hidden: str) -> None:
    masked = prose(text)
    assert len(masked) == len(text)
    assert ("@a" in masked) == (hidden != "@a" and "@a" in text)
    assert not hidden or hidden not in masked


# With the real tools


@cache
def tool() -> FormulaTool:
    return FormulaTool.found(REPOSITORY)


def asked(*texts: str, display: bool = True, locale: str = "en") -> list[Result]:
    return tool().execute([formula.job(tex, REPOSITORY, display=display, locale=locale, label=tex) for tex in texts])


@pytest.mark.e2e
def test_formulas_are_paths_and_words() -> None:
    fraction, mean, french = *asked(r"\frac{a}{b+1} \times 100", r"\bar{x} \ne \text{dose}"), *asked(r"p \le 0.05", locale="fr")
    said = [json.loads(result.outputs[formula.META])["words"] for result in (fraction, mean, french)]
    assert said == ["a over b plus 1 end fraction times 100", "x bar is not equal to dose", "p plus petit ou égal à 0,05"]
    root = etree.fromstring(fraction.outputs[formula.SVG])
    assert {etree.QName(node).localname for node in root.iter(etree.Element)} <= {"svg", "g", "path", "rect"}
    assert b"currentColor" in fraction.outputs[formula.SVG]
    size = json.loads(fraction.outputs[formula.META])
    assert 3 < size["width"] < 12 and 1 < size["height"] < 4 and 0 < size["depth"] < 2


@pytest.mark.e2e
def test_every_kind_of_mistake_has_its_complaint_and_harms_no_other_formula() -> None:
    texts = (
        r"\frac{1}{", r"a + \foo b", "x\n + \\bar{\\foo}", r"\begin{matrix} 1", r"\text{漢}", r"x \tag{1}", " ", "x" * 6000,
        r"\rule{900em}{1em}", r"\color{red} x", r"\href{a}{b}", r"\newcommand{\y}{1} \y", r"\require{color} x", "x^2^3",
    )  # fmt: skip
    *bad, good = asked(*texts, "y")
    assert not good.failed
    told = [(result.diagnostics[0].code, result.diagnostics[0].span) for result in bad]
    assert all(result.failed and len(result.diagnostics) == 1 for result in bad)
    assert [code for code, _ in told[:9]] == [
        "formula-broken", "formula-broken", "formula-broken", "formula-broken", "formula-character", "formula-tag",
        "formula-empty", "formula-too-large", "formula-too-large",
    ]  # fmt: skip
    assert told[1][1] == Span(formula.INPUT, 1, 5) and told[2][1] and told[2][1].line == 2
    assert {code for code, _ in told[9:]} == {"formula-broken"}


HEAD = ":::: {.masthead}\n::: {.title}\nTap water\n:::\n::::\n\n"
TEXT = HEAD + r"""
# Numbers

Take $p < 0.05$ and $\sqrt{2}$.

$$\text{NNT} = \frac{1}{p_1 - p_2}$$

| Name | Value |
|------|-------|
| Mean | $\frac{a}{b}$ |

A note.[^1]

[^1]: With $x_1^2$ in it.
"""


@cache
def _page() -> tuple[Document, DirectRunner]:
    given = web_case.case()
    runner = DirectRunner({**dict(given.runner._tools), "formula": tool()})  # type: ignore[attr-defined]
    read = deck_case.document(TEXT, runner)
    report = Report()
    made = with_formulas(read, replace(given.project, root=str(REPOSITORY)), runner, report)
    assert not list(report) and len(made.formulas) == 5
    return made, runner


RENDERERS = {"html": render_html, "epub": render_epub, "pdf": render_pdf}


def _made(form: str) -> tuple[Facts, list[str], bytes]:
    document, runner = _page()
    case = web_case.case()
    output = case.edition.spec.outputs[form]  # type: ignore[index]
    data, found = RENDERERS[form](document, case.edition, output, case.project, runner)
    assert data is not None, found
    report = Report()
    facts = inspect(Artifact(output.file, case.edition.name, form, data, output), document, case.edition, case.project, report, runner)
    return facts, [d.code for d in report], data


@pytest.mark.e2e
@pytest.mark.parametrize("form", list(RENDERERS))
def test_formulas_stand_in_every_document_with_their_words_and_nothing_else_is_said(form: str) -> None:
    facts, complaints, data = _made(form)
    assert complaints == []
    if form == "pdf":
        tags = facts.extra["tags"]
        assert isinstance(tags, Tag)
        said = [tag.alt for tag in tags.find("Formula")]
        assert "NNT equals 1 over p sub 1 minus p sub 2 end fraction" in said and len(said) == 5
    elif form == "epub":
        assert "describedMath" in facts.extra["claims"]["accessibilityFeature"]
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            assert b'properties="svg"' in package.read("EPUB/package.opf")


@pytest.mark.e2e
@pytest.mark.parametrize("form", list(RENDERERS))
def test_a_formula_whose_words_are_lost_is_noticed(form: str) -> None:
    document, _ = _page()
    case = web_case.case()
    wanted = comparison(document, case.edition, form, "Tap water", case.project.locale)
    silent = transform(document.ast["blocks"], lambda n: {"t": "Str", "c": "x"} if is_formula(n) else n)
    found = comparison(replace(document, ast={**document.ast, "blocks": silent}), case.edition, form, "Tap water", case.project.locale)
    assert wanted.same([p.text for p in wanted.passages]) and not wanted.same([p.text for p in found.passages])


SLIDES = HEAD + "## The risk $p$\n\n- A risk of $p_1 < 0.05$\n- The root $\\sqrt{2}$\n\n## Needed\n\n$$\\frac{1}{p}$$\n"


@pytest.mark.e2e
@pytest.mark.parametrize(("form", "render"), [("revealjs", render_revealjs), ("pptx", render_pptx)])
def test_slides_show_formulas_or_say_them(form: str, render: Any) -> None:
    given = deck_case.case()
    runner = DirectRunner({**dict(given.runner._tools), "formula": tool()})  # type: ignore[attr-defined]
    document = with_formulas(deck_case.document(SLIDES, runner), replace(given.project, root=str(REPOSITORY)), runner, Report())
    output = given.edition.spec.outputs[form]  # type: ignore[index]
    data, found = render(document, given.edition, output, given.project, runner)
    assert data is not None, found
    report = Report()
    facts = inspect(Artifact(output.file, "slides", form, data, output), document, given.edition, given.project, report, runner)
    assert [d.code for d in report] == []
    if form == "pptx":
        assert "1 over p end fraction" in " ".join(facts.texts) and "square root of 2" in " ".join(facts.texts)
        assert "$" not in " ".join(facts.texts)
    else:
        assert data.count(b'aria-label="1 over p end fraction"') == 1


def test_doctor_knows_where_the_packages_are() -> None:
    assert isinstance(locate.find_mathjax(REPOSITORY), locate.Found) and isinstance(locate.find_speech(REPOSITORY), locate.Found)


def test_raised_and_lowered_text_stays_so_without_letters() -> None:
    raised, lowered, other = ({"t": kind, "c": [{"t": "Str", "c": words}]} for kind, words in (
        ("Superscript", "-6"), ("Subscript", "2"), ("Superscript", "th")))  # fmt: skip
    assert scripts_kept(raised) == {"t": "Str", "c": "⁻⁶"}
    assert scripts_kept(lowered) == {"t": "Str", "c": "₂"}
    assert scripts_kept(other) is other
