"""The words of each diagram: the author's own first, then what its graph says."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict

from jinja2 import TemplateError

from handbill.diagnostics import Diagnostic, error, warning
from handbill.draw.describe import WORDS, Wording, Words, escape
from handbill.draw.figure import Drawn, Said
from handbill.draw.find import plain
from handbill.draw.size import SMALLEST_POINTS, printed_points
from handbill.jobs import Desk, Result
from handbill.model import Project, Source
from handbill.pandoc_ast import Blocks, has_class
from handbill.templating import template_diagnostic
from handbill.tools import pandoc

_MAIN, _OUTPUT = "words.md", "words.json"


class Speaker:
    """Puts diagrams into words; what it found wrong is in `findings`."""

    def __init__(self, project: Project, desk: Desk) -> None:
        self._desk = desk
        self._language = str(project.publication.language)
        self._wording = Wording(project.templates, self._language)
        self.findings: list[Diagnostic] = []

    def put(self, drawn: Sequence[Drawn], source: Source) -> list[Said]:
        """The words of each diagram, in order."""
        told = [self._tell(item, source) for item in drawn]
        for item in drawn:
            self._measure(item, source)
        blocks = self._read([text for _, _, texts in told for text in texts])
        said = []
        for item, (title, alt, (_, description)) in zip(drawn, told, strict=True):
            read_caption, read_description = blocks.pop(0), blocks.pop(0)
            request = item.request
            said.append(Said(
                title=title,
                alt=alt,
                caption=_plain_blocks(request.caption if isinstance(request.caption, list) else read_caption),
                description=request.description if isinstance(request.description, list) else read_description,
                markdown=description or (plain(request.description) if request.description else ""),
            ))  # fmt: skip
        return said

    def _tell(self, item: Drawn, source: Source) -> tuple[str, str, tuple[str, str]]:
        """Title, alternative text, and the Markdown of caption and description that is still to be read."""
        request = item.request
        title = request.title or item.acc_title
        made = self._make(item, title, source)
        caption = request.caption if isinstance(request.caption, str) else ""
        if request.description:
            description = request.description if isinstance(request.description, str) else ""
        else:
            description = "\n\n".join(part for part in (escape(item.acc_description), made.long) if part)
        alt = request.alt or made.alt
        self._complain(item, title, made, source)
        return title or str(item.graph.get("title", "")), alt, (caption, description)

    def _make(self, item: Drawn, title: str, source: Source) -> Words:
        if not self._wording.tongue:
            return Words("", "")
        job = self._wording.job(item.graph, item.kind.form, title)
        if (known := self._desk.recall(job)) is not None:
            return Words(**json.loads(known.outputs[WORDS]))
        try:
            made = self._wording.describe(item.graph, item.kind.form, title)
        except (TemplateError, ValueError, TypeError) as problem:
            complaint = template_diagnostic(problem)
            if complaint is None:
                raise
            self.findings.append(complaint)
            return Words("", "")
        self._desk.keep(job, Result({WORDS: json.dumps(asdict(made)).encode()}))
        return made

    def _complain(self, item: Drawn, title: str, made: Words, source: Source) -> None:
        """A diagram without words is an error: somebody would be left out."""
        request = item.request
        described = bool(request.description or item.acc_description or made.long)
        named = bool(request.alt or (made.alt and (item.kind.form or title or item.graph.get("title"))))
        if described and named:
            return
        if self._wording.tongue:
            why = f"A {item.kind.name} cannot be put into words by itself"
        else:
            why = f"There are no wording templates for the language “{self._language}”"
        needed = " and ".join(part for part, there in (("its alt", named), ("its description", described)) if not there)
        self.findings.append(error(
            "diagram-description-missing",
            f"{why}, so {needed} must be written by hand.",
            request.span(source),
            "Add “alt: …” and “description: …” above the diagram (in the front matter of its .mmd file), "
            'or alt="…" and description="…" in the braces of its fence.',
            "“accTitle: …” and “accDescr: …” inside the diagram do as well.",
        ))  # fmt: skip

    def _measure(self, item: Drawn, source: Source) -> None:
        points = printed_points(item.width, item.height, item.smallest)
        if item.smallest and points < SMALLEST_POINTS:
            wide = item.width / 170 > item.height / 190
            self.findings.append(warning(
                "diagram-too-wide" if wide else "diagram-too-tall",
                f"This diagram is so {'wide' if wide else 'tall'} that its smallest words would be {points:.1f} points high "
                f"in print; {SMALLEST_POINTS:.0f} is the least.",
                item.request.span(source),
                f"Let it run {'downwards (TD)' if wide else 'sideways (LR)'}, write shorter labels, or split it in two.",
            ))  # fmt: skip

    def _read(self, texts: Sequence[str]) -> list[Blocks]:
        """Markdown texts as blocks, all in one call of pandoc."""
        if not any(texts):
            return [[] for _ in texts]
        fence = ":" * (3 + max(len(run) for text in texts for run in re.findall(":*", text)))
        main = "\n\n".join(f"{fence} text\n{text}\n\n{fence}" for text in texts)
        job = pandoc.convert(
            _MAIN, {_MAIN: main.encode()}, reader=pandoc.READER, writer="json", output=_OUTPUT, label="words of the diagrams"
        )
        (result,) = self._desk.run([job])
        self.findings.extend(result.diagnostics)
        if result.failed:
            return [[] for _ in texts]
        blocks: Blocks = json.loads(result.outputs[_OUTPUT])["blocks"]
        parts = [block["c"][1] for block in blocks if block["t"] == "Div" and has_class(block, "text")]
        return parts if len(parts) == len(texts) else [[] for _ in texts]


def _plain_blocks(blocks: Blocks) -> Blocks:
    """A caption's paragraphs without the space around paragraphs."""
    return [{"t": "Plain", "c": block["c"]} if block["t"] == "Para" else block for block in blocks]
