"""Twins of the doors to the world: a project in memory, a runner that records what was asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from handbill.jobs import Job, Result
from handbill.model import Edition, Project, Section
from handbill.schema import EditionFile, Publication, SectionHead
from handbill.text import Markdown, Span

REPOSITORY = Path(__file__).parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fuzz", type=int, default=25, help="how many damaged publications test_fuzz.py tries")
    parser.addoption("--edits", type=int, default=4, help="how many edits test_edits.py makes")
    parser.addoption("--seed", type=int, default=1, help="which edits test_edits.py makes")


@pytest.fixture(scope="session", autouse=True)
def own_shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing that a test compiles goes into the home of whoever runs it, and nothing comes from there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("caches")))
        yield


class RecordingRunner:
    """Answers each Job by its tool's function and remembers the Jobs in order."""

    def __init__(self, answers: Mapping[str, Callable[[Job], Result]] | None = None) -> None:
        self.answers = dict(answers or {})
        self.jobs: list[Job] = []
        self.kept: dict[str, Result] = {}

    def run(self, jobs: Sequence[Job]) -> list[Result]:
        self.jobs.extend(jobs)
        return [self.answers[job.tool](job) for job in jobs]

    def recall(self, job: Job) -> Result | None:
        return self.kept.get(job.key)

    def keep(self, job: Job, result: Result) -> Result:
        self.kept[job.key] = result
        return result

    def say(self, step: str) -> None:
        """Nobody listens."""


@pytest.fixture
def recording() -> type[RecordingRunner]:
    return RecordingRunner


def located(text: str, path: str, line: int = 1) -> Markdown:
    """Markdown as `load` would give it: each line knows its place."""
    spans = tuple(Span(path, line + index, 1) for index in range(text.count("\n") + 1))
    return Markdown(text, spans[0], spans)


PUBLICATION: dict[str, Any] = {
    "id": "sample", "title": "A sample", "summary": "One message.", "language": "en", "version": "1", "status": "draft",
    "audience": "Testers", "authors": [{"name": "A. Writer", "role": "writer"}], "publisher": {"name": "A house"},
    "contact": {"text": "Ask us."}, "funding": "none", "last_reviewed": "2026-01-02", "next_review": "2027-01-02",
    "editions": ["handout"],
}  # fmt: skip


def section(identifier: str, body: str, **head: Any) -> Section:
    path = f"content/sample/sections/{identifier}.md"
    texts = {"title": identifier.replace("-", " ").capitalize(), **head}
    for form in ("short", "plain"):
        if isinstance(texts.get(form), str):
            texts[form] = located(texts[form], path, 3)
    return Section(SectionHead(id=identifier, **texts), located(body, path, 10), Span(path, 1, 1))


def edition(name: str = "handout", **spec: Any) -> Edition:
    known = {"name": name, "title": name, "summary": name, "audience": "all", "outputs": {}}
    return Edition(EditionFile.model_validate({**known, **spec}), {}, Span(f"templates/editions/{name}/edition.yaml", 1, 1))


@pytest.fixture
def make_project() -> Callable[..., Project]:
    """A project in memory, with the repository's own source templates unless others are given."""

    def make(*sections: Section, templates: Mapping[str, str] | None = None, **fields: Any) -> Project:
        folder = REPOSITORY / "templates"
        own = {str(p.relative_to(folder)): p.read_text(encoding="utf-8") for p in folder.rglob("*.j2")}
        words = _words(folder / "locale" / "en.yaml")
        publication = Publication.model_validate({**PUBLICATION, **fields.pop("publication", {})})
        values: dict[str, Any] = {
            "root": "/nowhere", "data": {}, "diagrams": {}, "bibliography": (), "bibliography_text": "", "styles": {},
            "editions": {"handout": edition()}, "assets": {}, "fonts": {}, "citation_style": b"<style/>", "locale": words,
        }  # fmt: skip
        values.update(fields)
        return Project(publication=publication, sections=sections, templates=templates or own, **values)

    return make


def _words(path: Path) -> dict[str, str]:
    lines = [line.partition(":") for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return {key: value.strip().strip('"') for key, _, value in lines}


@pytest.fixture
def make_section() -> Callable[..., Section]:
    return section


@pytest.fixture
def make_edition() -> Callable[..., Edition]:
    return edition


@pytest.fixture
def make_text() -> Callable[..., Markdown]:
    return located


def pandoc_answer(ast: Mapping[str, Any]) -> Callable[[Job], Result]:
    """A pandoc that gives the same document whatever it is asked."""
    return lambda job: Result({job.outputs[0]: json.dumps(ast).encode()})
