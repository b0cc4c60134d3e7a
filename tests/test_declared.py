"""A Job sees its declared inputs and nothing else, whatever the tool: so its key, made of them, cannot be incomplete."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from handbill.jobs import Job, Result
from handbill.runners.direct import DirectRunner
from handbill.tools.pdf import validation
from handbill.tools.toolbox import Toolbox

REPOSITORY = Path(__file__).parent.parent
SECRET = "nobody-declared-this"
FONT = REPOSITORY / "node_modules/@fontsource/noto-sans/files/noto-sans-latin-400-normal.woff2"
PAGE = "<style>@font-face{font-family:x;src:url(font.woff2)} html{font-family:x}</style><p>Words.</p>"

pytestmark = pytest.mark.e2e


@dataclass(frozen=True)
class Case:
    """A Job that goes well, and changes to it that make it depend on something undeclared (`{path}`: a file that is there)."""

    args: Mapping[str, Any]
    inputs: Mapping[str, bytes]
    outputs: tuple[str, ...]
    main: str
    changes: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, bytes], str], tuple[Mapping[str, Any], Mapping[str, bytes]]]] = field(
        default_factory=dict
    )


def option(text: str) -> Any:
    return lambda args, inputs, path: ({**args, "options": ["--standalone", text.format(path=path)]}, inputs)


def page(more: str) -> Any:
    return lambda args, inputs, path: (args, {**inputs, "index.html": (more.format(path=path) + PAGE).encode()})


def setting(key: str, text: str) -> Any:
    return lambda args, inputs, path: ({**args, key: text.format(path=path)}, inputs)


def pdf() -> bytes:
    import pikepdf

    stream = io.BytesIO()
    document = pikepdf.new()
    document.add_blank_page()
    document.save(stream)
    return stream.getvalue()


def one_slide() -> bytes:
    from pptx import Presentation

    presentation = Presentation()
    presentation.slides.add_slide(presentation.slide_layouts[0])
    stream = io.BytesIO()
    presentation.save(stream)
    return stream.getvalue()


def picture(name: str) -> dict[str, Any]:
    """What makes a PowerPoint file of one slide with a picture."""
    shown = {"kind": "picture", "box": [0, 0, 9, 9], "name": "x", "alt": "x", "title": "", "png": name, "svg": None}
    return {
        "slides": [{"layout": "Title Slide", "pieces": 0, "shapes": [shown]}],
        "mark": "|", "language": "en", "step": 1.0, "chapters": [["x", 1]], "about": {"title": "x", "date": "2026-11-26T00:00:00"},
    }  # fmt: skip


def png() -> bytes:
    from PIL import Image

    stream = io.BytesIO()
    Image.new("RGB", (9, 9)).save(stream, "PNG")
    return stream.getvalue()


CASES = {
    "pandoc": Case(
        {"from": "markdown", "to": "html", "main": "a.md"}, {"a.md": b"Words."}, ("a.html",), "a.md",
        {
            "a file by its path": option("--include-in-header={path}"),
            "a file above": option("--template=../" * 9 + "{path}"),
            "a word of its own": option("{path}"),
            "a home": option("--csl=~/style.csl"),
            "a name that is not given": option("--template=other.html"),
            "another document": setting("main", "{path}"),
        },
    ),
    "weasyprint": Case(
        {}, {"index.html": PAGE.encode(), "font.woff2": FONT.read_bytes()}, ("document.pdf",), "index.html",
        {
            "a picture": page("<img src=other.png>"),
            "a picture by its path": page("<img src='{path}'>"),
            "a file address": page("<link rel=stylesheet href='file://{path}'>"),
            "the network": page("<img src='http://127.0.0.1:9/x.png'>"),
            "a style sheet's import": page("<style>@import url(other.css);</style>"),
            "a font by its path": page("<style>@font-face{{font-family:y;src:url(file://{path})}} p{{font-family:y,x}}</style>"),
        },
    ),
    "pdfium": Case({"page": 0, "width": 50}, {"document.pdf": pdf()}, ("page.png",), "document.pdf"),
    "mermaid": Case(
        {"config": {}, "family": "Noto Sans", "svg_id": "m", "background": "#fff", "wrap": 200, "scale": 0},
        {"diagram.mmd": b"flowchart TD\n A[Words] --> B[More]\n",
         "font/noto-sans-latin-400-normal.woff2": FONT.read_bytes()},
        ("diagram.svg", "graph.json", "meta.json"), "diagram.mmd",
        {"the machine's fonts": lambda args, inputs, path: (args, {"diagram.mmd": inputs["diagram.mmd"]})},
    ),
    "pptx": Case(
        picture("a.png"), {"words.pptx": one_slide(), "a.png": png()}, ("slides.pptx",), "words.pptx",
        {"a picture that is not given": lambda args, inputs, path: (picture("other.png"), inputs),
         "a picture by its path": lambda args, inputs, path: (picture(path), inputs)},
    ),
    "imposition": Case({"size": "A5", "rtl": False}, {"pages.pdf": pdf()}, ("sheets.pdf",), "pages.pdf"),
    "pdf-validator": Case({"profile": "ua1"}, {"document.pdf": pdf()}, ("failures.json",), "document.pdf"),
    "formula": Case({"display": True, "locale": "en"}, {"formula.tex": b"x^2"}, ("formula.svg",), "formula.tex"),
    "liblouis": Case(
        {"do": "write", "language": "en", "table": "en-ueb-g1.ctb"}, {"texts.json": b'["words"]'}, ("answer.json",), "texts.json",
        {"a table by its path": setting("table", "{path}"), "a table beside another": setting("table", "en-ueb-g1.ctb,{path}"),
         "letters by their path": setting("letters", "{path}")},
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def toolbox() -> Iterator[Toolbox]:
    with Toolbox(REPOSITORY, None) as box:
        yield box


def run(toolbox: Toolbox, name: str, args: Mapping[str, Any], inputs: Mapping[str, bytes]) -> Result:
    job = Job(name, toolbox.tools[name].version(), args, inputs, CASES[name].outputs)
    (result,) = DirectRunner(toolbox.tools).run([job])
    return result


def test_every_tool_has_a_case(toolbox: Toolbox) -> None:
    assert set(CASES) == set(toolbox.tools)


@pytest.mark.parametrize("name", CASES)
def test_a_job_whose_input_is_not_given_fails_with_one_sentence(toolbox: Toolbox, name: str) -> None:
    case = CASES[name]
    whole = run(toolbox, name, case.args, case.inputs)
    assert not whole.failed, whole.diagnostics
    assert set(case.outputs) <= set(whole.outputs)
    rest = {key: data for key, data in case.inputs.items() if key != case.main}
    result = run(toolbox, name, case.args, rest)
    assert result.failed and not result.outputs
    assert [d.severity for d in result.diagnostics] == ["error"]


@pytest.mark.parametrize(("name", "change"), [(name, change) for name, case in CASES.items() for change in case.changes])
def test_a_job_that_needs_what_it_does_not_declare_fails(toolbox: Toolbox, name: str, change: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    args, inputs = CASES[name].changes[change](CASES[name].args, CASES[name].inputs, str(secret))
    result = run(toolbox, name, args, inputs)
    assert result.failed, result
    assert "died" not in " ".join(d.code for d in result.diagnostics)
    assert SECRET not in str(result.outputs)


def test_a_validator_that_was_at_work_here_is_not_used_in_a_fork(toolbox: Toolbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has threads of its own by then, for which a fork would wait for ever."""
    monkeypatch.setattr(validation, "_used", set())
    assert set(toolbox.libraries) == {"pdfium", "imposition", "pptx", "pdf-validator"}
    run(toolbox, "pdf-validator", CASES["pdf-validator"].args, CASES["pdf-validator"].inputs)
    assert set(toolbox.libraries) == {"pdfium", "imposition", "pptx"}


