"""What the bare tools must do for a handout: the very page, source and diagrams of a publication, laid out in a folder."""

from __future__ import annotations

import json
import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handbill.cite import cite
from handbill.clock import Clock
from handbill.diagnostics import Report
from handbill.draw import draw, plan
from handbill.jobs import Job, Result
from handbill.order import Order, Work
from handbill.parse import job_of
from handbill.prepare import prepare
from handbill.render.fragment import fragment_job
from handbill.render.page import make_page
from handbill.render.shape import shape_for_pdf
from handbill.tailor import tailor
from handbill.tools import locate
from handbill.tools.mermaid.studio import FLAGS
from handbill.tools.mermaid.tool import settings, style_sheet
from handbill.tools.toolbox import Toolbox
from scripts.bench.clock import Failed
from scripts.bench.names import DIAGRAMS, JOBS, PAGE, PARSE, PLAIN, WRITE


@dataclass(frozen=True)
class Bare:
    """A folder with everything.

    index.html     the handout's page, and beside it all files that it names
    parse.json     pandoc's words that read the source, citations included; the inputs lie beside it
    write.json     pandoc's words that write the page's body from its AST
    diagrams.json  for floor.mjs; jobs.pickle: the same as Jobs of our own
    plain.md       the handout's text as Markdown for other tools, its diagrams as Mermaid code
    """

    folder: Path


def lay_out(project: Path, name: str, folder: Path) -> Bare:
    """Goes the line for the handout of one publication, in this process, and writes down what the tools are asked."""
    folder.mkdir(parents=True)
    order = Order(project, project / "output", (name,), quiet=True)
    work = Work(name)
    with Toolbox(project, project / ".cache") as toolbox:
        prepare(work, order, toolbox.runner, Clock())
        if work.project is None or work.source is None or work.document is None:
            raise Failed("\n".join(map(str, work.report)))
        edition = work.project.editions["handout"]
        output = edition.spec.outputs["pdf"]
        _jobs(folder, plan(work.document, work.project).different, project)
        _plain(folder, tailor(work.document, edition, work.project, Report()).ast, toolbox)
        drawn = draw(work.document, work.project, toolbox.desk(), work.report)
        kept = cite(tailor(drawn, edition, work.project, work.report), drawn, work.project, toolbox.runner, work.report)
        if kept is None:
            raise Failed("\n".join(map(str, work.report)))
        page, _ = make_page(kept, edition, output, work.project, toolbox.runner, inline=False)
        if page is None:
            raise Failed("\n".join(map(str, work.report)))
    _pandoc(folder / PARSE, job_of(work.source, work.project))
    _pandoc(folder / WRITE, fragment_job(kept, kept.ast["blocks"], options=("--section-divs",)))
    (folder / PAGE).write_text(shape_for_pdf(page.html), encoding="utf-8")
    for file, data in page.files.items():
        (folder / file).write_bytes(data)
    return Bare(folder)


def _pandoc(path: Path, job: Job) -> None:
    """A pandoc Job as a command, its inputs beside it."""
    for name, data in job.inputs.items():
        (path.parent / name).write_bytes(data)
    program = str(locate.need(locate.find_pandoc()).path)
    words = ["--from", str(job.args["from"]), "--to", str(job.args["to"]), *map(str, job.args["options"])]
    path.write_text(json.dumps([program, *words, "--output", *job.outputs, str(job.args["main"])]))


def _jobs(folder: Path, jobs: Sequence[Job], root: Path) -> None:
    (folder / JOBS).write_bytes(pickle.dumps(list(jobs)))
    browser = locate.need(locate.find_chromium()).path
    asked = {
        "node": str(locate.need(locate.find_node()).path),
        "mermaidCli": str(locate.need(locate.find_mermaid_cli(root)).path),
        "puppeteer": str(locate.need(locate.find_puppeteer(root)).path.parent),
        "mermaid": str(locate.need(locate.find_mermaid(root)).path.parent / "mermaid.min.js"),
        "browser": str(browser),
        "shell": "headless" in browser.name,
        "flags": [*FLAGS, "--no-sandbox"],
        "css": style_sheet(jobs[0]) if jobs else "",
        "family": str(jobs[0].args["family"]) if jobs else "",
        "config": settings(jobs[0]) if jobs else {},
        "codes": list(dict.fromkeys(job.inputs["diagram.mmd"].decode() for job in jobs)),
    }
    (folder / DIAGRAMS).write_text(json.dumps(asked))


def _plain(folder: Path, ast: Mapping[str, Any], toolbox: Toolbox) -> None:
    """The same text for tools that start from Markdown: citations by their keys, no list of references yet."""
    from handbill.tools import pandoc

    blocks = [block for block in ast["blocks"] if not (block["t"] == "Div" and block["c"][0][0] == "refs")]
    data = json.dumps({**ast, "blocks": blocks}).encode()
    job = pandoc.convert(
        "plain.json", {"plain.json": data}, reader="json", writer="markdown", output=PLAIN, label="plain"
    )
    result: Result = toolbox.runner.run([job])[0]
    if result.failed:
        raise Failed("\n".join(map(str, result.diagnostics)))
    (folder / PLAIN).write_bytes(result.outputs["plain.md"])
