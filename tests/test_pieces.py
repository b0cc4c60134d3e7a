"""A source read in pieces: what comes out is, letter for letter, what pandoc makes of the whole."""

from __future__ import annotations

import random

import pytest

from handbill.jobs import Job, Result
from handbill.parse import _job, _uncited
from handbill.parse import pieces as module
from handbill.parse.pieces import split
from handbill.runners.direct import DirectRunner
from handbill.tools import locate
from handbill.tools.pandoc import Pandoc


class Listening:
    """Runs Jobs by pandoc and counts them."""

    def __init__(self) -> None:
        self.runner = DirectRunner({"pandoc": Pandoc(locate.need(locate.find_pandoc()).path)})
        self.jobs: list[Job] = []

    def run(self, jobs: list[Job]) -> list[Result]:
        self.jobs += jobs
        return list(self.runner.run(jobs))


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LEAST", 60)


BLOCKS = (
    "Words *in* **many** forms, “quoted”, 'so' -- and so...", "A claim [@one; see @two, p. 3] and @three says more.", "# A heading", "## A heading {#own .x}",
    "Underlined\n==========", "Another\n---", "- one\n- two\n\n    inside\n- three", "1. first\n2. second", "(@) counted", "(@good) counted, see (@good)",
    "| a | b |\n|---|---|\n| c | d |\n\n: A caption {#tbl}", "+---+---+\n| a | b |\n+---+---+", "  a    b\n---- ----\n 1     2\n\n: Simple", "-----------\n\n a   b\n\n c   d\n\n-----------",
    "----", "* * *", "```python\ncode\n\n::: {.no}\n```", "~~~\ncode\n~~~", "```", "~~~~", "    indented code\n\n    ::: {.no}", "> quoted\n> [@one]", "> ::: {.in}\n> x\n> :::",
    "[A heading] is linked, and [words][a heading].", "[link][ref] and [ref].", "[ref]: https://example.org 'Title'", "[^n]: A note.", "Noted[^n].", "Noted^[inside [@one]].",
    "*[HTML]: Language", "Term\n\n:   Definition", "Term\n:   Definition [@two]", "::: {.note}\nInside.\n:::", "::: note\nInside.", ":::", "::::::::", ":::: {.a}\n::: {.b}\nx\n:::\n::::",
    "$x^2$ and $$y$$", "$$\nx\n\ny\n$$", "a `code` b `` ` `` c", "`never closed", "[never closed", "{#alone}", "![picture](a.png){#fig width=50%}", "![A figure](a.png)", "[span]{.smallcaps}",
    "<div>html</div>", "<!-- a\n\ncomment -->", "<!--", "-->", r"\begin{x}", r"\newcommand{\a}{b}", "---\ntitle: x\n---", "% title", "line \\\nbreak", "| line\n| block", "http://example.org", "<https://example.org>",
    "H~2~O ~~no~~ ^up^", r"\[escaped\] \:::", "Table: caption", ": caption", "a\n: b", "\u00a0", "Ends with spaces  ", "\tTab", "[x](#own)", "::: {#dup}\nx\n:::", "# A heading", "### {.unnumbered}", "@one [p. 3]", "[-@two]",
)  # fmt: skip


def document(chance: random.Random, few: tuple[str, ...]) -> str:
    sections = []
    for number in range(chance.randint(2, 6)):
        inner = "\n\n".join(chance.choice(few) for _ in range(chance.randint(0, 5)))
        title = chance.choice(("", f"# Title {number}\n\n", f"# Title {number}\n\n", "# Same\n\n"))
        name = chance.choice((f"#s{number}", f"#s{number} .section", ".part", f'#s{number} .d title="a {{b}}"'))
        colons = ":" * chance.randint(3, 8)
        sections.append(f"{colons} {{{name}}}\n\n{title}{inner}\n\n{colons}\n")
    return "\n".join(sections)


