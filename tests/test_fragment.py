"""A page written in pieces is the page written whole."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence

import pytest

from handbill.jobs import Job, Result
from handbill.model import Document, Source
from handbill.render.fragment import write_chapters, write_pieces, write_sections
from handbill.runners.direct import DirectRunner
from handbill.tools import locate
from handbill.tools.pandoc import READER, Pandoc, convert


class Counting:
    """pandoc, and how many Jobs it was given."""

    def __init__(self) -> None:
        self.inner = DirectRunner({"pandoc": Pandoc(locate.need(locate.find_pandoc()).path)})
        self.count = 0

    def run(self, jobs: Sequence[Job]) -> list[Result]:
        self.count += len(jobs)
        return self.inner.run(jobs)


@pytest.fixture
def runner() -> Counting:
    return Counting()


def read(runner: Counting, markdown: str) -> Document:
    job = convert("a.md", {"a.md": markdown.encode()}, reader=READER, writer="json", output="a.json", label="")
    (result,) = runner.inner.run([job])
    return Document(json.loads(result.outputs["a.json"]), Source(markdown, ()))


PARTS = (
    "Words *and* more.", "```python\nx = 1\n```", "- one\n- two", "1. one\n2. two", "(@) Example\n\n(@) Another", "| a | b |\n|---|---|\n| 1 | 2 |\n\n: Caption",
    "![A picture](a.png)", "Term\n:   Words", "> Quoted “words”.", "$x^2$", "::: box\n### Inside\n\nWords\n:::", "### Third", "#### Fourth {.unnumbered}",
    "[Link](#same)", "- [ ] task", "| line\n| block", "---", "``` {.python .numberLines #code}\nx\n```",
)  # fmt: skip
HEADS = (
    "## Two",
    "## Two {#same}",
    "## Unlisted {.unlisted .unnumbered}",
    "## “Quotes” & *signs* [link](http://a.b)",
    "##",
)


def written(chance: random.Random) -> str:
    first = chance.choice(("", "::: {.part .masthead}\n# Title {.unlisted}\n:::\n\n", "Before.\n\n### Deep before\n\n"))
    sections = [
        "\n\n".join([chance.choice(HEADS), *(chance.choice(PARTS) for _ in range(chance.randint(0, 5)))])
        for _ in range(chance.randint(1, 8))
    ]
    return first + "\n\n".join(sections)


@pytest.mark.e2e
@pytest.mark.parametrize("number", range(12))
def test_random_documents(runner: Counting, number: int) -> None:
    chance = random.Random(number)
    document = read(runner, written(chance))
    blocks = document.ast["blocks"]
    whole = write_sections(document, blocks, runner)
    for least in (0, chance.randint(300, 3000), 1_000_000):
        assert write_pieces(document, blocks, runner, least) == whole
    assert write_chapters(document, blocks, runner) == whole
    assert whole[1]


@pytest.mark.e2e
@pytest.mark.parametrize(("markdown", "jobs"), [
    ("## One\n\nA.\n\n## Two\n\nB.", 2),
    ("## One\n\nA.^[Note.]\n\n## Two\n\nB.^[Note.]", 1),
    ("# Over all\n\n## One\n\nA.\n\n## Two\n\nB.", 1),
    ("## One\n\nA.\n\n# Between\n\n## Two\n\nB.", 1),
    ("Words.", 1),
    ("## One {.unlisted}\n\n## Two {.unlisted}", 2),
    ("### One\n\n### Two", 1),
])  # fmt: skip
def test_what_holds_a_document_together_is_written_whole(runner: Counting, markdown: str, jobs: int) -> None:
    document = read(runner, markdown)
    blocks = document.ast["blocks"]
    assert write_pieces(document, blocks, runner, 1) == write_sections(document, blocks, Counting())
    assert runner.count == jobs


@pytest.mark.e2e
def test_an_edit_writes_its_piece_only(runner: Counting) -> None:
    keys = []
    for word in ("one", "other"):
        document = read(
            runner, f"## One\n\n{'Words. ' * 400}\n\n## Two\n\n{word}\n\n{'Words. ' * 400}\n\n## Three\n\nEnd."
        )
        seen: list[Job] = []
        runner.run = lambda jobs, seen=seen: (seen.extend(jobs), runner.inner.run(jobs))[1]  # type: ignore[method-assign,misc]
        write_pieces(document, document.ast["blocks"], runner, 10_000)
        keys.append([job.key for job in seen])
    assert [a == b for a, b in zip(*keys, strict=True)] == [True, False, True]


@pytest.mark.e2e
@pytest.mark.parametrize(("least", "jobs"), [(0, 6), (100, 6), (1_500, 2), (100_000, 1)])
def test_short_sections_are_written_together(runner: Counting, least: int, jobs: int) -> None:
    document = read(runner, "\n\n".join(f"## Section {number}\n\n{'Words. ' * 10}" for number in range(6)))
    write_pieces(document, document.ast["blocks"], runner, least)
    assert runner.count == jobs
