"""Citations made apart from their text: what comes out is what one run of pandoc over the whole document gives."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from handbill.assemble import assemble
from handbill.diagnostics import Report
from handbill.jobs import Job, Result
from handbill.load.citation_styles import citation_style
from handbill.model import Project
from handbill.pandoc_ast import API_VERSION
from handbill.parse import job_of, read
from handbill.runners.direct import DirectRunner
from handbill.tools import citeproc, locate, pandoc
from handbill.tools.pandoc import Pandoc

KEYS = "abcdef"
BIBLIOGRAPHY = "\n".join(
    f"@article{{{key}, author = {{Name{key.upper()}, Ann and Other, Bob}}, title = {{On “{key}” and more}}, journal = {{J. Med.}},"
    f" year = {{{2000 + number // 2}}}, volume = {{{number}}}, pages = {{1--9}}, doi = {{10.1/{key}}}}}"
    for number, key in enumerate(KEYS)
)
STYLES = (
    "nlm-citation-sequence-brackets", "nlm-citation-sequence-superscript", "nature", "apa", "chicago-author-date", "ieee", "american-medical-association",
    "din-1505-2-alphanumeric",
)  # fmt: skip
PLACES = ("\n\n::: {#refs}\n:::\n\n# After\n\nEnd.", "\n\n::: {#refs .own lang=en}\n:::", "\n\nEnd.")


@pytest.fixture(scope="module")
def runner() -> DirectRunner:
    return DirectRunner({"pandoc": Pandoc(locate.need(locate.find_pandoc()).path)})


def style(name: str) -> bytes:
    report = Report()
    data = citation_style(name, None, report)
    assert not report
    return data


def ran(runner: DirectRunner, job: Job) -> Result:
    (result,) = runner.run([job])
    assert not result.failed, result.diagnostics
    return result


def job(markdown: str, inputs: dict[str, bytes], options: list[str]) -> Job:
    files = {"source.md": markdown.encode(), **inputs}
    return pandoc.convert(
        "source.md", files, reader=pandoc.READER, writer="json", output="out.json", options=options, label=""
    )


def both(runner: DirectRunner, markdown: str, csl: bytes, language: str = "en-GB") -> tuple[Any, Any]:
    """The document and the complaints: of citations made apart (None where that is refused), and of one run."""
    whole = ran(runner, job(markdown, pandoc.citeproc_inputs(BIBLIOGRAPHY, csl), pandoc.citeproc_options(language)))
    ast = {**json.loads(whole.outputs["out.json"]), "meta": {}}
    plain = ran(runner, job(markdown, {}, []))
    skeleton = citeproc.skeleton(plain.outputs["out.json"].decode()) if citeproc.separable(csl) else None
    if skeleton is None:
        return None, (ast, whole.diagnostics)
    cited = ran(runner, skeleton.job(BIBLIOGRAPHY, csl, language))
    filled = skeleton.filled(cited.outputs[citeproc.OUTPUT])
    return filled and (filled, (*plain.diagnostics, *cited.diagnostics)), (ast, whole.diagnostics)


def written(chance: random.Random, place: str) -> str:
    """Markdown that is full of citations, in all places and with all neighbours."""

    def citation() -> str:
        key = chance.choice(KEYS + "x")
        also = chance.choice(KEYS)
        forms = (
            "[@{0}]",
            "[@{0}]",
            "@{0}",
            "@{0} [p. 4]",
            "[see @{0}, pp. 3-4, etc.]",
            "[@{0}; @{1}]",
            "[-@{0}]",
            "[-@{0}.]",
            "[pre | @{0} | post.]",
        )
        return chance.choice(forms).format(key, also)

    def row() -> str:
        ends = (
            " ",
            "",
            ". ",
            ", ",
            ".",
            "; ",
            ": ",
            "! ",
            "\n",
            ".\n",
            " . ",
            " .",
            ".. ",
            "…",
            "—",
            "”",
            ") ",
            '." ',
            "^[A note.] ",
            "^up^ ",
            "**.** ",
            "*.* ",
        )
        starts = (
            "Word",
            "word ",
            "*word* ",
            "",
            " ",
            "“Quoted.” ",
            '"Q" ',
            "(",
            "\\ ",
            "word\n",
            "word. ",
            "`code` ",
            "$x$ ",
            "^2^ ",
        )
        return "w " + "".join(
            chance.choice(starts) + citation() + chance.choice(ends) for _ in range(chance.randint(1, 5))
        )

    def block() -> str:
        text = row()
        one = " ".join(text.split())
        forms = (
            text, text, text, f"## {one}", f"- {one}\n- {one}", f"> {one}", f"{one}^[{row()}]", f"Term\n:   {one}", f"[{one}](http://a.b)", f"**{one}**",
            f"![{one}](a.png)", f"Head  Other\n----  -----\n{citation()}  {citation()}\n\n: {one}", f"::: box\n{text}\n:::", f"*{one}* {one}", f"[{one}]{{.x}}.",
        )  # fmt: skip
        return chance.choice(forms)

    return "\n\n".join(block() for _ in range(40)) + place


@pytest.mark.e2e
@pytest.mark.parametrize("name", STYLES)
@pytest.mark.parametrize("number", range(2))
def test_random_documents_come_out_as_of_one_run(runner: DirectRunner, name: str, number: int) -> None:
    chance = random.Random(f"{name} {number}")
    place = PLACES[(STYLES.index(name) + number) % 3]
    apart, whole = both(runner, written(chance, place), style(name), chance.choice(("en-GB", "en-US", "fr-FR", "de")))
    assert apart is not None
    assert apart == whole
    assert whole[1]


def skeleton_of(runner: DirectRunner, markdown: str) -> citeproc.Skeleton | None:
    return citeproc.skeleton(ran(runner, job(markdown, {}, [])).outputs["out.json"].decode())


@pytest.mark.e2e
@pytest.mark.parametrize("markdown", [
    "[x]{.csl-quoted}",
    "::: {#refs}\nWords\n:::",
    "::: {#refs}\n:::\n\n::: {#refs}\n:::",
    "::: {#mine__refs}\n:::",
    "# Part {.reset-citation-positions}",
])  # fmt: skip
def test_what_is_not_certain_is_left_to_one_run(runner: DirectRunner, markdown: str) -> None:
    assert skeleton_of(runner, markdown) is None


def test_a_citation_within_a_citation_is_left_to_one_run() -> None:
    inner = '{"t":"Cite","c":[[{"citationId":"a"}],[]]}'
    assert citeproc.skeleton(f'{{"blocks":[{{"t":"Plain","c":[{inner}]}}]}}') is not None
    assert citeproc.skeleton(f'{{"blocks":[{{"t":"Plain","c":[{{"t":"Cite","c":[[],[{inner}]]}}]}}]}}') is None
    assert citeproc.skeleton(f'{{"blocks":[{inner.replace(":", ": ")}]}}') is not None  # no node of pandoc's writing
    assert citeproc.skeleton('{"blocks":[{"c":[[],[]],"t":"Cite"}]}') is None


def test_styles_of_notes_and_unknown_styles_are_left_to_one_run() -> None:
    assert citeproc.separable(style("nature"))
    assert not citeproc.separable(style("oscola"))
    assert not citeproc.separable(b"")


@pytest.mark.e2e
def test_the_last_heading_is_left_to_one_run(runner: DirectRunner) -> None:
    apart, (whole, _) = both(runner, "[@a]\n\n# Last", style("apa"))
    assert apart is None
    assert whole["blocks"][1]["c"][1][1] == ["unnumbered"]


@pytest.mark.e2e
@pytest.mark.parametrize(
    "markdown", ["", "Words.", "# Last", "::: {#refs}\n:::", "[@unknown]", "[@*]", '"[@a]." “[@b]”, [@c].']
)
@pytest.mark.parametrize("name", ["apa", "nlm-citation-sequence-superscript"])
def test_small_documents(runner: DirectRunner, markdown: str, name: str) -> None:
    apart, whole = both(runner, markdown, style(name), "en-US")
    assert apart == whole


@pytest.mark.e2e
def test_prose_is_no_part_of_the_key(runner: DirectRunner) -> None:
    texts = (
        "One [@a] two [@b, p. 3].",
        "# Another\n\nOne **two** [@a] three; *four [@b, p. 3]*.",
        "One [@b, p. 3] two [@a].",
    )
    first, prose, order = [
        made.job(BIBLIOGRAPHY, b"style", "en").key for text in texts if (made := skeleton_of(runner, text))
    ]
    assert first == prose
    assert first != order


class Counting:
    """Gives Jobs to `inner` and remembers their labels."""

    def __init__(self, inner: DirectRunner) -> None:
        self.inner = inner
        self.labels: list[str] = []

    def run(self, jobs: Sequence[Job]) -> list[Result]:
        self.labels += [job.label for job in jobs]
        return self.inner.run(jobs)


@pytest.mark.e2e
@pytest.mark.parametrize(("body", "bibliography", "name", "labels"), [
    ("Known [@a], unknown [@nobody].\n\n[x]: http://a.b\n[x]: http://c.d", BIBLIOGRAPHY, "apa", ["parse", "cite"]),
    ("Known [@a].", "@article{a, title = {Open", "apa", ["parse", "cite", "parse"]),
    ("Known [@a].", BIBLIOGRAPHY, "oscola", ["parse"]),
    ("Known [@a]. [x]{.csl-quoted}", BIBLIOGRAPHY, "apa", ["parse", "parse"]),
])  # fmt: skip
def test_a_reading_is_that_of_one_run(
    runner: DirectRunner,
    make_project: Callable[..., Project],
    make_section: Any,
    body: str,
    bibliography: str,
    name: str,
    labels: list[str],
) -> None:
    project = make_project(make_section("alpha", body), citation_style=style(name), bibliography_text=bibliography)
    source = assemble(project, Report())
    assert source is not None
    counting = Counting(runner)
    reading = read(source, project, counting)
    (whole,) = runner.run([job_of(source, project)])
    assert counting.labels == labels
    assert reading.diagnostics == whole.diagnostics
    assert (reading.ast is None) == whole.failed
    assert reading.ast is None or reading.ast["blocks"] == json.loads(whole.outputs["document.json"])["blocks"]
    assert bool(whole.diagnostics) == (name == "apa" and ".csl" not in body)


@pytest.mark.e2e
@pytest.mark.parametrize(
    "before", [("Str", "Space", "SoftBreak"), ("Space", "Space"), ("Space",), ("Str", "Space"), ("Str",)]
)
def test_spaces_before_a_raised_number(runner: DirectRunner, before: tuple[str, ...]) -> None:
    words = [{"t": kind, "c": "w"} if kind == "Str" else {"t": kind} for kind in before]
    citation = {
        "citationId": "a",
        "citationPrefix": [],
        "citationSuffix": [],
        "citationMode": {"t": "NormalCitation"},
        "citationNoteNum": 1,
        "citationHash": 0,
    }
    blocks = [
        {"t": "Para", "c": [*words, {"t": "Cite", "c": [[citation], []]}]},
        {"t": "Div", "c": [["refs", [], []], []]},
    ]
    text = json.dumps({"pandoc-api-version": API_VERSION, "meta": {}, "blocks": blocks}, separators=(",", ":"))
    csl = style("nlm-citation-sequence-superscript")
    inputs = {"in.json": text.encode(), **pandoc.citeproc_inputs(BIBLIOGRAPHY, csl)}
    options = pandoc.citeproc_options("en")
    whole = ran(
        runner,
        pandoc.convert("in.json", inputs, reader="json", writer="json", output="out.json", options=options, label=""),
    )
    skeleton = citeproc.skeleton(text)
    assert skeleton is not None
    apart = skeleton.filled(ran(runner, skeleton.job(BIBLIOGRAPHY, csl, "en")).outputs[citeproc.OUTPUT])
    assert apart["blocks"] == json.loads(whole.outputs["out.json"])["blocks"]