def test_pandoc_puts_no_undeclared_picture_into_a_book(toolbox: Toolbox, tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    secret.write_text(SECRET)
    text = f"# Title\n\n![x]({secret}) ![y](file://{secret}) ![z](other.png)\n"
    args = {"from": "markdown", "to": "epub", "main": "a.md"}
    job = Job("pandoc", toolbox.tools["pandoc"].version(), args, {"a.md": text.encode()}, ("a.epub",))
    (result,) = DirectRunner(toolbox.tools).run([job])
    with zipfile.ZipFile(io.BytesIO(result.outputs["a.epub"])) as book:
        assert all(SECRET.encode() not in book.read(name) for name in book.namelist())


def test_the_one_to_blame_fails_and_the_others_do_not() -> None:
    class Fake:
        name = "fake"

        def version(self) -> str:
            return "1"

        def execute(self, jobs: list[Job]) -> list[Result]:
            return [Result({"out": job.inputs["in"]}) for job in jobs]

    jobs = [Job("fake", "1", {}, {"in": b"1"}, ("out",)), Job("fake", "1", {}, {"im": b"2"}, ("out",)), Job("fake", "1", {}, {"in": b"3"}, ("out",))]
    results = DirectRunner({"fake": Fake()}).run(jobs)  # type: ignore[dict-item]
    assert [r.failed for r in results] == [False, True, False]
    assert [d.code for d in results[1].diagnostics] == ["job-undeclared"] and "“in”" in results[1].diagnostics[0].message


def test_versions_name_our_own_code_and_what_packs_the_bytes(toolbox: Toolbox) -> None:
    versions = {name: tool.version() for name, tool in toolbox.tools.items()}
    assert all(json.dumps(version) and len(version) > 10 for version in versions.values())
    for name in ("pandoc", "weasyprint", "pdfium", "liblouis"):
        assert "handbill " in versions[name]
    for name in ("weasyprint", "pdfium"):
        assert "zlib " in versions[name]