def compared(text: str) -> bool:
    """Whether a text was read in pieces; that it came out right in any case is asserted."""
    runner = Listening()
    (whole,) = runner.runner.run([_job(text, {}, [])])
    made, told = _uncited(text, runner)
    assert made == (None if whole.failed else whole.outputs["document.json"].decode())
    assert told == whole.diagnostics
    return len(runner.jobs) > 1 and all(job.inputs["source.md"] != text.encode() for job in runner.jobs)


@pytest.mark.parametrize("seed", range(2))
def test_random_documents_come_out_as_pandoc_reads_the_whole(seed: int) -> None:
    chance = random.Random(seed)
    harmless = BLOCKS[:8]
    split_ones = sum(compared(document(chance, (*chance.sample(harmless, 2), chance.choice(BLOCKS)))) for _ in range(36))
    assert split_ones >= 3, "none of them was read in pieces, so this test says nothing"


TITLES = (
    "# Same", "# Same", "## Same", "# Same 1", "# Same-1", "# 1. Same", "# Same!", "# *Same*", "# Same `1`", "# Same {#same}", "# Same {#same-2}", "# Same {#other}",
    "# 12", "# 2026", "# Section", "# …", "Same\n====", "> # Same", "- # Same", "# [Same](#x)", "# “Same”", "# Größe", "# Grösse", "# GRÖSSE", "# Same @one", "# $x$",
    "# Same_1", "# same.1", "# Same 01", "# Same 1 1", "# Same-1-1", "[x]{#same-1}", "See [there](#same-1).", "::: {#same-3}\nx\n:::", "# Éa", "# 😀 Same", "# H~2~O", "# H2O",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(2))
def test_headings_of_the_same_words_get_the_names_that_pandoc_gives_them(seed: int) -> None:
    chance = random.Random(seed)
    again = 0
    for _ in range(30):
        few = chance.sample(TITLES, 4)
        text = "\n".join(
            f"::: {{#p{number}}}\n\n" + "\n\n".join(chance.choice(few) for _ in range(chance.randint(1, 4))) + f"\n\nWords of the piece {number}, enough of them.\n\n:::\n"
            for number in range(chance.randint(2, 5))
        )  # fmt: skip
        again += compared(text)
    assert again >= 10, "hardly one of them was read in pieces, so this test says nothing"


def test_all_of_a_source_is_in_its_pieces_in_order() -> None:
    chance = random.Random(1)
    for _ in range(200):
        text = document(chance, BLOCKS)
        found = split(text)
        assert not found or "".join(piece.text for piece in found) == text
        for piece in found:
            assert text.split("\n")[piece.line :][: piece.text.count("\n")] == piece.text.split("\n")[:-1]


def test_an_edit_has_one_piece_read_anew() -> None:
    sections = [f"::: {{#s{number}}}\n\n# Title {number}\n\nWords of section {number} [@one], and more of them, so that they are enough.\n\n:::\n" for number in range(9)]
    before, after = Listening(), Listening()
    _uncited("\n".join(sections), before)
    sections[4] = sections[4].replace("enough", "plenty")
    made, _ = _uncited("\n".join(sections), after)
    assert made is not None and "plenty" in made
    assert len(after.jobs) == len(before.jobs) > 4
    assert len({job.key for job in after.jobs} - {job.key for job in before.jobs}) == 1


@pytest.mark.parametrize(
    "far",
    [
        "[ref]: https://example.org", "[^1]: A note.", "(@) counted", "Linked: [Title 1].", "```\nnever closed", "# Given {#title-1}", "A note^[here].",
        "-----\n\n a\n\n-----", "::: {.open}", ":::",
    ],
)  # fmt: skip
def test_what_reaches_into_other_pieces_is_read_as_a_whole(far: str) -> None:
    section = "::: {{#s{0}}}\n\n# Title {0}\n\n{1}\n\nWords of this section, and more of them, so that they are enough.\n\n-----\n\n:::\n"
    plain = "\n".join(section.format(number, "").replace("-----\n", "") for number in range(4))
    assert compared(plain)
    assert not compared("\n".join(section.format(number, far if number == 3 else "").replace("-----\n\n:::", "-----\n\n:::" if number == 1 else ":::") for number in range(4)))
