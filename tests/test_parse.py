"""parse: pandoc behind its sandbox, the cleaned AST, and complaints brought home."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handbill.assemble import assemble
from handbill.diagnostics import Report, Severity
from handbill.jobs import Result
from handbill.model import Document, Project, Source
from handbill.pandoc_ast import API_VERSION, stringify, walk
from handbill.parse import job_of, parse
from handbill.parse.sanitise import sanitise
from handbill.runners.direct import DirectRunner
from handbill.text import Span
from handbill.tools import locate
from handbill.tools.pandoc import READER, Pandoc, convert

NOWHERE = Source("", ())


@pytest.fixture(scope="module")
def pandoc() -> DirectRunner:
    return DirectRunner({"pandoc": Pandoc(locate.need(locate.find_pandoc()).path)})


def read(pandoc: DirectRunner, markdown: str, **options: Any) -> Result:
    job = convert("source.md", {"source.md": markdown.encode()}, reader=READER, writer="json", output="out.json", label="", **options)
    (result,) = pandoc.run([job])
    return result


def ast_of(pandoc: DirectRunner, markdown: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(read(pandoc, markdown).outputs["out.json"])
    return document


@pytest.mark.e2e
@pytest.mark.parametrize("markdown", [
    "<script>alert(1)</script> text",
    "`<b>x</b>`{=html} text",
    "```{=html}\n<b>x</b>\n```\n\ntext",
    "\\write18{ls} text",
    "---\nbibliography: /etc/passwd\n---\n\ntext",
    "[text](javascript:alert(1))",
    "[text](JaVaScRiPt:alert(1))",
    "[text](data:text/html,x)",
    "[text]{onclick=alert(1)}",
    "![text](/etc/passwd){onerror=x}",
    "![text](http://example.org/x.png)",
    "# text {style='position:fixed'}",
])  # fmt: skip
def test_content_cannot_carry_code_or_reach_files(pandoc: DirectRunner, markdown: str) -> None:
    clean, _ = sanitise(ast_of(pandoc, markdown), NOWHERE)
    dumped = json.dumps(clean).lower()
    assert not {"rawinline", "rawblock"} & {n["t"].lower() for n in walk(clean["blocks"])}
    for forbidden in ("javascript:", "data:text", "onclick", "onerror", "style", "http://example.org/x.png"):
        assert f'"{forbidden}' not in dumped
    assert clean["meta"] == {}
    assert "text" in stringify(clean["blocks"])


def test_what_is_taken_out_is_told_at_its_place() -> None:
    from handbill.model import FromContent

    text = "one\n[x]{onclick=y}"
    source = Source(text, ((FromContent(Span("s.md", 7, 1)),), (FromContent(Span("s.md", 8, 1)),)))
    span = {"t": "Para", "c": [{"t": "Span", "c": [["", [], [["onclick", "y"]]], [{"t": "Str", "c": "x"}]]}]}
    _, findings = sanitise({"pandoc-api-version": API_VERSION, "meta": {}, "blocks": [span]}, source)
    (found,) = findings
    assert (found.code, found.span) == ("attribute-not-allowed", Span("s.md", 8, 5))
    assert found.severity is Severity.WARNING


URLS = st.sampled_from(["https://a.b", "http://a.b", "mailto:a@b.c", "tel:+1", "#id", "javascript:x", "vbscript:x", "file:///x", "data:x", " javascript:x", "java\nscript:x", "//host/x"])


@settings(max_examples=100, deadline=None)
@given(URLS)
def test_property_links_keep_only_harmless_schemes(url: str) -> None:
    link = {"t": "Link", "c": [["", [], []], [{"t": "Str", "c": "x"}], [url, ""]]}
    clean, findings = sanitise({"meta": {}, "blocks": [{"t": "Para", "c": [link]}]}, NOWHERE)
    kept = [n["c"][2][0] for n in walk(clean["blocks"]) if n["t"] == "Link"]
    harmless = url.startswith(("https:", "http:", "mailto:", "tel:", "#", "//"))
    assert kept == ([url] if harmless else [])
    assert bool(findings) is not harmless
    assert stringify(clean["blocks"]).strip() == "x"


@pytest.mark.e2e
def test_pandoc_is_stopped_when_it_hangs(pandoc: DirectRunner) -> None:
    job = convert("source.md", {"source.md": b"![" * 40 + b"x"}, reader=READER, writer="json", output="out.json", label="")
    job.args["timeout"] = 1.0  # type: ignore[index]
    (result,) = pandoc.run([job])
    assert result.failed
    assert result.diagnostics[0].code in ("pandoc-timeout", "pandoc-memory")


@pytest.mark.e2e
def test_what_pandoc_warns_of_is_told_at_the_authors_line(pandoc: DirectRunner, make_project: Callable[..., Project], make_section: Any) -> None:
    style = Path(__file__).parent / "cases" / "numeric.csl"
    body = "one\n\n[twice]: http://a.example\n[twice]: http://b.example\n"
    project = make_project(make_section("alpha", body), citation_style=style.read_bytes())
    report = Report()
    source = assemble(project, report)
    assert source is not None
    assert parse(source, project, pandoc, report) is not None
    (found,) = [d for d in report if d.code == "link-duplicate"]
    assert found.span is not None
    assert (found.span.path, found.span.line) == ("content/sample/sections/alpha.md", 13)


def test_a_failed_pandoc_gives_no_document(make_project: Callable[..., Project], recording: Any) -> None:
    from handbill.diagnostics import error

    runner = recording({"pandoc": lambda job: Result(diagnostics=(error("pandoc-failed", "It failed", Span("source.md", 1)),), failed=True)})
    report = Report()
    project = make_project()
    source = assemble(project, report)
    assert source is not None
    assert parse(source, project, runner, report) is None
    assert [d.code for d in report] == ["pandoc-failed"]


def test_the_job_holds_all_that_pandoc_may_read(make_project: Callable[..., Project]) -> None:
    project = make_project()
    source = assemble(project, Report())
    assert source is not None
    job = job_of(source, project)
    assert sorted(job.inputs) == ["references.bib", "source.md", "style.csl"]
    assert job.args["from"] == READER
    assert "yaml_metadata_block" not in READER.replace("-yaml_metadata_block", "")


def test_documents_are_values() -> None:
    document = Document(ast={}, source=NOWHERE)
    with pytest.raises(AttributeError):
        document.ast = {}  # type: ignore[misc]
