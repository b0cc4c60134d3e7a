"""draw: Mermaid code becomes figures with words, pictures become assets; all complaints stand at the author's line."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from PIL import Image

from handbill.diagnostics import Report, error
from handbill.draw import draw, plan
from handbill.draw.describe import Wording
from handbill.draw.size import printed_points
from handbill.draw.theme import ThemeBroken, read_theme
from handbill.jobs import Job, Result
from handbill.model import Document, FromContent, FromTemplate, Project, Source
from handbill.pandoc_ast import attr, attr_of, div, document, para, stringify, text, walk
from handbill.text import Span
from handbill.tools import mermaid

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="100" height="50" role="img"><text>Begin</text></svg>'
GRAPH = {
    "type": "flowchart-v2", "title": "",
    "nodes": [{"id": "a", "label": "Begin", "kind": "step"}, {"id": "b", "label": "Stop", "kind": "step"}],
    "edges": [{"from": "a", "to": "b", "label": "", "way": "forward"}], "groups": [],
}  # fmt: skip
META = {"type": "flowchart-v2", "title": "", "description": "", "width": 100, "height": 50, "labels": ["Begin", "Stop"], "smallest": 16}
CODE = "flowchart TD\nA --> B"


@pytest.fixture(autouse=True)
def version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handbill.tools.mermaid.tool._project_version", lambda root: "test")


def drawing(graph: dict[str, Any] = GRAPH, **meta: Any) -> Callable[[Job], Result]:
    """A Mermaid that draws the same whatever it is asked."""
    outputs = {mermaid.SVG: SVG, mermaid.GRAPH: json.dumps(graph).encode(), mermaid.META: json.dumps({**META, **meta}).encode()}
    return lambda job: Result({**outputs, **({mermaid.PNG: b"png"} if job.args["scale"] else {})})


def reading(job: Job) -> Result:
    """A pandoc that makes one paragraph of each text that it is given."""
    main = job.inputs[job.args["main"]].decode()
    parts = re.findall(r"^(:{3,}) text\n(.*?)\n\n\1$", main, re.MULTILINE | re.DOTALL)
    return Result({job.outputs[0]: json.dumps(document([div(attr("", ["text"]), [para(text(t))] if t else []) for _, t in parts])).encode()})


def code_block(code: str = CODE, identifier: str = "", **pairs: str) -> dict[str, Any]:
    return {"t": "CodeBlock", "c": [attr(identifier, ["mermaid"], **pairs), code]}


def fence(*blocks: dict[str, Any], identifier: str = "routes", code: str = CODE, **pairs: str) -> dict[str, Any]:
    return div(attr(identifier, ["diagram"], **pairs), [code_block(code), *blocks])


def source_of(*codes: str) -> Source:
    """A source in which each code stands in a fence; its lines were written in content/x.md from line 101 on."""
    lines: list[str] = ["# Head", ""]
    for code in codes:
        lines += ["``` mermaid", *code.split("\n"), "```", ""]
    origins = tuple((FromContent(Span("content/x.md", 100 + number, 1)),) for number in range(1, len(lines) + 1))
    return Source("\n".join(lines), (*origins, (FromTemplate("source.md.j2", 1),)))


class Stage:
    """The stage on fakes: what came out, what was complained of, what was asked."""

    def __init__(self, project: Project, recording: Any, blocks: list[Any], source: Source | None = None, **answers: Any) -> None:
        self.runner = recording({"mermaid": drawing(), "pandoc": reading, **answers})
        self.report = Report()
        given = Document(document(blocks), source or source_of(CODE))
        self.jobs = plan(given, project).different
        self.document = draw(given, project, self.runner, self.report)
        self.blocks = self.document.ast["blocks"]

    @property
    def found(self) -> list[str]:
        return [f"{d.code} {d.span}" for d in self.report]


@pytest.fixture
def stage(make_project: Callable[..., Project], recording: Any) -> Callable[..., Stage]:
    def run(*blocks: dict[str, Any], source: Source | None = None, answers: dict[str, Any] | None = None, **project: Any) -> Stage:
        return Stage(make_project(**project), recording, list(blocks), source, **(answers or {}))

    return run


def test_a_fenced_block_becomes_a_figure_and_its_words(stage: Callable[..., Stage]) -> None:
    caption = div(attr("", ["caption"]), [para(text("Two routes"))])
    made = stage(fence(caption, title="The title"))
    (block,) = made.blocks
    assert attr_of(block)[1] == ["diagram-block"]
    figure, words = block["c"][1]
    assert figure["t"] == "Figure" and attr_of(figure)[:2] == ("routes", ["diagram"])
    assert figure["c"][1] == [None, [{"t": "Plain", "c": text("Two routes")}]]
    image = figure["c"][2][0]["c"][0]
    assert image["c"][2] == ["asset:routes.svg", "The title"]
    assert stringify(image["c"][1]) == "Flowchart: The title. 2 steps."
    assert attr_of(words)[1] == ["long-description"] and "1.  **Begin**" in stringify(words)
    assert made.found == []
    known = made.document.figures["routes"]
    assert (known.svg, known.png, known.width, known.height) == ("routes.svg", None, 100.0, 50.0)
    assert known.labels == ("Begin", "Stop") and known.description.startswith("This flowchart has 2 steps.")
    assert b"<title>The title</title><desc>Flowchart: The title. 2 steps.</desc>" in made.document.assets["routes.svg"]


def test_a_bare_fence_is_legal_anywhere(stage: Callable[..., Stage]) -> None:
    item = {"t": "BulletList", "c": [[code_block()]]}
    made = stage(item, code_block("pie", "own", caption="A *caption*", alt="Words", description="Long"), source=source_of(CODE, "pie"))
    assert [node["c"][0][0] for node in walk(made.blocks) if node["t"] == "Figure"] == ["figure-1", "own"]
    own = made.document.figures["own"]
    assert (own.alt, own.description) == ("Words", "Long")
    assert not [node for node in walk(made.blocks) if node["t"] == "CodeBlock"]
    assert made.document.figures["figure-1"].span == Span("content/x.md", 104, 1)
    assert "A *caption*" in stringify(made.blocks[1])


def test_authors_words_come_first(stage: Callable[..., Stage]) -> None:
    mine = div(attr("", ["description"]), [para(text("My own words"))])
    made = stage(fence(mine, alt="Mine"), answers={"mermaid": drawing(title="Acc", description="Acc words")})
    figure = made.document.figures["routes"]
    assert (figure.title, figure.alt, figure.description) == ("Acc", "Mine", "My own words")
    assert "This flowchart" not in stringify(made.blocks)
    made = stage(fence(), answers={"mermaid": drawing(title="Acc", description="Acc words.")})
    assert made.document.figures["routes"].alt == "Flowchart: Acc. 2 steps."
    assert made.document.figures["routes"].description.startswith("Acc words\\.\n\nThis flowchart")


def test_one_run_for_all_and_each_drawing_once(stage: Callable[..., Stage]) -> None:
    made = stage(fence(identifier="a"), fence(identifier="b"), code_block("pie"), source=source_of(CODE, CODE, "pie"))
    assert len(made.jobs) == 2
    assert [job.tool for job in made.runner.jobs] == ["mermaid", "mermaid", "pandoc"]
    assert sorted(made.document.figures) == ["a", "b", "figure-1"]


def test_the_same_diagram_in_two_forms_keeps_its_id(stage: Callable[..., Stage]) -> None:
    made = stage(fence(), fence(), fence(code="pie"), source=source_of(CODE, CODE, "pie"))
    ids = [node["c"][0][0] for node in walk(made.blocks) if node["t"] == "Figure"]
    assert ids == ["routes", "routes", "routes-2"]


def test_a_complaint_comes_home_to_the_authors_line(stage: Callable[..., Stage]) -> None:
    def refuse(job: Job) -> Result:
        return Result(diagnostics=(error("diagram-syntax", "No.", Span(mermaid.INPUT, 2)),), failed=True)

    made = stage(fence(code="pie"), fence(), source=source_of("pie", CODE), answers={"mermaid": refuse})
    assert made.found == ["diagram-syntax content/x.md:105:1", "diagram-syntax content/x.md:109:1"]
    assert next(d.trail for d in made.report) == ("while drawing the diagram “routes”",)
    assert made.document.figures == {} and len([n for n in walk(made.blocks) if n["t"] == "CodeBlock"]) == 2


def test_the_second_of_two_equal_codes_has_its_own_place(stage: Callable[..., Stage]) -> None:
    made = stage(fence(identifier="a"), fence(identifier="b"), source=source_of(CODE, CODE))
    assert [figure.span.line for figure in made.document.figures.values() if figure.span] == [104, 109]


def test_a_kind_without_words_asks_its_author(stage: Callable[..., Stage]) -> None:
    kanban = {"mermaid": drawing({"type": "kanban", "title": ""}, type="kanban")}
    made = stage(fence(), answers=kanban)
    assert made.found == ["diagram-description-missing content/x.md:104:1"]
    (found,) = made.report
    assert found.message == "A kanban board cannot be put into words by itself, so its alt and its description must be written by hand."
    enough = stage(fence(div(attr("", ["description"]), [para(text("Long"))]), alt="Short"), answers=kanban)
    assert enough.found == []
    titled = {"mermaid": drawing({"type": "kanban", "title": ""}, type="kanban", title="The board", description="Long.")}
    assert stage(fence(), answers=titled).found == []


def test_a_language_without_wording_asks_its_author(stage: Callable[..., Stage]) -> None:
    made = stage(fence(), publication={"language": "de"})
    assert made.found == ["diagram-description-missing content/x.md:104:1"]
    assert "language “de”" in next(iter(made.report)).message
    assert stage(fence(), publication={"language": "fr"}).document.figures["routes"].alt.startswith("Organigramme")


@pytest.mark.parametrize(("width", "height", "code"), [(640, 700, None), (900, 200, "diagram-too-wide"), (300, 1100, "diagram-too-tall")])
def test_words_too_small_for_print_are_told(stage: Callable[..., Stage], width: int, height: int, code: str | None) -> None:
    made = stage(fence(), answers={"mermaid": drawing(width=width, height=height, smallest=16)})
    assert [d.code for d in made.report] == ([code] if code else [])
    assert [d.severity for d in made.report] == (["warning"] if code else [])


def test_points_on_paper() -> None:
    assert printed_points(100, 100, 12) == pytest.approx(9)
    assert printed_points(642.52 * 2, 100, 12) == pytest.approx(4.5, abs=0.01)
    assert printed_points(0, 0, 12) == pytest.approx(9)


def test_png_only_where_powerpoint_needs_it(stage: Callable[..., Stage], make_edition: Any) -> None:
    slides = make_edition("slides", outputs={"pptx": {"file": "slides.pptx"}})
    made = stage(fence(), editions={"slides": slides})
    assert made.document.figures["routes"].png == "routes.png" and made.document.assets["routes.png"] == b"png"
    assert stage(fence()).jobs[0].outputs == (mermaid.SVG, mermaid.GRAPH, mermaid.META)


def test_only_the_themes_fonts_go_in(stage: Callable[..., Stage]) -> None:
    theme = b"font: Nice Face\npalette: {paper: '#ffffff', ink: '#000000'}\nmermaid: {theme: base, x: palette.ink}\ncss: 'a {fill: palette.ink}'"
    made = stage(fence(), styles={"diagrams/theme.yaml": theme},
                 fonts={"nice-face-latin-400-normal.woff2": b"1", "other-latin-400-normal.woff2": b"2"})  # fmt: skip
    (job,) = made.jobs
    assert set(job.inputs) == {mermaid.INPUT, mermaid.FONT_PREFIX + "nice-face-latin-400-normal.woff2"}
    assert job.args["config"]["x"] == "#000000" and job.args["config"]["themeCSS"] == "a {fill: #000000}"


@pytest.mark.parametrize("data", [b"font: [", b"font: X", b"- 1", b"font: X\npalette: {paper: p}\nmermaid: {a: palette.none}"])
def test_a_broken_theme_is_one_complaint(stage: Callable[..., Stage], data: bytes) -> None:
    with pytest.raises(ThemeBroken):
        read_theme(data)
    made = stage(fence(), styles={"diagrams/theme.yaml": data})
    assert [d.code for d in made.report] == ["diagram-theme"] and made.jobs == []


def test_a_mistake_in_a_wording_template_is_told_at_its_line(stage: Callable[..., Stage], make_project: Any) -> None:
    templates = {**make_project().templates, "diagrams/describe/en/flow.md.j2": "ok\n{{ nothing.there }}"}
    made = stage(fence(), templates=templates)
    assert "template-undefined templates/diagrams/describe/en/flow.md.j2:2" in made.found


# ---- pictures -------------------------------------------------------------------------------------------------------


def image(url: str, alt: str = "What it shows") -> dict[str, Any]:
    return para([{"t": "Image", "c": [attr(), text(alt), [url, ""]]}])


def png(width: int = 30, height: int = 20) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height)).save(out, "PNG")
    return out.getvalue()


def test_pictures_become_assets(stage: Callable[..., Stage]) -> None:
    vector = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20" width="80mm"/>'
    made = stage(image("figures/a.png"), image("figures/sub/b.svg"), image("figures/a.png"),
                 assets={"figures/a.png": png(), "figures/sub/b.svg": vector})  # fmt: skip
    assert [node["c"][2][0] for node in walk(made.blocks) if node["t"] == "Image"] == ["asset:a.png", "asset:sub-b.svg", "asset:a.png"]
    assert sorted(made.document.assets) == ["a.png", "sub-b.svg"]
    a, b = made.document.figures["a"], made.document.figures["sub-b"]
    assert (a.png, a.svg, a.width, a.height, a.alt) == ("a.png", None, 30, 20, "What it shows")
    assert b.svg == "sub-b.svg" and b.width == pytest.approx(302.36, abs=0.01) and b.height == 20
    assert made.found == [] and made.runner.jobs == []


@pytest.mark.parametrize(("name", "data", "code"), [
    ("figures/c.png", None, "image-missing"),
    ("figures/c.png", b"\x89PNG broken", "image-broken"),
    ("figures/c.svg", b"<svg", "image-broken"),
    ("figures/c.svg", b"<html/>", "image-broken"),
    ("figures/c.svg", b'<!DOCTYPE svg><svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>', "image-broken"),
    ("figures/c.svg", b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><script/></svg>', "image-broken"),
    ("figures/c.svg", b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><image href="/etc/passwd"/></svg>', "image-broken"),
    ("figures/c.svg", b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1" onload="x"/>', "image-broken"),
    ("figures/c.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "image-broken"),
])  # fmt: skip
def test_pictures_that_cannot_be_used(stage: Callable[..., Stage], name: str, data: bytes | None, code: str) -> None:
    lines = Source(f"![x]({name})", ((FromContent(Span("content/x.md", 7, 1)),),))
    assets = {"figures/cc.png": png(), **({name: data} if data is not None else {})}
    made = stage(image(name), source=lines, assets=assets)
    (found,) = made.report
    assert (found.code, found.span and found.span.line) == (code, 7)
    assert found.hints and (code != "image-missing" or "figures/cc.png" in found.hints[0])


def test_words_are_remembered_for_the_same_graph_and_templates_only(
    stage: Callable[..., Stage], make_project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = stage(fence(title="The title"))
    said: list[str] = []
    real = Wording.describe

    def counting(self: Wording, graph: Any, form: str, title: str = "") -> Any:
        said.append(title)
        return real(self, graph, form, title)

    monkeypatch.setattr(Wording, "describe", counting)

    def again(title: str, templates: Mapping[str, str]) -> Any:
        given = Document(document([fence(title=title)]), source_of(CODE))
        drawn = draw(given, make_project(templates=templates), made.runner, Report())
        return drawn.figures

    templates = dict(make_project().templates)
    assert again("The title", templates) == made.document.figures
    assert said == []
    again("Another title", templates)
    again("The title", {**templates, "diagrams/describe/en/kinds.j2": templates["diagrams/describe/en/kinds.j2"] + "\n"})
    assert said == ["Another title", "The title"]
