"""mermaid-cli in one Node process with one browser for all diagrams of a call."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Self

from handbill.diagnostics import Diagnostic
from handbill.jobs import Job, Result, ToolMissing
from handbill.runners.direct import undeclared
from handbill.tools import locate, process
from handbill.tools.mermaid import words
from handbill.tools.mermaid.settings import ALLOWED
from handbill.tools.mermaid.studio import Session, Studio
from handbill.tools.mermaid.svg import Refused, clean
from handbill.tools.mermaid.types import TYPES

HERE = Path(__file__).parent
SVG, GRAPH, META, PNG = "diagram.svg", "graph.json", "meta.json", "diagram.png"
FONT_PREFIX = "font/"

_LONGEST = 50_000
_WORTH_A_PAGE = 3
"""A page more for each so many diagrams: opening it takes as long as drawing that many."""
_FIXED: Mapping[str, Any] = {
    "securityLevel": "strict", "htmlLabels": False, "startOnLoad": False, "suppressErrorRendering": True,
    "deterministicIds": True, "deterministicIDSeed": "handbill", "handDrawnSeed": 1, "logLevel": 5,
}  # fmt: skip
"""Settings of Mermaid that no caller may change: labels are real text, and the same source gives the same bytes."""
_FORMULA = re.compile(r"\$\$.+\$\$")
_FONT_NAME = re.compile(r"-(\d{3})-(normal|italic)\.woff2?$")


class MermaidTool:
    """Draws Mermaid Jobs.

    inputs: `diagram.mmd`, and the fonts as `font/<Fontsource file name>`. args: `config` (Mermaid's
    configuration), `family` (the fonts' family), `svg_id` (prefix of all ids), `background` (a colour),
    `wrap` (width of a label in pixels), `scale` (of the PNG; 0 for none). outputs: `diagram.svg`,
    `graph.json` (see graph.js), `meta.json` and, with a scale, `diagram.png`.
    """

    name = "mermaid"

    def __init__(
        self, node: Path, browser: Path, mermaid_cli: Path, *, seconds: float = 20.0, grace: float = 5.0, pages: int = 2
    ) -> None:
        """`mermaid_cli` is the package's folder; `seconds` is what one diagram may take, `pages` how many at most are
        drawn at the same time.
        """
        self._node = node
        self._browser = browser
        self._mermaid_cli = mermaid_cli
        self._seconds = seconds
        self._grace = grace
        self._pages = pages
        self._open: Studio | None = None

    @classmethod
    def found(cls, root: Path, pages: int = 2) -> Self:
        """With what set-up has installed for the project. Raises `ToolMissing`."""
        node, browser = locate.need(locate.find_node()), locate.need(locate.find_chromium())
        return cls(node.path, browser.path, locate.need(locate.find_mermaid_cli(root)).path.parents[1], pages=pages)

    def version(self) -> str:
        return version(self._browser, self._mermaid_cli)

    def warm(self) -> None:
        """Opens the browser now, so that it starts beside other work. Returns at once. Raises `ToolMissing`."""
        if self._open is None:
            self._open = self._studio()

    def close(self) -> None:
        """Ends a browser that was opened for nothing."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def _studio(self) -> Studio:
        return Studio(self._node, self._browser, self._mermaid_cli, self._grace)

    def execute(self, jobs: Sequence[Job]) -> list[Result]:
        results: dict[int, Result] = {}
        by_fonts: dict[frozenset[str], list[int]] = {}
        for index, job in enumerate(jobs):
            if len(job.inputs[words.INPUT]) > _LONGEST:  # of a longer one Mermaid would draw a notice
                results[index] = _failed(words.complaint({"kind": "large"}, "", self._seconds))
            elif not _fonts(job):  # the browser sees no others
                results[index] = _failed(undeclared(self.name, str(job.args["family"])))
            else:
                by_fonts.setdefault(frozenset(_fonts(job)), []).append(index)
        for indexes in by_fonts.values():
            results.update(zip(indexes, self._together([jobs[i] for i in indexes]), strict=True))
        return [results[index] for index in range(len(jobs))]

    def _together(self, jobs: Sequence[Job]) -> list[Result]:
        """All in one browser; what that did not answer, one by one, to blame the right one."""
        session = self._session(jobs)
        results = []
        for index, job in enumerate(jobs):
            answer = session.answers.get(index)
            if answer is None and len(jobs) > 1 and not session.fatal:
                again = self._session([job])
                answer, trouble = again.answers.get(0), again
            else:
                trouble = session
            results.append(self._result(job, answer, trouble))
        return results

    def _session(self, jobs: Sequence[Job]) -> Session:
        if self._open is not None and not self._open.runs:
            self.close()
        studio, self._open = self._open or self._studio(), None
        work = {
            "seconds": self._seconds,
            "pages": max(1, min(self._pages, len(jobs) // _WORTH_A_PAGE)),
            "allowed": ALLOWED,
            "types": [row.id for row in TYPES.values() if not row.refused],
        }
        return studio.draw(style_sheet(jobs[0]), work, [_diagram(index, job) for index, job in enumerate(jobs)])

    def _result(self, job: Job, answer: Mapping[str, Any] | None, session: Session) -> Result:
        code = job.inputs[words.INPUT].decode()
        if answer is None:
            kind = "time" if session.timed_out else "crash"
            return _failed(
                words.browser_failed(session.fatal)
                if session.fatal
                else words.complaint({"kind": kind}, code, self._seconds)
            )
        if "problem" in answer:
            return _failed(words.complaint(answer["problem"], code, self._seconds))
        try:
            drawing = clean(answer["svg"], str(job.args["svg_id"]))
        except Refused as why:
            if str(why) == "foreignObject":
                return _failed(words.unsupported_labels(answer["type"]))
            return _failed(words.complaint({"kind": "failed", "words": str(why)}, code, self._seconds))
        if any(_FORMULA.search(label) for label in drawing.labels):
            return _failed(words.unsupported_labels(answer["type"]))
        meta = {
            "type": answer["type"], "title": answer["title"], "description": answer["description"],
            "width": drawing.width, "height": drawing.height, "labels": drawing.labels, "smallest": drawing.smallest,
        }  # fmt: skip
        outputs = {SVG: drawing.svg, GRAPH: _json(answer["graph"]), META: _json(meta)}
        if "png" in answer:
            outputs[PNG] = base64.b64decode(answer["png"])
        return Result(outputs)


def job(
    code: str,
    root: Path,
    *,
    config: Mapping[str, Any],
    family: str,
    fonts: Mapping[str, bytes],
    svg_id: str,
    background: str,
    wrap: float,
    scale: float,
    label: str,
) -> Job:
    """A Job that draws one diagram (see `MermaidTool`) with what is installed for the project at `root`."""
    args = {
        "config": config,
        "family": family,
        "svg_id": svg_id,
        "background": background,
        "wrap": wrap,
        "scale": scale,
    }
    inputs = {words.INPUT: code.encode(), **{FONT_PREFIX + name: data for name, data in fonts.items()}}
    return Job("mermaid", _project_version(root), args, inputs, (SVG, GRAPH, META, *((PNG,) if scale else ())), label)


@cache
def _project_version(root: Path) -> str:
    return MermaidTool.found(root).version()


def version(browser: Path, mermaid_cli: Path) -> str:
    """mermaid-cli, Mermaid, the browser's major version and our own code around them."""
    packages = [json.loads((folder / "package.json").read_bytes())["version"]
                for folder in (mermaid_cli, mermaid_cli.parents[1] / "mermaid")]  # fmt: skip
    return f"mermaid-cli {packages[0]}, mermaid {packages[1]}, browser {_browser_version(browser)}, {_own_digest()}"


@cache
def _browser_version(browser: Path) -> str:
    told = process.run([browser, "--version"], timeout=20)
    found = re.search(rb"(\d+)\.\d+", told.stdout)
    if found is None:
        raise ToolMissing(words.browser_failed((told.stderr or told.stdout).decode(errors="replace")))
    return found[1].decode()


@cache
def _own_digest() -> str:
    digest = hashlib.sha256()
    for file in sorted(path for path in HERE.iterdir() if path.suffix in (".py", ".js", ".mjs")):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:12]


def _diagram(index: int, job: Job) -> dict[str, Any]:
    family = str(job.args["family"])
    return {
        "id": index,
        "code": job.inputs[words.INPUT].decode(),
        "config": settings(job),
        "svgId": "handbill-drawing",  # Mermaid's style sheets go by it, and some words (timeline) are taken; svg.py renames
        "scale": job.args.get("scale", 0),
        "background": str(job.args["background"]),
        "family": f"'{family}', sans-serif",
        "type": {
            "size": job.args["config"].get("fontSize", 16),
            "family": f"'{family}'",
            "wrappingWidth": job.args["wrap"],
        },
    }


def settings(job: Job) -> dict[str, Any]:
    wanted = dict(job.args["config"])
    wanted["flowchart"] = {**wanted.get("flowchart", {}), "htmlLabels": False}
    return {**wanted, **_FIXED, "fontFamily": f"'{job.args['family']}', sans-serif"}


def _fonts(job: Job) -> list[str]:
    return [name for name in job.inputs if name.startswith(FONT_PREFIX)]


def style_sheet(job: Job) -> str:
    """The document's font, and no other, for everything in the page: what is measured is what will be printed."""
    family = json.dumps(str(job.args["family"]))
    faces = []
    for name in sorted(_fonts(job), key=lambda font: "-ext-" not in font):  # of two with a letter the later one wins
        found = _FONT_NAME.search(name)
        weight, style = (found[1], found[2]) if found else ("400", "normal")
        data = base64.b64encode(job.inputs[name]).decode()
        faces.append(f"@font-face{{font-family:{family};font-weight:{weight};font-style:{style};"
                     f"src:url(data:font/woff2;base64,{data})}}")  # fmt: skip
    return "\n".join([*faces, f"body *{{font-family:{family},sans-serif!important}}"])


def _failed(diagnostic: Diagnostic) -> Result:
    return Result(diagnostics=(diagnostic,), failed=True)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1).encode()
