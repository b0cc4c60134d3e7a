"""MathJax and the Speech Rule Engine in one Node process for all formulas of a call."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Self

from handbill.diagnostics import Diagnostic
from handbill.jobs import Job, Result
from handbill.tools import locate, process
from handbill.tools.formula import complaints
from handbill.tools.formula.complaints import INPUT
from handbill.tools.formula.drawing import Drawn, Unusable, drawing

HERE = Path(__file__).parent
SVG, META, MATHML = "formula.svg", "formula.json", "formula.mml"
SPOKEN = frozenset({"af", "ca", "da", "de", "en", "es", "fr", "hi", "it", "ko", "nb", "nn", "sv"})
"""Languages in which the Speech Rule Engine speaks (its `lib/mathmaps`)."""

_LONGEST = 5_000
_START_SECONDS, _SECONDS, _MOST_SECONDS = 20.0, 5.0, 120.0


class FormulaTool:
    """Draws formula Jobs and says them in words.

    inputs: `formula.tex`, TeX without its dollar signs. args: `display` (on a line of its own), `locale` (one of
    `SPOKEN`). outputs: `formula.svg`, whose colour is that of the text around it; `formula.mml`, the same as MathML;
    and `formula.json` with `words`, and `width`, `height`, `depth` (below the line of writing) in ems.
    """

    name = "formula"

    def __init__(self, node: Path, mathjax: Path, speech: Path) -> None:
        """`mathjax` and `speech` are the folders of the two packages."""
        self._node = node
        self._mathjax = mathjax
        self._speech = speech

    @classmethod
    def found(cls, root: Path) -> Self:
        """With what set-up has installed for the project. Raises `ToolMissing`."""
        mathjax, speech = locate.need(locate.find_mathjax(root)), locate.need(locate.find_speech(root))
        return cls(locate.need(locate.find_node()).path, mathjax.path.parent, speech.path.parent)

    def version(self) -> str:
        """Of both packages and of the code around them."""
        found = (json.loads((folder / "package.json").read_bytes())["version"] for folder in (self._mathjax, self._speech))
        return f"mathjax {next(found)}, speech-rule-engine {next(found)}, {_own_digest()}"

    def execute(self, jobs: Sequence[Job]) -> list[Result]:
        results: dict[int, Result] = {}
        by_locale: dict[str, list[int]] = {}
        for index, job in enumerate(jobs):
            if len(job.inputs[INPUT]) > _LONGEST:
                results[index] = _failed(complaints.too_large())
            else:
                by_locale.setdefault(str(job.args["locale"]), []).append(index)
        for locale, indexes in by_locale.items():
            results.update(zip(indexes, self._together([jobs[i] for i in indexes], locale), strict=True))
        return [results[index] for index in range(len(jobs))]

    def _together(self, jobs: Sequence[Job], locale: str) -> list[Result]:
        """All in one process; what that did not answer, one by one, to blame the right one."""
        answers, trouble = self._session(jobs, locale)
        results = []
        for index, job in enumerate(jobs):
            answer, why = answers.get(index), trouble
            if answer is None and len(jobs) > 1:
                again, why = self._session([job], locale)
                answer = again.get(0)
            results.append(_failed(complaints.broke_down(why)) if answer is None else _result(job, answer))
        return results

    def _session(self, jobs: Sequence[Job], locale: str) -> tuple[dict[int, dict[str, Any]], str]:
        """Answers by number, and what went wrong when some are missing."""
        request = {
            "mathjax": str(self._mathjax),
            "speech": str(self._speech),
            "locale": locale,
            "formulas": [
                {"id": index, "tex": job.inputs[INPUT].decode(), "display": bool(job.args["display"])}
                for index, job in enumerate(jobs)
            ],
        }
        with process.private_directory("handbill-formula-") as folder:
            done = process.run(
                [self._node, "--max-old-space-size=512", HERE / "driver.mjs"],
                stdin=json.dumps(request).encode(),
                cwd=folder,
                timeout=min(_START_SECONDS + _SECONDS * len(jobs), _MOST_SECONDS),
            )
        answers: dict[int, dict[str, Any]] = {}
        trouble = "it took too long" if done.timed_out else done.stderr.decode(errors="replace")
        for line in done.stdout.splitlines():
            try:
                told = json.loads(line)
            except ValueError:  # the last line of a process that was killed
                continue
            if "fatal" in told:
                trouble = str(told["fatal"])
            else:
                answers[int(told["id"])] = told
        return answers, trouble


def _result(job: Job, answer: Mapping[str, Any]) -> Result:
    tex = job.inputs[INPUT].decode()
    if "problem" in answer:
        return _failed(complaints.mistake(tex, str(answer["problem"]), answer["at"]))
    if answer["undrawn"]:
        return _failed(complaints.undrawn(tex, str(answer["undrawn"])))
    try:
        drawn: Drawn = drawing(str(answer["svg"]))
    except Unusable as why:
        return _failed(complaints.too_large() if why.large else complaints.tagged())
    if not answer["words"] or not drawn.width:
        return _failed(complaints.empty())
    meta = {"words": answer["words"], "width": drawn.width, "height": drawn.height, "depth": drawn.depth}
    told = json.dumps(meta, ensure_ascii=False, sort_keys=True).encode()
    return Result({SVG: drawn.svg, META: told, MATHML: str(answer["mathml"]).encode()})


def job(tex: str, root: Path, *, display: bool, locale: str, label: str) -> Job:
    """A Job that draws one formula (see `FormulaTool`) with what is installed at `root`. Raises `ToolMissing`."""
    args = {"display": display, "locale": locale}
    return Job("formula", _project_version(root), args, {INPUT: tex.encode()}, (SVG, META, MATHML), label)


@cache
def _project_version(root: Path) -> str:
    return FormulaTool.found(root).version()


@cache
def _own_digest() -> str:
    digest = hashlib.sha256()
    for file in sorted(path for path in HERE.iterdir() if path.suffix in (".py", ".mjs")):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:12]


def _failed(diagnostic: Diagnostic) -> Result:
    return Result(diagnostics=(diagnostic,), failed=True)
