"""Braille pages: what embossers and readers need, and nothing of it lost on the way."""

from __future__ import annotations

import random

import pytest

from handbill.brf import SPACE, Block, Page, joined, read, written

UEB = Page(carry_on="⠐")
CELLS = [chr(cell) for cell in range(0x2801, 0x2840) if chr(cell) != "⠐"]


def words(count: int, chance: random.Random, longest: int = 12) -> str:
    return SPACE.join("".join(chance.choices(CELLS, k=chance.randint(1, longest))) for _ in range(count))


def lines_of(data: bytes) -> list[list[str]]:
    return [page.split("\r\n")[:-1] for page in data.decode("ascii").split("\f")[:-1]]


@pytest.mark.parametrize("seed", range(20))
def test_all_cells_come_back_and_every_line_and_page_fits(seed: int) -> None:
    chance = random.Random(seed)
    page = Page(chance.choice((30, 40)), chance.choice((10, 25)), "⠐")
    blocks = [
        Block(
            words(chance.randint(1, 60), chance, longest=90 if chance.random() < 0.1 else 12),
            chance.choice((0, 2, 4)), chance.choice((0, 2)), chance.random() < 0.1, chance.choice((0, 0, 1)), chance.random() < 0.2,
        )
        for _ in range(40)
    ]  # fmt: skip
    data = written(blocks, page)
    assert joined(read(data, page), page) == SPACE.join(block.cells for block in blocks)
    for lines in lines_of(data):
        assert len(lines) == page.lines
        assert max(map(len, lines)) <= page.cells


def test_paragraphs_lists_and_headings_stand_where_braille_books_have_them() -> None:
    blocks = [
        Block("⠁⠁", centred=True),
        Block(SPACE.join(["⠃⠃⠃⠃"] * 12)),
        Block(SPACE.join(["⠉⠉⠉⠉"] * 12), 0, 2, before=1),
        Block("⠙⠙", 4, 4, before=1, bound=True),
        Block("⠑⠑"),
    ]
    [lines] = lines_of(written(blocks, UEB))
    assert lines[:9] == [
        " " * 19 + "AA", "  BBBB BBBB BBBB BBBB BBBB BBBB BBBB", "BBBB BBBB BBBB BBBB BBBB", "",
        "CCCC CCCC CCCC CCCC CCCC CCCC CCCC CCCC", "  CCCC CCCC CCCC CCCC", "", "    DD", "  EE",
    ]  # fmt: skip
    assert lines[-1] == " " * 38 + "#A"


def test_no_heading_stands_alone_at_the_foot_of_a_page() -> None:
    blocks = [*(Block("⠁") for _ in range(22)), Block("⠃", 4, 4, before=1, bound=True), Block(words(40, random.Random(1)))]
    first, second = lines_of(written(blocks, UEB))
    assert first[21:24] == ["  A", "", ""]
    assert second[0] == "    B"


def test_a_word_longer_than_a_line_is_divided_behind_a_stroke_and_whole_again_for_its_reader() -> None:
    address = "⠓⠞⠞⠏" + "⠸⠌⠛⠑⠝⠑" * 12
    data = written([Block(address)], UEB)
    [lines] = lines_of(data)
    assert lines[0].endswith('_/"')  # the stroke, and the cell that says: it goes on
    assert joined(read(data, UEB), UEB) == address


def test_what_is_no_brf_is_refused() -> None:
    good = written([Block("⠁⠃")], UEB)
    with pytest.raises(ValueError, match="no cell"):
        read(good.replace(b"A", b"{", 1), UEB)
    with pytest.raises(ValueError, match="number"):
        read(good.replace(b"#A", b"#B"), UEB)
    with pytest.raises(UnicodeDecodeError):
        read("é".encode() + good, UEB)
